//! Changes that stand in a file as JSON objects, one a line.
//!
//! - [`run()`]: from the first line to the last. [`Line`]: a sort of line; [`StockLine`], [`PriceLine`]. `fields`:
//!   from the text of a line to values.
//! - `batch`: some lines, done in one unit of work. `outcome`: what became of them.

mod batch;
mod fields;
mod outcome;
mod price;
mod stock;

use serde::{Deserialize, Serialize};

use self::{
    batch::{Batch, Work},
    fields::Fields,
};
pub(super) use self::{price::PriceLine, stock::StockLine};
use super::running::{Finished, Running};
use crate::{Result, UnitOfWork, batch::OnError, refusal::Refusal};

/// The most lines of a unit of work.
const AT_ONCE: usize = crate::batch::MAX_ITEMS;

/// A sort of line: what it says, and how many of them are done at once.
pub(super) trait Line: Sized + Sync {
    /// Reads a line. The caller refuses unknown fields.
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal>;

    /// What it changes, as far as the line itself tells.
    fn subject(&self) -> String;

    /// Does what lines say: why each of them was refused, if it was. With [`OnError::RejectAll`] the first refusal is
    /// the error, with the place of the line behind `items`, and nothing may be kept of the unit.
    async fn perform(unit: &mut UnitOfWork, lines: &[&Self], on_error: OnError) -> Result<Vec<Option<Refusal>>>;
}

/// Where the work of a file goes on.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// The number of the piece of the file.
    piece: i32,
    /// How many lines of it are done.
    done: usize,
    /// How many lines of the file are done.
    line: u64,
}

/// Does what the file of a job says.
pub(super) async fn run<L: Line>(running: &mut Running) -> Result<Finished> {
    let mut place: Place = running.place()?;
    let mut work = Work::begin(running).await?;
    let options = running.options();
    while let Some(text) = running.input(place.piece).await? {
        let lines: Vec<&str> = text.lines().collect();
        while let Some(rest) = lines.get(place.done..).filter(|rest| !rest.is_empty()) {
            let rest = rest.get(..AT_ONCE).unwrap_or(rest);
            let (batch, taken) = Batch::<L>::read(rest, place.line, &options);
            place.done += taken;
            place.line = place.line.saturating_add(u64::try_from(taken).unwrap_or(u64::MAX));
            if let Some(finished) = work.perform(running, &batch, &place).await? {
                return Ok(finished);
            }
        }
        place = Place { piece: place.piece.saturating_add(1), done: 0, ..place };
    }
    Ok(work.finish())
}

//! Jobs that write a file: a part of it is a unit of the work.

use entity::sea_orm_active_enums::BulkJobKind;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::running::{Finished, Running};
use crate::{
    Result,
    export::{products_page, stock_page},
};

/// Where a file goes on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Place {
    /// Behind what; none at the beginning.
    after: Option<String>,
    /// How many rows are written.
    rows: u64,
}

/// Writes the file of a job. It shows each part as it was when it was written: what changes meanwhile may be in a later
/// one.
pub(super) async fn run(running: &mut Running) -> Result<Finished> {
    let mut place: Place = running.place()?;
    loop {
        let (is_first, mut text) = (place.after.is_none(), String::new());
        let service = running.service().clone();
        let (source, after) = (service.source(), place.after.as_deref());
        let next = match running.kind() {
            BulkJobKind::ExportInventory => stock_page(&source, after, &mut text).await?,
            _ => products_page(&source, after, &mut text).await?,
        };
        // The first part begins with the titles.
        let rows = records(&text).saturating_sub(u64::from(is_first));
        let is_last = next.is_none();
        place = Place { after: next, rows: place.rows.saturating_add(rows) };
        running.write(&text);
        running.advance(place.rows, json!({ "rows": place.rows }), &place)?;
        if is_last {
            return Ok(Finished::default());
        }
        let unit = running.begin().await?;
        running.save(unit).await?;
    }
}

/// How many records a part of a file has: ends of lines within quotes do not count.
fn records(text: &str) -> u64 {
    let (mut count, mut is_quoted) = (0, false);
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::records;

    #[test]
    fn lines_within_quotes_are_no_records() {
        assert_eq!(records("Handle,Title\na,\"two\nlines, \"\"quoted\"\"\"\nb,c\n"), 3);
        assert_eq!(records(""), 0);
    }
}

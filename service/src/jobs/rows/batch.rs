//! Some lines of a file, done in one unit of work, or in the one unit of all of them. A dry run undoes the unit.

use std::collections::HashSet;

use entity::sea_orm_active_enums::BulkOnError;
use serde_json::{Map, Value as Json};

use super::{
    Fields, Line, Place,
    outcome::{self, Counts, Outcome},
};
use crate::{
    Result, UnitOfWork,
    batch::OnError,
    jobs::running::{Finished, Running},
    refusal::Refusal,
    retry, value,
};

/// Some lines: the number of each, and what it says.
pub(super) struct Batch<L>(Vec<(u64, Result<L, Refusal>)>);

impl<L: Line> Batch<L> {
    /// Reads lines, of which `before` others stand above them, up to one that changes what a line before it changes:
    /// those are done one after the other. Returns how many lines were read, too. Blank lines are passed over.
    pub(super) fn read(lines: &[&str], before: u64, options: &Map<String, Json>) -> (Self, usize) {
        let (mut batch, mut subjects, mut taken) = (Vec::with_capacity(lines.len()), HashSet::new(), 0);
        for (number, line) in (before.saturating_add(1)..).zip(lines) {
            if !line.trim().is_empty() {
                let line = read::<L>(line, options);
                if let Ok(line) = &line
                    && !subjects.insert(line.subject())
                {
                    break;
                }
                batch.push((number, line));
            }
            taken += 1;
        }
        (Self(batch), taken)
    }

    /// The lines that can be done, and what became of the others; with `stops` those before the first that cannot.
    fn split(&self, stops: bool) -> (Vec<(u64, &L)>, Vec<Outcome>) {
        let (mut ready, mut outcomes) = (Vec::with_capacity(self.0.len()), Vec::new());
        for (line, read) in &self.0 {
            match read {
                Ok(said) => ready.push((*line, said)),
                Err(refusal) => {
                    outcomes.push(Outcome { line: *line, refused: Some(refusal.clone()) });
                    if stops {
                        break;
                    }
                }
            }
        }
        (ready, outcomes)
    }
}

fn read<L: Line>(line: &str, options: &Map<String, Json>) -> Result<L, Refusal> {
    // Some programs begin a file with a mark that is no text.
    let mut fields = Fields::of(line.trim_start_matches('\u{FEFF}'), options)?;
    let said = L::read(&mut fields)?;
    fields.end()?;
    Ok(said)
}

/// The work of a job.
pub(super) struct Work {
    /// The unit of all lines, if there is one.
    shared: Option<UnitOfWork>,
    /// Whether the first refusal ends it.
    stops: bool,
    is_dry: bool,
    rejects_all: bool,
    counts: Counts,
}

impl Work {
    /// Begins the work, or goes on with it.
    pub(super) async fn begin(running: &Running) -> Result<Self> {
        let shared = if running.is_together() { Some(running.begin().await?) } else { None };
        Ok(Self {
            shared,
            stops: running.on_error() != BulkOnError::Skip,
            is_dry: running.is_dry(),
            rejects_all: running.on_error() == BulkOnError::RejectAll,
            counts: running.counts()?,
        })
    }

    /// Does some lines; the end of the work, if it ends with them. Behind them it goes on at `place`.
    pub(super) async fn perform<L: Line>(
        &mut self,
        running: &mut Running,
        batch: &Batch<L>,
        place: &Place,
    ) -> Result<Option<Finished>> {
        let (unit, mut outcomes) = self.apply(running, batch).await?;
        let unit = match unit {
            // What the database refuses is found, too.
            Some(tried) if self.is_dry => {
                tried.write_all().await?.undo().await;
                Some(running.begin().await?)
            }
            unit => unit,
        };
        outcomes.sort_by_key(|outcome| outcome.line);
        for outcome in &outcomes {
            self.counts.add(outcome);
            outcome::tell(running, outcome);
        }
        let stop = outcomes.iter().find(|outcome| self.stops && outcome.refused.is_some());
        let rows = stop.map_or(place.line, |stop| stop.line);
        running.advance(rows, value::json(&self.counts)?, place)?;
        if let Some(stop) = stop {
            let failure = Some(self.failure(stop));
            if let Some(shared) = self.shared.take() {
                shared.undo().await;
            }
            // What a dry run tells is not undone with what it tried.
            if self.rejects_all && !self.is_dry {
                running.keep_nothing();
            }
            return Ok(Some(Finished { unit, failure }));
        }
        match unit {
            Some(unit) => running.save(unit).await?,
            None => running.hold_together().await?,
        }
        Ok(None)
    }

    /// Ends the work behind the last line.
    pub(super) fn finish(self) -> Finished {
        Finished { unit: self.shared, failure: None }
    }

    /// Why the work ended at a line.
    fn failure(&self, stop: &Outcome) -> String {
        let message = stop.refused.as_ref().map_or("", |refused| refused.message.as_str());
        let kept = if self.rejects_all { "nothing was changed" } else { "it stopped there" };
        format!("line {} was refused, {kept}: {message}", stop.line)
    }

    /// Does the lines of a batch in the unit of all, or in one of their own, which is still to be committed.
    async fn apply<L: Line>(
        &mut self,
        running: &Running,
        batch: &Batch<L>,
    ) -> Result<(Option<UnitOfWork>, Vec<Outcome>)> {
        let (mut ready, mut outcomes) = batch.split(self.stops);
        let on_error = if self.stops { OnError::RejectAll } else { OnError::Skip };
        loop {
            let lines: Vec<&L> = ready.iter().map(|(_, said)| *said).collect();
            let done = match &mut self.shared {
                Some(shared) => L::perform(shared, &lines, on_error).await.map(|refused| (None, refused)),
                None => perform_alone(running, &lines, on_error).await.map(|(unit, refused)| (Some(unit), refused)),
            };
            let (unit, refused) = match done {
                Ok(done) => done,
                Err(error) if self.stops => {
                    let refusal = error.into_refusal()?;
                    let place = place(&refusal).min(ready.len().saturating_sub(1));
                    let line = ready.get(place).map_or(0, |(line, _)| *line);
                    ready.truncate(place);
                    outcomes = vec![Outcome { line, refused: Some(refusal) }];
                    // Those before it are done without it, unless nothing of all of them is kept.
                    if self.shared.is_none() {
                        continue;
                    }
                    (None, Vec::new())
                }
                Err(error) => return Err(error),
            };
            let refused = refused.into_iter().chain(std::iter::repeat(None));
            outcomes.extend(ready.iter().zip(refused).map(|((line, _), refused)| Outcome { line: *line, refused }));
            return Ok((unit, outcomes));
        }
    }
}

/// Does lines in a unit of their own, again when that collided with another one.
async fn perform_alone<L: Line>(
    running: &Running,
    lines: &[&L],
    on_error: OnError,
) -> Result<(UnitOfWork, Vec<Option<Refusal>>)> {
    let attempt = || async move {
        let mut unit = running.begin().await?;
        if lines.is_empty() {
            return Ok((unit, Vec::new()));
        }
        let done = match L::perform(&mut unit, lines, on_error).await {
            Ok(done) => unit.write_now().await.map(|()| done),
            Err(error) => Err(error),
        };
        match done {
            Ok(done) => Ok((unit, done)),
            Err(error) => {
                unit.fail(&error).await;
                Err(error)
            }
        }
    };
    retry::on_collision(&running.service().measures().retries, attempt).await
}

/// The place of the line that a call was refused for.
fn place(refusal: &Refusal) -> usize {
    match refusal.path.as_slice() {
        [items, place, ..] if items == "items" => place.parse().unwrap_or_default(),
        _ => 0,
    }
}

//! What became of a line, as it is told.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::{jobs::running::Running, refusal::Refusal};

/// What became of a line.
pub(super) struct Outcome {
    /// Its number in the file, from 1.
    pub(super) line: u64,
    /// Why it was refused, if it was.
    pub(super) refused: Option<Refusal>,
}

/// How many lines were done.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Counts {
    done: u64,
    refused: u64,
}

impl Counts {
    pub(super) fn add(&mut self, outcome: &Outcome) {
        match outcome.refused {
            None => self.done += 1,
            Some(_) => self.refused += 1,
        }
    }
}

/// Writes what became of a line into the result of the job.
pub(super) fn tell(running: &mut Running, outcome: &Outcome) {
    let Outcome { line, refused } = outcome;
    let Some(refused) = refused else {
        return running.write_line(&json!({ "row": line, "outcome": "DONE" }));
    };
    let (code, message, path) = (refused.code.name(), &refused.message, path(refused));
    let error = json!({ "code": code, "message": message, "path": path });
    running.write_line(&json!({ "row": line, "outcome": "REFUSED", "errors": [error] }));
    running.show_error(json!({ "row": line, "code": code, "message": message, "path": path }));
}

/// Where in the line, without the place of the line in its call.
fn path(refused: &Refusal) -> Vec<Json> {
    let skipped = if refused.path.first().is_some_and(|first| first == "items") { 2 } else { 0 };
    refused.path.iter().skip(skipped).map(|part| json!(part)).collect()
}

//! What is kept of a job beside its columns: its file, and where its work goes on.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Error, Result, value};

/// The checkpoint of a job.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Checkpoint {
    /// Its file.
    pub(super) input: Input,
    /// Where its work goes on, in the terms of its kind; null at the beginning.
    pub(super) place: Json,
    /// How many pieces of its result are written.
    pub(super) results: i32,
    /// How often the work could not go on here, in a row.
    pub(super) failures: u32,
    /// How often a server began here and did not end in good order, or works now.
    pub(super) starts: u32,
}

/// A file of a job.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Input {
    /// The upload that brings it, or brought it: a later one takes its place.
    pub(super) upload: Option<Uuid>,
    /// How many pieces it has.
    pub(super) pieces: i32,
    /// Whether the upload is complete.
    pub(super) is_complete: bool,
}

impl Checkpoint {
    /// Reads a stored one.
    pub(super) fn read(stored: &Json) -> Result<Self> {
        read(stored)
    }

    /// As it is stored.
    pub(super) fn write(&self) -> Result<Json> {
        value::json(self)
    }
}

/// Reads what was stored as JSON; nothing was yet where it is null.
pub(super) fn read<T: DeserializeOwned + Default>(stored: &Json) -> Result<T> {
    if stored.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(stored.clone())
        .map_err(|error| Error::internal(format!("the checkpoint of a job cannot be read: {error}")))
}

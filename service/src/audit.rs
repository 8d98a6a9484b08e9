//! Who did what to which object.
//!
//! The work of tasks is told by its events, which carry the principal too; here stand the edits of records and of
//! what the work is made of.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Result,
    access::Operation,
    database::{Batch, Kind},
    unit::Actor,
};

/// What was done to an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The operation.
    pub operation: Operation,
    /// The GraphQL type of the object.
    pub object_type: &'static str,
    /// Which one.
    pub object_id: Option<Uuid>,
    /// What was changed, as it was; none for what is new.
    pub before: Option<Json>,
    /// What was changed, as it is; none for what is gone.
    pub after: Option<Json>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: Uuid,
    principal: &'a str,
    api_key_id: Option<Uuid>,
    operation: &'static str,
    object_type: &'static str,
    object_id: Option<Uuid>,
    before: &'a Option<Json>,
    after: &'a Option<Json>,
    request_id: &'a Option<String>,
    created_at: DateTime<Utc>,
}

impl<'a> Row<'a> {
    fn of(actor: &'a Actor, at: DateTime<Utc>, entry: &'a Entry) -> Self {
        Self {
            id: Uuid::now_v7(),
            principal: &actor.principal.name,
            api_key_id: actor.principal.key,
            operation: entry.operation.name(),
            object_type: entry.object_type,
            object_id: entry.object_id,
            before: &entry.before,
            after: &entry.after,
            request_id: &actor.request,
            created_at: at,
        }
    }
}

const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Id),
    ("principal", Kind::Text),
    ("api_key_id", Kind::Id),
    ("operation", Kind::Text),
    ("object_type", Kind::Text),
    ("object_id", Kind::Id),
    ("before", Kind::Json),
    ("after", Kind::Json),
    ("request_id", Kind::Text),
    ("created_at", Kind::Time),
];

/// Adds the writing of entries.
pub(crate) fn append(batch: &mut Batch, actor: &Actor, at: DateTime<Utc>, entries: &[Entry]) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row<'_>> = entries.iter().map(|entry| Row::of(actor, at, entry)).collect();
    batch.add(|sql| sql.insert("audit_entries", COLUMNS, &rows).map(drop))
}

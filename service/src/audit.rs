//! Who did what to which object.
//!
//! The work of tasks is told by its events, which carry the principal too; here stand the edits of records and of
//! what the work is made of.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    access::Operation,
    database::{Batch, Column, columns},
    principal::Principal,
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
    /// In which request.
    pub request: Option<String>,
    /// What was changed, as it was; none for what is new.
    pub before: Option<Json>,
    /// What was changed, as it is; none for what is gone.
    pub after: Option<Json>,
}

struct Row<'a> {
    id: Uuid,
    operation: &'static str,
    entry: &'a Entry,
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>:
        id,
        operation,
        object_type = entry.object_type,
        object_id = entry.object_id,
        request_id = entry.request,
        before = entry.before,
        after = entry.after,
    )
    .into()
}

/// Adds the writing of entries of a principal.
pub(crate) fn append(batch: &mut Batch, principal: &Principal, at: DateTime<Utc>, entries: &[Entry]) {
    if entries.is_empty() {
        return;
    }
    let rows = entries.iter().map(|entry| Row { id: Uuid::now_v7(), operation: entry.operation.name(), entry });
    let rows: Vec<Row<'_>> = rows.collect();
    let same = [
        ("principal", principal.name.as_str().into()),
        ("api_key_id", principal.key.into()),
        ("created_at", at.into()),
    ];
    batch.add(|sql| {
        sql.insert("audit_entries", &columns(), &same, &rows);
    });
}

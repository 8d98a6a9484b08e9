//! Bulk jobs: long work with progress.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What a bulk job does.
    BulkJobKind {
        /// Sets stock to what was counted.
        SetStock,
        /// Sets prices of price lists.
        SetPrices,
        /// Imports products and their variants.
        ImportProducts,
        /// Exports products and their variants.
        ExportProducts,
        /// Imports stock.
        ImportInventory,
        /// Exports stock.
        ExportInventory,
        /// Imports orders.
        ImportOrders,
        /// Imports customers.
        ImportCustomers,
        /// Imports subscribers of e-mail lists.
        ImportSubscribers,
    }
    /// Status of a bulk job.
    BulkJobStatus {
        /// It waits for its input or its start.
        Waiting,
        /// It starts as soon as a server is free.
        Pending,
        /// A server works on it.
        Running,
        /// It ended. Rows may have been refused.
        Completed,
        /// It ended early; `errorMessage` says why.
        Failed,
        /// It was cancelled. What was done until then stays.
        Cancelled,
    }
    /// What a bulk job does with the others if a row is refused.
    BulkOnError {
        /// Does them.
        Skip,
        /// Ends. What was done before stays.
        Stop,
        /// Does none of them.
        RejectAll,
    }
}

resource! {
    /// Long work on many rows, with its progress.
    BulkJob: bulk_jobs, key [id], by [created_at desc];
    one bulk_job;
    list bulk_jobs;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// What it does.
        kind: BulkJobKind,
        /// Current status.
        status: BulkJobStatus,
        /// What it does with the others if a row is refused.
        on_error: BulkOnError,
        /// Whether it only tries what it would do, and changes nothing.
        dry_run: bool,
        /// Options of its kind, as a JSON object.
        options: Json,
        /// Number of rows of its input; null if not known yet.
        total_rows: Option<i32>,
        /// Number of rows that are done.
        done_rows: i32,
        /// Numbers of outcomes, as a JSON object.
        counts: Json,
        /// The first rows that were refused and why, at most 100, as a JSON list.
        first_errors: Json,
        /// Where it goes on after a break, as a JSON object.
        checkpoint: Json,
        /// Who created it: the principal's name, as in the audit log.
        requested_by: String,
        /// Until when a server works on it; null if none does.
        leased_until: Option<DateTime<Utc>>,
        /// When it started; null if it has not.
        started_at: Option<DateTime<Utc>>,
        /// When it ended; null if it has not.
        ended_at: Option<DateTime<Utc>>,
        /// Why it failed; null if it did not.
        error_message: Option<String>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}

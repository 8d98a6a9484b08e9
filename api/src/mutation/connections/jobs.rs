//! Bulk jobs.

use crate::{
    connections::{BulkJob, BulkJobKind, BulkOnError},
    mutation::prelude::*,
};

verbs! {
    /// Creates a bulk job. Send its file to `uploadUrl` by PUT, then call `startBulkJob`; exports need no file. When
    /// the job has ended, `GET /bulk/{id}/result` has its result: what became of each row, or the exported file. It
    /// works with the rights of the key that creates it.
    create_bulk_job = perform(service::jobs::create::Create) {
        /// What the job does. Agents need the capability of that area, for `IMPORT_ORDERS` also of payments. `SET_STOCK`
        /// and `SET_PRICES` take a JSON object a line, with the fields that items of `setStock` and `setPrices` have;
        /// the others take or write CSV.
        kind: BulkJobKind,
        /// What happens to the others when a row is refused. `REJECT_ALL` is for at most 10,000 rows.
        on_error: BulkOnError = BulkOnError::Skip,
        /// Whether the job only tries what it would do, and changes nothing.
        dry_run: bool = false,
        /// Default values for the lines, as a JSON object: `location` and `reason` for `SET_STOCK`, `currency` for
        /// `SET_PRICES`. Default: none.
        options: Option<Json>,
    } -> created {
        /// The job.
        bulk_job: Row<BulkJob> = created.id,
        /// Where the file is sent. Null for exports.
        upload_url: String = created.upload_url,
    }

    /// Starts a bulk job after its file was uploaded.
    start_bulk_job = perform(service::jobs::start::Start) on job -> bulk_job: BulkJob;

    /// Cancels a bulk job. What it has done so far stays.
    cancel_bulk_job = perform(service::jobs::cancel::Cancel) on job -> bulk_job: BulkJob;
}

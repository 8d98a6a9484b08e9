//! What jobs do, and who may have them done.

use entity::sea_orm_active_enums::BulkJobKind;
use serde_json::Value as Json;

use crate::{access::Area, edit::check, refusal::Refusal};

/// The parts of the shop that a job reads or changes: agents need the capabilities of all of them.
pub(super) const fn areas(kind: BulkJobKind) -> &'static [Area] {
    match kind {
        BulkJobKind::SetStock | BulkJobKind::ImportInventory | BulkJobKind::ExportInventory => &[Area::Stock],
        BulkJobKind::SetPrices | BulkJobKind::ImportProducts | BulkJobKind::ExportProducts => &[Area::Catalogue],
        // They say what was paid and given back, too.
        BulkJobKind::ImportOrders => &[Area::Orders, Area::Payments],
        BulkJobKind::ImportCustomers => &[Area::Customers],
        BulkJobKind::ImportSubscribers => &[Area::Marketing],
    }
}

/// Whether a job only writes a file.
pub(super) const fn is_export(kind: BulkJobKind) -> bool {
    matches!(kind, BulkJobKind::ExportProducts | BulkJobKind::ExportInventory)
}

/// Whether the file of a job has a JSON object on each line.
pub(super) const fn has_lines(kind: BulkJobKind) -> bool {
    matches!(kind, BulkJobKind::SetStock | BulkJobKind::SetPrices)
}

/// The jobs whose files name people.
pub(super) const OF_PEOPLE: [BulkJobKind; 3] =
    [BulkJobKind::ImportOrders, BulkJobKind::ImportCustomers, BulkJobKind::ImportSubscribers];

/// What the result of a job is.
pub(super) const fn media_type(kind: BulkJobKind) -> &'static str {
    if is_export(kind) { "text/csv; charset=utf-8" } else { "application/jsonl; charset=utf-8" }
}

/// How the name of a file with the result ends.
pub(super) const fn extension(kind: BulkJobKind) -> &'static str {
    if is_export(kind) { "csv" } else { "jsonl" }
}

/// The options that a job may have: what lines have that do not say it themselves.
const fn options(kind: BulkJobKind) -> &'static [&'static str] {
    match kind {
        BulkJobKind::SetStock => &["location", "reason"],
        BulkJobKind::SetPrices => &["currency"],
        _ => &[],
    }
}

/// Refuses options that a job does not have.
pub(super) fn check_options(kind: BulkJobKind, given: &Json) -> Result<(), Refusal> {
    check::object("options", given, check::JSON)?;
    let known = options(kind);
    let unknown = given.as_object().and_then(|given| given.keys().find(|name| !known.contains(&name.as_str())));
    let Some(unknown) = unknown else { return Ok(()) };
    let message = match known {
        [] => format!("`options` has {unknown:?}, but jobs of this kind have no options"),
        _ => format!("`options` has {unknown:?}: jobs of this kind have {}", known.join(" and ")),
    };
    Err(check::invalid("options", message))
}

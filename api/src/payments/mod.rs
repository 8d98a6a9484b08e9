//! What customers pay, and what they get back.

mod entry;
mod payment;
mod refund;
mod refund_line;

pub use entry::{PaymentEntry, PaymentEntryKind};
pub use payment::{Payment, PaymentStatus};
pub use refund::{Refund, RefundStatus};
pub use refund_line::RefundLine;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Payment::TABLE, PaymentEntry::TABLE, Refund::TABLE, RefundLine::TABLE];

//! The books.

mod attribution;
mod budget;
mod transaction;

pub use attribution::{AttributionModel, RevenueAttribution};
pub use budget::Budget;
pub use transaction::{Transaction, TransactionType};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Transaction::TABLE, Budget::TABLE, RevenueAttribution::TABLE];

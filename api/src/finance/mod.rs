//! The books.

mod amount;
mod attribution;
mod budget;
mod reservation;
mod slice;
mod transaction;

pub use attribution::{AttributionModel, RevenueAttribution};
pub use budget::Budget;
pub use reservation::{BudgetReservation, BudgetReservationStatus};
pub use slice::BudgetSlice;
pub use transaction::{Transaction, TransactionType};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] =
    &[Transaction::TABLE, Budget::TABLE, BudgetSlice::TABLE, BudgetReservation::TABLE, RevenueAttribution::TABLE];

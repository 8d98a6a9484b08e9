//! The books.

mod attribution;
mod budget;
mod transaction;

use async_graphql::MergedObject;

pub use attribution::{AttributionModel, RevenueAttribution};
pub use budget::Budget;
pub use transaction::{Transaction, TransactionType};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct FinanceQuery(transaction::TransactionQuery, budget::BudgetQuery, attribution::RevenueAttributionQuery);

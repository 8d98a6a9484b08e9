//! Customers by the month of their first order.

use async_graphql::SimpleObject;
use rust_decimal::Decimal;
use service::insight::cohorts;

use crate::read::scalars::Date;

/// Customers whose first order that was not cancelled was placed in a month.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct CustomerCohort {
    /// First day of the month.
    month: Date,
    /// Number of customers.
    customers: i64,
    /// That month and those after it, as many as cohorts are asked for.
    cells: Vec<CohortCell>,
}

/// What a cohort did in a month.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct CohortCell {
    /// First day of the month.
    month: Date,
    /// Share of the customers who placed an order, with 4 digits; null if the month has not begun, or nobody
    /// belongs to the cohort.
    share: Option<Decimal>,
    /// What their orders of the month are worth, in `shop.currency`; null if the month has not begun.
    sales: Option<Decimal>,
    /// Whether the month has begun and is not over.
    is_partial: bool,
}

impl From<cohorts::Cohort> for CustomerCohort {
    fn from(found: cohorts::Cohort) -> Self {
        let cell = |cell: cohorts::Cell| {
            let cohorts::Cell { month, share, sales, is_partial } = cell;
            CohortCell { month: Date(month), share, sales, is_partial }
        };
        let cohorts::Cohort { month, customers, cells } = found;
        Self { month: Date(month), customers, cells: cells.into_iter().map(cell).collect() }
    }
}

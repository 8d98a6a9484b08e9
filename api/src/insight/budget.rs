//! Budgets of a month.

use async_graphql::{ComplexObject, Context, SimpleObject};
use rust_decimal::Decimal;
use service::{Result, insight::budgets};

use crate::{
    finance::Budget,
    read::{
        row::{self, Row},
        scalars::Id,
    },
};

/// How much of a budget is spent. Amounts are in its currency.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct BudgetUse {
    /// The budget.
    budget_id: Id,
    /// What it has.
    allocated: Decimal,
    /// Expenses of its category and month, less reversals.
    actual: Decimal,
    /// `actual` / `allocated`, with 4 digits; null if nothing is allocated.
    utilisation: Option<Decimal>,
    /// `actual` / days that have begun × days of the month; null if the month has not begun.
    projection: Option<Decimal>,
    /// Highest percentage of the configuration `budgets.alertLevels` that is reached; null if none.
    level: Option<i32>,
    /// Whether `projection` is above 1.05 × `allocated`.
    is_projected_over: bool,
}

#[ComplexObject]
impl BudgetUse {
    /// The budget.
    async fn budget(&self, ctx: &Context<'_>) -> Result<Row<Budget>> {
        Box::pin(row::to_one(ctx, &self.budget_id)).await
    }
}

impl From<budgets::Budget> for BudgetUse {
    fn from(found: budgets::Budget) -> Self {
        let budgets::Budget { id, allocated, actual, utilisation, projection, level, is_projected_over } = found;
        Self { budget_id: Id(id), allocated, actual, utilisation, projection, level, is_projected_over }
    }
}

//! Budgets of the months that a period meets.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient};
use crate::{analytics::period::Window, database::Sql};

/// Sums of budgets in the currency of the shop.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Budgets {
    allocated: Decimal,
    spent: Decimal,
}

pub(super) const BUDGET_UTILISATION: Metric = Metric::new(
    "What was spent of the budgets of the period's months divided by what they have. Budgets in other currencies than \
     that of the shop are left out.",
    &[Part::Budgets],
    |it| quotient(it.budgets.spent, it.budgets.allocated),
)
.of_days();

impl Figure for Budgets {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT ROUND(COALESCE(SUM(allocated_amount), 0), 2) AS allocated, ");
        sql.push("ROUND(COALESCE(SUM(spent_amount), 0), 2) AS spent FROM budgets WHERE currency = ");
        sql.bind(window.currency.as_str()).push(" AND fiscal_year * 12 + fiscal_month >= ");
        sql.bind(months(window.first_day)).push(" AND fiscal_year * 12 + fiscal_month <= ");
        sql.bind(months(window.end_day.pred_opt().unwrap_or(window.end_day)));
    }
}

/// The number of a day's month.
fn months(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month().cast_signed()
}

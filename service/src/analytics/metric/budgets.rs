//! Budgets of the months that a period meets.

use super::{Figure, Metric, Part, Spans, quotient};
use crate::database::Sql;

figures! {
    /// Sums of budgets in the currency of the shop, in hundredths.
    Budgets {
        allocated,
        spent,
    }
}

pub(super) const BUDGET_UTILISATION: Metric = Metric::new(
    "What was spent of the budgets of the period's months divided by what they have. Budgets in other currencies than \
     that of the shop are left out.",
    &[Part::Budgets],
    |it| quotient(it.budgets.spent, it.budgets.allocated),
)
.of_days();

impl Figure for Budgets {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, ").sum("b.allocated_amount", Some(2)).push(" AS allocated, ");
        sql.sum("b.spent_amount", Some(2)).push(" AS spent FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN budgets AS b WHERE b.currency = ").bind(spans.currency());
        sql.push(" AND b.fiscal_year * 12 + b.fiscal_month >= k.first_month ");
        sql.push("AND b.fiscal_year * 12 + b.fiscal_month <= k.last_month GROUP BY k.n");
    }
}

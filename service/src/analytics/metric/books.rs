//! What the books say. What takes an entry back counts on its own day, as what it takes back.

use rust_decimal::Decimal;

use super::{Figure, Figures, Metric, Part, Spans, cents, quotient};
use crate::database::Sql;

figures! {
    /// Sums of the books, in hundredths.
    Books {
        /// What came in.
        revenue,
        /// What went back.
        refunds,
        /// What was spent.
        expenses,
        /// What finding customers cost.
        marketing,
        /// What campaigns cost.
        campaigns,
        /// Adjustments that take nothing back.
        adjustments,
    }
}

impl Books {
    fn net(&self) -> Decimal {
        cents(self.revenue) - cents(self.refunds)
    }

    pub(super) fn campaigns(&self) -> Decimal {
        cents(self.campaigns)
    }
}

pub(super) const REVENUE: Metric =
    Metric::new("Revenue less refunds, by the books.", &[Part::Books], |it| Some(it.books.net())).of_days();

pub(super) const EXPENSES: Metric =
    Metric::new("Expenses, by the books.", &[Part::Books], |it| Some(cents(it.books.expenses))).of_days().better_low();

pub(super) const PROFIT: Metric =
    Metric::new("Revenue less refunds less expenses plus other adjustments, by the books.", &[Part::Books], |it| {
        Some(it.books.net() - cents(it.books.expenses) + cents(it.books.adjustments))
    })
    .of_days();

pub(super) const REFUND_TOTAL: Metric =
    Metric::new("Refunds, by the books.", &[Part::Books], |it| Some(cents(it.books.refunds))).of_days().better_low();

pub(super) const REFUND_RATE: Metric = Metric::new("Refunds divided by revenue, by the books.", &[Part::Books], |it| {
    quotient(it.books.refunds, it.books.revenue)
})
.of_days()
.better_low();

pub(super) const REVENUE_GROWTH: Metric = Metric::new(
    "Revenue less that of the period before, divided by that of the period before, times 100. Refunds are taken off.",
    &[Part::Books, Part::BooksBefore],
    |it| quotient(it.books.net() - it.books_before.net(), it.books_before.net()),
)
.of_days()
.in_percent();

pub(super) const ACQUISITION_COST: Metric = Metric::new(
    "Expenses of the categories of marketing (configuration kpi.marketingCategories) divided by the new customers.",
    &[Part::Books, Part::Newcomers],
    |it: &Figures| quotient(cents(it.books.marketing), it.newcomers.customers),
)
.of_days()
.better_low();

impl Figure for Books {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT b.n");
        for (name, condition) in [
            ("revenue", "b.kind = 'revenue'"),
            ("refunds", "b.kind = 'refund'"),
            ("expenses", "b.kind = 'expense'"),
            ("marketing", "b.kind = 'expense' AND b.is_marketing = 1"),
            ("campaigns", "b.kind = 'expense' AND b.campaign_id IS NOT NULL"),
            ("adjustments", "b.kind = 'adjustment'"),
        ] {
            let amount = format!("CASE WHEN {condition} THEN b.amount END");
            sql.push(", ").sum(&amount, Some(2)).write(format_args!(" AS {name}"));
        }
        sql.push(
            " FROM (SELECT k.n, COALESCE(o.type, t.type) AS kind, COALESCE(t.report_amount, t.amount) AS amount, ",
        );
        sql.push("COALESCE(o.campaign_id, t.campaign_id) AS campaign_id, ");
        sql.push("CASE WHEN COALESCE(o.category, t.category)");
        sql.is_any_text(&spans.marketing()).push(" THEN 1 ELSE 0 END AS is_marketing FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN transactions AS t LEFT JOIN transactions AS o ON o.id = t.reverses_id ");
        sql.push("WHERE t.transaction_date >= k.first_day AND t.transaction_date < k.end_day) AS b GROUP BY b.n");
    }
}

//! What the books say. What takes an entry back counts on its own day, as what it takes back.

use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, percent, quotient};
use crate::{analytics::period::Window, database::Sql};

/// Sums of the books.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Books {
    /// What came in.
    revenue: Decimal,
    /// What went back.
    refunds: Decimal,
    /// What finding customers cost.
    marketing: Decimal,
    /// What campaigns cost.
    pub(super) campaigns: Decimal,
    /// What was left of the revenue in the period before.
    net_before: Decimal,
}

impl Books {
    fn net(&self) -> Decimal {
        self.revenue - self.refunds
    }
}

pub(super) const REVENUE: Metric =
    Metric::new("Revenue less refunds, by the books.", &[Part::Books], |it| Some(it.books.net())).of_days();

pub(super) const REFUND_TOTAL: Metric =
    Metric::new("Refunds, by the books.", &[Part::Books], |it| Some(it.books.refunds)).of_days().better_low();

pub(super) const REFUND_RATE: Metric = Metric::new("Refunds divided by revenue, by the books.", &[Part::Books], |it| {
    quotient(it.books.refunds, it.books.revenue)
})
.of_days()
.better_low();

pub(super) const REVENUE_GROWTH: Metric = Metric::new(
    "Revenue less that of the period before, divided by that of the period before, times 100. Refunds are taken off.",
    &[Part::Books],
    |it| percent(it.books.net() - it.books.net_before, it.books.net_before),
)
.of_days();

pub(super) const ACQUISITION_COST: Metric = Metric::new(
    "Expenses of the categories of marketing (configuration kpi.marketingCategories) divided by the new customers.",
    &[Part::Books, Part::People],
    |it| quotient(it.books.marketing, it.people.newcomers),
)
.of_days()
.better_low();

impl Figure for Books {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT ");
        for (name, condition) in [
            ("revenue", "b.kind = 'revenue'"),
            ("refunds", "b.kind = 'refund'"),
            ("marketing", "b.kind = 'expense' AND b.is_marketing = 1"),
            ("campaigns", "b.kind = 'expense' AND b.campaign_id IS NOT NULL"),
        ] {
            sql.write(format_args!("ROUND(COALESCE(SUM(CASE WHEN b.is_before = 0 AND {condition} "));
            sql.write(format_args!("THEN b.amount END), 0), 2) AS {name}, "));
        }
        sql.push("ROUND(COALESCE(SUM(CASE WHEN b.is_before = 0 THEN 0 WHEN b.kind = 'revenue' THEN b.amount ");
        sql.push("WHEN b.kind = 'refund' THEN -b.amount END), 0), 2) AS net_before FROM (");
        sql.push("SELECT COALESCE(o.type, t.type) AS kind, COALESCE(t.report_amount, t.amount) AS amount, ");
        sql.push("COALESCE(o.campaign_id, t.campaign_id) AS campaign_id, CASE WHEN t.category");
        let categories: Vec<&str> = window.marketing.iter().map(String::as_str).collect();
        sql.is_any_text(&categories).push(" THEN 1 ELSE 0 END AS is_marketing, CASE WHEN t.transaction_date < ");
        sql.bind(window.first_day).push(" THEN 1 ELSE 0 END AS is_before FROM transactions AS t ");
        sql.push("LEFT JOIN transactions AS o ON o.id = t.reverses_id WHERE t.transaction_date >= ");
        sql.bind(window.first_day_before).push(" AND t.transaction_date < ").bind(window.end_day).push(") AS b");
    }
}

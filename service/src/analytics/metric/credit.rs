//! Revenue that campaigns are credited with, by the last touch.

use entity::sea_orm_active_enums::AttributionModel;
use rust_decimal::Decimal;

use super::{Figure, Metric, Part, Spans, quotient};
use crate::{analytics::period::Window, database::Sql};

figures! {
    /// What campaigns are credited with.
    Credit {
        /// Their shares of revenue less those of refunds: amounts times percentages, which have four decimals.
        shares,
    }
}

impl Credit {
    fn revenue(&self) -> Decimal {
        Decimal::new(self.shares, 6)
    }
}

pub(super) const RETURN_ON_AD_SPEND: Metric = Metric::new(
    "Revenue that campaigns are credited with by the last touch, divided by the expenses of campaigns.",
    &[Part::Credit, Part::Books],
    |it| quotient(it.credit.revenue(), it.books.campaigns()),
)
.of_days();

pub(super) const RETURN_ON_INVESTMENT: Metric = Metric::new(
    "Revenue that campaigns are credited with by the last touch less the expenses of campaigns, divided by these, times \
     100.",
    &[Part::Credit, Part::Books],
    |it| quotient(it.credit.revenue() - it.books.campaigns(), it.books.campaigns()),
)
.of_days()
.in_percent();

/// Writes the shares `s` by a model of the entries `e` of a period, each with its sign; `is_refund` is 1 for what went
/// back. A refund is shared as the earliest revenue of its order.
pub(crate) fn write_shares<'a>(sql: &'a mut Sql, window: &Window, model: AttributionModel) -> &'a mut Sql {
    let windows = [window.clone()];
    write_shares_of(sql, &Spans::of(&windows), model)
}

/// The same for the periods `n` of `e`.
fn write_shares_of<'a>(sql: &'a mut Sql, spans: &Spans<'_>, model: AttributionModel) -> &'a mut Sql {
    sql.push("(SELECT k.n, COALESCE(t.report_amount, t.amount) * ");
    sql.push("CASE WHEN COALESCE(o.type, t.type) = 'refund' THEN -1 ELSE 1 END AS amount, ");
    sql.push("CASE WHEN COALESCE(o.type, t.type) = 'refund' THEN 1 ELSE 0 END AS is_refund, ");
    sql.push("CASE WHEN COALESCE(o.type, t.type) = 'refund' THEN (SELECT r.id FROM transactions AS r ");
    sql.push("WHERE r.order_id = COALESCE(o.order_id, t.order_id) AND r.type = 'revenue' ");
    sql.push("ORDER BY r.transaction_date, r.id LIMIT 1) ELSE COALESCE(o.id, t.id) END AS sold_id FROM ");
    spans.write(sql);
    sql.push(" CROSS JOIN transactions AS t LEFT JOIN transactions AS o ON o.id = t.reverses_id ");
    sql.push("WHERE t.transaction_date >= k.first_day AND t.transaction_date < k.end_day ");
    sql.push("AND COALESCE(o.type, t.type) IN ('revenue', 'refund')) AS e JOIN revenue_attribution AS s ");
    sql.push("ON s.transaction_id = e.sold_id AND s.attribution_model = ").literal(&model)
}

impl Figure for Credit {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT e.n, ").sum("e.amount * s.attribution_percentage", Some(4)).push(" AS shares FROM ");
        write_shares_of(sql, spans, AttributionModel::LastTouch);
        sql.push(" WHERE s.campaign_id IS NOT NULL GROUP BY e.n");
    }
}

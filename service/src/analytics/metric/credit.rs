//! Revenue that campaigns are credited with, by the last touch.

use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient};
use crate::{analytics::period::Window, database::Sql};

/// What campaigns are credited with.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Credit {
    /// A hundred times their shares of revenue less those of refunds: amounts times percentages, which have four
    /// decimals.
    hundredfold: Decimal,
}

impl Credit {
    fn revenue(&self) -> Decimal {
        self.hundredfold / Decimal::ONE_HUNDRED
    }
}

pub(super) const RETURN_ON_AD_SPEND: Metric = Metric::new(
    "Revenue that campaigns are credited with by the last touch, divided by the expenses of campaigns.",
    &[Part::Credit, Part::Books],
    |it| quotient(it.credit.revenue(), it.books.campaigns),
)
.of_days();

pub(super) const RETURN_ON_INVESTMENT: Metric = Metric::new(
    "Revenue that campaigns are credited with by the last touch less the expenses of campaigns, divided by these, times \
     100.",
    &[Part::Credit, Part::Books],
    |it| quotient((it.credit.revenue() - it.books.campaigns) * Decimal::ONE_HUNDRED, it.books.campaigns),
)
.of_days();

/// Writes the shares `s` of campaigns of the entries `e` of a period, each with its sign. A refund is shared as the
/// earliest revenue of its order.
pub(in crate::analytics) fn write_shares<'a>(sql: &'a mut Sql, window: &Window) -> &'a mut Sql {
    sql.push("(SELECT COALESCE(t.report_amount, t.amount) * ");
    sql.push("CASE WHEN COALESCE(o.type, t.type) = 'refund' THEN -1 ELSE 1 END AS amount, ");
    sql.push("CASE WHEN COALESCE(o.type, t.type) = 'refund' THEN (SELECT r.id FROM transactions AS r ");
    sql.push("WHERE r.order_id = COALESCE(o.order_id, t.order_id) AND r.type = 'revenue' ");
    sql.push("ORDER BY r.transaction_date, r.id LIMIT 1) ELSE COALESCE(o.id, t.id) END AS sold_id ");
    sql.push("FROM transactions AS t LEFT JOIN transactions AS o ON o.id = t.reverses_id WHERE t.transaction_date >= ");
    sql.bind(window.first_day).push(" AND t.transaction_date < ").bind(window.end_day);
    sql.push(" AND COALESCE(o.type, t.type) IN ('revenue', 'refund')) AS e JOIN revenue_attribution AS s ");
    sql.push("ON s.transaction_id = e.sold_id AND s.attribution_model = 'last_touch' AND s.campaign_id IS NOT NULL")
}

impl Figure for Credit {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT ROUND(COALESCE(SUM(e.amount * s.attribution_percentage), 0), 4) AS hundredfold FROM ");
        write_shares(sql, window);
    }
}

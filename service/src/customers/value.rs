//! What a customer is worth, by the books, and whether they will come again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use crate::{
    Result,
    analytics::{IS_PLACED, PLACED_AT, Unit},
    database::Sql,
};

/// What is known of a customer.
#[derive(Clone, Copy, Debug, Default, FromQueryResult)]
pub struct Bought {
    /// Revenue less refunds, in hundredths.
    net: i64,
    /// Placed orders.
    orders: i64,
    /// When the first of them was placed.
    first_at: Option<DateTime<Utc>>,
    /// When the latest of them was placed.
    latest_at: Option<DateTime<Utc>>,
}

/// The days of a year.
const YEAR: i64 = 365;
/// The microseconds of a day.
const DAY: i64 = 86_400_000_000;

impl Bought {
    /// Revenue less refunds.
    pub fn net(&self) -> Decimal {
        Decimal::new(self.net, 2)
    }

    /// The same a year; of less than a year, all of it.
    pub fn yearly(&self, now: DateTime<Utc>) -> Decimal {
        let since = self.first_at.and_then(|first| (now - first).num_microseconds()).unwrap_or_default();
        let yearly = (self.net() * Decimal::from(YEAR * DAY)).checked_div(since.max(YEAR * DAY).into());
        Unit::Money.rounded(yearly.unwrap_or_default())
    }

    /// The time since the latest order as a multiple of that between orders; none with less than three.
    pub fn churn_risk(&self, now: DateTime<Utc>) -> Option<Decimal> {
        let (first, latest) = self.first_at.zip(self.latest_at).filter(|_| self.orders >= 3)?;
        let (since, between) = ((now - latest).num_microseconds()?, (latest - first).num_microseconds()?);
        let risk = (Decimal::from(since) * Decimal::from(self.orders - 1)).checked_div(between.into())?;
        Some(Unit::Rate.rounded(risk))
    }
}

/// Writes the statement that [`read`] reads.
pub fn write(sql: &mut Sql, customers: &[Uuid]) {
    sql.push("SELECT k.id, COALESCE(b.net, 0) AS net, COALESCE(p.orders, 0) AS orders, p.first_at, p.latest_at FROM ");
    sql.keys(customers).push(" LEFT JOIN (SELECT t.customer_id, ");
    // What takes an entry back is netted with it.
    let reversed = "COALESCE((SELECT SUM(COALESCE(r.report_amount, r.amount)) FROM transactions AS r \
                    WHERE r.reverses_id = t.id), 0)";
    let amount = format!("COALESCE(t.report_amount, t.amount) + {reversed}");
    sql.sum(&format!("CASE WHEN t.type = 'refund' THEN -({amount}) ELSE {amount} END"), Some(2));
    sql.push(" AS net FROM transactions AS t WHERE t.type IN ('revenue', 'refund') AND t.customer_id");
    sql.is_any(customers).push(" GROUP BY t.customer_id) AS b ON b.customer_id = k.id ");
    sql.write(format_args!("LEFT JOIN (SELECT o.customer_id, COUNT(*) AS orders, MIN({PLACED_AT}) AS first_at, "));
    sql.write(format_args!("MAX({PLACED_AT}) AS latest_at FROM orders AS o WHERE {IS_PLACED} AND o.customer_id"));
    sql.is_any(customers).push(" GROUP BY o.customer_id) AS p ON p.customer_id = k.id");
}

/// What is known of each customer.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Bought>> {
    rows.iter().map(|row| Ok((row.try_get_by("id")?, Bought::from_query_result(row, "")?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: &str) -> DateTime<Utc> {
        format!("{day}T00:00:00Z").parse().expect("a moment")
    }

    #[test]
    fn who_stays_away_for_longer_than_usual_may_be_gone() {
        let bought =
            Bought { net: 73_000, orders: 3, first_at: Some(at("2024-01-01")), latest_at: Some(at("2024-01-21")) };
        // Every ten days, and now for five.
        let risk = bought.churn_risk(at("2024-01-26"));
        assert_eq!(risk.map(|risk| risk.to_string()).as_deref(), Some("0.5000"));
        assert_eq!(Bought { orders: 2, ..bought }.churn_risk(at("2024-01-26")), None);
        assert_eq!(bought.yearly(at("2024-06-01")).to_string(), "730.00");
        // After two years, of which one is a leap year.
        assert_eq!(bought.yearly(at("2025-12-31")).to_string(), "365.00");
    }
}

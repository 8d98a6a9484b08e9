//! How a customer compares with the others: in when they bought last, how often, and for how much.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use crate::{
    Result,
    analytics::{IS_PLACED, PLACED_AT},
    database::Sql,
};

/// Scores from 1 to 5: 1 + ⌊5 × customers with less / all customers⌋, of those with an order. Equal values have equal
/// scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Score {
    /// By the latest order.
    pub recency: i64,
    /// By the number of orders.
    pub frequency: i64,
    /// By what was paid less what was refunded.
    pub money: i64,
}

/// Writes the statement that [`read`] reads.
pub fn write(sql: &mut Sql, customers: &[Uuid]) {
    sql.push("SELECT q.id");
    for name in ["recency", "frequency", "money"] {
        sql.write(format_args!(", 1 + 5 * (q.{name} - 1) / q.number AS {name}"));
    }
    sql.push(" FROM (SELECT c.id, COUNT(*) OVER () AS number");
    for (name, value) in [("recency", "latest_at"), ("frequency", "orders"), ("money", "paid")] {
        sql.write(format_args!(", rank() OVER (ORDER BY c.{value}) AS {name}"));
    }
    sql.write(format_args!(" FROM (SELECT o.customer_id AS id, MAX({PLACED_AT}) AS latest_at, COUNT(*) AS orders, "));
    sql.sum("ROUND((o.captured_amount - o.refunded_amount) * o.exchange_rate_e10 / 10000000000.0, 4)", Some(4));
    sql.write(format_args!(" AS paid FROM orders AS o WHERE {IS_PLACED} AND o.customer_id IS NOT NULL "));
    sql.push("GROUP BY o.customer_id) AS c) AS q WHERE q.id").is_any(customers);
}

/// The scores of the customers who have an order.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Option<Score>>> {
    rows.iter().map(|row| Ok((row.try_get_by("id")?, Some(Score::from_query_result(row, "")?)))).collect()
}

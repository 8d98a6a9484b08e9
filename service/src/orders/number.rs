//! The numbers of orders.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

use crate::{Error, Result, UnitOfWork, database::columns, settings::Settings};

/// How many numbers are drawn before the call is tried again as a whole.
const DRAWS: usize = 1000;

struct Row {
    created_at: DateTime<Utc>,
}

/// Numbers that were drawn for several calls at once.
struct Drawn(VecDeque<String>);

/// Draws a number that no order has. It is counted up outside of transactions: no order waits for another one, and the
/// numbers of refused calls stay unused.
pub(super) async fn draw(unit: &UnitOfWork, settings: &Settings) -> Result<String> {
    if let Some(number) = unit.memory().of(|drawn: &mut Drawn| drawn.0.pop_front()).flatten() {
        return Ok(number);
    }
    for _ in 0..DRAWS {
        // An imported order may have it.
        if let Some(number) = some(unit, settings, 1).await?.pop_front() {
            return Ok(number);
        }
    }
    Err(Error::Collision)
}

/// Draws numbers for calls that follow in this unit.
pub(super) async fn draw_ahead(unit: &UnitOfWork, settings: &Settings, count: usize) -> Result<()> {
    if count > 0 {
        let drawn = some(unit, settings, count).await?;
        unit.memory().keep(Drawn(drawn));
    }
    Ok(())
}

/// So many numbers, in their order, but those that an order has.
async fn some(unit: &UnitOfWork, settings: &Settings, count: usize) -> Result<VecDeque<String>> {
    let prefix = &settings.order_prefix;
    let rows: Vec<Row> = (0..count).map(|_| Row { created_at: unit.now() }).collect();
    let mut sql = unit.sql();
    sql.insert("order_numbers", &columns!(Row: created_at), &[], &rows);
    sql.push(" RETURNING position, EXISTS (SELECT 1 FROM orders WHERE order_number = ").bind(prefix.as_str());
    sql.push(" || CAST(position AS text)) AS is_taken");
    let mut free = Vec::with_capacity(count);
    for drawn in unit.rows(sql).await? {
        if !drawn.try_get_by::<bool, _>("is_taken")? {
            free.push(drawn.try_get_by::<i64, _>("position")?);
        }
    }
    free.sort_unstable();
    Ok(free.into_iter().map(|position| format!("{prefix}{position}")).collect())
}

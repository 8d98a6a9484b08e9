//! Orders whose time is over: quotes, and orders that kept their stock and were neither confirmed nor paid.

use chrono::{DateTime, Utc};
use entity::{orders, sea_orm_active_enums::OrderStatus};
use uuid::Uuid;

use super::{
    cancel::{EXPIRED, end},
    lock_all,
    state::{Act, Verdict, check},
};
use crate::{Result, UnitOfWork, database::Sql, settings};

/// Whose orders end elsewhere.
pub(super) const OTHERS: [&str; 2] = ["shopify", "import"];

/// Writes the search for such orders: `id` and `due`.
pub(crate) fn write_expired(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    for (status, column, next) in
        [(OrderStatus::Pending, "hold_expires_at", " UNION ALL "), (OrderStatus::Draft, "valid_until", "")]
    {
        sql.write(format_args!("SELECT id, {column} AS due FROM orders WHERE {column} <= ")).bind(now);
        sql.push(" AND status = ").literal(&status).push(" AND source NOT IN ").list(OTHERS, |sql, source| {
            sql.write(format_args!("'{source}'"));
        });
        sql.push(next);
    }
    sql
}

/// Cancels those orders whose time is still over under their lock; how many.
pub(crate) async fn expire(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let found = lock_all(unit, ids).await?;
    let settings = settings::load(unit).await?;
    let (mut ended, now) = (0, unit.now());
    for order in found.iter().filter(|order| is_over(order, now)) {
        end(unit, &settings, order, Some(EXPIRED), true).await?;
        ended += 1;
    }
    Ok(ended)
}

/// Whether an order's time is over.
fn is_over(order: &orders::Model, now: DateTime<Utc>) -> bool {
    let due = if order.status == OrderStatus::Draft { order.valid_until } else { order.hold_expires_at };
    let ends = matches!(check(order, Act::Expire), Ok(Verdict::Becomes(_)));
    ends && due.is_some_and(|due| due <= now) && !OTHERS.contains(&order.source.as_str())
}

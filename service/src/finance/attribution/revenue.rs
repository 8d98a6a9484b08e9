//! Revenue that is credited.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use entity::sea_orm_active_enums::TransactionType;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    database::{Sql, row::enum_value},
    edit::check,
    refusal::Located,
    settings::Settings,
};

/// A transaction of revenue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Revenue {
    /// Its id.
    pub(super) id: Uuid,
    /// Who paid.
    pub(super) customer: Option<Uuid>,
    /// Until when touches led to it: when its order was placed, or the end of its day.
    pub(super) until: DateTime<Utc>,
}

/// Locks a transaction, or all revenue of an order: nobody else credits it meanwhile.
pub(super) async fn lock(
    unit: &UnitOfWork,
    settings: &Settings,
    transaction: Option<Uuid>,
    order: Option<Uuid>,
) -> Result<Vec<Revenue>> {
    match (transaction, order) {
        (Some(id), None) => {
            let by_id = |sql: &mut Sql| {
                sql.push("t.id = ").bind(id);
            };
            let found = read(unit, settings, by_id).await?;
            match &found[..] {
                [] => Err(Error::NotFound("transaction", id).located(["transactionId"])),
                [(TransactionType::Revenue, revenue)] => Ok(vec![*revenue]),
                _ => Err(check::invalid("transactionId", "the transaction is not of the type REVENUE").into()),
            }
        }
        (None, Some(id)) => {
            check_order(unit, id).await?;
            let of_order = |sql: &mut Sql| {
                sql.push("t.order_id = ").bind(id).push(" AND t.type = ").literal(&TransactionType::Revenue);
            };
            let found = read(unit, settings, of_order).await?;
            match found.is_empty() {
                true => Err(check::invalid("orderId", "nothing was received for the order yet").into()),
                false => Ok(found.into_iter().map(|(_, revenue)| revenue).collect()),
            }
        }
        _ => Err(check::invalid("transactionId", "give either `transactionId` or `orderId`").into()),
    }
}

async fn check_order(unit: &UnitOfWork, id: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM orders WHERE id = ").bind(id);
    match unit.rows(sql).await?.is_empty() {
        true => Err(Error::NotFound("order", id).located(["orderId"])),
        false => Ok(()),
    }
}

async fn read(
    unit: &UnitOfWork,
    settings: &Settings,
    condition: impl FnOnce(&mut Sql),
) -> Result<Vec<(TransactionType, Revenue)>> {
    let mut sql = unit.sql();
    sql.push("SELECT t.id, t.type, t.transaction_date, t.customer_id, o.customer_id AS order_customer_id, ");
    sql.push("o.placed_at, o.created_at AS order_created_at ");
    sql.push("FROM transactions AS t LEFT JOIN orders AS o ON o.id = t.order_id WHERE ");
    condition(&mut sql);
    sql.push(" ORDER BY t.id").for_update_of("t");
    unit.rows(sql).await?.iter().map(|row| Ok((enum_value(row, "type")?, revenue(row, settings)?))).collect()
}

fn revenue(row: &QueryResult, settings: &Settings) -> Result<Revenue> {
    let of_order: Option<Uuid> = row.try_get_by("order_customer_id")?;
    let own: Option<Uuid> = row.try_get_by("customer_id")?;
    let placed: Option<DateTime<Utc>> = row.try_get_by("placed_at")?;
    let ordered: Option<DateTime<Utc>> = row.try_get_by("order_created_at")?;
    let day: NaiveDate = row.try_get_by("transaction_date")?;
    Ok(Revenue {
        id: row.try_get_by("id")?,
        customer: of_order.or(own),
        until: placed.or(ordered).unwrap_or_else(|| end_of(day, settings)),
    })
}

/// The end of a day where the shop is.
fn end_of(day: NaiveDate, settings: &Settings) -> DateTime<Utc> {
    let end = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    let local = end.and_local_timezone(settings.time_zone).earliest();
    local.map_or_else(|| end.and_utc(), |local| local.to_utc())
}

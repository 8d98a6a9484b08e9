//! Discounts that orders use up: so often at most, and once per customer.

use std::collections::HashSet;

use entity::orders;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork,
    database::{Column, Sql, columns},
    pricing::{self, DiscountUse},
};

struct Row {
    id: Uuid,
    order_id: Uuid,
    discount_id: Uuid,
    customer_id: Option<Uuid>,
    amount: Decimal,
    is_once: bool,
}

fn columns() -> Vec<Column<Row>> {
    columns!(Row: id, order_id, discount_id, customer_id, amount, is_once).into()
}

impl Row {
    fn of(used: &DiscountUse, order: &orders::Model) -> Self {
        Self {
            id: Uuid::now_v7(),
            order_id: order.id,
            discount_id: used.discount_id,
            customer_id: order.customer_id,
            amount: used.amount,
            // Whoever is no customer cannot be known again.
            is_once: used.is_once && order.customer_id.is_some(),
        }
    }
}

/// Takes discounts for an order, whose row is there or written in the same batch before. A limit that somebody else
/// reached since the prices were read makes the call be tried again, and refused by then.
async fn take(unit: &UnitOfWork, order: &orders::Model, uses: &[DiscountUse]) -> Result<()> {
    count(unit, uses).await?;
    write(unit, order, uses);
    Ok(())
}

/// Counts uses of discounts that can be used so often at most, and holds the others: nobody removes or limits them before
/// this use is there to be counted.
pub(super) async fn count(unit: &UnitOfWork, uses: &[DiscountUse]) -> Result<()> {
    let of_kind = |is_limited: bool| -> Vec<Uuid> {
        uses.iter().filter(|used| used.is_limited == is_limited).map(|used| used.discount_id).collect()
    };
    hold_unlimited(unit, &of_kind(false)).await?;
    let limited = of_kind(true);
    if limited.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    write_recount(&mut sql, &limited, "+ 1").push("(usage_limit IS NULL OR used_count < usage_limit) RETURNING id");
    pricing::forget(unit);
    match unit.returning(sql).await?.len() == limited.len() {
        true => Ok(()),
        false => Err(Error::Collision),
    }
}

/// The discounts without a limit that a unit holds.
#[derive(Default)]
struct Held(HashSet<Uuid>);

/// Holds discounts that can be used without a limit. One that is gone or limited since the prices were read makes the
/// call be tried again.
async fn hold_unlimited(unit: &UnitOfWork, discounts: &[Uuid]) -> Result<()> {
    let new = |held: &mut Held| discounts.iter().copied().filter(|id| !held.0.contains(id)).collect::<Vec<Uuid>>();
    let new = unit.memory().of_default(new);
    if new.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM discounts WHERE id").is_any(&new);
    sql.push(" AND usage_limit IS NULL ORDER BY id").for_key_share();
    if unit.rows(sql).await?.len() != new.len() {
        return Err(Error::Collision);
    }
    unit.memory().of_default(|held: &mut Held| held.0.extend(new));
    Ok(())
}

/// Writes down which discounts an order uses; limits are counted already.
pub(super) fn write(unit: &UnitOfWork, order: &orders::Model, uses: &[DiscountUse]) {
    if uses.is_empty() {
        return;
    }
    let rows: Vec<Row> = uses.iter().map(|used| Row::of(used, order)).collect();
    if rows.iter().any(|row| row.is_once) {
        pricing::forget(unit);
    }
    unit.insert("discount_uses", &columns(), &[("created_at", unit.now().into())], &rows);
}

/// Gives back all discounts of an order.
pub(super) async fn give_back(unit: &UnitOfWork, order: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("DELETE FROM discount_uses WHERE order_id = ").bind(order).push(" RETURNING discount_id AS id");
    let discounts: Vec<Uuid> = unit.ids(sql).await?;
    uncount(unit, &discounts).await
}

/// Makes an order use these discounts, and no others.
pub(super) async fn replace(unit: &UnitOfWork, order: &orders::Model, uses: &[DiscountUse]) -> Result<()> {
    let before = used_by(unit, order.id).await?;
    let gone: Vec<Uuid> = before.iter().copied().filter(|id| uses.iter().all(|used| used.discount_id != *id)).collect();
    let (kept, new): (Vec<DiscountUse>, Vec<DiscountUse>) =
        uses.iter().cloned().partition(|used| before.contains(&used.discount_id));
    if !gone.is_empty() {
        let mut sql = unit.sql();
        sql.push("DELETE FROM discount_uses WHERE order_id = ").bind(order.id).push(" AND discount_id").is_any(&gone);
        unit.execute(sql).await?;
        uncount(unit, &gone).await?;
    }
    // Of shipping that was agreed and then free it is not known any more what was taken off.
    for used in kept.iter().filter(|used| !used.amount.is_zero()) {
        let mut sql = unit.sql();
        sql.push("UPDATE discount_uses SET amount = ").bind(used.amount);
        sql.push(" WHERE order_id = ").bind(order.id).push(" AND discount_id = ").bind(used.discount_id);
        unit.execute(sql).await?;
    }
    take(unit, order, &new).await
}

/// Takes discounts for an order beside those that it uses already.
pub(super) async fn add(unit: &UnitOfWork, order: &orders::Model, uses: &[DiscountUse]) -> Result<()> {
    if uses.is_empty() {
        return Ok(());
    }
    let before = used_by(unit, order.id).await?;
    let new: Vec<DiscountUse> = uses.iter().filter(|used| !before.contains(&used.discount_id)).cloned().collect();
    take(unit, order, &new).await
}

/// The discounts that an order uses.
async fn used_by(unit: &UnitOfWork, order: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT discount_id AS id FROM discount_uses WHERE order_id = ").bind(order);
    unit.ids(sql).await
}

/// Takes uses back from the counts of discounts that can be used so often at most.
async fn uncount(unit: &UnitOfWork, discounts: &[Uuid]) -> Result<()> {
    if discounts.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    write_recount(&mut sql, discounts, "- 1").push("usage_limit IS NOT NULL AND used_count > 0");
    unit.execute(sql).await.map(drop)
}

/// Adds the change of the counts of discounts, which are locked in the order of their ids; what follows is its
/// condition.
fn write_recount<'a>(sql: &'a mut Sql, discounts: &[Uuid], change: &str) -> &'a mut Sql {
    sql.push("WITH locked(locked_id) AS (SELECT id FROM discounts WHERE id").is_any(discounts);
    sql.push(" ORDER BY id").for_update().push(") UPDATE discounts SET used_count = used_count ").push(change);
    sql.push(" FROM locked WHERE id = locked_id AND ")
}

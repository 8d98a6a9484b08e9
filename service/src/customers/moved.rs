//! What belongs to customers who are merged: it becomes that of the customer who stays.

use uuid::Uuid;

use super::subscriptions;
use crate::{Result, UnitOfWork, segments};

/// The tables whose rows only get another customer, in the order of locks, each with what else is written.
const TABLES: [(&str, Touched); 5] = [
    ("transactions", Touched::Nothing),
    ("consents", Touched::Nothing),
    ("touchpoints", Touched::Nothing),
    ("customer_interactions", Touched::Version),
    ("campaign_recipients", Touched::Time),
];

/// What a table keeps of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touched {
    Nothing,
    /// When it was.
    Time,
    /// When it was, and how many there were.
    Version,
}

/// Moves all but the orders. Customers are locked, those who go have their aliases; `emails` are the addresses of all.
pub(super) async fn all(unit: &UnitOfWork, from: &[Uuid], into: Uuid, emails: &[&str]) -> Result<()> {
    discount_uses(unit, from, into).await?;
    memberships(unit, from, into).await?;
    subscriptions::hand_over(unit, from, into, emails).await?;
    for (table, touched) in TABLES {
        let mut sql = unit.sql();
        sql.write(format_args!("UPDATE {table} SET customer_id = ")).bind(into);
        if touched != Touched::Nothing {
            sql.push(", updated_at = ").bind(unit.now());
        }
        if touched == Touched::Version {
            sql.push(", version = version + 1");
        }
        sql.push(" WHERE customer_id").is_any(from);
        unit.execute(sql).await?;
    }
    Ok(())
}

/// A discount "once per customer" that several of them used stays used once: by the oldest use.
async fn discount_uses(unit: &UnitOfWork, from: &[Uuid], into: Uuid) -> Result<()> {
    let all: Vec<Uuid> = from.iter().copied().chain([into]).collect();
    let mut sql = unit.sql();
    sql.push("UPDATE discount_uses SET is_once = FALSE WHERE is_once AND customer_id").is_any(&all);
    sql.push(" AND EXISTS (SELECT 1 FROM discount_uses AS o WHERE o.discount_id = discount_uses.discount_id ");
    sql.push("AND o.is_once AND o.id < discount_uses.id AND o.customer_id").is_any(&all).push(")");
    unit.execute(sql).await?;
    let mut sql = unit.sql();
    sql.push("UPDATE discount_uses SET customer_id = ").bind(into).push(" WHERE customer_id").is_any(from);
    unit.execute(sql).await.map(drop)
}

/// In each segment the higher score counts, and who was put there by hand stays.
async fn memberships(unit: &UnitOfWork, from: &[Uuid], into: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM customer_segments WHERE id IN (SELECT segment_id FROM customer_segment_members ");
    sql.push("WHERE customer_id").is_any(from).push(") ORDER BY id").for_update();
    let theirs: Vec<Uuid> = unit.ids(sql).await?;
    if theirs.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("INSERT INTO customer_segment_members ");
    sql.push("(customer_id, segment_id, score, assigned_at, is_manual, created_at, updated_at) SELECT ").bind(into);
    sql.push(", segment_id, MAX(score), MIN(assigned_at), MAX(CASE WHEN is_manual THEN 1 ELSE 0 END) = 1, ");
    sql.bind(unit.now()).push(", ").bind(unit.now()).push(" FROM customer_segment_members WHERE customer_id");
    sql.is_any(from).push(" GROUP BY segment_id ON CONFLICT (customer_id, segment_id) DO UPDATE SET ");
    sql.push("score = CASE WHEN excluded.score > customer_segment_members.score THEN excluded.score ");
    sql.push("ELSE customer_segment_members.score END, ");
    sql.push("is_manual = (customer_segment_members.is_manual OR excluded.is_manual), ");
    sql.push("updated_at = excluded.updated_at");
    unit.execute(sql).await?;
    let mut sql = unit.sql();
    sql.push("DELETE FROM customer_segment_members WHERE customer_id").is_any(from);
    unit.execute(sql).await?;
    segments::count(unit, &theirs).await.map(drop)
}

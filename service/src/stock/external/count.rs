//! How many pieces another system has.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{StockMovementKind, StockPolicy};
use serde_json::json;
use uuid::Uuid;

use super::Keeping;
use crate::{
    Result, UnitOfWork,
    events::EventKind,
    stock::{backorder::fill, movement::Cause, shelves::Shelves},
};

/// Why the quantity changed.
const REASON: &str = "counted by Shopify";

/// What became of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// It is what is available here now.
    Set,
    /// A later count is known.
    Stale,
    /// The quantities here count: this many pieces are available.
    Differs(i32),
    /// Nobody counts the variant.
    Untracked,
}

/// Takes over how many pieces of a variant are free to sell at a location, as another system said at a time; where the
/// quantities here count, nothing is written.
pub(crate) async fn count(
    unit: &mut UnitOfWork,
    keeping: Keeping,
    (variant_id, location): (Uuid, &str),
    available: i32,
    at: DateTime<Utc>,
) -> Result<Counted> {
    let mut shelves = Shelves::lock(unit, [variant_id]).await?;
    let variant = shelves.variant(variant_id)?;
    if variant.policy == StockPolicy::Untracked {
        return Ok(Counted::Untracked);
    }
    let known = shelves.at(variant_id, location).map(|level| (level.id, level.now.available));
    if let Some((level, _)) = known
        && told_at(unit, level).await?.is_some_and(|told| told > at)
    {
        return Ok(Counted::Stale);
    }
    let here = known.map_or(0, |(_, here)| here);
    if keeping == Keeping::Own {
        return Ok(if here == available { Counted::Set } else { Counted::Differs(here) });
    }
    let more = available.saturating_sub(here);
    shelves.check_room(variant, more, "available")?;
    let level = shelves.at_or_new(variant_id, location).id;
    if more != 0 {
        shelves.add(level, more, Cause::given(StockMovementKind::Sync, Some(REASON)))?;
        shelves.count(level, unit.now());
        shelves.tell(level, EventKind::StockSet, json!({ "change": more, "reason": REASON }));
    }
    fill(unit, &mut shelves).await?;
    shelves.save(unit).await?;
    // After the row is written, which may be new.
    let mut sql = unit.sql();
    sql.push("UPDATE inventory SET source_updated_at = ").bind(at).push(" WHERE id = ").bind(level);
    unit.execute(sql).await?;
    Ok(Counted::Set)
}

/// When the other system last reported a stock row.
async fn told_at(unit: &UnitOfWork, level: Uuid) -> Result<Option<DateTime<Utc>>> {
    let mut sql = unit.sql();
    sql.push("SELECT source_updated_at FROM inventory WHERE id = ").bind(level);
    let rows = unit.rows(sql).await?;
    Ok(rows.first().map(|row| row.try_get_by("source_updated_at")).transpose()?.flatten())
}

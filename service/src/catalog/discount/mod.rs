//! Discounts: rules that people change without a release.
//!
//! - [`save`], [`remove`]: one of them. [`conditions`]: when it applies.

pub mod conditions;
pub mod remove;
pub mod save;

use uuid::Uuid;

use crate::{Result, UnitOfWork};

/// How many orders use a discount, which must be held: no further one begins to.
async fn uses(unit: &UnitOfWork, discount: Uuid) -> Result<i32> {
    let mut sql = unit.sql();
    sql.push("SELECT CAST(COUNT(*) AS bigint) AS uses FROM discount_uses WHERE discount_id = ").bind(discount);
    let rows = unit.rows(sql).await?;
    let uses: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by("uses"))?;
    Ok(i32::try_from(uses).unwrap_or(i32::MAX))
}

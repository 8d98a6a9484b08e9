//! Who waits for pieces: whoever has waited longest is served first.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::ReservationStatus;
use uuid::Uuid;

use super::{reservation::Reservations, shelves::Shelves};
use crate::{Result, UnitOfWork, database::Sql, settings};

/// Adds the variants that somebody waits for although some of these locations have pieces, and since when: nobody
/// looked, such as after an import, or somebody else held the row.
pub(crate) fn write_unserved<'a>(sql: &'a mut Sql, locations: &[String]) -> &'a mut Sql {
    let locations: Vec<&str> = locations.iter().map(String::as_str).collect();
    sql.push("SELECT w.id, w.due FROM (SELECT product_variant_id AS id, MIN(created_at) AS due ");
    sql.push("FROM stock_reservations WHERE status = ").literal(&ReservationStatus::Backordered);
    sql.push(" GROUP BY product_variant_id) AS w WHERE EXISTS (SELECT 1 FROM inventory AS i ");
    sql.push("WHERE i.product_variant_id = w.id AND i.quantity_available > 0 AND i.location");
    sql.is_any_text(&locations).push(")")
}

/// Serves those who wait for these variants; how many got something.
pub(crate) async fn serve_waiting(unit: &mut UnitOfWork, variants: &[Uuid]) -> Result<usize> {
    let mut shelves = Shelves::lock(unit, variants.iter().copied()).await?;
    let served = serve(unit, &mut shelves, variants.iter().copied()).await?;
    shelves.save(unit).await?;
    Ok(served)
}

/// Gives pieces that have become free to whoever waits for some.
pub(super) async fn fill(unit: &UnitOfWork, shelves: &mut Shelves) -> Result<()> {
    let freed = shelves.freed();
    serve(unit, shelves, freed).await.map(drop)
}

/// Gives pieces of variants that are free to whoever waits for some, from the shop's locations in their order; how many
/// got something.
pub(super) async fn serve(
    unit: &UnitOfWork,
    shelves: &mut Shelves,
    variants: impl IntoIterator<Item = Uuid>,
) -> Result<usize> {
    let free: Vec<Uuid> = variants.into_iter().filter(|variant| shelves.available(*variant) > 0).collect();
    // Each wants one piece at least.
    let enough = match free[..] {
        [] => return Ok(0),
        [only] => Some(shelves.available(only)),
        _ => None,
    };
    // Whoever holds one of them gives it up or ships it, and then asks for itself.
    let mut waiting = Reservations::lock_free(unit, enough, |sql| {
        sql.push("r.status = ").literal(&ReservationStatus::Backordered);
        sql.push(" AND r.product_variant_id").is_any(&free);
    })
    .await?;
    if waiting.rows().is_empty() {
        return Ok(0);
    }
    let locations = settings::load(unit).await?.locations;
    let mut served = BTreeSet::new();
    for place in 0..waiting.rows().len() {
        for location in &locations {
            let Some(row) = waiting.rows().get(place).filter(|row| row.inventory_id.is_none()) else { break };
            let Some(level) = shelves.at(row.product_variant_id, location) else { continue };
            let (id, quantity) = (level.id, level.now.available.min(row.quantity));
            if quantity < 1 {
                continue;
            }
            shelves.promise(id, quantity)?;
            waiting.change(place, quantity, |row| {
                row.status = ReservationStatus::Ordered;
                row.inventory_id = Some(id);
            });
            served.insert(place);
        }
    }
    shelves.keep(waiting);
    Ok(served.len())
}

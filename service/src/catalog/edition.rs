//! Limited editions: how many pieces of a variant were sold, and what ends with the last one.
//!
//! Pieces are counted whether the variant is an edition or not: it may become one. What is available, reserved and sold
//! together never exceeds the edition. A sold-out edition ends its variant for good. Selling moves no version: that
//! counts edits.

use std::collections::BTreeMap;

use entity::{product_variants, sea_orm_active_enums::EventAggregate};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
};

/// Pieces of a variant that left the shop, or came back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    /// The variant.
    pub(crate) variant_id: Uuid,
    /// How many.
    pub(crate) quantity: i32,
}

/// Counts pieces as sold, and ends the editions that are sold out. Called when parcels ship, after the stock rows are
/// locked.
pub(crate) async fn sell(unit: &mut UnitOfWork, pieces: &[Pieces]) -> Result<()> {
    count(unit, pieces, 1).await
}

/// Counts pieces as not sold again, before they go back into stock. What was sold out stays off sale until somebody
/// puts it on sale again.
pub(crate) async fn take_back(unit: &mut UnitOfWork, pieces: &[Pieces]) -> Result<()> {
    count(unit, pieces, -1).await
}

/// How an edition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edition {
    size: i32,
    sold: i32,
}

impl Edition {
    /// That of a variant, if it has one.
    fn of(variant: &product_variants::Model) -> Option<Self> {
        Some(Self { size: variant.edition_size?, sold: variant.edition_sold })
    }

    fn is_sold_out(self) -> bool {
        self.sold >= self.size
    }

    /// Whether less than a tenth is left, but something.
    fn is_low(self) -> bool {
        let left = i64::from(self.size) - i64::from(self.sold);
        left > 0 && left * 10 < i64::from(self.size)
    }
}

/// Whether all pieces of a variant's edition were sold.
pub(crate) fn is_sold_out(variant: &product_variants::Model) -> bool {
    Edition::of(variant).is_some_and(Edition::is_sold_out)
}

/// Tells what a change of an edition's size came to.
pub(super) fn tell_resized(
    unit: &mut UnitOfWork,
    before: Option<&product_variants::Model>,
    after: &product_variants::Model,
) {
    if let Some(edition) = Edition::of(after) {
        tell(unit, after.id, after.product_id, before.and_then(Edition::of), edition);
    }
}

/// Adds to what was sold, or takes off it.
async fn count(unit: &mut UnitOfWork, pieces: &[Pieces], sign: i32) -> Result<()> {
    let mut by_variant: BTreeMap<Uuid, i32> = BTreeMap::new();
    for Pieces { variant_id, quantity } in pieces {
        let sum = by_variant.entry(*variant_id).or_default();
        *sum = sum.saturating_add(quantity.saturating_mul(sign));
    }
    let changes: Vec<Sold> = by_variant.iter().map(|(id, change)| Sold { variant_id: *id, change: *change }).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    // In one order everywhere, so that two parcels wait instead of blocking each other.
    sql.push("WITH locked AS (SELECT v.id AS variant_id, k.change FROM ").records(&sold_columns(), &changes);
    sql.push(" JOIN product_variants AS v ON v.id = k.variant_id ORDER BY v.id");
    // Not beyond the largest number: of what is no edition any number can be sold.
    sql.for_update().push(") UPDATE product_variants SET edition_sold = CASE WHEN locked.change > ");
    sql.write(format_args!("{0} - edition_sold THEN {0} ELSE edition_sold + locked.change END, ", i32::MAX));
    sql.push("is_available = CASE WHEN edition_size IS NULL THEN is_available ");
    sql.push("ELSE (is_available AND edition_sold + locked.change < edition_size) END ");
    sql.push("FROM locked WHERE product_variants.id = locked.variant_id ");
    sql.push("RETURNING id, product_id, edition_size, edition_sold");
    for row in unit.rows(sql).await? {
        let (id, product): (Uuid, Uuid) = (row.try_get_by("id")?, row.try_get_by("product_id")?);
        let Some(size) = row.try_get_by("edition_size")? else { continue };
        let after = Edition { size, sold: row.try_get_by("edition_sold")? };
        let change = by_variant.get(&id).copied().unwrap_or_default();
        tell(unit, id, product, Some(Edition { sold: after.sold.saturating_sub(change), ..after }), after);
    }
    Ok(())
}

/// A row of the statement.
struct Sold {
    variant_id: Uuid,
    change: i32,
}

fn sold_columns() -> Vec<Column<Sold>> {
    columns!(Sold: variant_id, change).into()
}

/// Tells of an edition that has just sold out, or of which little is left.
fn tell(unit: &mut UnitOfWork, variant: Uuid, product: Uuid, before: Option<Edition>, after: Edition) {
    let kind = match () {
        () if after.is_sold_out() && !before.is_some_and(Edition::is_sold_out) => EventKind::VariantSoldOut,
        () if after.is_low() && !before.is_some_and(Edition::is_low) => EventKind::VariantEditionLow,
        () => return,
    };
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Product,
        aggregate_id: product,
        // The product itself did not change.
        aggregate_version: 0,
        agent_id: None,
        execution_id: None,
        changes: object(json!({ "variantId": variant, "editionSize": after.size, "editionSold": after.sold })),
    });
}

/// The members of a JSON object.
fn object(value: Json) -> Map<String, Json> {
    match value {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_is_less_than_a_tenth() {
        let low = |size, sold| Edition { size, sold }.is_low();
        assert!(!low(100, 90));
        assert!(low(100, 91));
        assert!(low(100, 99));
        assert!(!low(100, 100), "sold out");
        assert!(!low(5, 4), "one of five is a fifth");
        assert!(low(11, 10));
        assert!(Edition { size: 1, sold: 1 }.is_sold_out());
    }
}

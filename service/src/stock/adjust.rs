//! Correcting how many pieces there are.

use entity::sea_orm_active_enums::StockMovementKind;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    item::{Changed, changes_stock, check_location, check_reason},
    movement::Cause,
    plan::{insufficient, short_line},
    shelves::Shelves,
};
use crate::{Result, edit::check, events::EventKind};

changes_stock! {
    /// Adds to stock or takes off it.
    Adjust(Correction) = AdjustStock,
    |item, shelves, variant, _now| item.adjust(shelves, variant)
}

/// How many pieces of a variant there are more, or less.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// The variant.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// Where; a new stock row if there is none.
    pub location: String,
    /// How many more are free to sell; fewer, below 0.
    pub delta: i32,
    /// Why.
    pub reason: Option<String>,
}

impl Correction {
    fn adjust(&self, shelves: &mut Shelves, variant: Uuid) -> Result<Changed> {
        check_location("location", &self.location)?;
        check_reason(self.reason.as_deref())?;
        if self.delta == 0 {
            return Err(check::invalid("delta", "`delta` is 0").into());
        }
        let before = shelves.at(variant, &self.location).map(|level| level.now).unwrap_or_default();
        let of_variant = shelves.variant(variant)?;
        if i64::from(before.available) + i64::from(self.delta) < 0 {
            let wanted = self.delta.saturating_neg();
            let line = short_line(of_variant, Some(self.location.clone()), wanted, before.available);
            return Err(insufficient(vec![line]).at(["delta"]).into());
        }
        shelves.check_room(of_variant, self.delta, "delta")?;
        let level = shelves.at_or_new(variant, &self.location).id;
        shelves.add(level, self.delta, Cause::given(StockMovementKind::Adjust, self.reason.as_deref()))?;
        shelves.tell(level, EventKind::StockAdjusted, json!({ "change": self.delta, "reason": self.reason }));
        Ok(Changed { inventory_level: level, before })
    }
}

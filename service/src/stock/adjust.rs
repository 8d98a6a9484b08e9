//! Correcting how many pieces there are.

use entity::sea_orm_active_enums::StockMovementKind;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    item::{Changed, OfVariant, check_location, check_reason, each},
    movement::Cause,
    plan::{insufficient, short_line},
    shelves::Shelves,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    batch::{ItemResult, OnError},
    edit::check,
    events::EventKind,
};

/// Adds to stock or takes off it.
#[derive(Clone, Debug, Serialize)]
pub struct Adjust {
    /// Of what, and where.
    pub items: Vec<Correction>,
    /// What a refused item means for the others.
    pub on_error: OnError,
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

impl Verb for Adjust {
    type Outcome = Vec<ItemResult<Changed>>;
    const OPERATION: Operation = Operation::AdjustStock;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        each(unit, self.on_error, &self.items, |shelves, variant, item| item.adjust(shelves, variant)).await
    }
}

impl OfVariant for Correction {
    fn variant(&self) -> (Option<Uuid>, Option<&str>) {
        (self.variant_id, self.sku.as_deref())
    }
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

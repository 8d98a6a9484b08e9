//! Pieces that come in.

use entity::sea_orm_active_enums::StockMovementKind;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    item::{Changed, OfVariant, check_location, each},
    movement::Cause,
    shelves::Shelves,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    batch::{ItemResult, OnError},
    edit::check,
    events::EventKind,
};

/// Receives stock: whoever has waited longest for pieces gets them first.
#[derive(Clone, Debug, Serialize)]
pub struct Receive {
    /// Of what, and where.
    pub items: Vec<Receipt>,
    /// What a refused item means for the others.
    pub on_error: OnError,
}

/// Pieces of a variant that came in.
#[derive(Clone, Debug, Serialize)]
pub struct Receipt {
    /// The variant.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// Where; a new stock row if there is none.
    pub location: String,
    /// How many.
    pub quantity: i32,
    /// Whether they are those that were on their way, of which there are fewer then.
    pub from_incoming: bool,
}

impl Verb for Receive {
    type Outcome = Vec<ItemResult<Changed>>;
    const OPERATION: Operation = Operation::ReceiveStock;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        each(unit, self.on_error, &self.items, |shelves, variant, item| item.receive(shelves, variant)).await
    }
}

impl OfVariant for Receipt {
    fn variant(&self) -> (Option<Uuid>, Option<&str>) {
        (self.variant_id, self.sku.as_deref())
    }
}

impl Receipt {
    fn receive(&self, shelves: &mut Shelves, variant: Uuid) -> Result<Changed> {
        check_location("location", &self.location)?;
        check::within("quantity", self.quantity, 1..=i32::MAX)?;
        shelves.check_room(shelves.variant(variant)?, self.quantity, "quantity")?;
        let before = shelves.at_or_new(variant, &self.location);
        let (level, before) = (before.id, before.now);
        shelves.add(level, self.quantity, Cause::given(StockMovementKind::Receive, None))?;
        if self.from_incoming {
            // More may come than was announced.
            shelves.expect(level, before.incoming.saturating_sub(self.quantity).max(0))?;
        }
        shelves.tell(level, EventKind::StockReceived, json!({ "change": self.quantity }));
        Ok(Changed { inventory_level: level, before })
    }
}

//! Pieces that come in.

use entity::sea_orm_active_enums::StockMovementKind;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    item::{Changed, changes_stock, check_location},
    movement::Cause,
    shelves::Shelves,
};
use crate::{Result, edit::check, events::EventKind};

changes_stock! {
    /// Receives stock: the oldest backorders get their pieces first.
    Receive(Receipt) = ReceiveStock,
    |item, shelves, variant, _now| item.receive(shelves, variant)
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

//! Moving pieces to another location.

use entity::sea_orm_active_enums::StockMovementKind;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    item::{check_location, each, names_variant},
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
    value,
};

/// Moves pieces that are free to sell from one location to another.
#[derive(Clone, Debug, Serialize)]
pub struct Transfer {
    /// Where they are.
    pub from: String,
    /// Where they go; new stock rows if there are none.
    pub to: String,
    /// Of what.
    pub items: Vec<Move>,
    /// What a refused item means for the others.
    pub on_error: OnError,
}

/// Pieces of a variant that move.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// The variant.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// How many.
    pub quantity: i32,
}

/// The stock rows that pieces moved between.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// Where they were.
    pub from: Uuid,
    /// Where they are.
    pub to: Uuid,
}

impl Verb for Transfer {
    type Outcome = Vec<ItemResult<Moved>>;
    const OPERATION: Operation = Operation::TransferStock;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        value::check_text("from", &self.from)?;
        Ok(value::check_text("to", &self.to)?)
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        check_location("from", &self.from)?;
        check_location("to", &self.to)?;
        if self.from == self.to {
            return Err(check::invalid("to", "`to` is the same location as `from`").into());
        }
        each(unit, self.on_error, &self.items, |shelves, variant, item| self.move_one(shelves, variant, item)).await
    }
}

names_variant!(Move);

impl Transfer {
    fn move_one(&self, shelves: &mut Shelves, variant: Uuid, item: &Move) -> Result<Moved> {
        check::within("quantity", item.quantity, 1..=i32::MAX)?;
        let there = shelves.at(variant, &self.from).map(|level| (level.id, level.now.available));
        let Some((from, _)) = there.filter(|(_, available)| *available >= item.quantity) else {
            let available = there.map_or(0, |(_, available)| available);
            let line = short_line(shelves.variant(variant)?, Some(self.from.clone()), item.quantity, available);
            return Err(insufficient(vec![line]).at(["quantity"]).into());
        };
        let to = shelves.at_or_new(variant, &self.to).id;
        for (level, change) in [(from, item.quantity.saturating_neg()), (to, item.quantity)] {
            shelves.add(level, change, Cause::given(StockMovementKind::Transfer, None))?;
            let more = json!({ "change": change, "from": self.from, "to": self.to });
            shelves.tell(level, EventKind::StockTransferred, more);
        }
        Ok(Moved { from, to })
    }
}

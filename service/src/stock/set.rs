//! Saying how many pieces there are.

use chrono::{DateTime, Utc};
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
use crate::{
    Change, Result,
    edit::check,
    events::EventKind,
    refusal::{Code, Facts, Refusal},
};

changes_stock! {
    /// Sets stock to what was counted.
    Set(Count) = SetStock,
    |item, shelves, variant, now| item.set(shelves, variant, now)
}

/// How many pieces of a variant there are at a location.
#[derive(Clone, Debug, Serialize)]
pub struct Count {
    /// The variant.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// Where; a new stock row if there is none.
    pub location: String,
    /// How many are free to sell.
    pub available: Option<i32>,
    /// Or how many are there, promised ones too.
    pub on_hand: Option<i32>,
    /// How many are on their way. Default: as before.
    pub incoming: Option<i32>,
    /// The same quantity as the caller last read it; none to skip the comparison. Required.
    pub change_from_quantity: Change<Option<i32>>,
    /// Why.
    pub reason: Option<String>,
}

impl Count {
    fn set(&self, shelves: &mut Shelves, variant: Uuid, now: DateTime<Utc>) -> Result<Changed> {
        check_location("location", &self.location)?;
        check_reason(self.reason.as_deref())?;
        let before = shelves.at(variant, &self.location).map(|level| level.now).unwrap_or_default();
        let (field, wanted, current) = match (self.available, self.on_hand) {
            (Some(available), None) => ("available", available, before.available),
            (None, Some(on_hand)) => ("onHand", on_hand, before.on_hand()),
            _ => return Err(check::invalid("available", "exactly one of `available` and `onHand` is needed").into()),
        };
        check::within(field, wanted, 0..=i32::MAX)?;
        check::within("incoming", self.incoming.unwrap_or_default(), 0..=i32::MAX)?;
        self.check_seen(current)?;
        let of_variant = shelves.variant(variant)?;
        let more = wanted.saturating_sub(current);
        if before.available.saturating_add(more) < 0 {
            let line = short_line(of_variant, Some(self.location.clone()), before.reserved, wanted);
            return Err(insufficient(vec![line]).at([field]).into());
        }
        shelves.check_room(of_variant, more, field)?;
        let level = shelves.at_or_new(variant, &self.location).id;
        shelves.add(level, more, Cause::given(StockMovementKind::Count, self.reason.as_deref()))?;
        if let Some(incoming) = self.incoming {
            shelves.expect(level, incoming)?;
        }
        shelves.count(level, now);
        shelves.tell(level, EventKind::StockSet, json!({ "change": more, "reason": self.reason }));
        Ok(Changed { inventory_level: level, before })
    }

    /// Refuses a count of what was changed since the caller looked.
    fn check_seen(&self, current: i32) -> Result<(), Refusal> {
        let field = "changeFromQuantity";
        match self.change_from_quantity {
            Change::Keep => Err(check::invalid(
                field,
                format!("`{field}` is required: the quantity that you last read, or null to skip the comparison"),
            )),
            Change::Set(Some(seen)) if seen != current => {
                let message = format!("the quantity was changed in the meantime: it is now {current}");
                Err(Refusal::new(Code::StaleQuantity, message).at([field]).with(Facts::Quantity(current)))
            }
            Change::Set(_) => Ok(()),
        }
    }
}

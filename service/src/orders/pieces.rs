//! Pieces of an order's items, as parcels and returns name them.

use std::collections::HashSet;

use entity::order_items;
use serde::Serialize;
use uuid::Uuid;

use super::wanted::check_quantity;
use crate::{
    batch::check_size,
    refusal::{At, Code, Refusal},
};

/// Pieces of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ItemQuantity {
    /// The item.
    pub item_id: Uuid,
    /// How many.
    pub quantity: i32,
}

/// Finds the items that lines name, in the order of the lines. Refused are no lines at all, too many, and an item that
/// is none of these or is named twice.
pub(super) fn find<'a>(
    items: &'a [order_items::Model],
    lines: &[ItemQuantity],
) -> Result<Vec<(&'a order_items::Model, i32)>, Refusal> {
    check_size("lines", lines.len())?;
    if lines.is_empty() {
        return Err(Refusal::invalid("lines", "`lines` is empty"));
    }
    let mut named = HashSet::new();
    let one = |(index, line): (usize, &ItemQuantity)| {
        let place = ["lines", &index.to_string()];
        let item = items.iter().find(|item| item.id == line.item_id);
        let item = item.ok_or_else(|| unknown(line.item_id)).under(place)?;
        check_quantity(line.quantity).under(place)?;
        match named.insert(line.item_id) {
            true => Ok((item, line.quantity)),
            false => Err(Refusal::invalid("itemId", "the item is given twice").under(place)),
        }
    };
    lines.iter().enumerate().map(one).collect()
}

/// A refusal of an item that the order does not have.
pub(super) fn unknown(item: Uuid) -> Refusal {
    Refusal::new(Code::NotFound, format!("the order has no item {item}")).at(["itemId"])
}

/// Refuses more pieces of an item than there are; `which` says of which sort.
pub(super) fn check_most(item: &order_items::Model, pieces: i32, there: i32, which: &str) -> Result<(), Refusal> {
    match pieces > there {
        true => Err(Refusal::invalid("quantity", format!("only {there} pieces of {:?} {which}", item.title))),
        false => Ok(()),
    }
}

/// A sum of pieces, as the database has it.
pub(super) fn whole(pieces: i64) -> i32 {
    i32::try_from(pieces).unwrap_or(i32::MAX)
}

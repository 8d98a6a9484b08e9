//! What a receipt of goods comes to.

use entity::{order_items, return_lines};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::receive::ReceivedLine;
use crate::{
    UnitOfWork,
    edit::check,
    orders::{
        lines::touch,
        pieces::{self, ItemQuantity, check_most},
    },
    refusal::{At, Refusal},
    settings::Settings,
    stock::Back,
};

/// Pieces of a return that came back.
#[derive(Debug)]
pub(super) struct Receipt {
    /// The lines of the return that changed.
    pub(super) lines: Vec<return_lines::Model>,
    /// The items of the order that changed.
    pub(super) items: Vec<order_items::Model>,
    /// The items with the pieces that came back.
    pub(super) received: Vec<(Uuid, i32)>,
    /// Those of the pieces that are to go into stock.
    pub(super) restocked: Vec<Back>,
    /// Whether nothing else is to come back.
    pub(super) is_last: bool,
}

impl Receipt {
    /// Works it out. Refused are pieces that are not in the return, or came back before.
    pub(super) fn of(
        unit: &UnitOfWork,
        settings: &Settings,
        received: &[ReceivedLine],
        lines: &[return_lines::Model],
        items: &[order_items::Model],
    ) -> Result<Self, Refusal> {
        let of_return = |item: &&order_items::Model| lines.iter().any(|line| line.order_item_id == item.id);
        let items: Vec<order_items::Model> = items.iter().filter(of_return).cloned().collect();
        let named: Vec<ItemQuantity> = received.iter().map(ReceivedLine::pieces).collect();
        let found = pieces::find(&items, &named)?;
        let main = settings.locations.first().map_or("main", String::as_str);
        let mut receipt = Self {
            lines: Vec::with_capacity(found.len()),
            items: Vec::with_capacity(found.len()),
            received: Vec::with_capacity(found.len()),
            restocked: Vec::new(),
            is_last: false,
        };
        for (index, ((item, _), line)) in found.into_iter().zip(received).enumerate() {
            if let Some(row) = lines.iter().find(|row| row.order_item_id == item.id) {
                receipt.add(unit, line, row, item, main).under(["lines", &index.to_string()])?;
            }
        }
        let is_there = |row: &return_lines::Model| {
            let changed = receipt.lines.iter().find(|line| line.order_item_id == row.order_item_id);
            changed.unwrap_or(row).received_quantity >= row.quantity
        };
        receipt.is_last = lines.iter().all(is_there);
        Ok(receipt)
    }

    fn add(
        &mut self,
        unit: &UnitOfWork,
        line: &ReceivedLine,
        row: &return_lines::Model,
        item: &order_items::Model,
        main: &str,
    ) -> Result<(), Refusal> {
        let quantity = line.quantity;
        let open = (row.quantity - row.received_quantity).min(item.fulfilled_quantity - item.returned_quantity);
        check_most(item, quantity, open.max(0), "are still to come back")?;
        let restocked = line.restocked_quantity.unwrap_or(quantity);
        check::within("restockedQuantity", restocked, 0..=quantity)?;
        let location = line.location.as_deref().unwrap_or(main);
        check::text("location", location, check::NAME)?;
        let mut row = row.clone();
        row.received_quantity += quantity;
        row.updated_at = unit.now().into();
        // Pieces of a variant that is gone have no place in stock.
        if let Some(variant_id) = item.product_variant_id.filter(|_| restocked > 0) {
            let location = location.to_owned();
            self.restocked.push(Back { order_item_id: item.id, variant_id, quantity: restocked, location });
        }
        let mut item = item.clone();
        item.returned_quantity += quantity;
        touch(unit, &mut item);
        self.received.push((item.id, quantity));
        self.lines.push(row);
        self.items.push(item);
        Ok(())
    }

    /// Notes the items whose pieces the stock took: those whose stock is not kept stay out.
    pub(super) fn note_restocked(&mut self, taken: &[Uuid]) {
        self.restocked.retain(|back| taken.contains(&back.order_item_id));
        for back in &self.restocked {
            for row in self.lines.iter_mut().filter(|row| row.order_item_id == back.order_item_id) {
                row.restocked_quantity += back.quantity;
                row.location = Some(back.location.clone());
            }
        }
    }

    /// How events and the audit log tell of it.
    pub(super) fn told(&self) -> Json {
        let restocked = |item: Uuid| self.restocked.iter().find(|back| back.order_item_id == item);
        let line = |(item, quantity): &(Uuid, i32)| {
            let back = restocked(*item);
            json!({
                "itemId": item,
                "quantity": quantity,
                "restockedQuantity": back.map_or(0, |back| back.quantity),
                "location": back.map(|back| &back.location),
            })
        };
        self.received.iter().map(line).collect()
    }
}

impl ReceivedLine {
    fn pieces(&self) -> ItemQuantity {
        ItemQuantity { item_id: self.item_id, quantity: self.quantity }
    }
}

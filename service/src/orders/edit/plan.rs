//! What becomes of which item.

use std::collections::HashMap;

use entity::{order_items, sea_orm_active_enums::ParcelStatus};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::LineChange;
use crate::{
    Result, UnitOfWork,
    orders::{pieces::unknown, wanted::check_quantity},
    pricing::{VariantRef, WishLine},
    refusal::{At, Refusal},
};

/// The items of an order, each with how many pieces it has then, and the new lines.
#[derive(Debug)]
pub(super) struct Plan {
    /// The items that stay or go, in their order.
    pub(super) items: Vec<(order_items::Model, i32)>,
    /// The new lines.
    pub(super) new: Vec<NewLine>,
}

/// A new line.
#[derive(Clone, Debug)]
pub(super) struct NewLine {
    index: usize,
    variant: VariantRef,
    quantity: i32,
    unit_price: Option<Decimal>,
}

impl NewLine {
    /// The line as it is priced.
    pub(super) fn wish(&self) -> WishLine {
        let line = WishLine::new(self.index, self.variant.clone(), self.quantity, self.unit_price);
        WishLine { path: path(self.index), ..line }
    }
}

impl Plan {
    /// Whether everything stays as it is.
    pub(super) fn is_nothing(&self) -> bool {
        self.new.is_empty() && self.items.iter().all(|(item, quantity)| item.quantity == *quantity)
    }

    /// The place after the last one of the items.
    pub(super) fn next_position(&self) -> i32 {
        self.items.iter().map(|(item, _)| item.position.saturating_add(1)).max().unwrap_or_default()
    }

    /// What is written down about it.
    pub(super) fn told(&self) -> Json {
        let changed = self.items.iter().filter(|(item, quantity)| item.quantity != *quantity);
        let changed =
            changed.map(|(item, quantity)| json!({ "itemId": item.id, "from": item.quantity, "to": quantity }));
        let new = self.new.iter().map(|line| match &line.variant {
            VariantRef::Id(id) => json!({ "variantId": id, "to": line.quantity }),
            VariantRef::Sku(sku) => json!({ "sku": sku, "to": line.quantity }),
        });
        changed.chain(new).collect()
    }
}

/// Where a change stands in the input.
fn path(index: usize) -> Vec<String> {
    vec!["changes".to_owned(), index.to_string()]
}

/// What stands in the way of fewer pieces of an item.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ties {
    /// How many of its pieces are in parcels that are being prepared.
    preparing: i64,
    /// Whether a refund names it, which may have failed and be asked for again.
    has_refund: bool,
    /// Whether a parcel or a return names it, whatever became of that.
    has_moved: bool,
}

/// What stands in the way of fewer pieces, of each item.
pub(super) async fn ties(unit: &UnitOfWork, order: Uuid) -> Result<HashMap<Uuid, Ties>> {
    let mut sql = unit.sql();
    sql.push("SELECT i.id, COALESCE((SELECT SUM(l.quantity) FROM fulfillment_lines AS l JOIN fulfillments AS f ");
    sql.push("ON f.id = l.fulfillment_id WHERE l.order_item_id = i.id AND f.status = ");
    sql.literal(&ParcelStatus::Preparing).push("), 0) AS preparing");
    for (name, tables) in
        [("has_refund", &["refund_lines"][..]), ("has_moved", &["fulfillment_lines", "return_lines"][..])]
    {
        sql.push(", ").any(tables, |sql, table| {
            sql.write(format_args!("EXISTS (SELECT 1 FROM {table} AS l WHERE l.order_item_id = i.id)"));
        });
        sql.write(format_args!(" AS {name}"));
    }
    sql.push(" FROM order_items AS i WHERE i.order_id = ").bind(order);
    unit.rows(sql).await?.iter().map(Ties::read).collect()
}

impl Ties {
    /// Those of an item.
    fn read(row: &QueryResult) -> Result<(Uuid, Self)> {
        let ties = Self {
            preparing: row.try_get_by("preparing")?,
            has_refund: row.try_get_by("has_refund")?,
            has_moved: row.try_get_by("has_moved")?,
        };
        Ok((row.try_get_by("id")?, ties))
    }
}

/// Says what becomes of each item. Refused are fewer pieces than have left, are in parcels or are named by refunds, and
/// an order without lines.
pub(super) fn plan(
    items: &[order_items::Model],
    changes: &[LineChange],
    ties: &HashMap<Uuid, Ties>,
) -> Result<Plan, Refusal> {
    let mut plan = Plan { items: items.iter().map(|item| (item.clone(), item.quantity)).collect(), new: Vec::new() };
    let mut changed: Vec<Uuid> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        match change.item_id {
            Some(id) => {
                if changed.contains(&id) {
                    return Err(
                        Refusal::invalid("itemId", "each line can be changed only once in a call").under(path(index))
                    );
                }
                changed.push(id);
                plan.change(id, change, ties.get(&id).copied().unwrap_or_default()).under(path(index))?;
            }
            None => plan.new.push(new_line(index, change).under(path(index))?),
        }
    }
    match plan.new.is_empty() && plan.items.iter().all(|(_, quantity)| *quantity == 0) {
        true => Err(Refusal::invalid("changes", "nothing would be left of the order: cancel it instead")),
        false => Ok(plan),
    }
}

fn new_line(index: usize, change: &LineChange) -> Result<NewLine, Refusal> {
    check_quantity(change.quantity)?;
    let variant = VariantRef::of(change.variant_id, change.sku.as_deref())?;
    Ok(NewLine { index, variant, quantity: change.quantity, unit_price: change.unit_price })
}

impl Plan {
    fn change(&mut self, id: Uuid, change: &LineChange, ties: Ties) -> Result<(), Refusal> {
        let Some((item, quantity)) = self.items.iter_mut().find(|(item, _)| item.id == id) else {
            return Err(unknown(id));
        };
        if change.variant_id.is_some() || change.sku.is_some() {
            return Err(Refusal::invalid("itemId", "give either `itemId`, or `variantId` or `sku` for a new line"));
        }
        if change.unit_price.is_some() {
            return Err(Refusal::invalid(
                "unitPrice",
                "the price of a line cannot change: remove the line and add a new one",
            ));
        }
        if change.quantity != 0 {
            check_quantity(change.quantity)?;
        }
        if change.quantity == item.quantity {
            return Ok(());
        }
        if item.refunded_quantity > 0 || item.cancelled_quantity > 0 {
            let message = "pieces of the line were refunded or cancelled: it can only be returned or cancelled";
            return Err(Refusal::invalid("itemId", message));
        }
        let bound = i64::from(item.fulfilled_quantity) + ties.preparing;
        if i64::from(change.quantity) < bound {
            let message = format!("{bound} pieces of the line were shipped or are in parcels");
            return Err(Refusal::invalid("quantity", message));
        }
        if change.quantity < item.quantity && ties.has_refund {
            let message = "a refund names pieces of the line, even if it failed or was cancelled: refund them instead";
            return Err(Refusal::invalid("quantity", message));
        }
        if change.quantity == 0 && ties.has_moved {
            return Err(Refusal::invalid("quantity", "a parcel or a return names the line: it cannot be removed"));
        }
        *quantity = change.quantity;
        Ok(())
    }
}

//! The items of an order, brought to the lines that another system sent.

use std::collections::HashSet;

use entity::order_items;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    find::Variants,
    given::{ExternalLine, ExternalOrder},
    item,
    refund::LoneLine,
};
use crate::{
    Result, UnitOfWork,
    orders::{lines::touch, rows},
    refusal::At,
    stock::external::Line as StockLine,
};

/// The items of an order, as they are and as they are to be.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Those of the lines, in the order of these.
    pub(super) items: Vec<Planned>,
    /// Those that no line has any more, with what becomes of them.
    rest: Vec<Planned>,
    /// Those that go.
    gone: Vec<order_items::Model>,
}

/// An item.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// As it was; none for a new one.
    pub(super) before: Option<order_items::Model>,
    /// As it is to be.
    pub(super) item: order_items::Model,
    /// How many pieces leave now.
    pub(super) leaving: i32,
    /// How many pieces came back now.
    pub(super) returning: i32,
}

impl Planned {
    fn is_changed(&self) -> bool {
        self.before.as_ref() != Some(&self.item)
    }
}

impl Plan {
    /// Says what becomes of the items. Refused are lines with fewer pieces than were sent or refunded.
    pub(super) async fn read(
        unit: &UnitOfWork,
        order_id: Uuid,
        given: &ExternalOrder,
        items: Vec<order_items::Model>,
    ) -> Result<Self> {
        let variants = Variants::read(unit, &given.lines).await?;
        let mut left: Vec<Option<order_items::Model>> = items.into_iter().map(Some).collect();
        let mut plan = Self::default();
        for (position, line) in (0..).zip(&given.lines) {
            let before = take(&mut left, line, &given.lines);
            let variant = variants.of(line);
            let made = item::make(unit, order_id, (position, line), given.tax_included, before, variant);
            plan.items.push(made.under(["lines", &position.to_string()])?);
        }
        let rest: Vec<order_items::Model> = left.into_iter().flatten().collect();
        let named = named(unit, &rest).await?;
        for item in rest {
            match named.contains(&item.id) {
                true => plan.rest.push(item::emptied(unit, item)),
                false => plan.gone.push(item),
            }
        }
        Ok(plan)
    }

    /// Says what becomes of items by a refund of some lines, in the order of these; none if one of them does not exist.
    pub(super) fn of_refund(unit: &UnitOfWork, items: Vec<order_items::Model>, lines: &[LoneLine]) -> Option<Self> {
        let planned = |line: &LoneLine| {
            let is_it = |item: &&order_items::Model| item.shopify_line_item_id.as_ref() == Some(&line.shopify_id);
            let before = items.iter().find(is_it)?;
            let mut item = before.clone();
            let returning = line.returned.min(item.fulfilled_quantity - item.returned_quantity).max(0);
            item.cancelled_quantity += line.cancelled.min(open_of(&item)).max(0);
            item.returned_quantity += returning;
            if item != *before {
                touch(unit, &mut item);
            }
            Some(Planned { before: Some(before.clone()), item, leaving: 0, returning })
        };
        let items = lines.iter().map(planned).collect::<Option<Vec<Planned>>>()?;
        Some(Self { items, ..Self::default() })
    }

    /// Whether the lines have other pieces than before.
    pub(super) fn changes_pieces(&self) -> bool {
        let pieces = |item: &order_items::Model| (item.quantity, item.cancelled_quantity);
        let changes = |planned: &Planned| {
            let before = planned.before.as_ref();
            before.is_none_or(|before| pieces(before) != pieces(&planned.item))
        };
        !self.gone.is_empty() || self.all().any(changes)
    }

    /// How many pieces were sent, and how many are still to be.
    pub(super) fn pieces(&self) -> (i64, i64) {
        self.all().fold((0, 0), |(sent, open), planned| {
            (sent + i64::from(planned.item.fulfilled_quantity), open + i64::from(open_of(&planned.item)))
        })
    }

    /// How many pieces were sent and did not come back.
    pub(super) fn out(&self) -> i64 {
        let out = |item: &order_items::Model| i64::from(item.fulfilled_quantity) - i64::from(item.returned_quantity);
        self.all().map(|planned| out(&planned.item)).sum()
    }

    /// By how much the items without a line exceed their worth, which is 0: the same amount is their discount.
    pub(super) fn emptied(&self) -> Decimal {
        self.rest.iter().map(|planned| planned.item.discount_amount).sum()
    }

    /// What is to be kept of the stock, for an order that is open or not.
    pub(super) fn stock(&self, is_open: bool) -> Vec<StockLine> {
        let line = |planned: &Planned| {
            Some(StockLine {
                order_item_id: planned.item.id,
                variant_id: planned.item.product_variant_id?,
                open: if is_open { open_of(&planned.item) } else { 0 },
                leaving: planned.leaving,
            })
        };
        let gone = self.gone.iter().filter_map(|item| {
            let variant_id = item.product_variant_id?;
            Some(StockLine { order_item_id: item.id, variant_id, open: 0, leaving: 0 })
        });
        self.all().filter_map(line).chain(gone).collect()
    }

    /// The existing items.
    pub(super) fn known(&self) -> Vec<Uuid> {
        let known = self.all().filter_map(|planned| planned.before.as_ref());
        known.chain(&self.gone).map(|item| item.id).collect()
    }

    /// Writes the items of an order that is stored, or in the unit's batch. Those that go are removed by
    /// [`remove`](Self::remove), once nothing is kept for them.
    pub(super) fn write(&self, unit: &UnitOfWork) {
        let new = self.all().filter(|planned| planned.before.is_none()).map(|planned| planned.item.clone());
        rows::insert_items(unit, &new.collect::<Vec<order_items::Model>>());
        let changed = self.all().filter(|planned| planned.before.is_some() && planned.is_changed());
        rows::update_items(unit, &changed.map(|planned| planned.item.clone()).collect::<Vec<order_items::Model>>());
    }

    /// Removes the items that no line has any more.
    pub(super) fn remove(&self, unit: &UnitOfWork) {
        rows::remove_items(unit, &self.gone.iter().map(|item| item.id).collect::<Vec<Uuid>>());
    }

    fn all(&self) -> impl Iterator<Item = &Planned> {
        self.items.iter().chain(&self.rest)
    }
}

/// How many pieces of an item are still to be sent.
fn open_of(item: &order_items::Model) -> i32 {
    item.quantity - item.cancelled_quantity - item.fulfilled_quantity
}

/// The item of a line: the one with its Shopify id, else the first that has none. Lines without ids follow each other.
fn take(
    left: &mut [Option<order_items::Model>],
    line: &ExternalLine,
    lines: &[ExternalLine],
) -> Option<order_items::Model> {
    if line.shopify_id.is_none() {
        let is_free = |item: &&mut Option<order_items::Model>| item.is_some();
        return left.iter_mut().find(is_free).and_then(Option::take);
    }
    let is_it = |item: &&mut Option<order_items::Model>| {
        item.as_ref().is_some_and(|item| item.shopify_line_item_id == line.shopify_id)
    };
    if let Some(item) = left.iter_mut().find(is_it) {
        return item.take();
    }
    // An order that was imported without the ids of its lines gets them.
    let is_nameless = left.iter().flatten().all(|item| item.shopify_line_item_id.is_none());
    let is_alike = |item: &&mut Option<order_items::Model>| {
        item.as_ref().is_some_and(|item| item.sku == line.sku && item.title == line.title)
    };
    match is_nameless && lines.iter().all(|line| line.shopify_id.is_some()) {
        true => left.iter_mut().find(is_alike).and_then(Option::take),
        false => None,
    }
}

/// Which of these items parcels, returns or refunds name.
async fn named(unit: &UnitOfWork, items: &[order_items::Model]) -> Result<HashSet<Uuid>> {
    if items.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let mut sql = unit.sql();
    sql.push("SELECT k.id FROM ").keys(&ids).push(" WHERE ");
    sql.any(&["fulfillment_lines", "return_lines", "refund_lines"], |sql, table| {
        sql.write(format_args!("EXISTS (SELECT 1 FROM {table} AS l WHERE l.order_item_id = k.id)"));
    });
    unit.ids(sql).await
}

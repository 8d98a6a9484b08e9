//! Changing the lines of an order.
//!
//! - `plan`: what becomes of which item. `repriced`: before money was captured, the order is priced anew with the prices
//!   it has. `shared`: afterwards pieces take their share along, and nothing else changes.

mod plan;
mod repriced;
mod shared;

use entity::{order_items, orders, sea_orm_active_enums::OrderStatus};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use self::plan::{Plan, plan};
use super::{
    draft,
    lines::{demands_of, largest_reduction, of_items},
    report, rows,
    settle::save,
    state::{self, Act},
    sums, uses,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    authority::{self, Limit},
    edit::{self, check},
    events::EventKind,
    pricing::DiscountUse,
    refusal::{At, Refusal},
    settings::{self, Settings},
    stock,
};

/// The most changes of one call.
const MAX_CHANGES: usize = 1000;
/// The most characters of a reason.
const REASON: usize = 1000;

/// Changes the lines of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Edit {
    /// The order.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What changes.
    pub changes: Vec<LineChange>,
    /// Why.
    pub reason: Option<String>,
    /// The approval of a price below the list price.
    pub approval_id: Option<Uuid>,
}

/// A line that changes, or a new one.
#[derive(Clone, Debug, Serialize)]
pub struct LineChange {
    /// The line.
    pub item_id: Option<Uuid>,
    /// Or what a new line is of.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// How many pieces it has then; none of a line that is removed.
    pub quantity: i32,
    /// What was agreed for a piece of a new line.
    pub unit_price: Option<Decimal>,
}

/// What became of an order that was edited.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Edited {
    /// The order.
    pub order: Uuid,
    /// The amount paid beyond its new total.
    pub refund_due: Decimal,
}

/// The lines of an order after a change, with its amounts.
struct Outcome {
    order: orders::Model,
    /// Those that stay.
    kept: Vec<Kept>,
    /// Those that go, with their pieces.
    removed: Vec<order_items::Model>,
    new: Vec<order_items::Model>,
    /// The discounts that they use.
    uses: Vec<DiscountUse>,
}

/// An item that stays, as it is then.
struct Kept {
    item: order_items::Model,
    /// How many pieces more or fewer.
    more: i32,
    is_changed: bool,
}

impl Kept {
    fn of(before: &order_items::Model, item: order_items::Model) -> Self {
        Self { more: item.quantity - before.quantity, is_changed: item != *before, item }
    }
}

impl Verb for Edit {
    type Outcome = Edited;
    const OPERATION: Operation = Operation::EditOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Edited> {
        self.check()?;
        let before = super::lock(unit, self.id).await.at(["id"])?;
        edit::check_version(self.expected_version, before.version)?;
        state::check(&before, Act::Edit).at(["id"])?;
        let settings = settings::load(unit).await?;
        let items = rows::items(unit, self.id).await?;
        let ties = plan::ties(unit, self.id).await?;
        let plan = plan(&items, &self.changes, &ties)?;
        if plan.is_nothing() {
            return Ok(Edited { order: self.id, refund_due: refund_due(unit, &before).await? });
        }
        let is_paid = before.captured_amount > Decimal::ZERO;
        let outcome = match is_paid {
            true => shared::work_out(unit, &settings, &before, &plan).await,
            false => repriced::work_out(unit, &settings, &before, &plan).await,
        };
        let outcome = outcome.map_err(in_changes)?;
        self.check_authority(unit, &settings, &before, &outcome).await?;
        self.move_stock(unit, &settings, &before, &outcome).await?;
        // Discounts are locked after stock.
        if is_paid {
            uses::add(unit, &outcome.order, &outcome.uses).await?;
        } else if state::is_open(before.status) {
            uses::replace(unit, &outcome.order, &outcome.uses).await?;
        }
        let order = save(unit, &settings, &before, outcome.order, Some(EventKind::OrderEdited)).await?;
        let mut after = edit::changes(Some(&before), &order);
        after.insert("reason".to_owned(), json!(self.reason.as_ref().map(|_| edit::HIDDEN)));
        after.insert("changes".to_owned(), plan.told());
        unit.record(Self::OPERATION, "Order", self.id, edit::changes(Some(&order), &before), after);
        Ok(Edited { order: self.id, refund_due: refund_due(unit, &order).await? })
    }
}

/// Names the field of this input where pricing names that of other ones.
fn in_changes(error: Error) -> Error {
    match error.into_refusal() {
        Ok(refusal) if refusal.path == ["lines"] => refusal.at(["changes"]).into(),
        Ok(refusal) => refusal.into(),
        Err(error) => error,
    }
}

/// What was paid more than an order comes to, and neither went back nor is asked to.
async fn refund_due(unit: &UnitOfWork, order: &orders::Model) -> Result<Decimal> {
    let (money, _) = sums::read(unit, order.id).await?;
    Ok((money.refundable() - order.total_amount).max(Decimal::ZERO))
}

impl Edit {
    fn check(&self) -> Result<(), Refusal> {
        if self.changes.is_empty() || self.changes.len() > MAX_CHANGES {
            return Err(check::invalid("changes", format!("`changes` must have 1 to {MAX_CHANGES} items")));
        }
        match &self.reason {
            Some(reason) => check::text("reason", reason, REASON),
            None => Ok(()),
        }
    }

    /// Refuses pieces below their list prices that the agent may not sell, and more of an order that has such.
    async fn check_authority(
        &self,
        unit: &UnitOfWork,
        settings: &Settings,
        before: &orders::Model,
        outcome: &Outcome,
    ) -> Result<()> {
        let Outcome { order, kept, new, .. } = outcome;
        let amount = report::checked(order, &settings.currency).at(["changes"])?;
        let more = kept.iter().filter(|kept| kept.more > 0);
        let reduction = largest_reduction(more.map(|kept| &kept.item).chain(new));
        let any_reduction = largest_reduction(kept.iter().map(|kept| &kept.item).chain(new));
        let mut asked = Vec::new();
        if !reduction.is_zero() {
            asked.push((Limit::DiscountPercentage, reduction));
        }
        if !reduction.is_zero() || (!any_reduction.is_zero() && order.total_amount > before.total_amount) {
            asked.push((Limit::OrderAmount, amount));
        }
        authority::check_all(unit, order.placed_by_agent_id, &asked, self.approval_id, ("Order", self.id)).await
    }

    /// Writes the items, and frees or takes the pieces. A draft keeps what it kept for as long as before.
    async fn move_stock(
        &self,
        unit: &mut UnitOfWork,
        settings: &Settings,
        before: &orders::Model,
        outcome: &Outcome,
    ) -> Result<()> {
        let Outcome { kept, removed, new, .. } = outcome;
        let is_draft = before.status == OrderStatus::Draft;
        if !is_draft {
            let fewer = kept.iter().filter(|kept| kept.more < 0).map(|kept| (kept.item.id, -kept.more));
            let gone = removed.iter().map(|item| (item.id, item.quantity));
            let freed: Vec<(Uuid, i32)> = fewer.chain(gone).collect();
            if !freed.is_empty() {
                let moved = kept.iter().filter(|kept| kept.more != 0).map(|kept| &kept.item);
                stock::lock_first(unit, &moved.chain(removed).chain(new).collect::<Vec<_>>()).await?;
                stock::release(unit, &freed).await?;
            }
        }
        let wanting = kept.iter().filter(|kept| kept.more > 0).map(|kept| (&kept.item, kept.more));
        let wanting: Vec<(&order_items::Model, i32)> =
            wanting.chain(new.iter().map(|item| (item, item.quantity))).collect();
        let taken = match wanting.is_empty() || is_draft {
            true => Vec::new(),
            false => stock::take(unit, settings, &demands_of(&wanting)).await.at(["changes"])?,
        };
        let changed = kept.iter().filter(|kept| kept.is_changed).map(|kept| kept.item.clone());
        rows::update_items(unit, &changed.collect::<Vec<order_items::Model>>());
        rows::insert_items(unit, new);
        rows::remove_items(unit, &removed.iter().map(|item| item.id).collect::<Vec<Uuid>>());
        let takers: Vec<order_items::Model> = wanting.iter().map(|(item, _)| (*item).clone()).collect();
        stock::reserve(unit, self.id, None, &of_items(&takers, &taken));
        if is_draft && let Some(length) = draft::held_for(unit, self.id).await? {
            let items = kept.iter().map(|kept| &kept.item).chain(new).cloned();
            let items: Vec<order_items::Model> = items.collect();
            stock::lock_draft_first(unit, self.id, None, &items).await?;
            stock::release_order(unit, self.id).await?;
            draft::hold(unit, settings, self.id, &items, length).await.at(["changes"])?;
        }
        Ok(())
    }
}

//! Changing a quote.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{order_items, orders, sea_orm_active_enums::OrderStatus};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{check_times, held_for, hold};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    customers::find_buyer,
    edit::check_version,
    events::EventKind,
    orders::{
        lines::{self, apply, reprice, tags},
        rows,
        settle::save,
        wanted::{Wanted, WantedLine, list, lower_case, texts},
    },
    pricing,
    refusal::{At, Refusal},
    settings::{self, Settings},
    state, stock,
};

/// Updates a draft order. New lines have the prices of today; lines that stay keep theirs.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The draft.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Who buys.
    pub customer_id: Change<Option<Uuid>>,
    /// Or the e-mail address of who buys.
    pub email: Change<Option<String>>,
    /// What is bought, all of it.
    pub lines: Change<Vec<WantedLine>>,
    /// The currency of all amounts.
    pub currency: Change<String>,
    /// Where it is sent, an object.
    pub shipping_address: Change<Option<Json>>,
    /// Where the bill is sent, an object.
    pub billing_address: Change<Option<Json>>,
    /// How it is sent.
    pub shipping_method: Change<Option<String>>,
    /// Or what sending it costs.
    pub shipping_amount: Change<Option<Decimal>>,
    /// Codes of discounts.
    pub discount_codes: Change<Vec<String>>,
    /// A note.
    pub note: Change<Option<String>>,
    /// Tags.
    pub tags: Change<Vec<String>>,
    /// Until when its prices stand; none for any time.
    pub valid_until: Change<Option<DateTime<Utc>>>,
    /// How long its pieces are kept from now on; none for no longer.
    pub hold_minutes: Change<Option<i32>>,
}

impl Verb for Update {
    /// The draft.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateDraftOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before = crate::orders::lock(unit, self.id).await.at(["id"])?;
        check_version(self.expected_version, before.version)?;
        if before.status != OrderStatus::Draft {
            return Err(state::refuse_in(before.status, "the order is not a draft: use editOrder or updateOrder")
                .at(["id"])
                .into());
        }
        let (valid_until, minutes) = (set(&self.valid_until), set(&self.hold_minutes));
        check_times(unit.now(), valid_until, minutes)?;
        let settings = settings::load(unit).await?;
        let mut items = rows::items(unit, self.id).await?;
        let mut order = before.clone();
        let wanted = self.after(&before);
        wanted.check()?;
        order.note.clone_from(&wanted.note);
        order.billing_address.clone_from(&wanted.billing_address);
        order.shipping_address.clone_from(&wanted.shipping_address);
        if let Change::Set(tags) = &self.tags {
            order.tags = list(tags);
        }
        if let Change::Set(end) = self.valid_until {
            order.valid_until = end.map(Into::into);
        }
        if self.changes_prices() {
            self.price(unit, &settings, &wanted, &mut order, &mut items).await?;
        }
        self.keep_stock(unit, &settings, &items, minutes).await?;
        // Other lines can come to the same.
        if order != before || self.lines != Change::Keep {
            save(unit, &settings, &before, order, Some(EventKind::OrderDraftChanged)).await?;
        }
        Ok(self.id)
    }
}

/// The new value, if there is one.
fn set<T: Clone>(change: &Change<Option<T>>) -> Option<T> {
    match change {
        Change::Set(value) => value.clone(),
        Change::Keep => None,
    }
}

impl Update {
    /// What is wanted after the change; without its lines, where they stay.
    fn after(&self, draft: &orders::Model) -> Wanted {
        let mut wanted = Wanted {
            customer_id: draft.customer_id,
            email: draft.email.clone(),
            lines: Vec::new(),
            currency: Some(draft.currency.clone()),
            shipping_address: draft.shipping_address.clone(),
            billing_address: draft.billing_address.clone(),
            shipping_method: draft.shipping_method.clone(),
            shipping_amount: draft.shipping_method.is_none().then_some(draft.shipping_amount),
            discount_codes: texts(&draft.discount_codes),
            note: draft.note.clone(),
            tags: texts(&draft.tags),
        };
        self.customer_id.apply(&mut wanted.customer_id);
        self.email.apply(&mut wanted.email);
        wanted.email = wanted.email.as_deref().map(lower_case);
        // Whoever gives one of the two means another buyer.
        if matches!(self.email, Change::Set(Some(_))) && matches!(self.customer_id, Change::Keep) {
            wanted.customer_id = None;
        } else if matches!(self.customer_id, Change::Set(Some(_))) && matches!(self.email, Change::Keep) {
            wanted.email = None;
        }
        self.lines.apply(&mut wanted.lines);
        if let Change::Set(currency) = &self.currency {
            wanted.currency = Some(currency.clone());
        }
        self.shipping_address.apply(&mut wanted.shipping_address);
        self.billing_address.apply(&mut wanted.billing_address);
        if let Change::Set(amount) = self.shipping_amount {
            wanted.shipping_amount = amount;
            wanted.shipping_method = None;
        }
        if let Change::Set(method) = &self.shipping_method {
            wanted.shipping_method.clone_from(method);
            if matches!(self.shipping_amount, Change::Keep) {
                wanted.shipping_amount = None;
            }
        }
        self.discount_codes.apply(&mut wanted.discount_codes);
        self.note.apply(&mut wanted.note);
        self.tags.apply(&mut wanted.tags);
        wanted
    }

    /// Whether it says anything that prices depend on.
    fn changes_prices(&self) -> bool {
        self.customer_id != Change::Keep
            || self.email != Change::Keep
            || self.lines != Change::Keep
            || self.currency != Change::Keep
            || self.shipping_address != Change::Keep
            || self.shipping_method != Change::Keep
            || self.shipping_amount != Change::Keep
            || self.discount_codes != Change::Keep
    }

    /// Prices the draft anew, and writes its items.
    async fn price(
        &self,
        unit: &UnitOfWork,
        settings: &Settings,
        wanted: &Wanted,
        order: &mut orders::Model,
        items: &mut Vec<order_items::Model>,
    ) -> Result<()> {
        let buyer = find_buyer(unit, wanted.customer_id, wanted.email.as_deref()).await?;
        let mut wish = wanted.wish(buyer.id)?;
        wish.order_id = Some(order.id);
        let is_new = self.lines != Change::Keep;
        if !is_new {
            if wanted.currency.as_ref() != Some(&order.currency) {
                let message = "new `lines` are needed when the currency changes";
                return Err(Refusal::invalid("currency", message).into());
            }
            wish.lines = lines::wish(order, items, buyer.id)?.lines;
        }
        let facts = pricing::load(unit, settings, &wish).await?;
        let priced = pricing::price(&wish, &facts, settings)?;
        order.customer_id = buyer.id;
        order.email = buyer.email;
        order.currency.clone_from(&priced.currency);
        order.discount_codes = list(&wanted.discount_codes);
        order.tags = tags(&wanted.tags, &priced);
        apply(order, &priced);
        if is_new {
            rows::remove_items(unit, &items.iter().map(|item| item.id).collect::<Vec<Uuid>>());
            *items = lines::items(unit, order.id, &priced.lines);
            rows::insert_items(unit, items);
        } else {
            for (item, line) in items.iter_mut().zip(&priced.lines) {
                reprice(unit, item, line);
            }
            rows::update_items(unit, items);
        }
        Ok(())
    }

    /// Keeps the pieces as long as is asked for; new lines as long as those before were kept.
    async fn keep_stock(
        &self,
        unit: &mut UnitOfWork,
        settings: &Settings,
        items: &[order_items::Model],
        minutes: Option<i32>,
    ) -> Result<()> {
        if self.hold_minutes == Change::Keep && self.lines == Change::Keep {
            return Ok(());
        }
        let length = match self.hold_minutes {
            Change::Set(_) => minutes.map(|minutes| TimeDelta::minutes(minutes.into())),
            Change::Keep => held_for(unit, self.id).await?,
        };
        if length.is_some() {
            stock::lock_draft_first(unit, self.id, None, items).await?;
        }
        stock::release_order(unit, self.id).await?;
        match length {
            Some(length) => hold(unit, settings, self.id, items, length).await.at(["lines"]),
            None => Ok(()),
        }
    }
}

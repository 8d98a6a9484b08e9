//! What Shopify tells: orders and refunds, products, stock, customers, and what becomes of the app.
//!
//! - `object`: the fields of Shopify's objects. `topic`: which of them an event is about.
//! - `order`, `lines`, `payment`, `refund`, `address`: orders. `product`: products. `level`: stock. `customer`:
//!   customers and what they allow. `privacy`: what the law gives people a right to. `app`: the app itself.

mod address;
mod app;
mod customer;
mod level;
mod lines;
mod object;
mod order;
mod payment;
mod privacy;
mod product;
mod refund;
mod topic;

use chrono::TimeDelta;
use serde_json::Value as Json;

use self::{object::Object, topic::Topic};
use super::inbox::event::{Applied, InboundEvent};
use crate::{Result, UnitOfWork, settings};

/// What events have to be about to be handled one after the other.
pub(crate) fn object_key(topic: &str, payload: &Json) -> Option<String> {
    Topic::of(topic)?.key(Object::of(payload).ok()?)
}

/// Does what follows from an event.
pub(crate) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
    let Some(topic) = Topic::of(&event.topic) else {
        return Ok(Applied::Ignored("this topic has no effect".to_owned()));
    };
    let object = match Object::of(&event.payload) {
        Ok(object) => object,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    if !topic.is_about_app() && !settings::load(unit).await?.shopify_installed {
        let message = "the app is not installed: set `shopify.installed` to true, then replay the webhook";
        return Ok(Applied::Ignored(message.to_owned()));
    }
    match topic {
        Topic::Order => order::apply(unit, event, object).await,
        Topic::Refund => refund::apply(unit, object).await,
        Topic::Product => product::apply(unit, event, object).await,
        Topic::ProductGone => product::archive(unit, event, object).await,
        Topic::Level => level::apply(unit, event, object).await,
        Topic::Customer => customer::apply(unit, event, object).await,
        Topic::CustomerGone => customer::remove(unit, event, object).await,
        Topic::Consent => customer::consent(unit, event, object).await,
        Topic::CustomerRedact => privacy::redact(unit, object).await,
        Topic::DataRequest => privacy::disclose(unit, event, object).await,
        Topic::ShopRedact => privacy::redact_shop(unit, event).await,
        Topic::Uninstalled => app::uninstall(unit, event).await,
    }
}

/// How long it is expected that something becomes known which was deleted.
const LATEST: TimeDelta = TimeDelta::hours(4);

/// Whether what a deletion is about may still become known. Most of what is deleted later was never known.
fn is_expected(unit: &UnitOfWork, event: &InboundEvent) -> bool {
    unit.now() - event.received_at < LATEST
}

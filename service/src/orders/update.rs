//! Changing what stands on an order, not what is sold.

use entity::{
    orders,
    sea_orm_active_enums::{FulfillmentStatus, OrderStatus},
};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    state,
    wanted::{check_address, check_details, list, lower_case},
};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    refusal::{At, Refusal},
    state as states,
};

/// Updates notes, tags, addresses and the e-mail address of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The order.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The address for messages.
    pub email: Change<Option<String>>,
    /// Where it is sent, an object.
    pub shipping_address: Change<Option<Json>>,
    /// Where the bill is sent, an object.
    pub billing_address: Change<Option<Json>>,
    /// A note.
    pub note: Change<Option<String>>,
    /// Tags.
    pub tags: Change<Vec<String>>,
}

impl Verb for Update {
    /// The order.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: orders::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut order = before.clone();
        if let Change::Set(email) = &self.email {
            order.email = email.as_deref().map(lower_case);
            check_details(order.email.as_deref(), None, &[])?;
        }
        if let Change::Set(Some(note)) = &self.note {
            check_details(None, Some(note), &[])?;
        }
        self.note.apply(&mut order.note);
        if let Change::Set(tags) = &self.tags {
            check_details(None, None, tags)?;
            order.tags = list(tags);
        }
        for (field, change, place) in [
            ("shippingAddress", &self.shipping_address, &mut order.shipping_address),
            ("billingAddress", &self.billing_address, &mut order.billing_address),
        ] {
            let Change::Set(address) = change else { continue };
            check_address(field, address.as_ref())?;
            if place != address {
                check_on_the_way(&before).at([field])?;
                if field == "shippingAddress" && before.status == OrderStatus::Draft {
                    let message = "prices of a draft depend on where it is sent: use updateDraftOrder";
                    return Err(states::refuse_in(before.status, message).at([field]).into());
                }
                place.clone_from(address);
            }
        }
        edit::update(unit, Self::OPERATION, EventKind::OrderUpdated, &before, order).await
    }
}

/// Refuses addresses of what has left, or ended.
fn check_on_the_way(order: &orders::Model) -> Result<(), Refusal> {
    let is_out = order.fulfillment_status != FulfillmentStatus::Unfulfilled;
    let is_draft = order.status == OrderStatus::Draft;
    match is_out || !(is_draft || state::is_open(order.status)) {
        true => {
            let message = "addresses cannot change once a part of the order was shipped, or the order has ended";
            Err(states::refuse_in(order.status, message))
        }
        false => Ok(()),
    }
}

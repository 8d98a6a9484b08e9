//! What customers and readers allow: what their subscriptions say.

use entity::{
    consents,
    sea_orm_active_enums::{ConsentChannel, ConsentState, SubscriptionStatus},
};
use serde_json::json;

use super::{LoadData, marketing};

/// The consent of an address on a list, if there is one.
pub(super) fn of(
    data: &LoadData,
    number: u64,
    customer: Option<u64>,
    hash: &str,
    status: SubscriptionStatus,
) -> Option<consents::Model> {
    let created = data.time("email_subscribers", number);
    let (state, at) = match status {
        SubscriptionStatus::Subscribed => (ConsentState::Granted, created),
        SubscriptionStatus::Unsubscribed => (ConsentState::Withdrawn, data.later(created, 86_400)),
        SubscriptionStatus::Bounced => (ConsentState::Bounced, data.later(created, 86_400)),
        SubscriptionStatus::Complained => (ConsentState::Complained, data.later(created, 86_400)),
        SubscriptionStatus::Pending => return None,
    };
    Some(consents::Model {
        id: data.id_at("consents", number, at),
        channel: ConsentChannel::Email,
        address_hash: hash.to_owned(),
        customer_id: customer.map(|number| data.id("customers", number)),
        state,
        source: "api".to_owned(),
        evidence: json!({}),
        principal: "seed".to_owned(),
        occurred_at: at.into(),
        created_at: at.into(),
    })
}

/// Whether a customer's latest consent is one.
pub(super) fn accepts(data: &LoadData, customer: u64) -> bool {
    customer < data.count("email_subscribers")
        && marketing::subscription(data, customer).1 == SubscriptionStatus::Subscribed
}

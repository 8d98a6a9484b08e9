//! What customers and readers allow, and what customers were known by before they were merged.

use chrono::{DateTime, Utc};
use entity::{
    consents, customer_aliases,
    sea_orm_active_enums::{
        ConsentChannel::{self, Email, Phone, Sms},
        ConsentState::{self, Bounced, Complained, Erased, Granted, Withdrawn},
        CustomerAliasKind, SubscriptionStatus,
    },
};
use serde_json::json;
use uuid::Uuid;

use super::builder::{DAY, DemoBuilder, rng};
use crate::customers::address;

/// Whose e-mail address it is, by its hash.
type Who = (String, Option<Uuid>);

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut said = Vec::new();
    customers(demo, &mut said);
    subscribers(demo, &mut said);
    let forgotten = (address::hash(Email, "jo.forgotten@example.com"), None);
    said.push(consent(Email, forgotten, Erased, "erase", demo.ago(60 * DAY)));
    said.sort_by_key(|consent| consent.occurred_at);
    for mut consent in said {
        consent.id = demo.id("consents", consent.occurred_at.to_utc());
        demo.rows.consents.push(consent);
    }
    accept(demo);
    merged(demo);
}

/// A consent without its id.
fn consent(
    channel: ConsentChannel,
    (address_hash, customer_id): Who,
    state: ConsentState,
    source: &str,
    at: DateTime<Utc>,
) -> consents::Model {
    consents::Model {
        id: Uuid::nil(),
        channel,
        address_hash,
        customer_id,
        state,
        source: source.to_owned(),
        evidence: json!({ "place": source }),
        principal: "seed".to_owned(),
        occurred_at: at.into(),
        created_at: at.into(),
    }
}

/// Customers say at their first order what they allow.
fn customers(demo: &DemoBuilder, said: &mut Vec<consents::Model>) {
    let mut rng = rng("consents");
    for customer in demo.rows.customers.iter().filter(|customer| customer.accepts_marketing) {
        let mut grant = |channel, hash: &Option<String>| {
            let who = hash.clone().map(|hash| (hash, Some(customer.id)));
            said.extend(who.map(|who| consent(channel, who, Granted, "checkout", customer.created_at.to_utc())));
        };
        grant(Email, &customer.email_hash);
        for channel in [Sms, Phone] {
            if rng.percent(40) {
                grant(channel, &customer.phone_hash);
            }
        }
    }
}

/// Other readers allow e-mails by subscribing; whoever goes, or cannot be reached, takes that back.
fn subscribers(demo: &DemoBuilder, said: &mut Vec<consents::Model>) {
    for row in &demo.rows.email_subscribers {
        let who = (row.address_hash.clone().unwrap_or_default(), row.customer_id);
        if row.customer_id.is_none() && row.status != SubscriptionStatus::Pending {
            said.push(consent(Email, who.clone(), Granted, "form", row.subscribed_at.to_utc()));
        }
        let (state, source) = match row.status {
            SubscriptionStatus::Unsubscribed => (Withdrawn, "customer"),
            SubscriptionStatus::Bounced => (Bounced, "provider"),
            SubscriptionStatus::Complained => (Complained, "provider"),
            SubscriptionStatus::Pending | SubscriptionStatus::Subscribed => continue,
        };
        // Of several lists an address is taken off at once.
        let is_told = said.iter().any(|told| told.address_hash == who.0 && told.state == state);
        if !is_told {
            said.push(consent(Email, who, state, source, row.updated_at.to_utc()));
        }
    }
}

/// Whether customers accept marketing follows from the latest word.
fn accept(demo: &mut DemoBuilder) {
    for customer in &mut demo.rows.customers {
        let is_own = |said: &&consents::Model| Some(&said.address_hash) == customer.email_hash.as_ref();
        let latest = demo.rows.consents.iter().filter(is_own).rfind(|said| said.channel == Email);
        customer.accepts_marketing = latest.is_some_and(|said| said.state == Granted);
    }
}

/// Somebody had ordered under another address, too.
fn merged(demo: &mut DemoBuilder) {
    let Some(customer) = demo.rows.customers.first().map(|customer| customer.id) else { return };
    let created = demo.ago(30 * DAY);
    let before = demo.id("customers", created);
    for (kind, value) in [
        (CustomerAliasKind::Customer, before.to_string()),
        (CustomerAliasKind::Email, "orders.before@example.com".to_owned()),
        (CustomerAliasKind::Shopify, "7000000000001".to_owned()),
    ] {
        demo.rows.customer_aliases.push(customer_aliases::Model {
            kind,
            value,
            customer_id: customer,
            created_at: created.into(),
            updated_at: created.into(),
        });
    }
}

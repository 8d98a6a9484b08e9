//! What the law gives people a right to: to be forgotten, and to know what is kept.

use chrono::TimeDelta;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::object::Object;
use crate::{
    Error, Result, UnitOfWork, Verb,
    customers::{address::normal, erase::Erase, unlinked::find_linked},
    followup::{self, FollowUp},
    refusal::{Code, Refusal},
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// Within how many days it has to be done.
const DAYS: i64 = 30;
/// Why somebody is erased.
const REASON: &str = "asked for at Shopify";

/// Why people are to look first whether it is the person.
const OTHER: &str = "the customer with this email address has another Shopify id";

/// A person, by Shopify's id and the address.
struct Person {
    shopify_id: Option<String>,
    email: Option<String>,
}

impl Person {
    fn read(object: Object<'_>) -> Result<Self, Refusal> {
        let Some(customer) = object.inner("customer") else {
            return Err(Refusal::invalid("customer", "`customer` is missing"));
        };
        Ok(Self { shopify_id: customer.optional_id("id")?, email: customer.text("email").map(normal) })
    }

    async fn find(&self, unit: &UnitOfWork) -> Result<Option<Uuid>> {
        find_linked(unit, self.shopify_id.as_deref(), self.email.as_deref()).await
    }

    /// Whether a customer who was found by the address is known at Shopify by another id: the address may have been given
    /// to somebody else.
    async fn is_other(&self, unit: &UnitOfWork, customer: Uuid) -> Result<bool> {
        let Some(shopify_id) = &self.shopify_id else { return Ok(false) };
        if find_linked(unit, Some(shopify_id), None).await?.is_some() {
            return Ok(false);
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM customers WHERE id = ").bind(customer).push(" AND shopify_customer_id IS NOT NULL");
        Ok(!unit.rows(sql).await?.is_empty())
    }
}

/// Erases a customer. Who still has open orders, or a dispute, or may be somebody else, is left to people.
pub(super) async fn redact(unit: &mut UnitOfWork, object: Object<'_>) -> Result<Applied> {
    let person = match Person::read(object) {
        Ok(person) => person,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let Some(id) = person.find(unit).await? else {
        return Ok(Applied::Ignored("the customer is not known".to_owned()));
    };
    if person.is_other(unit, id).await? {
        return ask_to_erase(unit, id, OTHER).await;
    }
    let erase = Erase { id, expected_version: None, reason: REASON.to_owned() };
    match erase.perform(unit).await {
        Ok(_) => Ok(Applied::Done),
        // Before anything was written.
        Err(Error::Refused(refusal)) if refusal.code == Code::InUse => ask_to_erase(unit, id, &refusal.message).await,
        Err(error) => Err(error),
    }
}

/// Leaves it to people whether a customer is erased.
async fn ask_to_erase(unit: &mut UnitOfWork, customer: Uuid, reason: &str) -> Result<Applied> {
    let more = json!({ "customerId": customer, "reason": reason });
    ask(unit, "redact_customer", "Erase a customer".to_owned(), customer.to_string(), more).await
}

/// Asks people to tell a customer what is kept.
pub(super) async fn disclose(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let person = match Person::read(object) {
        Ok(person) => person,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let Some(id) = person.find(unit).await? else {
        return Ok(Applied::Ignored("the customer is not known".to_owned()));
    };
    let mut more = json!({ "customerId": id, "inboundWebhookId": event.id });
    if person.is_other(unit, id).await? {
        more["reason"] = OTHER.into();
    }
    ask(unit, "disclose_customer", "Tell a customer what is kept".to_owned(), event.external_id.clone(), more).await
}

/// Asks people to erase what is kept of a shop's customers.
pub(super) async fn redact_shop(unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
    let more = json!({ "inboundWebhookId": event.id });
    let name = "Erase the customers of the Shopify shop".to_owned();
    ask(unit, "redact_shop", name, event.external_id.clone(), more).await
}

/// Leaves something to people, with the day by which the law wants it done. Nothing personal stands in the task.
async fn ask(
    unit: &mut UnitOfWork,
    task_type: &'static str,
    name: String,
    key: String,
    mut payload: Json,
) -> Result<Applied> {
    let due = unit.now() + TimeDelta::days(DAYS);
    if let Json::Object(members) = &mut payload {
        members.insert("dueAt".to_owned(), due.to_rfc3339().into());
    }
    let effect_key = format!("{task_type}:{key}");
    followup::create(unit, FollowUp { task_type, name, payload, effect_key, agent_hint: None }).await?;
    Ok(Applied::Done)
}

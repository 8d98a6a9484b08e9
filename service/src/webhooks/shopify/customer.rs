//! Customers, and what they allow.

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use serde_json::json;

use super::{is_expected, object::Object};
use crate::{
    Change, Result, UnitOfWork,
    customers::{
        address::check_phone,
        external::{self, Conflict, ExternalConsent, ExternalCustomer, Outcome, Put},
        unlinked::{Unlinked, find_linked, unlink},
    },
    refusal::Refusal,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// The most characters of a name.
const NAME: usize = 255;
/// The most characters of a phone number.
const PHONE: usize = 50;
/// The most characters of a note.
const NOTE: usize = 10_000;

/// Who decides: the people themselves.
const SOURCE: &str = "customer";

/// Takes a customer over, unless something later is known.
pub(super) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    match read(object, event) {
        Ok(customer) if event.has_waited => put(unit, &untaken(unit, customer).await?).await,
        Ok(customer) => put(unit, &customer).await,
        Err(refusal) => Ok(Applied::dead(&refusal)),
    }
}

/// What was not taken yet of a customer who waits for an address: of one who is known, all but the address was, and may
/// have been changed here since.
async fn untaken(unit: &UnitOfWork, customer: ExternalCustomer) -> Result<ExternalCustomer> {
    if find_linked(unit, customer.shopify_id.as_deref(), None).await?.is_none() {
        return Ok(customer);
    }
    let ExternalCustomer { shopify_id, email, consents, updated_at, .. } = customer;
    Ok(ExternalCustomer { shopify_id, email, consents, updated_at, ..ExternalCustomer::default() })
}

/// Records what a customer allows.
pub(super) async fn consent(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let read = || -> Result<ExternalCustomer, Refusal> {
        Ok(ExternalCustomer {
            shopify_id: Some(object.id("customer_id")?),
            email: object.email("email_address"),
            consents: consents(object, event)?,
            ..ExternalCustomer::default()
        })
    };
    match read() {
        Ok(customer) if customer.consents.is_empty() || customer.email.is_none() => {
            Ok(Applied::Ignored("it has no consent for an email address".to_owned()))
        }
        Ok(customer) => put(unit, &customer).await,
        Err(refusal) => Ok(Applied::dead(&refusal)),
    }
}

/// Forgets the Shopify id of a customer who was deleted.
pub(super) async fn remove(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let id = match object.id("id") {
        Ok(id) => id,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let at = event.triggered_at.unwrap_or(event.received_at);
    Ok(match unlink(unit, &id, at).await? {
        Unlinked::Forgotten | Unlinked::Removed => Applied::Done,
        Unlinked::Stale => Applied::Ignored("a later change of the customer is known".to_owned()),
        // What comes late may make the customer known.
        Unlinked::Unknown if is_expected(unit, event) => Applied::Waits(format!("the customer {id} is not known yet")),
        Unlinked::Unknown => Applied::Ignored("the customer is not known".to_owned()),
    })
}

async fn put(unit: &mut UnitOfWork, customer: &ExternalCustomer) -> Result<Applied> {
    if customer.email.is_none() && customer.shopify_id.is_none() {
        return Ok(Applied::Ignored("the customer has neither an id nor an email address".to_owned()));
    }
    let put = match external::put(unit, customer).await {
        Ok(put) => put,
        Err(error) if customer.email.is_none() => {
            // Somebody who has no address is no customer here.
            let refusal = error.into_refusal()?;
            return Ok(Applied::Ignored(refusal.message));
        }
        Err(error) => return Err(error),
    };
    Ok(told(&put))
}

/// What became of a customer. A conflict may pass: two customers exchange their addresses one after the other.
fn told(put: &Put) -> Applied {
    match (put.outcome, &put.conflict) {
        (Outcome::Stale, _) => Applied::Ignored("a later change of the customer is known".to_owned()),
        (Outcome::Erased, _) => Applied::Ignored("the person was erased".to_owned()),
        (_, Some(Conflict::EmailTaken(other))) => {
            Applied::Partly(format!("the customer {other} has the email address: merge the two"))
        }
        (_, Some(Conflict::OtherShopifyId(id))) => {
            Applied::Partly(format!("the customer with the email address has the Shopify id {id}: merge the two"))
        }
        (Outcome::Unchanged, None) if put.is_suppressed => {
            Applied::Ignored("the person said no here, later than that".to_owned())
        }
        _ => Applied::Done,
    }
}

fn read(object: Object<'_>, event: &InboundEvent) -> Result<ExternalCustomer, Refusal> {
    let phone = object.cut("phone", PHONE).filter(|phone| check_phone("phone", phone).is_ok());
    let company = object.inner("default_address").and_then(|address| address.cut("company", NAME));
    Ok(ExternalCustomer {
        shopify_id: Some(object.id("id")?),
        email: object.email("email"),
        first_name: Change::Set(object.cut("first_name", NAME)),
        last_name: Change::Set(object.cut("last_name", NAME)),
        company: company.map_or(Change::Keep, |company| Change::Set(Some(company))),
        phone: phone.map_or(Change::Keep, |phone| Change::Set(Some(phone))),
        tags: Change::Set(object.tags("tags")),
        note: Change::Set(object.cut("note", NOTE)),
        consents: consents(object, event)?,
        updated_at: Some(object.time("updated_at")?.or(event.triggered_at).unwrap_or(event.received_at)),
    })
}

/// The consent to messages by e-mail: granted or withdrawn, since when, and how it was confirmed.
fn consents(object: Object<'_>, event: &InboundEvent) -> Result<Vec<ExternalConsent>, Refusal> {
    let Some(consent) = object.inner("email_marketing_consent") else { return Ok(Vec::new()) };
    let state = match consent.text("state") {
        Some("subscribed") => ConsentState::Granted,
        Some("unsubscribed") => ConsentState::Withdrawn,
        _ => return Ok(Vec::new()),
    };
    // What was never decided by the person has no time.
    let Some(at) = consent.time("consent_updated_at")? else { return Ok(Vec::new()) };
    let evidence = json!({
        "from": "shopify",
        "topic": event.topic,
        "externalId": event.external_id,
        "optInLevel": consent.text("opt_in_level"),
    });
    Ok(vec![ExternalConsent {
        channel: ConsentChannel::Email,
        state,
        source: SOURCE.to_owned(),
        evidence,
        occurred_at: Some(at.min(event.received_at)),
    }])
}

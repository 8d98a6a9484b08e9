//! Customers as another system has them: a webhook or a file says how they are, and the rows here follow.
//!
//! - [`ExternalCustomer`], [`ExternalConsent`]: what the other system says. [`put`], [`put_all`]: taking it over;
//!   [`Put`]: what became of it.
//! - `locked`: the customers at hand, locked; `known`: how they are found. `taken`: what is taken over of each;
//!   `consents`: what is recorded of what they allow. `written`: writing it.
//!
//! A customer is found by the Shopify id, else by the e-mail address, both also of somebody who was merged into the
//! customer. Whoever was erased stays erased.

mod consents;
mod known;
mod locked;
mod taken;
mod written;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use serde_json::Value as Json;
use uuid::Uuid;

use self::locked::Locked;
use crate::{Change, Error, Result, UnitOfWork, refusal::Refusal};

/// A customer as another system has it. What it says nothing of stays as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct ExternalCustomer {
    /// The id in Shopify.
    pub(crate) shopify_id: Option<String>,
    /// The e-mail address. A new customer needs one.
    pub(crate) email: Option<String>,
    /// First name.
    pub(crate) first_name: Change<Option<String>>,
    /// Last name.
    pub(crate) last_name: Change<Option<String>>,
    /// The company bought for.
    pub(crate) company: Change<Option<String>>,
    /// Telephone number.
    pub(crate) phone: Change<Option<String>>,
    /// Tags, none with a comma.
    pub(crate) tags: Change<Vec<String>>,
    /// A note.
    pub(crate) note: Change<Option<String>>,
    /// What the person allows at the e-mail address and the telephone number that are named here.
    pub(crate) consents: Vec<ExternalConsent>,
    /// When the other system changed the customer. What is older than what is known is not taken; none: it is taken.
    pub(crate) updated_at: Option<DateTime<Utc>>,
}

/// What a person allows, as another system says it.
#[derive(Clone, Debug)]
pub(crate) struct ExternalConsent {
    /// Which messages it is about.
    pub(crate) channel: ConsentChannel,
    /// Whether they are allowed: granted or withdrawn.
    pub(crate) state: ConsentState,
    /// Who says so. Only `customer`, with evidence and a later time, takes a withdrawal back.
    pub(crate) source: String,
    /// What proves it, an object.
    pub(crate) evidence: Json,
    /// When it was decided. Without a time it counts from now on, and a withdrawal only counts where messages were allowed.
    pub(crate) occurred_at: Option<DateTime<Utc>>,
}

/// What became of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Put {
    /// The customer here.
    pub(crate) id: Uuid,
    /// What was done.
    pub(crate) outcome: Outcome,
    /// Why not all was taken: the e-mail address and the Shopify id lead to two customers.
    pub(crate) conflict: Option<Conflict>,
    /// Whether a consent was not taken, because the person said no before.
    pub(crate) is_suppressed: bool,
}

/// What was done with a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The customer is new.
    Created,
    /// Something was changed or recorded.
    Updated,
    /// All was so already, or the customer was merged into another one, whose own data count.
    Unchanged,
    /// Something newer is known: nothing was taken.
    Stale,
    /// The person was erased: nothing was taken.
    Erased,
}

/// The e-mail address and the Shopify id of a customer lead to two customers here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// The customer was found by the Shopify id; this other one has the address. All but the address was taken.
    EmailTaken(Uuid),
    /// The customer was found by the address and has this other Shopify id. Nothing but consents was taken.
    OtherShopifyId(String),
}

/// Takes a customer over, as far as nothing here contradicts it.
pub(crate) async fn put(unit: &mut UnitOfWork, customer: &ExternalCustomer) -> Result<Put> {
    let done = put_all(unit, std::slice::from_ref(customer), false).await?.pop();
    Ok(done.ok_or_else(|| Error::internal("a customer was neither taken nor refused"))??)
}

/// The same for several, in a few statements whatever their number. One that is refused writes nothing; `stops` leaves
/// out those after it.
pub(crate) async fn put_all(
    unit: &mut UnitOfWork,
    customers: &[ExternalCustomer],
    stops: bool,
) -> Result<Vec<Result<Put, Refusal>>> {
    let mut locked = Locked::open(unit, customers).await?;
    let mut done = Vec::with_capacity(customers.len());
    for customer in customers {
        let put = match locked.put(unit, customer).await {
            Ok(put) => Ok(put),
            Err(error) => Err(error.into_refusal()?),
        };
        let is_refused = !put.as_ref().is_ok_and(|put| put.conflict.is_none());
        done.push(put);
        if stops && is_refused {
            break;
        }
    }
    locked.write(unit).await?;
    locked.record(unit).await?;
    Ok(done)
}

//! Recording what somebody allows.

use chrono::{DateTime, Utc};
use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, ConsentState},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    address,
    consent::{self, Record},
    fields::hold_address,
    holders::Holders,
    look_up,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::check,
    refusal::{At, Refusal},
};

/// The most characters of a source.
const SOURCE: usize = 50;
/// The most bytes of what proves a consent.
const EVIDENCE: usize = 16 << 10;

/// Records what somebody allows, or does not allow any more.
#[derive(Clone, Debug, Serialize)]
pub struct SetConsent {
    /// The customer.
    pub customer_id: Option<Uuid>,
    /// Or the address.
    pub address: Option<String>,
    /// Which messages it is about.
    pub channel: ConsentChannel,
    /// Whether messages are allowed.
    pub state: ConsentState,
    /// Who says so.
    pub source: String,
    /// What proves it, an object.
    pub evidence: Json,
    /// When it was decided; none for now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Consented {
    /// The customer who has the address, if there is one.
    pub customer: Option<Uuid>,
}

impl Verb for SetConsent {
    type Outcome = Consented;
    const OPERATION: Operation = Operation::SetConsent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Consented> {
        self.check(unit)?;
        let (customer_id, hash) = self.subject(unit).await?;
        // Addresses are held before customers.
        hold_address(unit, &hash).await?;
        let holders = Holders::lock(unit, &[(self.channel, &hash)]).await?;
        let customer = match customer_id {
            // The customer was merged meanwhile, or has another address now.
            Some(id) if !holders.include(id) => return Err(Error::Collision),
            Some(id) => Some(id),
            None => holders.of(self.channel, &hash),
        };
        let record = Record {
            channel: self.channel,
            hash,
            customer_id,
            state: self.state,
            source: self.source.clone(),
            evidence: self.evidence.clone(),
            occurred_at: self.occurred_at.unwrap_or_else(|| unit.now()),
        };
        consent::record(unit, record).await.at(["state"])?;
        Ok(Consented { customer })
    }
}

impl SetConsent {
    fn check(&self, unit: &UnitOfWork) -> Result<(), Refusal> {
        check::text("source", &self.source, SOURCE)?;
        check::object("evidence", &self.evidence, EVIDENCE)?;
        if self.state == ConsentState::Erased {
            return Err(check::invalid("state", "only eraseCustomer records ERASED"));
        }
        match self.occurred_at.is_some_and(|at| at > unit.now()) {
            true => Err(check::invalid("occurredAt", "`occurredAt` is in the future")),
            false => Ok(()),
        }
    }

    /// Whose address it is, as far as the caller says so, and the hash of the address.
    async fn subject(&self, unit: &UnitOfWork) -> Result<(Option<Uuid>, String)> {
        match (self.customer_id, &self.address) {
            (Some(id), None) => {
                let customer = look_up(unit, id).await.at(["customerId"])?;
                Ok((Some(customer.id), self.hash_of(&customer)?))
            }
            (None, Some(address)) => {
                match self.channel {
                    ConsentChannel::Email => address::check_email("address", &address::normal(address))?,
                    ConsentChannel::Sms | ConsentChannel::Phone => address::check_phone("address", address)?,
                }
                Ok((None, address::hash(self.channel, address)))
            }
            _ => Err(check::invalid("customerId", "give either `customerId` or `address`").into()),
        }
    }

    /// The hash of the customer's address.
    fn hash_of(&self, customer: &customers::Model) -> Result<String, Refusal> {
        let (own, what) = match self.channel {
            ConsentChannel::Email => (&customer.email_hash, "email address"),
            ConsentChannel::Sms | ConsentChannel::Phone => (&customer.phone_hash, "phone number"),
        };
        own.clone().ok_or_else(|| check::invalid("customerId", format!("the customer has no {what}")))
    }
}

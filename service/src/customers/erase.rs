//! Erasing a person: what was sold and paid stays, who bought it is not known any more.

use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, ConsentState, EventAggregate},
};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    alias,
    consent::{self, Record},
    hold_addresses,
    reached::Reached,
    subscriptions,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, EditableRow, check},
    events::{Event, EventKind},
    jobs,
    orders::{self, Open},
    refusal::{At, Code, Facts, Refusal},
    webhooks::inbox,
};

/// The source of the consents of who is erased.
const SOURCE: &str = "erase";

/// Erases the personal data of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Erase {
    /// The customer.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Why.
    pub reason: String,
}

impl Verb for Erase {
    /// The customer.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::EraseCustomer;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::text("reason", &self.reason, check::NAME)?;
        let seen: customers::Model = edit::find(unit, self.id).await.at(["id"])?;
        let reached = Reached::read(unit, &seen).await?;
        // Addresses are held before rows: nobody puts one of them on a list meanwhile.
        hold_addresses(unit, &reached.hashes()).await?;
        let sold = orders::lock_of_person(unit, self.id, &reached.emails()).await?;
        let customer: customers::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        orders::check_all_of_customers(unit, &[self.id], &sold).await?;
        if customer.erased_at.is_some() {
            return Ok(self.id);
        }
        if Reached::read(unit, &customer).await? != reached {
            return Err(Error::Collision);
        }
        if let Some(open) = orders::find_open(unit, self.id, &sold).await? {
            return Err(in_use(&open).into());
        }
        orders::forget_person(unit, self.id, &sold).await?;
        self.forget(unit).await?;
        remember_erasure(unit, self.id, &reached).await?;
        alias::forget_addresses(unit, self.id).await?;
        subscriptions::remove(unit, self.id, &reached.emails()).await?;
        forget_texts(unit, self.id, &reached.hashes()).await?;
        forget_webhooks(unit, &customer, &reached.hashes()).await?;
        jobs::forget_people(unit).await?;
        self.tell(unit, &customer);
        Ok(self.id)
    }
}

impl Erase {
    /// Forgets what the customer's own row says of the person.
    async fn forget(&self, unit: &UnitOfWork) -> Result<()> {
        let mut sql = unit.sql();
        sql.push("UPDATE customers SET email = ").bind(format!("erased-{}@invalid", self.id));
        sql.push(", email_hash = NULL, phone = NULL, phone_hash = NULL, first_name = NULL, last_name = NULL, ");
        sql.push("company = NULL, note = NULL, tags = ").bind(json!([])).push(", accepts_marketing = FALSE, ");
        sql.push("version = version + 1, erased_at = ").bind(unit.now()).push(", updated_at = ").bind(unit.now());
        sql.push(" WHERE id = ").bind(self.id);
        unit.execute(sql).await.map(drop)
    }

    /// Writes down and tells that it was done, and nothing of what there was: both outlive it.
    fn tell(&self, unit: &mut UnitOfWork, customer: &customers::Model) {
        let why = Map::from_iter([("reason".to_owned(), json!(self.reason))]);
        unit.record(Self::OPERATION, customers::Model::TYPE, self.id, Json::Null, why);
        unit.emit(Event {
            kind: EventKind::CustomerErased,
            aggregate_type: EventAggregate::Customer,
            aggregate_id: self.id,
            aggregate_version: customer.version.saturating_add(1),
            agent_id: None,
            execution_id: None,
            changes: Map::new(),
        });
    }
}

/// Records that nobody may write to the person's addresses: no import brings them back.
async fn remember_erasure(unit: &mut UnitOfWork, customer: Uuid, reached: &Reached) -> Result<()> {
    let record = |(channel, hash): &(ConsentChannel, String)| Record {
        channel: *channel,
        hash: hash.clone(),
        customer_id: Some(customer),
        state: ConsentState::Erased,
        source: SOURCE.to_owned(),
        evidence: json!({}),
        occurred_at: unit.now(),
    };
    let records: Vec<Record> = reached.hashes.iter().map(record).collect();
    consent::record_all(unit, &records).await.map(drop)
}

/// Deletes the texts of interactions, and the addresses to which campaigns were sent.
async fn forget_texts(unit: &UnitOfWork, customer: Uuid, hashes: &[&str]) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE customer_interactions SET content = NULL, outcome = NULL, metadata = ").bind(json!({}));
    sql.push(", version = version + 1, updated_at = ").bind(unit.now()).push(" WHERE customer_id = ");
    sql.bind(customer);
    unit.execute(sql).await?;
    let mut sql = unit.sql();
    sql.push("UPDATE campaign_recipients SET address = NULL, updated_at = ").bind(unit.now());
    sql.push(" WHERE address IS NOT NULL AND (customer_id = ").bind(customer);
    // Naming the campaigns leads to the index, which begins with them.
    sql.push(" OR (campaign_id IN (SELECT id FROM campaigns) AND address_hash").is_any_text(hashes).push("))");
    unit.execute(sql).await.map(drop)
}

/// Deletes the payloads of webhooks about the person.
async fn forget_webhooks(unit: &UnitOfWork, customer: &customers::Model, hashes: &[&str]) -> Result<()> {
    let mut ids = alias::shopify_ids(unit, customer.id).await?;
    ids.extend(customer.shopify_customer_id.clone());
    inbox::forget_person(unit, customer.id, hashes, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await
}

fn in_use(open: &Open) -> Refusal {
    let (by, message) = match open {
        Open::Order(number) => ("Order", format!("the order {number} has not ended: complete or cancel it first")),
        Open::Dispute(payment) => {
            ("Payment", format!("the payment {payment} is disputed: wait until the dispute has ended"))
        }
    };
    Refusal::new(Code::InUse, message).at(["id"]).with(Facts::UsedBy(by.to_owned()))
}

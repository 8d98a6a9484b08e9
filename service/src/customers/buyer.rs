//! Who buys: a customer, or somebody who becomes one.

use entity::{customers, sea_orm_active_enums::EventAggregate};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    address::write_hashes,
    create::blank,
    lookup::{self, Asked, Known, Whose},
    totals,
};
use crate::{
    Error, Result, UnitOfWork,
    access::Operation,
    database::{Column, Source, columns},
    edit,
    events::{Event, EventKind},
    refusal::{Code, Located, Refusal},
    settings::Settings,
};

/// Who buys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Buyer {
    /// The customer, if there is one.
    pub(crate) id: Option<Uuid>,
    /// The address for messages.
    pub(crate) email: Option<String>,
    /// Whether the address of somebody who is no customer yet allows marketing messages.
    pub(crate) accepts_marketing: bool,
}

/// Looks for who buys, by the id or else by the address, which is in lower case. Somebody who is no customer yet has an
/// address alone.
pub(crate) async fn find_buyer(source: &impl Source, customer_id: Option<Uuid>, email: Option<&str>) -> Result<Buyer> {
    let asked = match (customer_id, email) {
        (Some(id), _) => Asked::Id(id),
        (None, Some(email)) => Asked::Email(email.to_owned()),
        (None, None) => return Ok(Buyer::default()),
    };
    let known = source.memory().and_then(|memory| memory.of(|known: &mut Known| known.find(&asked)).flatten());
    let whose = match known {
        Some(known) => known,
        None => lookup::find(source, asked).await?,
    };
    match (whose, customer_id) {
        (Whose::Customer(id, own), _) => {
            let email = email.map_or(own, str::to_owned);
            Ok(Buyer { id: Some(id), email: Some(email), accepts_marketing: false })
        }
        (Whose::Erased, id) => Err(erased().at([if id.is_some() { "customerId" } else { "email" }]).into()),
        (Whose::Nobody(_), Some(id)) => Err(Error::NotFound("customer", id).located(["customerId"])),
        (Whose::Nobody(accepts_marketing), None) => {
            Ok(Buyer { id: None, email: email.map(str::to_owned), accepts_marketing })
        }
    }
}

/// Looks for all who buy, for calls that follow in this unit. Each is named as [`find_buyer`] is asked.
pub(crate) async fn find_ahead(unit: &UnitOfWork, buyers: &[(Option<Uuid>, Option<&str>)]) -> Result<()> {
    let asked = buyers.iter().filter_map(|(customer_id, email)| match (customer_id, email) {
        (Some(id), _) => Some(Asked::Id(*id)),
        (None, email) => email.map(|email| Asked::Email(email.to_owned())),
    });
    let asked: Vec<Asked> = asked.collect();
    if !asked.is_empty() {
        let known = Known::read(unit, asked).await?;
        unit.memory().keep(known);
    }
    Ok(())
}

fn erased() -> Refusal {
    Refusal::new(Code::InvalidTransition, "the customer was erased and cannot buy any more")
}

/// The columns of a customer; the first is its key.
pub(super) fn columns() -> Vec<Column<customers::Model>> {
    columns!(customers::Model:
        id,
        shopify_customer_id,
        email,
        first_name,
        last_name,
        company,
        phone,
        tags,
        total_spent,
        orders_count,
        average_order_value,
        currency,
        last_order_date,
        accepts_marketing,
        vip_status,
        version,
        created_at,
        updated_at,
        note,
        erased_at,
        source_updated_at,
        email_hash,
        phone_hash,
    )
    .into()
}

impl Buyer {
    /// The customer, made of the address if there is none yet, with the total of the first order; nobody without an
    /// address. Whoever makes the same one at the same time is found by the next try.
    pub(crate) fn or_new(&self, unit: &mut UnitOfWork, settings: &Settings, spent: Option<Decimal>) -> Option<Uuid> {
        let (None, Some(email)) = (self.id, &self.email) else { return self.id };
        let mut customer = customers::Model {
            email: email.clone(),
            total_spent: spent.unwrap_or_default(),
            orders_count: i32::from(spent.is_some()),
            average_order_value: spent,
            last_order_date: spent.map(|_| unit.now().into()),
            accepts_marketing: self.accepts_marketing,
            vip_status: spent.is_some_and(|spent| spent > settings.vip_threshold),
            ..blank(unit, settings.currency.clone())
        };
        write_hashes(&mut customer);
        unit.insert("customers", &columns(), &[], [&customer]);
        let (id, email) = (customer.id, email.clone());
        unit.memory().of(|known: &mut Known| known.add(id, email));
        totals::is_written_again(unit, id);
        let changes = edit::changes(None, &customer);
        unit.record(Operation::PlaceOrder, "Customer", id, Json::Null, &changes);
        unit.emit(Event {
            kind: EventKind::CustomerCreated,
            aggregate_type: EventAggregate::Customer,
            aggregate_id: id,
            aggregate_version: customer.version,
            agent_id: None,
            execution_id: None,
            changes,
        });
        Some(id)
    }
}

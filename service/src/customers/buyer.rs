//! Who buys: a customer, or somebody who becomes one.

use std::collections::HashSet;

use entity::customers;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::totals;
use crate::{
    Error, Result, UnitOfWork,
    access::Operation,
    database::{Column, Source, columns},
    edit,
    refusal::Located,
    settings::Settings,
};

/// Who buys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Buyer {
    /// The customer, if there is one.
    pub(crate) id: Option<Uuid>,
    /// The address for messages.
    pub(crate) email: Option<String>,
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
    let found = match known {
        Some(known) => known,
        None => read(source, &[asked]).await?.pop(),
    };
    match (found, customer_id) {
        (Some((id, own)), _) => Ok(Buyer { id: Some(id), email: Some(email.map_or(own, str::to_owned)) }),
        (None, Some(id)) => Err(Error::NotFound("customer", id).located(["customerId"])),
        (None, None) => Ok(Buyer { id: None, email: email.map(str::to_owned) }),
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
        let found = read(unit, &asked).await?;
        unit.memory().keep(Known { asked: asked.into_iter().collect(), found });
    }
    Ok(())
}

const SELECT: &str = "SELECT id, email FROM customers WHERE ";

/// By what a customer is looked for.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Asked {
    Id(Uuid),
    Email(String),
}

/// Customers, with their addresses, that were looked for.
struct Known {
    asked: HashSet<Asked>,
    found: Vec<(Uuid, String)>,
}

impl Known {
    /// Who was looked for so, and whether there is one; none if nobody was.
    fn find(&self, asked: &Asked) -> Option<Option<(Uuid, String)>> {
        let is_asked = |(id, email): &&(Uuid, String)| match asked {
            Asked::Id(asked) => id == asked,
            Asked::Email(asked) => email == asked,
        };
        self.asked.contains(asked).then(|| self.found.iter().find(is_asked).cloned())
    }
}

async fn read(source: &impl Source, asked: &[Asked]) -> Result<Vec<(Uuid, String)>> {
    let (mut ids, mut emails) = (Vec::new(), Vec::new());
    for asked in asked {
        match asked {
            Asked::Id(id) => ids.push(*id),
            Asked::Email(email) => emails.push(email.as_str()),
        }
    }
    let mut sql = source.sql();
    if !ids.is_empty() {
        sql.push(SELECT).push("id").is_any(&ids);
    }
    if !ids.is_empty() && !emails.is_empty() {
        sql.push(" UNION ");
    }
    if !emails.is_empty() {
        sql.push(SELECT).push("email").is_any_text(&emails);
    }
    let rows = source.rows(sql).await?;
    rows.iter().map(|row| Ok((row.try_get_by("id")?, row.try_get_by("email")?))).collect()
}

/// The columns of a customer; the first is its key.
fn columns() -> Vec<Column<customers::Model>> {
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
    )
    .into()
}

impl Buyer {
    /// The customer, made of the address if there is none yet, with what the first order comes to; nobody without an
    /// address. Whoever makes the same one at the same time is found by the next try.
    pub(crate) fn or_new(&self, unit: &mut UnitOfWork, settings: &Settings, spent: Option<Decimal>) -> Option<Uuid> {
        let (None, Some(email)) = (self.id, &self.email) else { return self.id };
        let customer = customers::Model {
            id: Uuid::now_v7(),
            shopify_customer_id: None,
            email: email.clone(),
            first_name: None,
            last_name: None,
            company: None,
            phone: None,
            tags: json!([]),
            total_spent: spent.unwrap_or_default(),
            orders_count: i32::from(spent.is_some()),
            average_order_value: spent,
            currency: settings.currency.clone(),
            last_order_date: spent.map(|_| unit.now().into()),
            accepts_marketing: false,
            vip_status: spent.is_some_and(|spent| spent > settings.vip_threshold),
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        unit.insert("customers", &columns(), &[], [&customer]);
        unit.memory().of(|known: &mut Known| known.found.push((customer.id, email.clone())));
        totals::is_written_again(unit, customer.id);
        unit.record(Operation::PlaceOrder, "Customer", customer.id, Json::Null, edit::changes(None, &customer));
        Some(customer.id)
    }
}

//! What is changed of a customer, and what it must be. Totals, the VIP status and what is accepted are no part of it:
//! they follow from orders and consents.

use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, CustomerAliasKind},
};

use super::{PHONE, address, alias, consent};
use crate::{
    Change, Result, UnitOfWork,
    catalog::fields::{change_optional, tags},
    edit::check,
    refusal::{Code, Refusal},
};

/// The most characters of a note.
const NOTE: usize = 10_000;

/// What is changed of a customer.
#[derive(Clone, Debug, Default)]
pub(super) struct CustomerChanges {
    pub(super) email: Change<String>,
    pub(super) first_name: Change<Option<String>>,
    pub(super) last_name: Change<Option<String>>,
    pub(super) company: Change<Option<String>>,
    pub(super) phone: Change<Option<String>>,
    pub(super) tags: Change<Vec<String>>,
    pub(super) note: Change<Option<String>>,
}

impl CustomerChanges {
    /// Applies what is changed, and lets what depends on the addresses follow. Refuses an address that leads to
    /// somebody else.
    pub(super) async fn apply(&self, unit: &UnitOfWork, customer: &mut customers::Model) -> Result<()> {
        for (field, change, place, most) in [
            ("firstName", &self.first_name, &mut customer.first_name, check::NAME),
            ("lastName", &self.last_name, &mut customer.last_name, check::NAME),
            ("company", &self.company, &mut customer.company, check::NAME),
            ("phone", &self.phone, &mut customer.phone, PHONE),
            ("note", &self.note, &mut customer.note, NOTE),
        ] {
            change_optional(field, change, place, most)?;
        }
        if let (Change::Set(_), Some(phone)) = (&self.phone, &customer.phone) {
            address::check_phone("phone", phone)?;
        }
        if let Change::Set(given) = &self.tags {
            customer.tags = tags("tags", given)?;
        }
        if let Change::Set(email) = &self.email {
            let email = address::normal(email);
            address::check_email("email", &email)?;
            if email != customer.email {
                hold_address(unit, &address::hash(ConsentChannel::Email, &email)).await?;
                check_free(unit, customer, &email).await?;
                customer.email = email;
                customer.accepts_marketing = accepts(unit, &customer.email).await?;
            }
        }
        address::write_hashes(customer);
        Ok(())
    }
}

/// Waits until nobody else gives a customer the address with this hash, or records what it allows.
pub(super) async fn hold_address(unit: &UnitOfWork, hash: &str) -> Result<()> {
    unit.lock_name(&lock_of(hash)).await
}

/// The same for several addresses.
pub(crate) async fn hold_addresses(unit: &UnitOfWork, hashes: &[&str]) -> Result<()> {
    unit.lock_names(hashes.iter().map(|hash| lock_of(hash))).await
}

/// The name under which an address is held.
pub(super) fn lock_of(hash: &str) -> String {
    format!("address:{hash}")
}

/// Refuses an address that another customer has, or had before a merge.
async fn check_free(unit: &UnitOfWork, customer: &customers::Model, email: &str) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM customers WHERE email = ").bind(email).push(" AND id <> ").bind(customer.id);
    if !unit.rows(sql).await?.is_empty() {
        return Err(taken("another customer has this email address").into());
    }
    match alias::find(unit, CustomerAliasKind::Email, email).await? {
        Some(owner) if owner != customer.id => {
            Err(taken(&format!("the email address belongs to the customer {owner}, after a merge")).into())
        }
        _ => Ok(()),
    }
}

fn taken(message: &str) -> Refusal {
    Refusal::new(Code::AlreadyExists, message).at(["email"])
}

/// Whether an address allows marketing messages.
async fn accepts(unit: &UnitOfWork, email: &str) -> Result<bool> {
    let hash = address::hash(ConsentChannel::Email, email);
    let latest = consent::latest(unit, &[(ConsentChannel::Email, &hash)]).await?;
    Ok(latest.is_granted(ConsentChannel::Email, &hash))
}

//! Where a person is reached, or was: what is forgotten of somebody who is erased.

use std::collections::{BTreeSet, HashSet};

use entity::{customers, sea_orm_active_enums::ConsentChannel};
use uuid::Uuid;

use super::{address, alias, carried::addresses};
use crate::{Result, UnitOfWork, database::row::enum_value};

/// The addresses of a person, without those that are somebody else's by now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reached {
    /// E-mail addresses.
    pub(super) emails: BTreeSet<String>,
    /// The hashes of all addresses, those that are only known by them too.
    pub(super) hashes: HashSet<(ConsentChannel, String)>,
}

impl Reached {
    /// Reads them of a customer.
    pub(super) async fn read(unit: &UnitOfWork, customer: &customers::Model) -> Result<Self> {
        let mut emails: BTreeSet<String> = alias::addresses(unit, customer.id).await?.into_iter().collect();
        emails.extend(subscribed(unit, customer.id).await?);
        emails.insert(customer.email.clone());
        let mut hashes: HashSet<(ConsentChannel, String)> = said(unit, customer.id).await?;
        hashes.extend(addresses(customer).map(|(channel, hash)| (channel, hash.to_owned())));
        let of_email = |email: &String| (ConsentChannel::Email, address::hash(ConsentChannel::Email, email));
        hashes.extend(emails.iter().map(of_email));
        Ok(Self { emails, hashes })
    }

    /// The e-mail addresses as texts.
    pub(super) fn emails(&self) -> Vec<&str> {
        self.emails.iter().map(String::as_str).collect()
    }

    /// The hashes, whatever their channels.
    pub(super) fn hashes(&self) -> Vec<&str> {
        self.hashes.iter().map(|(_, hash)| hash.as_str()).collect()
    }
}

/// The addresses by which a customer is on lists, or was.
async fn subscribed(unit: &UnitOfWork, customer: Uuid) -> Result<Vec<String>> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT s.email FROM email_subscribers AS s WHERE s.customer_id = ").bind(customer);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.email = s.email AND c.id <> ").bind(customer);
    sql.push(")");
    unit.rows(sql).await?.iter().map(|row| Ok(row.try_get_by("email")?)).collect()
}

/// The addresses for which a customer has recorded consents.
async fn said(unit: &UnitOfWork, customer: Uuid) -> Result<HashSet<(ConsentChannel, String)>> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT s.channel, s.address_hash FROM consents AS s WHERE s.customer_id = ").bind(customer);
    for column in ["email_hash", "phone_hash"] {
        sql.push(" AND NOT EXISTS (SELECT 1 FROM customers AS c ");
        sql.write(format_args!("WHERE c.{column} = s.address_hash AND c.id <> ")).bind(customer).push(")");
    }
    let rows = unit.rows(sql).await?;
    rows.iter().map(|row| Ok((enum_value(row, "channel")?, row.try_get_by("address_hash")?))).collect()
}

//! Looking for who buys: by an id or an address, also one of somebody who was merged into another customer.

use std::collections::HashSet;

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState, CustomerAliasKind};
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{address, fields::lock_of};
use crate::{
    Result,
    database::{Source, Sql},
};

/// By what a customer is looked for.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Asked {
    Id(Uuid),
    Email(String),
}

/// What was found of those who were looked for.
#[derive(Debug)]
enum Found {
    /// A customer.
    Customer { id: Uuid, email: String },
    /// A customer, by what somebody was known by who was merged into this one.
    Merged { id: Uuid, email: String, alias: String },
    /// A customer who was erased; the same of one who was merged into that one.
    Erased { id: Uuid, email: String, alias: String },
    /// An address that allows marketing messages, by its hash.
    Granted(String),
}

/// Customers, with their addresses, that were looked for.
pub(super) struct Known {
    asked: HashSet<Asked>,
    found: Vec<Found>,
}

/// Who an id or an address leads to.
#[derive(Clone, Debug)]
pub(super) enum Whose {
    Customer(Uuid, String),
    /// Somebody who was erased.
    Erased,
    /// Nobody's yet; whether it allows marketing messages.
    Nobody(bool),
}

impl Known {
    /// Reads who is looked for.
    pub(super) async fn read(source: &impl Source, asked: Vec<Asked>) -> Result<Self> {
        let found = read_held(source, &asked).await?;
        Ok(Self { asked: asked.into_iter().collect(), found })
    }

    /// Who was looked for so; none if nobody was.
    pub(super) fn find(&self, asked: &Asked) -> Option<Whose> {
        self.asked.contains(asked).then(|| whose(&self.found, asked))
    }

    /// Takes note of a new customer.
    pub(super) fn add(&mut self, id: Uuid, email: String) {
        self.found.push(Found::Customer { id, email });
    }
}

/// Who an id or an address leads to. The customer who has it counts more than one who had it before a merge.
fn whose(found: &[Found], asked: &Asked) -> Whose {
    let own = found.iter().find_map(|found| match (found, asked) {
        (Found::Customer { id, email }, Asked::Id(asked)) if id == asked => Some((*id, email)),
        (Found::Customer { id, email }, Asked::Email(asked)) if email == asked => Some((*id, email)),
        _ => None,
    });
    let name = match asked {
        Asked::Id(id) => id.to_string(),
        Asked::Email(email) => email.clone(),
    };
    let merged = || {
        found.iter().find_map(|found| match found {
            Found::Merged { id, email, alias } if *alias == name => Some((*id, email)),
            _ => None,
        })
    };
    let is_erased = || {
        found.iter().any(|found| match (found, asked) {
            (Found::Erased { id, .. }, Asked::Id(asked)) if id == asked => true,
            (Found::Erased { email, .. }, Asked::Email(asked)) if email == asked => true,
            (Found::Erased { alias, .. }, _) => *alias == name,
            _ => false,
        })
    };
    match own.or_else(merged) {
        Some((id, email)) => Whose::Customer(id, email.clone()),
        None if is_erased() => Whose::Erased,
        None => {
            let hash = address::hash(ConsentChannel::Email, &name);
            Whose::Nobody(found.iter().any(|found| matches!(found, Found::Granted(granted) if *granted == hash)))
        }
    }
}

/// Who an id or an address leads to.
pub(super) async fn find(source: &impl Source, asked: Asked) -> Result<Whose> {
    let asked = [asked];
    let found = read_held(source, &asked).await?;
    Ok(whose(&found, &asked[0]))
}

/// Reads who is looked for. Addresses of nobody yet are held: what they allow does not change before they belong to a
/// customer.
async fn read_held(source: &impl Source, asked: &[Asked]) -> Result<Vec<Found>> {
    let found = read(source, asked).await?;
    let new = asked.iter().filter_map(|asked| match asked {
        Asked::Email(email) if matches!(whose(&found, asked), Whose::Nobody(_)) => {
            Some(lock_of(&address::hash(ConsentChannel::Email, email)))
        }
        _ => None,
    });
    let new: Vec<String> = new.collect();
    match !new.is_empty() && source.hold(new).await? {
        true => read(source, asked).await,
        false => Ok(found),
    }
}

/// One statement, whatever the number of those who are looked for.
async fn read(source: &impl Source, asked: &[Asked]) -> Result<Vec<Found>> {
    let (mut ids, mut emails) = (Vec::new(), Vec::new());
    for asked in asked {
        match asked {
            Asked::Id(id) => ids.push(*id),
            Asked::Email(email) => emails.push(email.as_str()),
        }
    }
    let mut sql = source.sql();
    let mut and = "";
    if !ids.is_empty() {
        sql.push(OWN).push("id").is_any(&ids);
        let names: Vec<String> = ids.iter().map(Uuid::to_string).collect();
        write_merged(&mut sql, CustomerAliasKind::Customer, &names.iter().map(String::as_str).collect::<Vec<&str>>());
        and = " UNION ALL ";
    }
    if !emails.is_empty() {
        sql.push(and).push(OWN).push("email").is_any_text(&emails);
        write_merged(&mut sql, CustomerAliasKind::Email, &emails);
        let hashes: Vec<String> = emails.iter().map(|email| address::hash(ConsentChannel::Email, email)).collect();
        write_granted(&mut sql, &hashes.iter().map(String::as_str).collect::<Vec<&str>>());
    }
    source.rows(sql).await?.iter().map(found).collect()
}

/// The customers themselves.
const OWN: &str = "SELECT CASE WHEN erased_at IS NULL THEN 'own' ELSE 'erased' END AS part, id, email, '' AS name \
                   FROM customers WHERE ";

/// Customers into whom others were merged.
fn write_merged(sql: &mut Sql, kind: CustomerAliasKind, names: &[&str]) {
    sql.push(" UNION ALL SELECT CASE WHEN c.erased_at IS NULL THEN 'merged' ELSE 'erased' END, c.id, c.email, ");
    sql.push("a.value FROM customer_aliases AS a ");
    sql.push("JOIN customers AS c ON c.id = a.customer_id WHERE a.kind = ").literal(&kind);
    sql.push(" AND a.value").is_any_text(names);
}

/// Addresses that allow marketing messages: whoever becomes a customer by one of them accepts these.
fn write_granted(sql: &mut Sql, hashes: &[&str]) {
    sql.push(" UNION ALL SELECT 'granted', g.id, '', g.address_hash FROM consents AS g WHERE g.channel = ");
    sql.literal(&ConsentChannel::Email).push(" AND g.address_hash").is_any_text(hashes);
    sql.push(" AND g.state = ").literal(&ConsentState::Granted);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM consents AS n WHERE n.channel = g.channel ");
    sql.push("AND n.address_hash = g.address_hash AND (n.occurred_at, n.id) > (g.occurred_at, g.id))");
}

fn found(row: &QueryResult) -> Result<Found> {
    let (part, name): (String, String) = (row.try_get_by("part")?, row.try_get_by("name")?);
    let (id, email) = (row.try_get_by("id")?, row.try_get_by("email")?);
    Ok(match part.as_str() {
        "own" => Found::Customer { id, email },
        "merged" => Found::Merged { id, email, alias: name },
        "erased" => Found::Erased { id, email, alias: name },
        _ => Found::Granted(name),
    })
}

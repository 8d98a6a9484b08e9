//! The rules between rows that no key or check of the database can hold.
//!
//! - [`check`]: all violations in a database.
//! - [`rules`]: their names, and what each demands. `stock`, `orders`, `payments`, `books`, `finance`, `campaigns`,
//!   `customers`, `addresses`, `segments`, `deliveries` and `jobs` have those of the shop, `engine` those of the work,
//!   `records` all others.
//!
//! Each rule is one statement that both engines read alike and that selects the rows which break it; what stands
//! inside JSON is read here.

mod addresses;
mod books;
mod campaigns;
mod customers;
mod deliveries;
mod engine;
mod finance;
mod jobs;
mod orders;
mod payments;
mod records;
mod segments;
mod stock;

use std::collections::BTreeSet;

use entity::{agents, reports};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, QuerySelect, Statement};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::Result;

/// Something that must hold between rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// For example `customer_totals`.
    pub name: &'static str,
    /// What holds, in a sentence.
    pub demands: &'static str,
    /// Selects `id`, `found` and `expected` of each row that breaks it.
    sql: &'static str,
}

impl Rule {
    const fn new(name: &'static str, demands: &'static str, sql: &'static str) -> Self {
        Self { name, demands, sql }
    }
}

/// All rules.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        records::RULES,
        customers::RULES,
        addresses::RULES,
        segments::RULES,
        stock::RULES,
        orders::RULES,
        payments::RULES,
        books::RULES,
        finance::RULES,
        campaigns::RULES,
        deliveries::RULES,
        jobs::RULES,
        engine::RULES,
    ]
    .into_iter()
    .flatten()
}

/// A row that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which rule.
    pub rule: &'static str,
    /// The row.
    pub id: Uuid,
    /// What it says.
    pub found: String,
    /// What the other rows say.
    pub expected: String,
}

#[derive(FromQueryResult)]
struct Broken {
    id: Uuid,
    found: Option<String>,
    expected: Option<String>,
}

/// Looks for rows that break a rule; it reads whole tables.
///
/// Over a pool while others write it may see half of what they do: then ask inside a transaction.
pub async fn check(db: &impl ConnectionTrait) -> Result<Vec<Violation>> {
    let mut violations = Vec::new();
    for rule in rules() {
        let statement = Statement::from_string(db.get_database_backend(), rule.sql);
        let broken = Broken::find_by_statement(statement).all(db).await?;
        violations.extend(broken.into_iter().map(|row| Violation {
            rule: rule.name,
            id: row.id,
            found: row.found.unwrap_or_else(|| "nothing".to_owned()),
            expected: row.expected.unwrap_or_else(|| "nothing".to_owned()),
        }));
    }
    violations.extend(lost_readers(db).await?);
    Ok(violations)
}

/// A report's recipients are agents; the ids stand in a list, which no key can hold.
async fn lost_readers(db: &impl ConnectionTrait) -> Result<Vec<Violation>> {
    let ids: Vec<Uuid> = agents::Entity::find().select_only().column(agents::Column::Id).into_tuple().all(db).await?;
    let agents: BTreeSet<String> = ids.iter().map(Uuid::to_string).collect();
    let reports: Vec<(Uuid, Json)> = reports::Entity::find()
        .select_only()
        .columns([reports::Column::Id, reports::Column::RecipientAgents])
        .into_tuple()
        .all(db)
        .await?;
    let lost = |(id, readers): (Uuid, Json)| {
        let stranger = readers.as_array()?.iter().find(|id| !id.as_str().is_some_and(|id| agents.contains(id)))?;
        let (found, expected) = (stranger.to_string(), "the id of an agent".to_owned());
        Some(Violation { rule: "report_readers", id, found, expected })
    };
    Ok(reports.into_iter().filter_map(lost).collect())
}

//! How customers of another system are found here: one statement, whatever their number.

use std::collections::{HashMap, HashSet};

use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, CustomerAliasKind},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{Error, Result, UnitOfWork, customers::consent, database::Sql};

/// By what customers are looked for.
pub(super) struct Asked<'a> {
    /// Shopify ids.
    pub(super) shopify_ids: Vec<&'a str>,
    /// E-mail addresses, in lower case.
    pub(super) emails: Vec<&'a str>,
    /// Their hashes.
    pub(super) hashes: Vec<&'a str>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Known {
    /// The customers, locked.
    pub(super) rows: Vec<customers::Model>,
    /// The customers to whom the Shopify ids and addresses of others lead who were merged into them.
    pub(super) merged: HashMap<(CustomerAliasKind, String), Uuid>,
    /// The hashes of addresses of people who were erased, and the customers who they were, where these are known.
    pub(super) erased: HashMap<String, Option<Uuid>>,
}

impl Known {
    /// Finds customers and locks them, in the order of their ids.
    pub(super) async fn find(unit: &UnitOfWork, asked: &Asked<'_>) -> Result<Self> {
        let mut known = Self::default();
        let mut ids: HashSet<Uuid> = HashSet::new();
        for row in unit.rows(statement(unit.sql(), asked)).await? {
            let (part, id): (String, Option<Uuid>) = (row.try_get_by("part")?, row.try_get_by("id")?);
            let name: String = row.try_get_by("name")?;
            let kind = match part.as_str() {
                "shopify" => Some(CustomerAliasKind::Shopify),
                "email" => Some(CustomerAliasKind::Email),
                _ => None,
            };
            match (kind, id) {
                (Some(kind), Some(id)) => {
                    known.merged.insert((kind, name), id);
                }
                (None, id) if part == "erased" => {
                    known.erased.insert(name, id);
                }
                _ => {}
            }
            ids.extend(id);
        }
        if ids.is_empty() {
            return Ok(known);
        }
        let found = customers::Entity::find().filter(customers::Column::Id.is_in(ids.iter().copied()));
        known.rows = found.order_by_asc(customers::Column::Id).lock_exclusive().all(unit.txn().await?).await?;
        // One of them was merged into another one meanwhile.
        if known.rows.len() < ids.len() { Err(Error::Collision) } else { Ok(known) }
    }
}

/// Selects a `part`, an `id` and a `name` of all that is known.
fn statement(mut sql: Sql, asked: &Asked<'_>) -> Sql {
    sql.push("SELECT 'own' AS part, id, '' AS name FROM customers WHERE shopify_customer_id");
    sql.is_any_text(&asked.shopify_ids);
    sql.push(" UNION ALL SELECT 'own', id, '' FROM customers WHERE email").is_any_text(&asked.emails);
    for (part, kind, values) in [
        ("shopify", CustomerAliasKind::Shopify, &asked.shopify_ids),
        ("email", CustomerAliasKind::Email, &asked.emails),
    ] {
        sql.write(format_args!(" UNION ALL SELECT '{part}', customer_id, value FROM customer_aliases WHERE kind = "));
        sql.literal(&kind).push(" AND value").is_any_text(values);
    }
    sql.push(" UNION ALL SELECT 'erased', e.customer_id, e.address_hash FROM consents AS e WHERE e.channel = ");
    sql.literal(&ConsentChannel::Email).push(" AND e.address_hash").is_any_text(&asked.hashes);
    sql.push(" AND ");
    consent::write_erased(&mut sql);
    sql
}

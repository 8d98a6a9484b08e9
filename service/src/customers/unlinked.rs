//! Customers whom another system has deleted.

use chrono::{DateTime, Utc};
use entity::{customers, sea_orm_active_enums::CustomerAliasKind};
use uuid::Uuid;

use super::alias;
use crate::{Result, UnitOfWork, access::Operation, edit, events::EventKind};

/// What became of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unlinked {
    /// The Shopify id is forgotten.
    Forgotten,
    /// The customer had neither orders nor a history, and is gone.
    Removed,
    /// A later change is known.
    Stale,
    /// Nobody has the Shopify id.
    Unknown,
}

/// Where a customer with a history is named.
const HISTORY: [&str; 4] = ["orders", "transactions", "customer_interactions", "campaign_recipients"];

/// Forgets the Shopify id of a customer who was deleted there at a time. A customer of whom nothing is known beside is
/// removed.
pub(crate) async fn unlink(unit: &mut UnitOfWork, shopify_id: &str, at: DateTime<Utc>) -> Result<Unlinked> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM customers WHERE shopify_customer_id = ").bind(shopify_id);
    let found: Vec<Uuid> = unit.ids(sql).await?;
    let Some(id) = found.first() else {
        // It led to somebody into whom the customer was merged.
        return match alias::find(unit, CustomerAliasKind::Shopify, shopify_id).await? {
            Some(_) => forget_alias(unit, shopify_id).await.map(|()| Unlinked::Forgotten),
            None => Ok(Unlinked::Unknown),
        };
    };
    let before: customers::Model = edit::lock(unit, *id, None).await?;
    if before.source_updated_at.is_some_and(|known| known.to_utc() > at) {
        return Ok(Unlinked::Stale);
    }
    if before.erased_at.is_none() && !has_history(unit, before.id).await? {
        edit::remove(unit, Operation::UpdateCustomer, before).await?;
        return Ok(Unlinked::Removed);
    }
    let mut after = before.clone();
    after.shopify_customer_id = None;
    after.source_updated_at = Some(at.into());
    edit::update(unit, Operation::UpdateCustomer, EventKind::CustomerUpdated, &before, after).await?;
    Ok(Unlinked::Forgotten)
}

async fn forget_alias(unit: &UnitOfWork, shopify_id: &str) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("DELETE FROM customer_aliases WHERE kind = ").literal(&CustomerAliasKind::Shopify);
    sql.push(" AND value = ").bind(shopify_id);
    unit.execute(sql).await.map(drop)
}

/// Whether anything is known of a customer, who is locked, beside the row itself.
async fn has_history(unit: &UnitOfWork, customer: Uuid) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT k.id FROM ").keys(&[customer]).push(" WHERE ").any(&HISTORY, |sql, table| {
        sql.write(format_args!("EXISTS (SELECT 1 FROM {table} AS h WHERE h.customer_id = k.id)"));
    });
    Ok(!unit.rows(sql).await?.is_empty())
}

/// The customer with a Shopify id or an address, also one into whom that customer was merged.
pub(crate) async fn find_linked(
    unit: &UnitOfWork,
    shopify_id: Option<&str>,
    email: Option<&str>,
) -> Result<Option<Uuid>> {
    for (column, kind, value) in
        [("shopify_customer_id", CustomerAliasKind::Shopify, shopify_id), ("email", CustomerAliasKind::Email, email)]
    {
        let Some(value) = value else { continue };
        let mut sql = unit.sql();
        sql.write(format_args!("SELECT id FROM customers WHERE {column} = ")).bind(value);
        let found: Vec<Uuid> = unit.ids(sql).await?;
        let found = match found.first() {
            Some(id) => Some(*id),
            None => alias::find(unit, kind, value).await?,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

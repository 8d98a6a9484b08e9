//! Aliases: a customer who was merged into another one is found by the old id, address and Shopify id.

use entity::{customers, sea_orm_active_enums::CustomerAliasKind};
use sea_orm::{ActiveEnum, Value};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::{Column, Source, columns},
};

/// The customer that an alias leads to: an id as text, an e-mail address in lower case, or a Shopify id.
pub(crate) async fn find(source: &impl Source, kind: CustomerAliasKind, value: &str) -> Result<Option<Uuid>> {
    let mut sql = source.sql();
    sql.push("SELECT customer_id AS id FROM customer_aliases WHERE kind = ").literal(&kind);
    sql.push(" AND value = ").bind(value);
    let rows = source.rows(sql).await?;
    Ok(rows.first().map(|row| row.try_get_by("id")).transpose()?)
}

struct Row<'a> {
    value: &'a str,
    customer_id: &'a Uuid,
}

fn row_columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>: value, customer_id).into()
}

/// Leads from all that customers were known by to another one, before they go. What led to them leads there, too.
pub(super) async fn lead(unit: &UnitOfWork, gone: &[customers::Model], into: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = gone.iter().map(|customer| customer.id).collect();
    let mut sql = unit.sql();
    sql.push("UPDATE customer_aliases SET customer_id = ").bind(into).push(", updated_at = ").bind(unit.now());
    sql.push(" WHERE customer_id").is_any(&ids);
    unit.execute(sql).await?;
    let known_by = |kind: CustomerAliasKind| -> Vec<String> {
        let values = gone.iter().filter_map(|customer| match kind {
            CustomerAliasKind::Customer => Some(customer.id.to_string()),
            CustomerAliasKind::Email => Some(customer.email.clone()),
            CustomerAliasKind::Shopify => customer.shopify_customer_id.clone(),
        });
        values.collect()
    };
    for kind in [CustomerAliasKind::Customer, CustomerAliasKind::Email, CustomerAliasKind::Shopify] {
        let values: Vec<(String, Uuid)> = known_by(kind).into_iter().map(|value| (value, into)).collect();
        add(unit, kind, &values).await?;
    }
    Ok(())
}

/// Has values lead to customers, and no longer to others.
pub(super) async fn add(unit: &UnitOfWork, kind: CustomerAliasKind, values: &[(String, Uuid)]) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row<'_>> = values.iter().map(|(value, customer_id)| Row { value, customer_id }).collect();
    let now: Value = unit.now().into();
    let same = [("kind", kind.to_value().into()), ("created_at", now.clone()), ("updated_at", now)];
    let mut sql = unit.sql();
    sql.insert("customer_aliases", &row_columns(), &same, &rows);
    // SQLite needs the condition to tell this from a join.
    sql.push(" WHERE TRUE ON CONFLICT (kind, value) DO UPDATE SET customer_id = excluded.customer_id, ");
    sql.push("updated_at = excluded.updated_at");
    unit.execute(sql).await.map(drop)
}

/// Forgets the addresses that led to a customer.
pub(super) async fn forget_addresses(unit: &UnitOfWork, customer: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("DELETE FROM customer_aliases WHERE customer_id = ").bind(customer).push(" AND kind = ");
    sql.literal(&CustomerAliasKind::Email);
    unit.execute(sql).await.map(drop)
}

/// The addresses that lead to a customer.
pub(super) async fn addresses(unit: &UnitOfWork, customer: Uuid) -> Result<Vec<String>> {
    values(unit, customer, CustomerAliasKind::Email).await
}

/// The Shopify ids that lead to a customer.
pub(super) async fn shopify_ids(unit: &UnitOfWork, customer: Uuid) -> Result<Vec<String>> {
    values(unit, customer, CustomerAliasKind::Shopify).await
}

async fn values(unit: &UnitOfWork, customer: Uuid, kind: CustomerAliasKind) -> Result<Vec<String>> {
    let mut sql = unit.sql();
    sql.push("SELECT value FROM customer_aliases WHERE customer_id = ").bind(customer).push(" AND kind = ");
    sql.literal(&kind).push(" ORDER BY value");
    unit.rows(sql).await?.iter().map(|row| Ok(row.try_get_by("value")?)).collect()
}

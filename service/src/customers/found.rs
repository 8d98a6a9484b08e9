//! Customers by their ids, several at once.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::CustomerAliasKind;
use uuid::Uuid;

use crate::{Result, UnitOfWork};

/// A customer that an id leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    /// The customer: of those who were merged, the one into whom.
    pub(crate) id: Uuid,
    /// Whether the customer was erased.
    pub(crate) is_erased: bool,
}

/// Reads customers and holds them: nobody deletes them before the end of the unit. Ids that lead to none are left out.
pub(crate) async fn find_all(unit: &UnitOfWork, ids: &[Uuid]) -> Result<HashMap<Uuid, Found>> {
    let mut found = hold(unit, ids).await?;
    let missing: Vec<String> = ids.iter().filter(|id| !found.contains_key(id)).map(Uuid::to_string).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let mut sql = unit.sql();
    sql.push("SELECT value, customer_id FROM customer_aliases WHERE kind = ").literal(&CustomerAliasKind::Customer);
    sql.push(" AND value").is_any_text(&missing.iter().map(String::as_str).collect::<Vec<_>>());
    let mut merged: HashMap<String, Uuid> = HashMap::new();
    for row in unit.rows(sql).await? {
        merged.insert(row.try_get_by("value")?, row.try_get_by("customer_id")?);
    }
    if merged.is_empty() {
        return Ok(found);
    }
    let into = hold(unit, &merged.values().copied().collect::<Vec<_>>()).await?;
    for id in ids {
        if let Some(customer) = merged.get(&id.to_string()).and_then(|into_id| into.get(into_id)) {
            found.insert(*id, *customer);
        }
    }
    Ok(found)
}

async fn hold(unit: &UnitOfWork, ids: &[Uuid]) -> Result<HashMap<Uuid, Found>> {
    let mut sql = unit.sql();
    sql.push("SELECT id, erased_at FROM customers WHERE id").is_any(ids).push(" ORDER BY id").for_key_share();
    let mut found = HashMap::new();
    for row in unit.rows(sql).await? {
        let id: Uuid = row.try_get_by("id")?;
        let erased_at: Option<DateTime<Utc>> = row.try_get_by("erased_at")?;
        found.insert(id, Found { id, is_erased: erased_at.is_some() });
    }
    Ok(found)
}

//! The configurations that rules depend on.

use entity::configurations;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::Value as Json;

use crate::{Result, UnitOfWork, refusal::Refusal};

/// Only people decide about approvals of amounts above it.
pub(crate) const PERSON_ABOVE: &str = "approvals.personAbove";

/// Refuses a value that the rule could not read.
pub(crate) fn check(key: &str, value: &Json) -> Result<(), Refusal> {
    match key {
        PERSON_ABOVE if amount(value).is_none() => {
            Err(Refusal::invalid("value", format!("`{PERSON_ABOVE}` must be a decimal, at least 0")))
        }
        _ => Ok(()),
    }
}

/// The largest amount that agents may decide about; none for any.
pub(crate) async fn person_above(unit: &UnitOfWork) -> Result<Option<Decimal>> {
    let found = configurations::Entity::find().filter(configurations::Column::Key.eq(PERSON_ABOVE));
    let found = found.one(unit.txn().await?).await?;
    // A value that cannot be read, written past `check`, allows no amount.
    Ok(found.map(|found| amount(&found.value).unwrap_or_default()))
}

fn amount(value: &Json) -> Option<Decimal> {
    let text = match value {
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    let read = text.parse::<Decimal>().or_else(|_| Decimal::from_scientific(&text)).ok();
    read.filter(|amount| *amount >= Decimal::ZERO)
}

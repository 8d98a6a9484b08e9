//! Amounts that only people decide about.

use rust_decimal::Decimal;

use crate::{
    Result, UnitOfWork,
    settings::{self, PERSON_ABOVE},
};

/// Why only people may decide about an amount, if so. The sign does not matter: money is given back, too.
pub(super) async fn exceeded(unit: &UnitOfWork, amount: Option<Decimal>) -> Result<Option<String>> {
    let Some(amount) = amount else { return Ok(None) };
    let limit = settings::person_above(unit).await?.filter(|limit| amount.abs() > *limit);
    let reason = |limit: Decimal| {
        let limit = limit.normalize();
        format!("a person must decide about amounts above {limit} (configuration `{PERSON_ABOVE}`)")
    };
    Ok(limit.map(reason))
}

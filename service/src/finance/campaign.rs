//! What campaigns have spent.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use uuid::Uuid;

use super::cost::Cost;
use crate::{
    Error, Result, UnitOfWork,
    money::currency,
    refusal::{Code, Located, Refusal},
    settings::Settings,
};

/// A campaign that is locked.
struct Campaign {
    currency: String,
    spent: Decimal,
}

/// Adds an expense to what its campaign has spent. Its version does not move by it: each message would else be in the
/// way of whoever edits the campaign. The refusal of a currency has no path yet.
pub(super) async fn add(unit: &UnitOfWork, settings: &Settings, id: Uuid, cost: &Cost) -> Result<()> {
    let campaign = lock(unit, id).await?.ok_or_else(|| Error::NotFound("campaign", id).located(["campaignId"]))?;
    let Some(amount) = cost.in_currency(&campaign.currency, settings) else {
        let message = format!("the campaign counts in {}: book its expenses in that currency", campaign.currency);
        return Err(Refusal::new(Code::Invalid, message).into());
    };
    write(unit, id, &campaign, amount).await
}

/// Takes an expense off that was added before. A campaign that is gone has nothing to be taken off.
pub(super) async fn take_off(unit: &UnitOfWork, settings: &Settings, id: Uuid, cost: &Cost) -> Result<()> {
    let Some(campaign) = lock(unit, id).await? else { return Ok(()) };
    match cost.in_currency(&campaign.currency, settings) {
        Some(amount) => write(unit, id, &campaign, -amount).await,
        None => Ok(()),
    }
}

/// Locks campaigns, for calls that follow in this unit.
pub(super) async fn hold(unit: &UnitOfWork, ids: &BTreeSet<Uuid>) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM campaigns WHERE id").is_any(&ids.iter().copied().collect::<Vec<_>>());
    sql.push(" ORDER BY id").for_update();
    unit.rows(sql).await.map(drop)
}

async fn lock(unit: &UnitOfWork, id: Uuid) -> Result<Option<Campaign>> {
    let mut sql = unit.sql();
    sql.push("SELECT currency, spent FROM campaigns WHERE id = ").bind(id).for_update();
    let rows = unit.rows(sql).await?;
    let campaign = rows
        .first()
        .map(|row| -> Result<Campaign> {
            Ok(Campaign { currency: row.try_get_by("currency")?, spent: row.try_get_by("spent")? })
        })
        .transpose()?;
    Ok(campaign)
}

/// At once: who reads the campaign later in the same unit finds it.
async fn write(unit: &UnitOfWork, id: Uuid, campaign: &Campaign, amount: Decimal) -> Result<()> {
    // The column has as many digits as a price.
    let (spent, most) = ((campaign.spent + amount).max(Decimal::ZERO), currency::max_price());
    if spent > most {
        return Err(Refusal::invalid("amount", format!("a campaign can spend at most {most}")).into());
    }
    let mut sql = unit.sql();
    sql.push("UPDATE campaigns SET spent = ").bind(spent).push(" WHERE id = ").bind(id);
    unit.execute(sql).await.map(drop)
}

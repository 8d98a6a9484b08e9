//! Credit that somebody divides.

use std::collections::{BTreeSet, HashSet};

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    ShareByHand,
    model::{Credited, WHOLE},
    rows::NewShare,
};
use crate::{
    Error, Result, UnitOfWork,
    access::Scope,
    batch,
    edit::check,
    money::stored,
    refusal::{At, Located, Refusal},
};

/// Refuses shares that cannot be given.
pub(super) async fn check(unit: &UnitOfWork, shares: &[ShareByHand]) -> Result<()> {
    batch::check_size("shares", shares.len())?;
    let mut named = HashSet::new();
    let mut sum = Decimal::ZERO;
    for (index, share) in shares.iter().enumerate() {
        check_percentage(share.percentage).under(place(index))?;
        if !named.insert((share.agent_id, share.campaign_id)) {
            let message = "an earlier share is for the same agent and campaign";
            return Err(check::invalid("agentId", message).under(place(index)).into());
        }
        sum += share.percentage;
    }
    if sum > WHOLE {
        let message = format!("the shares are {} percent in sum: at most 100 are allowed", sum.normalize());
        return Err(check::invalid("shares", message).into());
    }
    check_ids(unit, shares).await
}

/// The shares of a transaction.
pub(super) fn shares(transaction: Uuid, given: &[ShareByHand]) -> impl Iterator<Item = NewShare> {
    given.iter().map(move |share| {
        let of = Credited { agent: share.agent_id, campaign: share.campaign_id };
        NewShare::by_hand(transaction, of, stored(share.percentage))
    })
}

fn place(index: usize) -> [String; 2] {
    ["shares".to_owned(), index.to_string()]
}

fn check_percentage(percentage: Decimal) -> Result<(), Refusal> {
    let is_share = percentage > Decimal::ZERO && percentage <= WHOLE && percentage.normalize().scale() <= 2;
    match is_share {
        true => Ok(()),
        false => {
            let message = "`percentage` must be above 0, at most 100, with at most two decimals";
            Err(check::invalid("percentage", message))
        }
    }
}

/// Refuses agents and campaigns that do not exist, and agents that the principal does not act for.
async fn check_ids(unit: &UnitOfWork, shares: &[ShareByHand]) -> Result<()> {
    let agents: BTreeSet<Uuid> = shares.iter().map(|share| share.agent_id).collect();
    let campaigns: BTreeSet<Uuid> = shares.iter().filter_map(|share| share.campaign_id).collect();
    let known_agents = known(unit, "agents", agents.iter().copied().collect()).await?;
    let known_campaigns = known(unit, "campaigns", campaigns.into_iter().collect()).await?;
    let scope = Scope::of(unit, agents).await?;
    for (index, share) in shares.iter().enumerate() {
        if !known_agents.contains(&share.agent_id) {
            return Err(Error::NotFound("agent", share.agent_id).located(["agentId"]).below(place(index)));
        }
        scope.check(share.agent_id).at(["agentId"]).under(place(index))?;
        if let Some(campaign) = share.campaign_id.filter(|id| !known_campaigns.contains(id)) {
            return Err(Error::NotFound("campaign", campaign).located(["campaignId"]).below(place(index)));
        }
    }
    Ok(())
}

/// The ids that a table has.
async fn known(unit: &UnitOfWork, table: &str, ids: Vec<Uuid>) -> Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id")).is_any(&ids);
    unit.ids(sql).await
}

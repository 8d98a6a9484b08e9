//! When customers met agents or campaigns elsewhere: what attribution is computed from.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::NOUN;
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, Scope},
    batch::{self, ItemResult, OnError},
    catalog::fields::{optional, required},
    customers::{
        self, Found,
        touch::{self, Touch},
    },
    edit::check,
    refusal::{At, Code, Located, Refusal},
    value,
};

/// The most characters of a channel, and of what happened.
const SHORT: usize = 50;

/// Records touchpoints.
#[derive(Clone, Debug, Serialize)]
pub struct RecordTouchpoint {
    /// Each of them.
    pub items: Vec<Touchpoint>,
    /// What happens to the other items when one is refused.
    pub on_error: OnError,
}

/// When a customer met an agent or a campaign.
#[derive(Clone, Debug, Serialize)]
pub struct Touchpoint {
    /// The customer.
    pub customer_id: Uuid,
    /// The agent.
    pub agent_id: Option<Uuid>,
    /// The campaign.
    pub campaign_id: Option<Uuid>,
    /// Where, such as `email`.
    pub channel: String,
    /// What it was, such as `visit`.
    pub kind: String,
    /// When; none for now.
    pub occurred_at: Option<DateTime<Utc>>,
    /// Its id elsewhere, by which a repetition is recognized.
    pub external_id: Option<String>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Touched {
    /// The touchpoint.
    pub touchpoint: Uuid,
    /// Whether it was not known yet.
    pub applied: bool,
}

impl Verb for RecordTouchpoint {
    type Outcome = Vec<ItemResult<Touched>>;
    const OPERATION: Operation = Operation::RecordTouchpoint;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<ItemResult<Touched>>> {
        batch::check_size("items", self.items.len())?;
        let known = Known::read(unit, &self.items).await?;
        let checked: Vec<Result<Touch>> = self.items.iter().map(|item| known.check(unit, item)).collect();
        let touches: Vec<Touch> = checked.iter().filter_map(|touch| touch.as_ref().ok().cloned()).collect();
        let added = touch::add_all(unit, &touches).await?;
        let mut outcomes = outcomes(unit, &touches, &added).await?.into_iter();
        let results = checked.into_iter().map(|touch| {
            touch?;
            outcomes.next().ok_or_else(|| Error::internal("a touchpoint is missing"))
        });
        batch::collect(self.on_error, results)
    }
}

/// What became of touchpoints, some of which existed already.
async fn outcomes(unit: &UnitOfWork, touches: &[Touch], added: &[Option<Uuid>]) -> Result<Vec<Touched>> {
    let again = touches.iter().zip(added).filter(|(_, added)| added.is_none());
    let names: Vec<&str> = again.filter_map(|(touch, _)| touch.external_id.as_deref()).collect();
    let mut known: HashMap<String, Uuid> = HashMap::new();
    if !names.is_empty() {
        let mut sql = unit.sql();
        sql.push("SELECT id, external_id FROM touchpoints WHERE external_id").is_any_text(&names);
        for row in unit.rows(sql).await? {
            known.insert(row.try_get_by("external_id")?, row.try_get_by("id")?);
        }
    }
    let outcomes = touches.iter().zip(added).map(|(touch, added)| {
        let before = || touch.external_id.as_ref().and_then(|name| known.get(name)).copied();
        let touchpoint = added.or_else(before).ok_or(Error::Collision)?;
        Ok(Touched { touchpoint, applied: added.is_some() })
    });
    outcomes.collect()
}

/// What the items name.
struct Known {
    customers: HashMap<Uuid, Found>,
    agents: HashSet<Uuid>,
    campaigns: HashSet<Uuid>,
    scope: Scope,
}

impl Known {
    async fn read(unit: &UnitOfWork, items: &[Touchpoint]) -> Result<Self> {
        let ids = |of: fn(&Touchpoint) -> Option<Uuid>| items.iter().filter_map(of).collect::<Vec<_>>();
        let (customers, agents) = (ids(|item| Some(item.customer_id)), ids(|item| item.agent_id));
        Ok(Self {
            customers: customers::find_all(unit, &customers).await?,
            agents: existing(unit, "agents", &agents).await?,
            campaigns: existing(unit, "campaigns", &ids(|item| item.campaign_id)).await?,
            scope: Scope::of(unit, agents).await?,
        })
    }

    /// The touchpoint that an item describes; refuses one that cannot be.
    fn check(&self, unit: &UnitOfWork, item: &Touchpoint) -> Result<Touch> {
        let id = item.customer_id;
        let customer =
            self.customers.get(&id).ok_or_else(|| Error::NotFound("customer", id).located(["customerId"]))?;
        if customer.is_erased {
            let message = "the customer was erased: nothing is recorded about them any more";
            return Err(Refusal::new(Code::InvalidTransition, message).at(["customerId"]).into());
        }
        for (noun, field, id, known) in
            [("agent", "agentId", item.agent_id, &self.agents), (NOUN, "campaignId", item.campaign_id, &self.campaigns)]
        {
            if let Some(id) = id.filter(|id| !known.contains(id)) {
                return Err(Error::NotFound(noun, id).located([field]));
            }
        }
        if let Some(agent) = item.agent_id {
            self.scope.check(agent).at(["agentId"])?;
        }
        let occurred_at = item.occurred_at.unwrap_or_else(|| unit.now());
        if occurred_at > unit.now() {
            return Err(check::invalid("occurredAt", "`occurredAt` is in the future").into());
        }
        if !value::is_known_year(occurred_at.year()) {
            return Err(check::invalid("occurredAt", value::YEARS).into());
        }
        Ok(Touch {
            customer_id: customer.id,
            agent_id: item.agent_id,
            campaign_id: item.campaign_id,
            channel: required("channel", &item.channel, SHORT)?,
            kind: required("kind", &item.kind, SHORT)?,
            occurred_at,
            external_id: optional("externalId", item.external_id.as_deref(), check::NAME)?,
        })
    }
}

/// Which of these ids a table has.
async fn existing(unit: &UnitOfWork, table: &str, ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id")).is_any(ids);
    unit.ids(sql).await
}

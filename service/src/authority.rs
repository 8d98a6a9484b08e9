//! What agents may do without an approval: the configuration `authority`. People and the orchestrator have no limits.

use std::collections::BTreeSet;

use entity::{approvals, sea_orm_active_enums::ApprovalStatus};
use rust_decimal::Decimal;
use sea_orm::EntityTrait;
use serde_json::Value as Json;
use uuid::Uuid;

pub(crate) use crate::settings::Limit;
use crate::{
    Error, Result, UnitOfWork,
    limits::LEVELS_ABOVE,
    principal::Role,
    refusal::{Code, Facts, Located, Refusal},
    settings::{self, Settings},
};

/// The object that an approval is about: its GraphQL type, and its id.
pub(crate) type Subject = (&'static str, Uuid);

/// More than an agent may do by itself.
#[derive(Clone, Copy, Debug)]
struct Excess {
    limit: Limit,
    most: Decimal,
    asked: Decimal,
}

/// Refuses what is above the limit of the agent that acts, or of `agent`, for which it acts: unless an approval permits
/// it, which is used by this. Amounts are in the currency of the shop.
pub(crate) async fn check(
    unit: &UnitOfWork,
    agent: Option<Uuid>,
    limit: Limit,
    asked: Decimal,
    approval: Option<Uuid>,
    subject: Subject,
) -> Result<()> {
    check_all(unit, agent, &[(limit, asked)], approval, subject).await
}

/// The same for several limits at once: one approval permits all of it.
pub(crate) async fn check_all(
    unit: &UnitOfWork,
    agent: Option<Uuid>,
    asked: &[(Limit, Decimal)],
    approval: Option<Uuid>,
    subject: Subject,
) -> Result<()> {
    let approval = match approval {
        Some(id) => Some(find(unit, id).await?),
        None => None,
    };
    if unit.principal().role != Role::Agent || asked.is_empty() {
        return Ok(());
    }
    let settings = settings::load(unit).await?;
    let agents: BTreeSet<Uuid> = agent.into_iter().chain(unit.principal().agent).collect();
    let excesses = excesses(unit, &settings, &agents, asked).await?;
    match (&excesses[..], approval) {
        ([], _) => Ok(()),
        ([excess, ..], None) => {
            Err(excess.refusal("an approval is needed: request one, and name it in `approvalId`").into())
        }
        ([excess, ..], Some(approval)) => {
            excesses.iter().try_for_each(|excess| excess.check(&approval, &settings, subject))?;
            if !is_for(unit, &approval, &agents).await? {
                return Err(excess.refusal("the approval was requested by another agent").at(["approvalId"]).into());
            }
            excess.use_up(unit, &approval, subject).await
        }
    }
}

async fn find(unit: &UnitOfWork, id: Uuid) -> Result<approvals::Model> {
    let found = approvals::Entity::find_by_id(id).one(unit.txn().await?).await?;
    found.ok_or_else(|| Error::NotFound("approval", id).located(["approvalId"]))
}

/// What is above a limit of agents.
async fn excesses(
    unit: &UnitOfWork,
    settings: &Settings,
    agents: &BTreeSet<Uuid>,
    asked: &[(Limit, Decimal)],
) -> Result<Vec<Excess>> {
    let mut excesses = Vec::new();
    if settings.authority.is_empty() {
        return Ok(excesses);
    }
    for agent in agents {
        let names: Vec<String> = path(unit, *agent).await?.into_iter().map(|(_, name)| name).collect();
        for (limit, asked) in asked.iter().copied() {
            let most = settings.authority.limit(&names, limit).filter(|most| asked > *most);
            excesses.extend(most.map(|most| Excess { limit, most, asked }));
        }
    }
    Ok(excesses)
}

/// Whether an approval was requested for one of the agents that act, or for an agent above or below one of them.
async fn is_for(unit: &UnitOfWork, approval: &approvals::Model, agents: &BTreeSet<Uuid>) -> Result<bool> {
    let Some(requester) = approval.requesting_agent_id else { return Ok(false) };
    if path(unit, requester).await?.iter().any(|(id, _)| agents.contains(id)) {
        return Ok(true);
    }
    for agent in agents {
        if path(unit, *agent).await?.iter().any(|(id, _)| *id == requester) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An agent and those above it, nearest first, with their names.
async fn path(unit: &UnitOfWork, agent: Uuid) -> Result<Vec<(Uuid, String)>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE path(id, name, parent_id, depth) AS (");
    sql.push("SELECT id, name, parent_id, 0 FROM agents WHERE id = ").bind(agent);
    sql.push(" UNION ALL SELECT a.id, a.name, a.parent_id, path.depth + 1 FROM agents AS a JOIN path ");
    sql.write(format_args!("ON a.id = path.parent_id WHERE path.depth < {LEVELS_ABOVE}) "));
    sql.push("SELECT id, name FROM path ORDER BY depth");
    let rows = unit.rows(sql).await?;
    rows.iter().map(|found| Ok((found.try_get_by("id")?, found.try_get_by("name")?))).collect()
}

impl Excess {
    fn refusal(&self, reason: &str) -> Refusal {
        let Self { limit, most, asked } = self;
        let (name, most, asked) = (limit.name(), most.normalize(), asked.normalize());
        let message = format!("{asked} is more than the agent's limit `{name}` of {most}: {reason}");
        Refusal::new(Code::ApprovalRequired, message).with(Facts::Authority { limit: self.most, asked: self.asked })
    }

    /// Refuses an approval that does not permit it.
    fn check(&self, approval: &approvals::Model, settings: &Settings, subject: Subject) -> Result<(), Refusal> {
        let about = (approval.subject_type.as_deref(), approval.subject_id);
        let reason = if !matches!(approval.status, ApprovalStatus::Approved | ApprovalStatus::Edited) {
            "the approval is not approved"
        } else if about != (Some(subject.0), Some(subject.1)) {
            "the approval is about something else"
        } else if approval.context.get("limit").is_some_and(|limit| limit != self.limit.name()) {
            "the approval is for another limit: see `limit` in its `context`"
        } else if !self.limit.is_amount() {
            let stated = approval.context.get(self.limit.name()).and_then(decimal);
            match approved(self.limit.name(), stated, approval.patch.as_ref()) {
                Some(approved) if approved >= self.asked => return Ok(()),
                _ => "the approval's `context` does not allow this `discountPercentage`",
            }
        } else if approval.currency != settings.currency {
            "the approval is not in the currency of the shop"
        } else {
            match approved("amount", approval.amount, approval.patch.as_ref()) {
                Some(approved) if approved >= self.asked => return Ok(()),
                _ => "the amount of the approval is not enough",
            }
        };
        Err(self.refusal(reason).at(["approvalId"]))
    }

    /// Uses an approval, which permits one call.
    async fn use_up(&self, unit: &UnitOfWork, approval: &approvals::Model, subject: Subject) -> Result<()> {
        let mut sql = unit.sql();
        sql.push("INSERT INTO approval_uses (approval_id, operation, object_id, created_at) VALUES (");
        sql.bind(approval.id).push(", ").bind(self.limit.name()).push(", ").bind(subject.1).push(", ").bind(unit.now());
        sql.push(") ON CONFLICT DO NOTHING");
        match unit.execute(sql).await? {
            1 => Ok(()),
            _ => Err(self.refusal("the approval was already used").at(["approvalId"]).into()),
        }
    }
}

/// How much was approved of what was requested: who edits an approval may lower it, by its name.
fn approved(name: &str, requested: Option<Decimal>, patch: Option<&Json>) -> Option<Decimal> {
    let Some(edited) = patch.and_then(|patch| patch.get(name)) else { return requested };
    requested.zip(decimal(edited)).map(|(requested, edited)| requested.min(edited))
}

/// A number, written as one or as a text.
fn decimal(value: &Json) -> Option<Decimal> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_edit_lowers_the_amount_and_never_raises_it() {
        let asked = Some(Decimal::from(100));
        let edited = |patch: Json| approved("amount", asked, Some(&patch));
        assert_eq!(approved("amount", asked, None), asked);
        assert_eq!(edited(json!({ "note": "fine" })), asked);
        assert_eq!(edited(json!({ "amount": "49.50" })), Some(Decimal::new(4950, 2)));
        assert_eq!(edited(json!({ "amount": 40 })), Some(Decimal::from(40)));
        assert_eq!(edited(json!({ "amount": 1000 })), asked);
        assert_eq!(edited(json!({ "amount": null })), None);
        assert_eq!(edited(json!({ "amount": "much" })), None);
    }
}

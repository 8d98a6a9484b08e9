//! Reports: written by somebody, sent to agents.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{agents, reports};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit::{self, check},
    refusal::{At, Code, Located, Refusal},
};

/// The most recipients of a report.
const MAX_RECIPIENTS: usize = 250;
/// The most characters of a report's type.
const TYPE: usize = 50;

/// Creates a report.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called.
    pub name: String,
    /// What it is about, an open list of names.
    pub r#type: String,
    /// The agent who made it; for a key of an agent its own, when nothing is said.
    pub created_by_agent_id: Option<Uuid>,
    /// The agents it is for.
    pub recipient_agent_ids: Vec<Uuid>,
    /// What it says, an object.
    pub content: Json,
    /// When it was made out; now when nothing is said.
    pub generated_at: Option<DateTime<Utc>>,
}

/// Sends a report to its recipients, once.
#[derive(Clone, Debug, Serialize)]
pub struct Send {
    /// The report.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Create {
    /// The report.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateReport;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let created_by = self.created_by_agent_id.or(unit.principal().agent);
        within(unit, created_by).await.at(["createdByAgentId"])?;
        check::text("name", &self.name, check::NAME)?;
        check::text("type", &self.r#type, TYPE)?;
        check::object("content", &self.content, check::OUTCOME)?;
        if let Some(agent) = created_by {
            edit::find::<agents::Model>(unit, agent).await.at(["createdByAgentId"])?;
        }
        let report = reports::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            r#type: self.r#type.clone(),
            created_by_agent_id: created_by,
            recipient_agents: json!(recipients(unit, &self.recipient_agent_ids).await?),
            content: self.content.clone(),
            generated_at: self.generated_at.unwrap_or(unit.now()).into(),
            sent_at: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        edit::insert(unit, Self::OPERATION, report).await
    }
}

/// Each recipient once; refuses those that are not there.
pub(crate) async fn recipients(unit: &UnitOfWork, agents: &[Uuid]) -> Result<Vec<Uuid>> {
    if agents.len() > MAX_RECIPIENTS {
        let message = format!("a report has at most {MAX_RECIPIENTS} recipients");
        return Err(Refusal::new(Code::LimitReached, message).at(["recipientAgentIds"]).into());
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM agents WHERE id").is_any(agents);
    let known: BTreeSet<Uuid> = unit.ids(sql).await?;
    let mut recipients = Vec::with_capacity(agents.len());
    for (index, agent) in agents.iter().enumerate() {
        if !known.contains(agent) {
            return Err(Error::NotFound("agent", *agent).located(["recipientAgentIds", &index.to_string()]));
        }
        if !recipients.contains(agent) {
            recipients.push(*agent);
        }
    }
    Ok(recipients)
}

impl Verb for Send {
    /// The report.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SendReport;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: reports::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        // What nobody made is nobody's to send but by people.
        match before.created_by_agent_id {
            None if unit.principal().agent.is_some() => {
                let message = "the report was not created by an agent of this key";
                return Err(Refusal::new(Code::Forbidden, message).at(["id"]).into());
            }
            agent => within(unit, agent).await.at(["id"])?,
        }
        if before.sent_at.is_some() {
            return Err(Refusal::new(Code::InvalidTransition, "the report was already sent").at(["id"]).into());
        }
        if before.recipient_agents.as_array().is_none_or(Vec::is_empty) {
            return Err(check::invalid("id", "the report has no recipients").into());
        }
        let after = reports::Model { sent_at: Some(unit.now().into()), ..before.clone() };
        edit::update(unit, Self::OPERATION, None, &before, after).await
    }
}

//! What content can be.

use entity::{agents, campaigns, content};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    access::within,
    catalog::fields::{body, optional, required},
    edit::{self, check},
    refusal::{At, Refusal},
};

/// The most characters of a type.
const TYPE: usize = 50;
/// The most characters of a title.
const TITLE: usize = 500;

/// Refuses what no content can be, and takes blanks away. The paths are those of the fields.
pub(super) fn check(content: &mut content::Model) -> Result<(), Refusal> {
    content.r#type = required("type", &content.r#type, TYPE)?;
    content.title = optional("title", content.title.as_deref(), TITLE)?;
    content.body = body(content.body.as_deref());
    if let Some(text) = &content.body {
        check::text("body", text, check::TEXT)?;
    }
    check::object("metadata", &content.metadata, check::JSON)?;
    check::object("performanceMetrics", &content.performance_metrics, check::JSON)
}

/// Refuses a campaign that is not there.
pub(super) async fn check_campaign(unit: &UnitOfWork, campaign: Option<Uuid>) -> Result<()> {
    match campaign {
        Some(id) => edit::find::<campaigns::Model>(unit, id).await.map(drop).at(["campaignId"]),
        None => Ok(()),
    }
}

/// Refuses an agent that is not there, or that the principal does not act for.
pub(super) async fn check_author(unit: &UnitOfWork, agent: Option<Uuid>) -> Result<()> {
    if let Some(id) = agent {
        edit::find::<agents::Model>(unit, id).await.at(["createdByAgentId"])?;
    }
    within(unit, agent).await.at(["createdByAgentId"])
}

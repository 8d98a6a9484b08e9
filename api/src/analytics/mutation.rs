//! What can be done with reports.

use async_graphql::{Context, InputObject, Object};
use serde_json::Value as Json;
use service::{
    Result,
    system::reports::{Create, Send},
};

use super::Report;
use crate::{
    payload,
    read::{
        load,
        optional::Optional,
        row::Row,
        scalars::{Id, Moment},
    },
    write::{self, input::object},
};

/// A report to write.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateReportInput {
    /// What it is called; at most 255 characters.
    name: String,
    /// What it is about, an open list: executive_summary, daily, weekly, monthly, campaign_analysis, … At most 50
    /// characters.
    r#type: String,
    /// The agent who made it; for the key of an agent its own, when nothing is said.
    created_by_agent_id: Option<Id>,
    /// The agents it is for, at most 250.
    #[graphql(default)]
    recipient_agent_ids: Optional<Vec<Id>>,
    /// What it says, an object; empty when it is left out.
    content: Option<Json>,
    /// When it was made out; now when nothing is said.
    generated_at: Option<Moment>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A report to send.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SendReportInput {
    /// The report.
    id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `createReport` did.
    CreateReportPayload(uuid::Uuid) {
        /// The report; null when it was refused.
        report: Row<Report> = |ctx, report| load::row(ctx, *report),
    }
    /// What `sendReport` did.
    SendReportPayload(uuid::Uuid) {
        /// The report; null when it was refused.
        report: Row<Report> = |ctx, report| load::row(ctx, *report),
    }
}

/// The mutations of reports.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnalyticsMutation;

#[Object]
impl AnalyticsMutation {
    /// Writes a report.
    async fn create_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report.")] input: CreateReportInput,
    ) -> Result<Option<CreateReportPayload>> {
        let verb = Create {
            name: input.name,
            report_type: input.r#type,
            created_by: input.created_by_agent_id.map(|id| id.0),
            recipients: input.recipient_agent_ids.value.into_iter().map(|id| id.0).collect(),
            content: object(input.content),
            generated_at: input.generated_at.map(|moment| moment.0),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Sends a report to the agents it is for, once.
    async fn send_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report.")] input: SendReportInput,
    ) -> Result<Option<SendReportPayload>> {
        let verb = Send { report: input.id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}

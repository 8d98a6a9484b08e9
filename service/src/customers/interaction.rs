//! Interactions of customers with the company.

use entity::{customer_interactions, sea_orm_active_enums::InteractionChannel};
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    check_not_erased, find,
    touch::{self, Touch},
};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::{self, Operation},
    catalog::fields::{body, optional, required},
    edit::{self, check},
    events::EventKind,
    refusal::{At, Refusal},
};

/// What a touchpoint of an interaction is called.
const TOUCH: &str = "interaction";

/// Logs an interaction with a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// The customer.
    pub customer_id: Uuid,
    /// The agent who took part.
    pub agent_id: Option<Uuid>,
    /// What it was about.
    pub interaction_type: String,
    /// How they spoke.
    pub channel: InteractionChannel,
    /// What was said.
    pub content: Option<String>,
    /// The customer's mood, from -1 to 1.
    pub sentiment_score: Option<Decimal>,
    /// What came of it.
    pub outcome: Option<String>,
    /// More about it, an object.
    pub metadata: Json,
}

/// Updates an interaction.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The interaction.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it was about.
    pub interaction_type: Change<String>,
    /// What was said.
    pub content: Change<Option<String>>,
    /// The customer's mood, from -1 to 1.
    pub sentiment_score: Change<Option<Decimal>>,
    /// What came of it.
    pub outcome: Change<Option<String>>,
    /// More about it, an object.
    pub metadata: Change<Json>,
}

impl Verb for Log {
    /// The interaction.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::LogInteraction;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if let Some(agent) = self.agent_id {
            edit::hold::<entity::agents::Model>(unit, agent).await.at(["agentId"])?;
            access::within(unit, [agent]).await.at(["agentId"])?;
        }
        let customer = find(unit, self.customer_id).await.at(["customerId"])?;
        check_not_erased(&customer).at(["customerId"])?;
        let row = checked(customer_interactions::Model {
            id: Uuid::now_v7(),
            customer_id: customer.id,
            agent_id: self.agent_id,
            interaction_type: self.interaction_type.clone(),
            channel: self.channel,
            content: self.content.clone(),
            sentiment_score: self.sentiment_score,
            outcome: self.outcome.clone(),
            metadata: self.metadata.clone(),
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        })?;
        let id = edit::insert(unit, Self::OPERATION, row).await?;
        if self.agent_id.is_some() {
            let met = Touch {
                customer_id: customer.id,
                agent_id: self.agent_id,
                campaign_id: None,
                channel: self.channel.to_value().value.to_string(),
                kind: TOUCH.to_owned(),
                occurred_at: unit.now(),
                external_id: None,
            };
            touch::add(unit, met).await?;
        }
        Ok(id)
    }
}

impl Verb for Update {
    /// The interaction.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateInteraction;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let there: customer_interactions::Model = edit::find(unit, self.id).await.at(["id"])?;
        access::within(unit, there.agent_id).await.at(["id"])?;
        // Customers are held before what belongs to them.
        let customer = find(unit, there.customer_id).await.at(["id"])?;
        check_not_erased(&customer).at(["id"])?;
        let before: customer_interactions::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut row = before.clone();
        self.interaction_type.apply(&mut row.interaction_type);
        self.content.apply(&mut row.content);
        self.sentiment_score.apply(&mut row.sentiment_score);
        self.outcome.apply(&mut row.outcome);
        self.metadata.apply(&mut row.metadata);
        edit::update(unit, Self::OPERATION, EventKind::InteractionUpdated, &before, checked(row)?).await
    }
}

/// What is stored of an interaction; refuses what none can have.
fn checked(mut row: customer_interactions::Model) -> Result<customer_interactions::Model, Refusal> {
    row.interaction_type = required("interactionType", &row.interaction_type, check::KIND)?;
    row.outcome = optional("outcome", row.outcome.as_deref(), check::NAME)?;
    row.content = body(row.content.as_deref());
    if let Some(content) = &row.content {
        check::text("content", content, check::TEXT)?;
    }
    if let Some(score) = row.sentiment_score {
        check_score(score)?;
    }
    check::object("metadata", &row.metadata, check::JSON)?;
    Ok(row)
}

fn check_score(score: Decimal) -> Result<(), Refusal> {
    match score.abs() <= Decimal::ONE && score.normalize().scale() <= 2 {
        true => Ok(()),
        false => {
            let message = "`sentimentScore` must be between -1 and 1, with at most two digits behind the point";
            Err(check::invalid("sentimentScore", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_has_two_digits_and_a_range() {
        for (score, fits) in [("1", true), ("-1.00", true), ("0.25", true), ("1.01", false), ("0.255", false)] {
            assert_eq!(check_score(score.parse().expect("a number")).is_ok(), fits, "{score}");
        }
    }
}

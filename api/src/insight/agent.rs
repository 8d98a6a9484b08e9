//! How well agents work, and what they bring.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    insight::agents::{Order, Scorecard},
};
use uuid::Uuid;

use crate::{
    agents::Agent,
    read::{
        row::{self, Row},
        scalars::Id,
    },
    work::AgentStats,
};

/// How an agent worked in a period, and what it brought. Amounts are in `shop.currency`.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct AgentScorecard {
    /// The agent.
    agent_id: Id,
    /// Results of its work.
    stats: AgentStats,
    /// Share of the tasks that ended before their deadline, or had none, with 4 digits; null if none ended.
    on_time_rate: Option<Decimal>,
    /// Revenue that it is credited with.
    revenue: Decimal,
    /// Refunds of revenue that it is credited with.
    refunds: Decimal,
    /// Expenses that name it.
    expenses: Decimal,
    /// 100 × (0.6 × success rate + 0.4 × `onTimeRate`), with 2 digits; null if no task ended.
    score: Option<Decimal>,
}

/// What agents are ordered by, the most first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "Order")]
pub(crate) enum ScorecardOrder {
    /// By `score`.
    #[default]
    Score,
    /// By completed tasks.
    Completed,
    /// By `revenue` − `refunds`.
    Revenue,
    /// By `expenses`.
    Expenses,
}

#[ComplexObject]
impl AgentScorecard {
    /// The agent.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Row<Agent>> {
        Box::pin(row::to_one(ctx, &self.agent_id)).await
    }
}

impl AgentScorecard {
    pub(super) fn new(id: Uuid, card: Scorecard) -> Self {
        Self {
            agent_id: Id(id),
            stats: card.work.into(),
            on_time_rate: card.on_time_rate(),
            revenue: card.revenue,
            refunds: card.refunds,
            expenses: card.expenses,
            score: card.score(),
        }
    }
}

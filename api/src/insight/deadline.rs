//! How deadlines of tasks are kept.

use async_graphql::{ComplexObject, Context, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    insight::deadlines::{self, Deadlines},
};

use crate::{
    agents::Agent,
    read::{
        page,
        row::{self, Row},
        scalars::Id,
    },
};

/// How deadlines were kept in a period, and which are in danger now.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct SlaReport {
    /// All agents and task types.
    totals: SlaFigures,
    #[graphql(skip)]
    all: Vec<SlaRow>,
}

/// Figures of an agent and a task type.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct SlaRow {
    /// Agent that ended the tasks, or that they are assigned to.
    agent_id: Id,
    /// Kind of work; any name.
    task_type: String,
    /// Figures of this agent and task type.
    figures: SlaFigures,
}

/// Tasks with a deadline.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct SlaFigures {
    /// Tasks that ended in the period, by their deadline.
    met: i64,
    /// Tasks that ended in the period, after their deadline.
    missed: i64,
    /// `met` / (`met` + `missed`), with 4 digits; null if none ended.
    rate: Option<Decimal>,
    /// Open tasks past their deadline.
    overdue: i64,
    /// Open tasks not past it, of which three quarters of the time from creation to deadline are over.
    at_risk: i64,
}

#[ComplexObject]
impl SlaReport {
    /// Figures by agent and task type, those with the most missed and overdue tasks first.
    async fn rows(
        &self,
        #[graphql(desc = "Number of rows, at most 250. Default 50.")] first: Option<i32>,
    ) -> Result<Vec<SlaRow>> {
        let (size, _) = page::size(first, None)?;
        Ok(self.all.iter().take(size as usize).cloned().collect())
    }

    /// Total number of rows: one per agent and task type.
    async fn row_count(&self) -> usize {
        self.all.len()
    }
}

#[ComplexObject]
impl SlaRow {
    /// The agent.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Row<Agent>> {
        Box::pin(row::to_one(ctx, &self.agent_id)).await
    }
}

impl From<Deadlines> for SlaFigures {
    fn from(found: Deadlines) -> Self {
        let Deadlines { met, missed, overdue, at_risk } = found;
        Self { met, missed, rate: found.rate(), overdue, at_risk }
    }
}

impl From<deadlines::Report> for SlaReport {
    fn from(found: deadlines::Report) -> Self {
        let row = |((agent, task_type), figures): ((uuid::Uuid, String), Deadlines)| SlaRow {
            agent_id: Id(agent),
            task_type,
            figures: figures.into(),
        };
        Self { totals: found.total.into(), all: found.rows.into_iter().map(row).collect() }
    }
}

//! Workflows: how a goal is pursued.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use service::{Error, Result, work::schedule::Schedule};

use super::{Goal, WorkflowExecution};
use crate::{
    agents::Agent,
    read::{
        optional::{Number, Optional},
        scalars::Id,
    },
    resource, vocabulary, write,
};

vocabulary! {
    /// What starts a workflow.
    WorkflowTriggerType {
        /// `startExecution` only.
        Manual,
        /// A call from outside. Not started by this server yet: call `startExecution`.
        Webhook,
        /// The times of `triggerConfig`; this server starts it.
        Schedule,
        /// An event in the company. Not started by this server yet: call `startExecution`.
        Event,
        /// Another workflow. Not started by this server yet: call `startExecution`.
        SubWorkflow,
        /// A message in a conversation. Not started by this server yet: call `startExecution`.
        Chat,
    }
}

resource! {
    /// A way of working that serves a goal: it is executed again and again.
    Workflow: workflows, key [id], by [created_at desc];
    one workflow;
    list workflows;
    columns {
        /// Its key.
        id: Id,
        /// What it is called; unique among its owner's workflows.
        name: String,
        /// More about it; null when there is no more.
        description: Option<String>,
        /// The goal it serves; null for none in particular.
        goal_id: Option<Id>,
        /// The agent who answers for it.
        owner_agent_id: Id,
        /// Its id in n8n; null when it does not run there.
        n8n_workflow_id: Option<String>,
        /// What starts it.
        trigger_type: WorkflowTriggerType,
        /// How its trigger is set, an object.
        trigger_config: Json,
        /// The tasks that an execution of it is made of, an object; null when they are given at its start.
        definition: Option<Json>,
        /// When its schedule starts it next; null without a schedule.
        next_run_at: Option<DateTime<Utc>>,
        /// Whether it can be executed.
        is_active: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {
        /// The agent who answers for it.
        owner_agent: Agent by owner_agent_id,
    }
    to_one_or_none {
        /// The goal it serves; null for none in particular.
        goal: Goal by goal_id,
    }
    to_many {
        /// Its runs, latest start first; those not started stand last.
        executions: WorkflowExecution by workflow_id [started_at desc],
    }
    computed {
        /// When its schedule starts it from now on; empty without a schedule, and when it cannot be executed.
        next_runs(n: Optional<i32, Number<5>> = "How many times, 1 to 100." default): Vec<DateTime<Utc>>
            = next_runs [trigger_type, trigger_config, is_active];
    }
}

/// The most times that can be asked for.
const MAX_RUNS: i32 = 100;

async fn next_runs(workflow: &Workflow, ctx: &Context<'_>, n: Optional<i32, Number<5>>) -> Result<Vec<DateTime<Utc>>> {
    let n = n.value;
    let count = match usize::try_from(n) {
        Ok(count) if (1..=MAX_RUNS).contains(&n) => count,
        _ => return Err(Error::invalid(format!("`n` is {n}: it can be 1 to {MAX_RUNS}"))),
    };
    if *workflow.trigger_type.get()? != WorkflowTriggerType::Schedule || !*workflow.is_active.get()? {
        return Ok(Vec::new());
    }
    // What is no schedule never starts anything.
    let schedule = Schedule::parse(workflow.trigger_config.get()?).ok();
    let now = write::service(ctx)?.clock().now();
    Ok(schedule.map(|schedule| schedule.next(now, count)).unwrap_or_default())
}

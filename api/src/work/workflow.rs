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
        /// Only `startExecution` starts it.
        Manual,
        /// An external call. This server does not start it yet; call `startExecution`.
        Webhook,
        /// The schedule in `triggerConfig`; this server starts it automatically.
        Schedule,
        /// An event in the company. This server does not start it yet; call `startExecution`.
        Event,
        /// Another workflow. This server does not start it yet; call `startExecution`.
        SubWorkflow,
        /// A chat message. This server does not start it yet; call `startExecution`.
        Chat,
    }
}

resource! {
    /// A repeatable process, usually in pursuit of a goal. Each run is an execution.
    Workflow: workflows, key [id], by [created_at desc];
    one workflow;
    list workflows;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Name; unique among its owner's workflows.
        name: String,
        /// Further description; null if none.
        description: Option<String>,
        /// The goal it pursues; null for no particular one.
        goal_id: Option<Id>,
        /// The agent responsible for it.
        owner_agent_id: Id,
        /// Id in n8n; null if it does not run there.
        n8n_workflow_id: Option<String>,
        /// What starts the workflow.
        trigger_type: WorkflowTriggerType,
        /// Settings of the trigger, as a JSON object.
        trigger_config: Json,
        /// Tasks of each execution, as a JSON object; null if they are given when an execution starts.
        definition: Option<Json>,
        /// Next scheduled start; null without a schedule.
        next_run_at: Option<DateTime<Utc>>,
        /// Whether the workflow can be executed.
        is_active: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {
        /// The agent responsible for it.
        owner_agent: Agent by owner_agent_id,
    }
    to_one_or_none {
        /// The goal it pursues; null for no particular one.
        goal: Goal by goal_id,
    }
    to_many {
        /// Its executions, latest start first; those not started come last.
        executions: WorkflowExecution by workflow_id [started_at desc],
    }
    computed {
        /// Upcoming scheduled starts; empty without a schedule or if the workflow cannot be executed.
        next_runs(n: Optional<i32, Number<5>> = "Number of starts to return, 1 to 100." default): Vec<DateTime<Utc>>
            = next_runs [trigger_type, trigger_config, is_active];
    }
}

/// The most times that can be asked for.
const MAX_RUNS: i32 = 100;

async fn next_runs(
    ctx: &Context<'_>,
    trigger_type: WorkflowTriggerType,
    trigger_config: Json,
    is_active: bool,
    n: Optional<i32, Number<5>>,
) -> Result<Vec<DateTime<Utc>>> {
    let n = n.value;
    let count = match usize::try_from(n) {
        Ok(count) if (1..=MAX_RUNS).contains(&n) => count,
        _ => return Err(Error::invalid(format!("`n` is {n}: it can be 1 to {MAX_RUNS}"))),
    };
    if trigger_type != WorkflowTriggerType::Schedule || !is_active {
        return Ok(Vec::new());
    }
    // What is no schedule never starts anything.
    let schedule = Schedule::parse(&trigger_config).ok();
    let now = write::service(ctx)?.clock().now();
    Ok(schedule.map(|schedule| schedule.next(now, count)).unwrap_or_default())
}

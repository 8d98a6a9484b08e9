//! Goals, workflows, executions and their tasks.

use entity::{
    goals,
    sea_orm_active_enums::{
        ExecutionStatus::{self, Cancelled, Completed, Failed, Paused, Pending, Running},
        GoalStatus, GoalType, TaskStatus, TaskWait, WorkflowTriggerType,
    },
    tasks, workflow_executions, workflows,
};
use rust_decimal::Decimal;
use sea_orm::Iterable;
use serde_json::json;

use super::{LoadData, Rows, Totals};
use crate::seed::tasks::{Lease, awaited, made};

/// Tasks of an execution.
const TASKS: usize = 4;

pub(super) fn goal(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("goals", number);
    let created = data.time("goals", number);
    let kinds: Vec<_> = GoalType::iter().collect();
    let statuses: Vec<_> = GoalStatus::iter().collect();
    rows.goals.push(goals::Model {
        id: data.id("goals", number),
        name: format!("Trial {} goal {number}", data.seed()),
        description: Some(format!("Reach target {number}.")),
        r#type: rng.pick(&kinds),
        target_value: Some(Decimal::new(rng.between(10_000, 99_999_999), 2)),
        current_value: Decimal::new(rng.below(10_000_000), 2),
        target_date: Some(created.date_naive()),
        owner_agent_id: Some(data.any_agent(&mut rng)),
        // A tree whose nodes have three children.
        parent_goal_id: number.checked_sub(10).map(|number| data.id("goals", number / 3)),
        status: rng.pick(&statuses),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn workflow(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("workflows", number);
    let created = data.time("workflows", number);
    let triggers: Vec<_> = WorkflowTriggerType::iter().collect();
    rows.workflows.push(workflows::Model {
        definition: None,
        next_run_at: None,
        id: data.id("workflows", number),
        name: format!("Trial {} workflow {number}", data.seed()),
        description: Some(format!("Workflow number {number}.")),
        goal_id: Some(data.id("goals", data.any(&mut rng, "goals"))),
        owner_agent_id: data.any_agent(&mut rng),
        n8n_workflow_id: Some(format!("trial-{}-{number}", data.seed())),
        trigger_type: rng.pick(&triggers),
        trigger_config: json!({}),
        is_active: rng.percent(90),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn execution(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let mut rng = data.rng("workflow_executions", number);
    let created = data.time("workflow_executions", number);
    let id = data.id("workflow_executions", number);
    // How many tasks were done before it stopped where it is.
    let done = usize::try_from(rng.below(TASKS as i64)).unwrap_or_default();
    let status = match rng.below(100) {
        0..70 => Completed,
        70..80 => Running,
        80..90 => Pending,
        90..95 => Failed,
        95..98 => Cancelled,
        _ => Paused,
    };
    let mut clock = created;
    for place in 0..TASKS {
        let task_status = task_status(status, place, done);
        let begun = clock;
        let ended = matches!(task_status, TaskStatus::Completed | TaskStatus::Failed);
        if ended {
            clock = data.later(clock, rng.between(5, 900));
        }
        let started = ended || matches!(task_status, TaskStatus::InProgress | TaskStatus::Waiting);
        let task = number * TASKS as u64 + place as u64;
        let task_id = data.id_at("tasks", task, created);
        let lease = (task_status == TaskStatus::InProgress).then_some(Lease { token: task_id, until: clock });
        let sla_minutes = rng.pick(&[15, 60, 240, 1_440]);
        rows.tasks.push(tasks::Model {
            waiting_for: (task_status == TaskStatus::Waiting).then_some(TaskWait::Approval),
            workflow_execution_id: Some(id),
            assigned_agent_id: data.any_agent(&mut rng),
            task_type: format!("type_{}", rng.below(25)),
            priority: i32::try_from(rng.between(1, 10)).unwrap_or(5),
            status: task_status,
            input_data: json!({ "n": task }),
            output_data: if ended { json!({ "ok": task_status == TaskStatus::Completed }) } else { json!({}) },
            started_at: started.then(|| begun.into()),
            completed_at: ended.then(|| clock.into()),
            version: 1,
            created_at: created.into(),
            updated_at: clock.into(),
            attempt: i32::from(started),
            ..made(task_id, created, started.then_some(begun), sla_minutes, lease)
        });
        if let Some(task) = rows.tasks.last().filter(|task| task.status == TaskStatus::Waiting) {
            rows.approvals.push(awaited(data.id_at("approvals", number, begun), task, "May it go on?", begun));
        }
    }
    let ended = matches!(status, Completed | Failed | Cancelled);
    rows.workflow_executions.push(workflow_executions::Model {
        id,
        workflow_id: data.id("workflows", data.any(&mut rng, "workflows")),
        execution_id: Some(format!("trial-{}-{number}", data.seed())),
        status,
        started_at: (status != Pending).then(|| created.into()),
        completed_at: ended.then(|| clock.into()),
        input_data: json!({ "run": number }),
        output_data: json!({}),
        error_message: (status == Failed).then(|| "a task failed".to_owned()),
        metrics: json!({ "tokens": rng.below(5_000) }),
        version: 1,
        created_at: created.into(),
        updated_at: clock.into(),
    });
}

fn task_status(execution: ExecutionStatus, place: usize, done: usize) -> TaskStatus {
    match execution {
        Completed => TaskStatus::Completed,
        Pending => TaskStatus::Pending,
        _ if place < done => TaskStatus::Completed,
        Running if place == done => TaskStatus::InProgress,
        Paused if place == done => TaskStatus::Waiting,
        Failed if place == done => TaskStatus::Failed,
        Running | Paused => TaskStatus::Pending,
        Failed => TaskStatus::Skipped,
        Cancelled => TaskStatus::Cancelled,
    }
}

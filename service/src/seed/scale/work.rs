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

use super::{Rows, Totals, Trial};
use crate::seed::tasks::{Lease, awaited, made};

/// Tasks of an execution.
const TASKS: usize = 4;

pub(super) fn goal(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("goals", number);
    let created = trial.time("goals", number);
    let kinds: Vec<_> = GoalType::iter().collect();
    let statuses: Vec<_> = GoalStatus::iter().collect();
    rows.goals.push(goals::Model {
        id: trial.id("goals", number),
        name: format!("Trial {} goal {number}", trial.seed()),
        description: Some(format!("Reach target {number}.")),
        r#type: dice.pick(&kinds),
        target_value: Some(Decimal::new(dice.between(10_000, 99_999_999), 2)),
        current_value: Decimal::new(dice.below(10_000_000), 2),
        target_date: Some(created.date_naive()),
        owner_agent_id: Some(trial.any_agent(&mut dice)),
        // A tree whose nodes have three children.
        parent_goal_id: number.checked_sub(10).map(|number| trial.id("goals", number / 3)),
        status: dice.pick(&statuses),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn workflow(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("workflows", number);
    let created = trial.time("workflows", number);
    let triggers: Vec<_> = WorkflowTriggerType::iter().collect();
    rows.workflows.push(workflows::Model {
        definition: None,
        next_run_at: None,
        id: trial.id("workflows", number),
        name: format!("Trial {} workflow {number}", trial.seed()),
        description: Some(format!("Workflow number {number}.")),
        goal_id: Some(trial.id("goals", trial.any(&mut dice, "goals"))),
        owner_agent_id: trial.any_agent(&mut dice),
        n8n_workflow_id: Some(format!("trial-{}-{number}", trial.seed())),
        trigger_type: dice.pick(&triggers),
        trigger_config: json!({}),
        is_active: dice.percent(90),
        version: 1,
        created_at: created.into(),
        updated_at: created.into(),
    });
}

pub(super) fn execution(trial: &Trial, _: &Totals, number: u64, rows: &mut Rows) {
    let mut dice = trial.dice("workflow_executions", number);
    let created = trial.time("workflow_executions", number);
    let id = trial.id("workflow_executions", number);
    // How many tasks were done before it stopped where it is.
    let done = usize::try_from(dice.below(TASKS as i64)).unwrap_or_default();
    let status = match dice.below(100) {
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
            clock = trial.later(clock, dice.between(5, 900));
        }
        let started = ended || matches!(task_status, TaskStatus::InProgress | TaskStatus::Waiting);
        let task = number * TASKS as u64 + place as u64;
        let task_id = trial.id_at("tasks", task, created);
        let lease = (task_status == TaskStatus::InProgress).then_some(Lease { token: task_id, until: clock });
        let sla_minutes = dice.pick(&[15, 60, 240, 1_440]);
        rows.tasks.push(tasks::Model {
            waiting_for: (task_status == TaskStatus::Waiting).then_some(TaskWait::Approval),
            workflow_execution_id: Some(id),
            assigned_agent_id: trial.any_agent(&mut dice),
            task_type: format!("type_{}", dice.below(25)),
            priority: i32::try_from(dice.between(1, 10)).unwrap_or(5),
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
            rows.approvals.push(awaited(trial.id_at("approvals", number, begun), task, "May it go on?", begun));
        }
    }
    let ended = matches!(status, Completed | Failed | Cancelled);
    rows.workflow_executions.push(workflow_executions::Model {
        id,
        workflow_id: trial.id("workflows", trial.any(&mut dice, "workflows")),
        execution_id: Some(format!("trial-{}-{number}", trial.seed())),
        status,
        started_at: (status != Pending).then(|| created.into()),
        completed_at: ended.then(|| clock.into()),
        input_data: json!({ "run": number }),
        output_data: json!({}),
        error_message: (status == Failed).then(|| "a task failed".to_owned()),
        metrics: json!({ "tokens": dice.below(5_000) }),
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

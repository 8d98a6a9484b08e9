//! Workflows, their executions, and the tasks of those.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    approval_uses,
    sea_orm_active_enums::{
        ApprovalStatus, AttemptOutcome, DependencyFailure,
        ExecutionStatus::{self, Cancelled, Completed, Failed, Paused, Pending, Running},
        TaskStatus, TaskWait, WorkflowTriggerType,
    },
    task_attempts, task_dependencies, tasks, workflow_executions, workflows,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    builder::{DAY, DemoBuilder, HOUR, rng},
    workflows::{FLOWS, Flow, Step},
};
use crate::{
    seed::{
        rng::Rng,
        tasks::{Lease, awaited, made},
    },
    work::state,
};

/// Executions that did not simply complete: the workflow's place, minutes ago, status, and the step that it stands at.
const EVENTFUL: [(usize, i64, ExecutionStatus, usize); 16] = [
    (13, 60 * DAY, Failed, 1),
    (4, 21 * DAY, Cancelled, 2),
    (7, 12 * DAY, Failed, 1),
    (2, 6 * DAY, Failed, 2),
    (12, 5 * DAY, Cancelled, 1),
    (5, 2 * DAY, Paused, 2),
    (7, DAY + 5 * HOUR, Paused, 2),
    (3, 9 * HOUR, Paused, 1),
    (11, 5 * HOUR, Running, 1),
    (2, 4 * HOUR, Running, 1),
    (2, 3 * HOUR, Running, 0),
    (1, 25, Running, 1),
    (6, 12, Running, 1),
    (5, 7, Running, 0),
    (6, 2, Pending, 0),
    (8, 1, Pending, 0),
];
/// How often each workflow ran well.
const RUNS: i64 = 3;

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, flow) in (0..).zip(&FLOWS) {
        let created = demo.ago(195 * DAY - order * DAY);
        let workflow = workflows::Model {
            definition: None,
            next_run_at: None,
            id: demo.id("workflows", created),
            name: flow.name.to_owned(),
            description: Some(flow.description.to_owned()),
            goal_id: flow.goal.map(|goal| demo.rows.goals[goal].id),
            owner_agent_id: demo.agent(flow.owner),
            n8n_workflow_id: flow.n8n.map(str::to_owned),
            trigger_type: flow.trigger,
            trigger_config: trigger(flow),
            is_active: flow.is_active,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.workflows.push(workflow);
    }
    let mut rng = rng("work");
    let mut runs: Vec<(usize, i64, ExecutionStatus, usize)> = EVENTFUL.to_vec();
    for (place, flow) in FLOWS.iter().enumerate() {
        // What was archived ran long ago.
        let newest = if flow.is_active { 5 * DAY } else { 62 * DAY };
        runs.extend((0..RUNS).map(|_| (place, newest + rng.below(40 * DAY), Completed, flow.steps.len())));
    }
    runs.sort_by_key(|(place, minutes, ..)| (-minutes, *place));
    for (number, (place, minutes, status, at)) in (1..).zip(runs) {
        execute(demo, &mut rng, number, place, minutes, status, at);
    }
    loose_tasks(demo);
}

fn trigger(flow: &Flow) -> Value {
    match flow.trigger {
        WorkflowTriggerType::Schedule => json!({ "cron": flow.on, "timeZone": "America/New_York" }),
        WorkflowTriggerType::Webhook => json!({ "path": flow.on, "method": "POST" }),
        WorkflowTriggerType::Event => json!({ "event": flow.on }),
        WorkflowTriggerType::SubWorkflow => json!({ "calledBy": flow.on }),
        WorkflowTriggerType::Chat => json!({ "channel": flow.on }),
        WorkflowTriggerType::Manual => json!({}),
    }
}

/// One execution that went as far as its step number `at`, and its tasks.
fn execute(
    demo: &mut DemoBuilder,
    rng: &mut Rng,
    number: i32,
    place: usize,
    minutes: i64,
    status: ExecutionStatus,
    at: usize,
) {
    let flow = &FLOWS[place];
    let created = demo.ago(minutes);
    let started = (status != Pending).then(|| created + TimeDelta::seconds(4));
    let id = demo.id("workflow_executions", created);
    let input = input(demo, rng, flow, created);
    let mut clock = started.unwrap_or(created);
    let mut before: Option<tasks::Model> = None;
    for (position, step) in flow.steps.iter().enumerate() {
        let task_status = match (position.cmp(&at), status) {
            (_, Pending) => TaskStatus::Pending,
            (std::cmp::Ordering::Less, _) => TaskStatus::Completed,
            (std::cmp::Ordering::Equal, Running) => TaskStatus::InProgress,
            (std::cmp::Ordering::Equal, Paused) => TaskStatus::Waiting,
            (std::cmp::Ordering::Equal, Failed) => TaskStatus::Failed,
            (_, Failed) => TaskStatus::Skipped,
            (_, Cancelled) => TaskStatus::Cancelled,
            _ => TaskStatus::Pending,
        };
        let begun = clock;
        if matches!(task_status, TaskStatus::Completed | TaskStatus::Failed) {
            // An open execution has little time left until now.
            let most = if matches!(status, Completed | Failed | Cancelled) { i64::from(step.3) * 50 } else { 90 };
            clock += TimeDelta::seconds(rng.between(20, most.max(60)));
        }
        let task = task(demo, Some(id), step, task_status, &input, (created, begun, clock), before.as_ref());
        before = Some(task);
    }
    let ended = matches!(status, Completed | Failed | Cancelled);
    let execution = workflow_executions::Model {
        id,
        workflow_id: demo.rows.workflows[place].id,
        execution_id: flow.n8n.map(|_| format!("run-{number:04}")),
        status,
        started_at: started.map(Into::into),
        completed_at: ended.then(|| clock.into()),
        input_data: input,
        output_data: if status == Completed { json!({ "summary": flow.description }) } else { json!({}) },
        error_message: (status == Failed)
            .then(|| format!("{} failed: the other side did not answer", flow.steps[at].0)),
        metrics: json!({ "steps": flow.steps.len(), "tokens": rng.between(400, 9_000) }),
        version: if ended { 3 } else { 1 },
        created_at: created.into(),
        updated_at: clock.into(),
    };
    demo.rows.workflow_executions.push(execution);
}

fn input(demo: &DemoBuilder, rng: &mut Rng, flow: &Flow, created: DateTime<Utc>) -> Value {
    let orders: Vec<_> = demo.rows.orders.iter().filter(|order| order.created_at < created).collect();
    if !flow.of_order || orders.is_empty() {
        return json!({ "day": created.date_naive() });
    }
    let order = rng.pick(&orders);
    json!({ "orderId": order.id, "orderNumber": order.order_number })
}

fn task(
    demo: &mut DemoBuilder,
    execution: Option<Uuid>,
    step: &Step,
    status: TaskStatus,
    input: &Value,
    (created, begun, ended): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    before: Option<&tasks::Model>,
) -> tasks::Model {
    let (kind, who, priority, sla_minutes, answer) = *step;
    let finished = matches!(status, TaskStatus::Completed | TaskStatus::Failed);
    let started = finished || matches!(status, TaskStatus::InProgress | TaskStatus::Waiting);
    let id = demo.id("tasks", created);
    let lease = (status == TaskStatus::InProgress).then(|| Lease { token: id, until: demo.ago(-DAY) });
    let task = tasks::Model {
        workflow_execution_id: execution,
        reference: execution.map(|_| kind.to_owned()),
        open_dependencies: before.map_or(0, |before| i32::from(!state::is_terminal(before.status))),
        waiting_for: (status == TaskStatus::Waiting).then_some(TaskWait::Approval),
        error_code: (status == TaskStatus::Failed).then(|| "NO_ANSWER".to_owned()),
        error_message: (status == TaskStatus::Failed).then(|| "the other side did not answer".to_owned()),
        assigned_agent_id: demo.agent(who),
        task_type: kind.to_owned(),
        priority,
        status,
        input_data: input.clone(),
        output_data: match status {
            TaskStatus::Completed => json!({ "answer": answer }),
            _ => json!({}),
        },
        started_at: started.then(|| begun.into()),
        completed_at: finished.then(|| ended.into()),
        version: if finished { 3 } else { 1 + i32::from(started) },
        created_at: created.into(),
        updated_at: if finished { ended.into() } else { begun.into() },
        attempt: i32::from(started),
        ..made(id, created, started.then_some(begun), sla_minutes, lease)
    };
    demo.rows.tasks.push(task.clone());
    if let Some(before) = before {
        demo.rows.task_dependencies.push(task_dependencies::Model {
            task_id: id,
            depends_on_id: before.id,
            on_failure: DependencyFailure::Skip,
            created_at: created.into(),
        });
    }
    let ended = if status == TaskStatus::Waiting { begun } else { ended };
    attempted(demo, &task, (begun, ended));
    approved(demo, &task, (begun, ended));
    task
}

/// The attempt that ended as the task stands.
fn attempted(demo: &mut DemoBuilder, task: &tasks::Model, (begun, ended): (DateTime<Utc>, DateTime<Utc>)) {
    let outcome = match task.status {
        TaskStatus::Completed => AttemptOutcome::Completed,
        TaskStatus::Failed => AttemptOutcome::Failed,
        TaskStatus::Waiting => AttemptOutcome::Waiting,
        _ => return,
    };
    let id = demo.id("task_attempts", begun);
    demo.rows.task_attempts.push(task_attempts::Model {
        id,
        task_id: task.id,
        number: 1,
        agent_id: Some(task.assigned_agent_id),
        worker: None,
        started_at: begun.into(),
        ended_at: ended.into(),
        outcome,
        error_code: task.error_code.clone(),
        error_message: task.error_message.clone(),
        created_at: ended.into(),
    });
}

/// The decision that a task waits for, or that was made before an approving task was done.
fn approved(demo: &mut DemoBuilder, task: &tasks::Model, (begun, ended): (DateTime<Utc>, DateTime<Utc>)) {
    let approves = task.task_type.starts_with("approve_") && task.status == TaskStatus::Completed;
    if !approves && task.status != TaskStatus::Waiting {
        return;
    }
    let id = demo.id("approvals", begun);
    let subject = format!("May \u{201c}{}\u{201d} go on?", task.task_type.replace('_', " "));
    let mut approval = awaited(id, task, &subject, begun);
    if approves {
        approval.status = ApprovalStatus::Approved;
        approval.decided_at = Some(ended.into());
        approval.decided_by = Some("seed".to_owned());
        approval.version = 2;
        approval.updated_at = ended.into();
        if task.task_type == "approve_refund"
            && let Some(order) = order_of(&task.input_data)
        {
            approval.subject_type = Some("Order".to_owned());
            approval.subject_id = Some(order);
            demo.rows.approval_uses.push(approval_uses::Model {
                approval_id: id,
                operation: "RefundOrder".to_owned(),
                object_id: order,
                created_at: ended.into(),
            });
        }
    }
    demo.rows.approvals.push(approval);
}

/// The order that a task is about.
fn order_of(input: &Value) -> Option<Uuid> {
    input["orderId"].as_str()?.parse().ok()
}

/// Tasks that somebody gave out by hand, outside of any workflow.
fn loose_tasks(demo: &mut DemoBuilder) {
    use super::DemoAgent;
    #[rustfmt::skip]
    let given: [(Step, &str, TaskStatus, i64); 8] = [
        (("find_supplier", DemoAgent::Operations, 6, 2_880, "two offers"), "A second supplier for crates", TaskStatus::Completed, 15 * DAY),
        (("photograph_room", DemoAgent::Marketing, 7, 2_880, ""), "A picture of Strata in Teal in a real hotel room", TaskStatus::Waiting, 4 * DAY),
        (("check_competitor", DemoAgent::Analytics, 8, 1_440, ""), "Prices of 53x72 canvases elsewhere", TaskStatus::Pending, 3 * DAY),
        (("call_customer", DemoAgent::Sales, 3, 240, ""), "Ask Holmgren Hotels about the second floor", TaskStatus::Pending, 20 * HOUR),
        (("draft_policy", DemoAgent::Customer, 5, 1_440, ""), "Who pays the way back when a frame is dented", TaskStatus::InProgress, 7 * HOUR),
        (("name_collection", DemoAgent::Product, 9, 4_320, ""), "A name for next year's collection", TaskStatus::Cancelled, 30 * DAY),
        (("recount", DemoAgent::Fulfillment, 4, 480, ""), "Count the rolls again, the shelf label fell off", TaskStatus::Pending, 3 * HOUR),
        (("approve_discount", DemoAgent::Finance, 2, 120, ""), "15 percent for a school that orders nine pieces", TaskStatus::Pending, 40),
    ];
    for (step, about, status, minutes) in given {
        let created = demo.ago(minutes);
        let begun = created + TimeDelta::minutes(3);
        let times = (created, begun, begun + TimeDelta::minutes(50));
        task(demo, None, &step, status, &json!({ "about": about }), times, None);
    }
}

//! The log has the events of an object in the order in which they happened.
//!
//! On PostgreSQL a transaction gets its id before it waits for locks: what it does then may be later than what
//! transactions with larger ids did.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Value, json};
use service::{
    UnitOfWork, Verb,
    agents::active::Deactivate,
    events::EventKind::{AgentUpdated, ExecutionPaused, GoalProgressed, TaskClaimed},
    goals::progress::Record,
    work::{
        approval::{Decide, Decision},
        deactivation::OpenTasks,
        execution::Pause,
    },
    workflows::update::Archive,
};
use tests::{Engine, on_both_engines};
use uuid::Uuid;

use super::somebody;
use crate::work::fixture::{WorkFixture, at_once, held, limit};

/// The id of the first task, goal, … of a payload.
fn id(payload: &Value, place: &str) -> Uuid {
    let id = payload.pointer(place).and_then(Value::as_str).expect("an id");
    id.parse().expect("an id")
}

/// A transaction that has its id, as that of a call with an idempotency key has.
async fn early(fixture: &WorkFixture) -> UnitOfWork {
    let unit = fixture.service.begin(&somebody()).await.expect("it begins");
    let mut sql = unit.sql();
    sql.push("SELECT ").transaction_number();
    unit.rows(sql).await.expect("a number");
    unit
}

async fn perform<V: Verb>(mut unit: UnitOfWork, verb: V) {
    let done = verb.perform(&mut unit).await;
    unit.end(done).await.expect("it is done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_transaction_that_acts_later_stands_later() {
    tests::run(Engine::Postgres, async |db| {
        let fixture = WorkFixture::open(db).await;

        let unit = early(&fixture).await;
        fixture.create(1).await;
        let claim = fixture.claim_of(1);
        perform(unit, claim).await;

        let unit = early(&fixture).await;
        let started =
            fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id }").await;
        perform(unit, Pause { workflow_execution_id: id(&started, "/workflowExecution/id") }).await;

        let unit = early(&fixture).await;
        let goal = id(
            &fixture.done("createGoal", json!({ "name": "Calm", "type": "GROWTH" }), "goal { id }").await,
            "/goal/id",
        );
        perform(unit, Record { id: goal, expected_version: None, current_value: Some(1.into()), increment: None })
            .await;

        let unit = early(&fixture).await;
        let input = json!({ "name": "Writer", "type": "SPECIALIST", "parentId": fixture.director });
        let agent = id(&fixture.done("createAgent", input, "agent { id }").await, "/agent/id");
        perform(unit, Deactivate { id: agent, expected_version: None, open_tasks: OpenTasks::Refuse }).await;

        let unit = early(&fixture).await;
        let input = json!({ "name": "Letters", "ownerAgentId": fixture.director });
        let workflow = id(&fixture.done("registerWorkflow", input, "workflow { id }").await, "/workflow/id");
        perform(unit, Archive { id: workflow, expected_version: None }).await;

        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        let unit = early(&fixture).await;
        let mut input = held(&lease);
        input["subject"] = json!("A discount");
        let approval = id(&fixture.done("requestApproval", input, "approval { id }").await, "/approval/id");
        perform(unit, Decide { approval_id: approval, decision: Decision::Approve, patch: None, comment: None }).await;

        fixture.check().await;
    })
    .await;
}

/// Workers of each process.
const WORKERS: usize = 4;
/// Calls of each worker.
const CALLS: usize = 40;

on_both_engines! {
    async fn whoever_waits_for_whom_the_log_tells_it_in_order(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        limit(db, fixture.specialist, 3).await;
        let goal = fixture.done("createGoal", json!({ "name": "Calm", "type": "GROWTH" }), "goal { id }").await;
        let agent = json!({ "name": "Writer", "type": "SPECIALIST", "parentId": fixture.director });
        let agent = fixture.done("createAgent", agent, "agent { id }").await;
        let execution = fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id }").await;
        let shared = Shared {
            goal: goal["goal"]["id"].clone(),
            agent: agent["agent"]["id"].clone(),
            execution: execution["workflowExecution"]["id"].clone(),
            leases: Arc::default(),
            approvals: Arc::default(),
        };
        let fixtures = [fixture.clone(), fixture.elsewhere(db).await];
        at_once(2 * WORKERS, |number| {
            let (fixture, shared) = (fixtures[number % 2].clone(), shared.clone());
            async move {
                for call in 0..CALLS {
                    shared.call(&fixture, number, call).await;
                }
            }
        })
        .await;
        fixture.check().await;
        // Calls may be refused, but not all of a sort: whether a lease is left to be released is chance.
        let kinds = entity::events::Entity::find().select_only().column(entity::events::Column::Kind).distinct();
        let kinds: Vec<String> = kinds.into_tuple().all(db.connection()).await.expect("kinds");
        for kind in [TaskClaimed, GoalProgressed, AgentUpdated, ExecutionPaused] {
            assert!(kinds.iter().any(|occurred| occurred == kind.name()), "{kind:?} never occurred: {kinds:?}");
        }
    }
}

/// What all workers act on.
#[derive(Clone)]
struct Shared {
    goal: Value,
    agent: Value,
    execution: Value,
    leases: Arc<Mutex<Vec<Value>>>,
    approvals: Arc<Mutex<Vec<Value>>>,
}

impl Shared {
    /// One of the calls, two of three with an idempotency key. It may be refused: others do the same.
    async fn call(&self, fixture: &WorkFixture, worker: usize, call: usize) {
        let key = (!call.is_multiple_of(3)).then(|| format!("{worker} {call}"));
        let input = |mut input: Value| {
            if let Some(key) = &key {
                input["idempotencyKey"] = json!(key);
            }
            input
        };
        let lease = || self.leases.lock().expect("leases").pop();
        match (worker + call * 7) % 11 {
            0 | 1 => {
                fixture
                    .mutate("createTasks", input(json!({ "tasks": [fixture.task(), fixture.task()] })), "replayed")
                    .await;
            }
            2 | 3 => {
                let claim = input(json!({ "agentIds": [fixture.specialist], "max": 2, "leaseSeconds": 60 }));
                let claimed = fixture.mutate("claimTasks", claim, "leases { taskId token }").await;
                let leases = claimed["leases"].as_array().cloned().unwrap_or_default();
                self.leases.lock().expect("leases").extend(leases);
            }
            4 | 5 => {
                let Some(lease) = lease() else { return };
                fixture.mutate("completeTasks", input(json!({ "items": [lease] })), "replayed").await;
            }
            6 => {
                let Some(lease) = lease() else { return };
                fixture.mutate("releaseTasks", input(json!({ "items": [lease] })), "replayed").await;
            }
            7 => {
                let progress = input(json!({ "id": self.goal, "increment": "1" }));
                fixture.mutate("recordGoalProgress", progress, "replayed").await;
            }
            8 => {
                let change = input(json!({ "id": self.agent, "maxConcurrentTasks": 1 + call }));
                fixture.mutate("updateAgent", change, "replayed").await;
            }
            9 => {
                let name = if worker.is_multiple_of(2) { "pauseExecution" } else { "resumeExecution" };
                fixture.mutate(name, input(json!({ "workflowExecutionId": self.execution })), "replayed").await;
            }
            _ => self.decide(fixture, lease(), input).await,
        }
        fixture.clock().advance(Duration::milliseconds(1));
    }

    /// Asks for a decision, or decides.
    async fn decide(&self, fixture: &WorkFixture, lease: Option<Value>, input: impl Fn(Value) -> Value) {
        let waiting = self.approvals.lock().expect("approvals").pop();
        if let Some(approval) = waiting {
            let decision = input(json!({ "approvalId": approval, "decision": "APPROVE" }));
            fixture.mutate("decideApproval", decision, "replayed").await;
        } else if let Some(mut lease) = lease {
            lease["subject"] = json!("A discount");
            let asked = fixture.mutate("requestApproval", input(lease), "approval { id }").await;
            let approval = asked["approval"]["id"].clone();
            if approval.is_string() {
                self.approvals.lock().expect("approvals").push(approval);
            }
        }
    }
}

//! A few agents with work to do.

use std::{ops::Deref, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::{
    agents,
    sea_orm_active_enums::{AgentType, WorkflowTriggerType},
    workflows,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use service::{
    Service,
    clock::Clock,
    principal::{Principal, Role},
    work::{self, claim::Claim},
};
use tests::TestDatabase;
use uuid::Uuid;

use crate::{
    client::{Client, connect},
    events::versions::Versions,
};

/// The fixture: an orchestrator, two directors below it, a specialist below the first of them.
#[derive(Clone)]
pub(crate) struct WorkFixture {
    client: Client,
    pub(crate) top: Uuid,
    pub(crate) director: Uuid,
    pub(crate) other: Uuid,
    pub(crate) specialist: Uuid,
    pub(crate) workflow: Uuid,
    /// Those of what was there at the beginning.
    versions: Arc<Versions>,
}

/// When every test begins.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").expect("a time").to_utc()
}

impl Deref for WorkFixture {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl WorkFixture {
    pub(crate) async fn open(db: &TestDatabase) -> Self {
        let client = Client::open(db, Clock::standing(start())).await;
        let top = agent(db, "Orchestrator", AgentType::Orchestrator, None).await;
        let director = agent(db, "Director", AgentType::Director, Some(top)).await;
        let other = agent(db, "Other director", AgentType::Director, Some(top)).await;
        let specialist = agent(db, "Specialist", AgentType::Specialist, Some(director)).await;
        let workflow = workflow(db, director).await;
        let versions = Arc::new(Versions::now(db.connection()).await);
        Self { client, top, director, other, specialist, workflow, versions }
    }

    /// The same fixture in another process.
    pub(crate) async fn elsewhere(&self, db: &TestDatabase) -> Self {
        Self { client: Client::open(db, self.clock().clone()).await, ..self.clone() }
    }

    /// The same fixture for somebody else.
    pub(crate) fn acting(&self, principal: Principal) -> Self {
        Self { client: self.client.acting(principal), ..self.clone() }
    }

    /// Who comes with a key of an agent.
    pub(crate) fn agent_key(&self, agent: Uuid) -> Principal {
        Principal { name: agent.to_string(), key: Some(agent), role: Role::Agent, agent: Some(agent) }
    }

    /// Makes tasks for the specialist; their ids.
    pub(crate) async fn create(&self, count: usize) -> Vec<String> {
        let tasks: Vec<Value> = (0..count).map(|_| self.task()).collect();
        let payload = self.done("createTasks", json!({ "tasks": tasks }), "tasks { id }").await;
        ids(&payload["tasks"])
    }

    /// A task for the specialist.
    pub(crate) fn task(&self) -> Value {
        json!({ "assignedAgentId": self.specialist, "taskType": "write" })
    }

    /// Claims tasks of the specialist: ids and tokens.
    /// A claim of the specialist's tasks that does not wait, for who calls the service itself.
    pub(crate) fn claim_of(&self, max: i32) -> Claim {
        Claim {
            agent_ids: vec![self.specialist],
            subtree_of_agent_id: None,
            task_types: None,
            max,
            lease_seconds: 60,
            heartbeat_seconds: None,
            wait_seconds: 0,
            worker: None,
        }
    }

    pub(crate) async fn claim(&self, max: usize) -> Vec<Value> {
        let input = json!({ "agentIds": [self.specialist], "max": max, "leaseSeconds": 60 });
        let payload = self.done("claimTasks", input, "leases { taskId token attempt cancelRequested }").await;
        payload["leases"].as_array().expect("leases").clone()
    }

    /// Completes what a lease holds; the code of the refusal, if there was one.
    pub(crate) async fn complete(&self, lease: &Value) -> Option<String> {
        self.end("completeTasks", lease, json!({ "outputData": { "by": lease["token"] } })).await
    }

    /// Fails what a lease holds.
    pub(crate) async fn fail(&self, lease: &Value, class: &str) -> Option<String> {
        self.end("failTasks", lease, json!({ "errorCode": "BROKEN", "errorClass": class })).await
    }

    /// Ends what a lease holds by a batch of one.
    pub(crate) async fn end(&self, name: &str, lease: &Value, more: Value) -> Option<String> {
        let mut item = held(lease);
        item.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let payload = self.done(name, json!({ "items": [item] }), "results { userErrors { code } }").await;
        payload["results"][0]["userErrors"][0]["code"].as_str().map(str::to_owned)
    }

    /// Some fields of a task.
    pub(crate) async fn task_with(&self, id: &str, fields: &str) -> Value {
        self.query(&format!("query($id: ID!) {{ task(id: $id) {{ {fields} }} }}"), json!({ "id": id })).await["task"]
            .clone()
    }

    pub(crate) async fn status(&self, id: &str) -> String {
        self.task_with(id, "status").await["status"].as_str().expect("a status").to_owned()
    }

    /// Lets time pass and the server look after the work.
    pub(crate) async fn pass(&self, seconds: i64) -> work::Swept {
        self.clock().advance(Duration::seconds(seconds));
        work::sweep(&self.service).await.expect("swept")
    }

    /// What must hold between all rows, after every test.
    pub(crate) async fn check(&self) {
        self.versions.check(self.service.database()).await;
    }
}

/// Task and token of a lease, as inputs have them.
pub(crate) fn held(lease: &Value) -> Value {
    json!({ "taskId": lease["taskId"], "token": lease["token"] })
}

/// The ids of nodes.
pub(crate) fn ids(nodes: &Value) -> Vec<String> {
    let nodes = nodes.as_array().expect("a list");
    nodes.iter().map(|node| node["id"].as_str().expect("an id").to_owned()).collect()
}

/// Another process over the same database and clock.
pub(crate) async fn second(db: &TestDatabase, clock: &Clock) -> Service {
    Service::new(connect(db).await, clock.clone())
}

async fn agent(db: &TestDatabase, name: &str, kind: AgentType, parent: Option<Uuid>) -> Uuid {
    let id = Uuid::now_v7();
    let agent = agents::ActiveModel {
        id: Set(id),
        name: Set(name.to_owned()),
        r#type: Set(kind),
        parent_id: Set(parent),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    agent.insert(db.connection()).await.expect("an agent");
    id
}

async fn workflow(db: &TestDatabase, owner: Uuid) -> Uuid {
    let id = Uuid::now_v7();
    let workflow = workflows::ActiveModel {
        id: Set(id),
        name: Set("Newsletter".to_owned()),
        owner_agent_id: Set(owner),
        trigger_type: Set(WorkflowTriggerType::Manual),
        trigger_config: Set(json!({})),
        definition: Set(Some(json!({ "tasks": [
            { "ref": "draft", "taskType": "write", "agent": "Specialist" },
            { "ref": "send", "taskType": "send", "dependsOn": [{ "ref": "draft" }] },
        ] }))),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    workflow.insert(db.connection()).await.expect("a workflow");
    id
}

/// Limits how many tasks an agent has in progress.
pub(crate) async fn limit(db: &TestDatabase, id: Uuid, most: i32) {
    let agent = agents::ActiveModel { id: Set(id), max_concurrent_tasks: Set(Some(most)), ..Default::default() };
    agent.update(db.connection()).await.expect("limited");
}

/// Runs the same work several times at once.
pub(crate) async fn at_once<T: Send + 'static, F>(count: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    F: Future<Output = T> + Send + 'static,
{
    let gate = Arc::new(tokio::sync::Barrier::new(count));
    let workers: Vec<_> = (0..count)
        .map(|number| {
            let (gate, work) = (Arc::clone(&gate), work(number));
            tokio::spawn(async move {
                gate.wait().await;
                work.await
            })
        })
        .collect();
    let mut done = Vec::new();
    for worker in workers {
        done.push(worker.await.expect("no panic"));
    }
    done
}

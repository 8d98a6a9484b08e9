//! What agents do and have to do now.

use chrono::Duration;
use entity::api_keys;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use service::principal::Role;
use tests::on_both_engines;
use uuid::Uuid;

use crate::work::fixture::{WorkFixture, held, limit, start};

const WORKLOAD: &str = "workload { claimable blocked postponed running waiting overdue maxConcurrentTasks freeSlots }";

on_both_engines! {
    async fn the_status_follows_what_happens(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        assert_eq!(status(&fixture).await, "OFFLINE");
        fixture.create(3).await;
        assert_eq!(status(&fixture).await, "OFFLINE", "nobody has come for the tasks");
        let leases = fixture.claim(2).await;
        assert_eq!(status(&fixture).await, "WORKING");
        let input = json!({ "taskId": leases[0]["taskId"], "token": leases[0]["token"], "subject": "May I?" });
        fixture.done("requestApproval", input, "task { id }").await;
        assert_eq!(status(&fixture).await, "WORKING", "it holds another one");
        fixture.complete(&leases[1]).await;
        assert_eq!(status(&fixture).await, "WAITING");
        fixture.done("cancelTask", json!({ "taskId": leases[0]["taskId"] }), "cancelled { id }").await;
        assert_eq!(status(&fixture).await, "IDLE");
        fixture.clock().advance(Duration::minutes(5));
        assert_eq!(status(&fixture).await, "IDLE", "five minutes ago is lately");
        fixture.clock().advance(Duration::microseconds(1));
        assert_eq!(status(&fixture).await, "OFFLINE");
        fixture.check().await;
    }

    async fn a_worker_that_is_gone_is_offline_after_a_while(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        fixture.claim(1).await;
        fixture.clock().advance(Duration::seconds(61));
        assert_eq!(status(&fixture).await, "IDLE", "its lease has lapsed");
        fixture.pass(0).await;
        assert_eq!(status(&fixture).await, "IDLE", "it was taken back");
        // That the server takes a lease back is no sign of life.
        fixture.clock().advance(Duration::seconds(240));
        assert_eq!(status(&fixture).await, "OFFLINE");
    }

    async fn a_worker_that_waits_is_heard_of_by_its_key(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let key = api_keys::ActiveModel {
            id: Set(Uuid::now_v7()),
            name: Set("worker".to_owned()),
            prefix: Set("vw_worker0000".to_owned()),
            hash: Set("0".repeat(64)),
            role: Set(Role::Agent),
            agent_id: Set(Some(fixture.specialist)),
            last_used_at: Set(Some((start() - Duration::minutes(1)).into())),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        key.insert(db.connection()).await.expect("a key");
        assert_eq!(status(&fixture).await, "IDLE");
        fixture.clock().advance(Duration::minutes(4) + Duration::microseconds(1));
        assert_eq!(status(&fixture).await, "OFFLINE");
    }

    async fn an_agent_that_takes_no_work_is_inactive(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = &fixture.claim(1).await[0];
        fixture.complete(lease).await;
        fixture.done("deactivateAgent", json!({ "id": fixture.specialist, "openTasks": "REFUSE" }), "agent { id }").await;
        assert_eq!(status(&fixture).await, "INACTIVE");
    }

    async fn the_workload_counts_open_tasks(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let nothing = json!({ "claimable": 0, "blocked": 0, "postponed": 0, "running": 0, "waiting": 0, "overdue": 0,
            "maxConcurrentTasks": null, "freeSlots": null });
        assert_eq!(workload(&fixture).await, nothing);
        // Two are claimed, of which one waits; two stay; one is for tomorrow; one depends on another.
        fixture.create(2).await;
        let leases = fixture.claim(2).await;
        let mut approval = held(&leases[0]);
        approval["subject"] = json!("May I?");
        fixture.done("requestApproval", approval, "task { id }").await;
        fixture.create(2).await;
        let tomorrow = start() + Duration::days(1);
        let later = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "runAfter": tomorrow });
        fixture.done("createTasks", json!({ "tasks": [later] }), "tasks { id }").await;
        let input = json!({ "workflowId": fixture.workflow, "tasks": [
            { "ref": "a", "taskType": "write", "assignedAgentId": fixture.specialist },
            { "ref": "b", "taskType": "write", "assignedAgentId": fixture.specialist, "dependsOn": [{ "ref": "a" }] },
        ] });
        let execution = fixture.done("startExecution", input, "workflowExecution { id }").await["workflowExecution"]["id"].clone();
        limit(db, fixture.specialist, 3).await;
        let mut expected = json!({ "claimable": 3, "blocked": 1, "postponed": 1, "running": 1, "waiting": 1,
            "overdue": 0, "maxConcurrentTasks": 3, "freeSlots": 2 });
        assert_eq!(workload(&fixture).await, expected);
        // What can be claimed is what a claim gets.
        limit(db, fixture.specialist, 100).await;
        assert_eq!(fixture.claim(100).await.len(), 3);
        limit(db, fixture.specialist, 3).await;
        fixture.done("pauseExecution", json!({ "workflowExecutionId": execution }), "workflowExecution { id }").await;
        expected = json!({ "claimable": 0, "blocked": 1, "postponed": 1, "running": 4, "waiting": 1,
            "overdue": 0, "maxConcurrentTasks": 3, "freeSlots": 0 });
        assert_eq!(workload(&fixture).await, expected);
        // An hour is the SLA when nothing is said.
        fixture.clock().advance(Duration::hours(1));
        assert_eq!(workload(&fixture).await, expected, "a deadline is the last moment in time");
        fixture.clock().advance(Duration::microseconds(1));
        expected["overdue"] = json!(7);
        assert_eq!(workload(&fixture).await, expected);
    }

    async fn a_paused_execution_postpones_its_tasks(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let execution = fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id }").await;
        let counted = async || {
            let found = workload(&fixture).await;
            [&found["claimable"], &found["postponed"]].map(|count| count.as_i64().expect("a count"))
        };
        assert_eq!(counted().await, [1, 0]);
        let input = json!({ "workflowExecutionId": execution["workflowExecution"]["id"] });
        fixture.done("pauseExecution", input.clone(), "workflowExecution { id }").await;
        assert_eq!(counted().await, [0, 1]);
        fixture.done("resumeExecution", input, "workflowExecution { id }").await;
        assert_eq!(counted().await, [1, 0]);
    }
}

async fn status(fixture: &WorkFixture) -> String {
    let found = agent(fixture, "status").await["status"].clone();
    found.as_str().expect("a status").to_owned()
}

async fn workload(fixture: &WorkFixture) -> Value {
    agent(fixture, WORKLOAD).await["workload"].clone()
}

async fn agent(fixture: &WorkFixture, fields: &str) -> Value {
    let query = format!("query($id: ID!) {{ agent(id: $id) {{ {fields} }} }}");
    fixture.query(&query, json!({ "id": fixture.specialist })).await["agent"].clone()
}

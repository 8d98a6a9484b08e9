//! What becomes of a decision that nobody makes in time.

use chrono::{DateTime, Duration, Utc};
use entity::{approvals, events, sea_orm_active_enums::ApprovalDeadline};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{
    approvals::{keyed, request},
    fixture::{WorkFixture, held},
};

on_both_engines! {
    async fn the_deadline_decides_what_nobody_did(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for (rule, expected) in [("FAIL", "FAILED"), ("RESUME", "PENDING"), ("CANCEL", "CANCELLED")] {
            let (task, approval) = request(&fixture, in_seconds(&fixture, 300, rule)).await;
            fixture.clock().advance(Duration::seconds(300));
            assert_eq!(fixture.code("decideApproval", approve(&approval)).await, "DEADLINE_PASSED");
            assert_eq!(fixture.pass(0).await.approvals, 1);
            assert_eq!(fixture.status(&task).await, expected);
            for lease in fixture.claim(9).await {
                fixture.complete(&lease).await;
            }
            fixture.check().await;
        }
    }

    async fn nobody_is_hurried(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        let ask = |more: Value| with(with(held(&lease), json!({ "subject": "A discount" })), more);
        for seconds in [-1, 0, 299] {
            let short = ask(in_seconds(&fixture, seconds, "FAIL"));
            assert_eq!(fixture.code_and_path("requestApproval", short).await, "INVALID deadlineAt");
        }
        let endless = ask(json!({ "onDeadline": "ESCALATE", "approverAgentId": fixture.other }));
        assert_eq!(fixture.code_and_path("requestApproval", endless).await, "INVALID deadlineAt");
        let input = ask(in_seconds(&fixture, 300, "FAIL"));
        fixture.done("requestApproval", input, "approval { id }").await;
        fixture.check().await;
    }

    async fn silence_is_consent_only_where_people_asked(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let specialist = keyed(&fixture, "specialist", Role::Agent, Some(fixture.specialist)).await;
        let orchestrator = keyed(&fixture, "orchestrator", Role::Orchestrator, None).await;
        let admin = keyed(&fixture, "admin", Role::Admin, None).await;
        for (asker, is_old) in [(&specialist, false), (&specialist, true), (&orchestrator, false), (&orchestrator, true)] {
            fixture.create(1).await;
            let lease = asker.claim(1).await.remove(0);
            let ask = |rule| with(with(held(&lease), json!({ "subject": "A discount" })), in_seconds(&fixture, 300, rule));
            assert_eq!(asker.code_and_path("requestApproval", ask("RESUME")).await, "NOT_PERMITTED onDeadline");
            let made = asker.done("requestApproval", ask("FAIL"), "task { id } approval { id }").await;
            // As another version may write it, or left it when it wrote no keys.
            let key = approval(db, &made["approval"]["id"]).await.requesting_key_id;
            let written = approvals::ActiveModel {
                id: Set(id(&made["approval"]["id"])),
                on_deadline: Set(ApprovalDeadline::Resume),
                requesting_key_id: Set(key.filter(|_| !is_old)),
                ..Default::default()
            };
            written.update(db.connection()).await.expect("written");
            assert_eq!(fixture.pass(300).await.approvals, 1);
            let seen = fixture.task_with(made["task"]["id"].as_str().expect("an id"), "status errorCode").await;
            assert_eq!(seen, json!({ "status": "FAILED", "errorCode": "APPROVAL_EXPIRED" }));
        }
        let (task, _) = request(&admin, in_seconds(&fixture, 300, "RESUME")).await;
        assert_eq!(fixture.pass(300).await.approvals, 1);
        assert_eq!(fixture.status(&task).await, "PENDING");
        fixture.check().await;
    }

    async fn what_nobody_decides_goes_up_and_at_last_to_people(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let specialist = keyed(&fixture, "specialist", Role::Agent, Some(fixture.specialist)).await;
        let ask = with(in_seconds(&fixture, 600, "ESCALATE"), json!({ "approverAgentId": fixture.director }));
        let (task, asked) = request(&specialist, ask).await;
        assert_eq!(fixture.pass(599).await.approvals, 0);
        assert_eq!(fixture.pass(1).await.approvals, 1);
        let now = fixture.clock().now();
        assert_eq!(stands(db, &asked).await, (Some(fixture.top), Some(now + Duration::seconds(600)), Some(now)));
        assert_eq!(fixture.status(&task).await, "WAITING");
        let [director, top] = [fixture.director, fixture.top].map(|agent| fixture.acting(fixture.agent_key(agent)));
        assert_eq!(director.code("decideApproval", approve(&asked)).await, "NOT_PERMITTED");
        // A sweep that comes late gives as much time.
        assert_eq!(fixture.pass(900).await.approvals, 1);
        assert_eq!(stands(db, &asked).await, (None, None, Some(fixture.clock().now())));
        assert_eq!(fixture.pass(1_000_000).await.approvals, 0);
        assert_eq!(fixture.status(&task).await, "WAITING");
        for agent in [director, top] {
            assert_eq!(agent.code("decideApproval", approve(&asked)).await, "NOT_PERMITTED");
        }
        let told = events::Entity::find().filter(events::Column::Kind.eq("approval.escalated"));
        assert_eq!(told.count(db.connection()).await.expect("counted"), 2);
        fixture.check().await;
        fixture.done("decideApproval", approve(&asked), "approval { status }").await;
        assert_eq!(fixture.status(&task).await, "PENDING");
        fixture.check().await;
    }

    async fn it_goes_past_those_who_may_not_decide(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let input = json!({ "name": "Helper", "type": "SPECIALIST", "parentId": fixture.other });
        let helper = id(&fixture.done("createAgent", input, "agent { id }").await["agent"]["id"]);
        let ask = |more: Value| with(with(in_seconds(&fixture, 300, "ESCALATE"), json!({ "approverAgentId": helper })), more);
        // Past one whose task it is now, and past one that is not active.
        let (task, reassigned) = request(&fixture, ask(json!({}))).await;
        fixture.done("reassignTask", json!({ "taskId": task, "agentId": fixture.other }), "task { id }").await;
        assert_eq!(fixture.pass(300).await.approvals, 1);
        assert_eq!(stands(db, &reassigned).await.0, Some(fixture.top));
        fixture.done("decideApproval", approve(&reassigned), "approval { status }").await;
        fixture.done("cancelTask", json!({ "taskId": task }), "cancelled { id }").await;
        fixture.done("deactivateAgent", json!({ "id": fixture.other }), "agent { id }").await;
        let (_, inactive) = request(&fixture, ask(json!({}))).await;
        assert_eq!(fixture.pass(300).await.approvals, 1);
        assert_eq!(stands(db, &inactive).await.0, Some(fixture.top));
        // To people at once: nobody approves, or no agent may decide about the amount.
        let (_, nobodys) = request(&fixture, ask(json!({ "approverAgentId": null }))).await;
        let set = json!({ "key": "approvals.personAbove", "value": "100" });
        fixture.done("setConfiguration", set, "configuration { id }").await;
        let (_, large) = request(&fixture, ask(json!({ "amount": "100.01" }))).await;
        fixture.pass(300).await;
        for approval in [nobodys, large] {
            assert_eq!(stands(db, &approval).await, (None, None, Some(fixture.clock().now())));
        }
        fixture.check().await;
    }

    async fn what_escalated_is_closed_with_its_task(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let ask = with(in_seconds(&fixture, 300, "ESCALATE"), json!({ "approverAgentId": fixture.director }));
        let (task, asked) = request(&fixture, ask).await;
        fixture.pass(300).await;
        fixture.done("cancelTask", json!({ "taskId": task }), "cancelled { id }").await;
        assert_eq!(fixture.pass(300).await.approvals, 0);
        let operator = Principal { name: "late".to_owned(), key: Some(Uuid::now_v7()), role: Role::Operator, agent: None };
        assert_eq!(fixture.acting(operator).code("decideApproval", approve(&asked)).await, "ALREADY_DECIDED");
        assert_eq!(fixture.status(&task).await, "CANCELLED");
        fixture.check().await;
    }
}

fn approve(approval: &str) -> Value {
    json!({ "approvalId": approval, "decision": "APPROVE" })
}

/// A deadline and what happens then, as an input has them.
fn in_seconds(fixture: &WorkFixture, seconds: i64, rule: &str) -> Value {
    json!({ "deadlineAt": fixture.clock().now() + Duration::seconds(seconds), "onDeadline": rule })
}

fn with(mut value: Value, more: Value) -> Value {
    value.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    value
}

fn id(value: &Value) -> Uuid {
    value.as_str().expect("an id").parse().expect("an id")
}

async fn approval(db: &TestDatabase, of: &Value) -> approvals::Model {
    approvals::Entity::find_by_id(id(of)).one(db.connection()).await.expect("read").expect("an approval")
}

/// Who is to decide, until when, and since when.
async fn stands(db: &TestDatabase, of: &str) -> (Option<Uuid>, Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    let found = approval(db, &json!(of)).await;
    let utc = |time: chrono::DateTime<chrono::FixedOffset>| time.to_utc();
    (found.approver_agent_id, found.deadline_at.map(utc), found.escalated_at.map(utc))
}

//! Decisions that tasks wait for.

use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;
use uuid::Uuid;

use super::fixture::{WorkFixture, at_once};

on_both_engines! {
    async fn an_approval_lets_the_task_go_on(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (task, approval) = request(&fixture, json!({})).await;
        assert_eq!(fixture.task_with(&task, "status waitingFor leaseExpiresAt").await, json!({ "status": "WAITING", "waitingFor": "APPROVAL", "leaseExpiresAt": null }));
        fixture.check().await;
        let edit = json!({ "approvalId": approval, "decision": "EDIT", "patch": { "discount": 10 }, "comment": "less" });
        fixture.done("decideApproval", edit.clone(), "approval { status decidedBy } task { status inputData }").await;
        assert_eq!(fixture.code("decideApproval", edit).await, "ALREADY_DECIDED");
        assert_eq!(fixture.task_with(&task, "status inputData").await, json!({ "status": "PENDING", "inputData": { "discount": 10 } }));
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(lease["attempt"], json!(1), "waiting is no attempt");
        fixture.complete(&lease).await;
        fixture.check().await;
    }

    async fn a_rejection_needs_a_comment_and_fails_the_task(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (task, approval) = request(&fixture, json!({})).await;
        assert_eq!(fixture.code("decideApproval", json!({ "approvalId": approval, "decision": "REJECT" })).await, "INVALID");
        fixture.done("decideApproval", json!({ "approvalId": approval, "decision": "REJECT", "comment": "too much" }), "task { status }").await;
        let seen = fixture.task_with(&task, "status errorCode errorMessage").await;
        assert_eq!(seen, json!({ "status": "FAILED", "errorCode": "APPROVAL_REJECTED", "errorMessage": "too much" }));
        fixture.check().await;
    }

    async fn who_asks_does_not_decide(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let admin = fixture.acting(principal("asker", Role::Admin, None));
        let (_, approval) = request(&admin, json!({ "approverAgentId": fixture.director })).await;
        let approve = json!({ "approvalId": approval, "decision": "APPROVE" });
        assert_eq!(admin.code("decideApproval", approve.clone()).await, "NOT_PERMITTED");
        let own = fixture.acting(principal("specialist", Role::Agent, Some(fixture.specialist)));
        assert_eq!(own.code("decideApproval", approve.clone()).await, "NOT_PERMITTED");
        let stranger = fixture.acting(principal("other", Role::Agent, Some(fixture.other)));
        assert_eq!(stranger.code("decideApproval", approve.clone()).await, "NOT_PERMITTED");
        let asked = fixture.acting(principal("director", Role::Agent, Some(fixture.director)));
        asked.done("decideApproval", approve, "approval { status }").await;
    }

    async fn the_deadline_decides_what_nobody_did(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for (rule, expected) in [("FAIL", "FAILED"), ("RESUME", "PENDING"), ("CANCEL", "CANCELLED")] {
            let deadline = fixture.clock().now() + chrono::Duration::seconds(100);
            let (task, approval) = request(&fixture, json!({ "deadlineAt": deadline, "onDeadline": rule })).await;
            fixture.clock().advance(chrono::Duration::seconds(100));
            let late = json!({ "approvalId": approval, "decision": "APPROVE" });
            assert_eq!(fixture.code("decideApproval", late).await, "DEADLINE_PASSED");
            assert_eq!(fixture.pass(0).await.approvals, 1);
            assert_eq!(fixture.status(&task).await, expected);
            for lease in fixture.claim(9).await {
                fixture.complete(&lease).await;
            }
            fixture.check().await;
        }
    }

    async fn one_decision_wins(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (task, approval) = request(&fixture, json!({})).await;
        let outcomes = at_once(6, |number| {
            let (fixture, approval) = (fixture.clone(), approval.clone());
            async move {
                let decision = if number % 2 == 0 { "APPROVE" } else { "REJECT" };
                let input = json!({ "approvalId": approval, "decision": decision, "comment": "me" });
                fixture.mutate("decideApproval", input, "approval { status }").await
            }
        })
        .await;
        let (won, lost): (Vec<&Value>, Vec<&Value>) = outcomes.iter().partition(|payload| payload["userErrors"] == json!([]));
        assert_eq!(won.len(), 1);
        assert!(lost.iter().all(|payload| payload["userErrors"][0]["code"] == json!("ALREADY_DECIDED")), "{lost:?}");
        let expected = if won[0]["approval"]["status"] == json!("APPROVED") { "PENDING" } else { "FAILED" };
        assert_eq!(fixture.status(&task).await, expected);
        fixture.check().await;
    }

    async fn two_keys_of_one_agent_are_one(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let mut keys = Vec::new();
        for name in ["director", "director two"] {
            let input = json!({ "name": name, "role": "AGENT", "agentId": fixture.director });
            fixture.done("createApiKey", input, "apiKey { id }").await;
            keys.push(fixture.acting(principal(name, Role::Agent, Some(fixture.director))));
        }
        // The director works on the specialist's task and names a colleague; it cannot name itself.
        fixture.create(1).await;
        let lease = keys[0].claim(1).await.remove(0);
        let ask = |approver: Uuid| json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "A discount", "approverAgentId": approver });
        for approver in [fixture.director, fixture.specialist] {
            assert_eq!(keys[0].code("requestApproval", ask(approver)).await, "NOT_PERMITTED");
        }
        let payload = keys[0].done("requestApproval", ask(fixture.other), "approval { id }").await;
        let approve = json!({ "approvalId": payload["approval"]["id"], "decision": "APPROVE" });
        assert_eq!(keys[1].code("decideApproval", approve.clone()).await, "NOT_PERMITTED");
        // Nor does an agent decide about a task that became its own.
        fixture.done("reassignTask", json!({ "taskId": lease["taskId"], "agentId": fixture.other }), "task { id }").await;
        let other = fixture.acting(principal("other", Role::Agent, Some(fixture.other)));
        assert_eq!(other.code("decideApproval", approve.clone()).await, "NOT_PERMITTED");
        fixture.done("decideApproval", approve, "approval { status }").await;
        fixture.check().await;
    }

    async fn the_asking_agent_is_known_by_its_key(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for name in ["top", "top two"] {
            let input = json!({ "name": name, "role": "AGENT", "agentId": fixture.top });
            fixture.done("createApiKey", input, "apiKey { id }").await;
        }
        fixture.create(1).await;
        let admin = fixture.acting(principal("top", Role::Admin, None));
        let lease = admin.claim(1).await.remove(0);
        let ask = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "A discount", "approverAgentId": fixture.top });
        let payload = admin.done("requestApproval", ask, "approval { id }").await;
        let approve = json!({ "approvalId": payload["approval"]["id"], "decision": "APPROVE" });
        let second = fixture.acting(principal("top two", Role::Agent, Some(fixture.top)));
        assert_eq!(second.code("decideApproval", approve).await, "NOT_PERMITTED");
    }
}

fn principal(name: &str, role: Role, agent: Option<Uuid>) -> Principal {
    Principal { name: name.to_owned(), key: Some(Uuid::now_v7()), role, agent }
}

/// A task of the specialist that waits for a decision: its id and the approval's.
async fn request(fixture: &WorkFixture, more: Value) -> (String, String) {
    fixture.create(1).await;
    let lease = fixture.claim(1).await.remove(0);
    let mut input = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "Discount for a school", "amount": "120.50" });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let payload = fixture.done("requestApproval", input, "approval { id status amount } task { id }").await;
    assert_eq!(payload["approval"]["status"], json!("PENDING"));
    let id = |node: &Value| node["id"].as_str().expect("an id").to_owned();
    (id(&payload["task"]), id(&payload["approval"]))
}

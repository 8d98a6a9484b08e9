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

    async fn edits_do_not_make_the_input_too_large(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (task, approval) = request(&fixture, json!({})).await;
        let edit = |approval: &str, member: &str| {
            json!({ "approvalId": approval, "decision": "EDIT", "patch": { member: "x".repeat(40_000) } })
        };
        fixture.done("decideApproval", edit(&approval, "one"), "task { id }").await;
        let lease = fixture.claim(1).await.remove(0);
        let again = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "More" });
        let requested = fixture.done("requestApproval", again, "approval { id }").await;
        let approval = requested["approval"]["id"].as_str().expect("an id");
        assert_eq!(fixture.code_and_path("decideApproval", edit(approval, "two")).await, "INVALID patch");
        assert_eq!(fixture.status(&task).await, "WAITING");
        fixture.done("decideApproval", edit(approval, "one"), "task { id }").await;
        fixture.check().await;
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
}

/// Somebody with a key that the database has.
pub(super) async fn keyed(fixture: &WorkFixture, name: &str, role: Role, agent: Option<Uuid>) -> WorkFixture {
    let input = json!({ "name": name, "role": format!("{role:?}").to_uppercase(), "agentId": agent });
    let made = fixture.done("createApiKey", input, "apiKey { id }").await;
    let key = made["apiKey"]["id"].as_str().and_then(|id| id.parse().ok());
    fixture.acting(Principal { name: name.to_owned(), key, role, agent })
}

/// A task of the specialist that waits for a decision: its id and the approval's.
pub(super) async fn request(fixture: &WorkFixture, more: Value) -> (String, String) {
    fixture.create(1).await;
    let lease = fixture.claim(1).await.remove(0);
    let mut input = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "Discount for a school", "amount": "120.50" });
    input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    let payload = fixture.done("requestApproval", input, "approval { id status amount } task { id }").await;
    assert_eq!(payload["approval"]["status"], json!("PENDING"));
    let id = |node: &Value| node["id"].as_str().expect("an id").to_owned();
    (id(&payload["task"]), id(&payload["approval"]))
}

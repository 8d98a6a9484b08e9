//! Who may decide what a task waits for.

use entity::{approvals, configurations};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;
use uuid::Uuid;

use super::{
    approvals::{keyed, request},
    fixture::WorkFixture,
};

on_both_engines! {
    async fn who_asks_does_not_decide(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let admin = keyed(&fixture, "asker", Role::Admin, None).await;
        let (_, approval) = request(&admin, json!({ "approverAgentId": fixture.director })).await;
        assert_eq!(admin.code_and_path("decideApproval", approve(&approval)).await, "NOT_PERMITTED approvalId");
        // A key in place of the other one has its name, and a key of another name may be the same.
        let mut again = Principal { name: "asker".to_owned(), key: Some(Uuid::now_v7()), role: Role::Admin, agent: None };
        assert_eq!(fixture.acting(again.clone()).code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        let stored = approvals::Entity::find_by_id(id(&approval)).one(db.connection()).await.expect("read").expect("an approval");
        again.name = "renamed".to_owned();
        again.key = stored.requesting_key_id;
        assert_eq!(fixture.acting(again).code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        for agent in [fixture.specialist, fixture.other, fixture.top] {
            let agent = fixture.acting(fixture.agent_key(agent));
            assert_eq!(agent.code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        }
        let director = fixture.acting(fixture.agent_key(fixture.director));
        director.done("decideApproval", approve(&approval), "approval { status }").await;
        fixture.check().await;
    }

    async fn an_approver_is_no_agent_of_the_asker_nor_below_one(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let director = keyed(&fixture, "director", Role::Agent, Some(fixture.director)).await;
        let second = keyed(&fixture, "director two", Role::Agent, Some(fixture.director)).await;
        let helper = agent(&fixture, "Helper", fixture.specialist).await;
        // The director works on a task of the specialist.
        fixture.create(1).await;
        let lease = director.claim(1).await.remove(0);
        let ask = |approver: Uuid| json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "A discount", "approverAgentId": approver });
        for approver in [fixture.director, fixture.specialist, helper] {
            assert_eq!(director.code_and_path("requestApproval", ask(approver)).await, "NOT_PERMITTED approverAgentId");
        }
        let made = director.done("requestApproval", ask(fixture.other), "approval { id }").await;
        let approval = made["approval"]["id"].as_str().expect("an id");
        assert_eq!(second.code("decideApproval", approve(approval)).await, "NOT_PERMITTED");
        // Nor does an agent decide about a task that became its own, or one above it.
        let other = fixture.acting(fixture.agent_key(fixture.other));
        for agent in [fixture.other, fixture.top] {
            fixture.done("reassignTask", json!({ "taskId": lease["taskId"], "agentId": agent }), "task { id }").await;
            assert_eq!(other.code("decideApproval", approve(approval)).await, "NOT_PERMITTED");
        }
        fixture.done("decideApproval", approve(approval), "approval { status }").await;
        fixture.check().await;
    }

    async fn an_approver_that_was_moved_below_the_asker_does_not_decide(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        // The task is the specialist's; only by its key is it known that the director asked.
        let director = keyed(&fixture, "director", Role::Agent, Some(fixture.director)).await;
        let (_, approval) = request(&director, json!({ "approverAgentId": fixture.other })).await;
        fixture.done("moveAgent", json!({ "id": fixture.other, "parentId": fixture.director }), "agent { id }").await;
        let other = fixture.acting(fixture.agent_key(fixture.other));
        assert_eq!(other.code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        // As an earlier version left it: the key is known by its name.
        let old = approvals::ActiveModel { id: Set(id(&approval)), requesting_key_id: Set(None), ..Default::default() };
        old.update(db.connection()).await.expect("written");
        assert_eq!(other.code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        fixture.done("moveAgent", json!({ "id": fixture.other, "parentId": fixture.top }), "agent { id }").await;
        other.done("decideApproval", approve(&approval), "approval { status }").await;
        fixture.check().await;
    }

    async fn an_inactive_agent_does_not_decide(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (_, approval) = request(&fixture, json!({ "approverAgentId": fixture.other })).await;
        fixture.done("deactivateAgent", json!({ "id": fixture.other }), "agent { id }").await;
        let other = fixture.acting(fixture.agent_key(fixture.other));
        assert_eq!(other.code("decideApproval", approve(&approval)).await, "AGENT_INACTIVE");
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        let ask = json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": "A discount", "approverAgentId": fixture.other });
        assert_eq!(fixture.code_and_path("requestApproval", ask).await, "AGENT_INACTIVE approverAgentId");
        fixture.done("activateAgent", json!({ "id": fixture.other }), "agent { id }").await;
        other.done("decideApproval", approve(&approval), "approval { status }").await;
        fixture.check().await;
    }

    async fn large_amounts_need_a_person(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let director = fixture.acting(fixture.agent_key(fixture.director));
        let asked = async |amount: Value| request(&fixture, json!({ "amount": amount, "approverAgentId": fixture.director })).await.1;
        let unlimited = asked(json!("9999999999.99")).await;
        director.done("decideApproval", approve(&unlimited), "approval { status }").await;
        // What was requested before there was a limit is held to it, too.
        let above = asked(json!("100.51")).await;
        let set = |value: Value| json!({ "key": "approvals.personAbove", "value": value });
        for value in [json!("much"), json!(-1), json!("-0.01"), json!(true), json!({ "USD": 100 }), json!(["100"])] {
            assert_eq!(fixture.code_and_path("setConfiguration", set(value)).await, "INVALID value");
        }
        for value in [json!("100.50"), json!(100.5)] {
            fixture.done("setConfiguration", set(value), "configuration { id }").await;
            let most = asked(json!("100.50")).await;
            director.done("decideApproval", approve(&most), "approval { status }").await;
            assert_eq!(director.code_and_path("decideApproval", approve(&above)).await, "NOT_PERMITTED approvalId");
        }
        for decision in ["APPROVE", "REJECT", "EDIT"] {
            let patch = (decision == "EDIT").then(|| json!({ "amount": 1 }));
            let decide = json!({ "approvalId": above, "decision": decision, "comment": "so", "patch": patch });
            assert_eq!(director.code("decideApproval", decide).await, "NOT_PERMITTED");
        }
        let back = asked(json!("-100.51")).await;
        assert_eq!(director.code("decideApproval", approve(&back)).await, "NOT_PERMITTED");
        let none = asked(Value::Null).await;
        director.done("decideApproval", approve(&none), "approval { status }").await;
        let operator = keyed(&fixture, "anna", Role::Operator, None).await;
        for approval in [above, back] {
            operator.done("decideApproval", approve(&approval), "approval { status }").await;
        }
        fixture.check().await;
    }

    async fn a_limit_that_cannot_be_read_allows_nothing(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let set = json!({ "key": "approvals.personAbove", "value": "1000" });
        fixture.done("setConfiguration", set, "configuration { id }").await;
        let limit = configurations::Entity::find().filter(configurations::Column::Key.eq("approvals.personAbove"));
        let mut limit = limit.one(db.connection()).await.expect("read").expect("a limit").into_active_model();
        limit.value = Set(json!({ "USD": 1000 }));
        limit.update(db.connection()).await.expect("written");
        let (_, approval) = request(&fixture, json!({ "amount": "0.01", "approverAgentId": fixture.director })).await;
        let director = fixture.acting(fixture.agent_key(fixture.director));
        assert_eq!(director.code("decideApproval", approve(&approval)).await, "NOT_PERMITTED");
        fixture.done("decideApproval", approve(&approval), "approval { status }").await;
    }
}

fn approve(approval: &str) -> Value {
    json!({ "approvalId": approval, "decision": "APPROVE" })
}

fn id(text: &str) -> Uuid {
    text.parse().expect("an id")
}

/// Another agent.
async fn agent(fixture: &WorkFixture, name: &str, parent: Uuid) -> Uuid {
    let input = json!({ "name": name, "type": "SPECIALIST", "parentId": parent });
    let made = fixture.done("createAgent", input, "agent { id }").await;
    id(made["agent"]["id"].as_str().expect("an id"))
}

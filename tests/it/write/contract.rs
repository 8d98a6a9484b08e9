//! The error contract: what a value of the input is refused for is data with a path, and a field that fails leaves the
//! answers of others alone.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::{
    fixture::{DemoFixture, NOBODY, text, with},
    values::set,
};
use crate::{client::Client, shop::catalogue};

/// Ids that are no names of objects, and those that only select what is changed.
const UNNAMED: [&str; 8] = [
    "delegateTask token",
    "heartbeatTasks items.0.token",
    "reportProgress items.0.token",
    "completeTasks items.0.token",
    "failTasks items.0.token",
    "releaseTasks items.0.token",
    "beginCampaignSend token",
    "completeCampaignSend token",
];

on_both_engines! {
    async fn an_unknown_id_is_refused_at_its_place(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = calls(&fixture).await;
        let types = Types::read(&fixture).await;
        let mut wrong = Vec::new();
        for (mutation, kind) in types.mutations() {
            for place in types.ids(&kind) {
                let case = format!("{mutation} {}", place.join("."));
                if UNNAMED.contains(&case.as_str()) || place[0] == "filter" || case == "requestApproval token" {
                    continue;
                }
                let unknown = set(&types, &kind, calls[&mutation].clone(), &place, json!(NOBODY));
                let refusal = refusal(&fixture, &mutation, unknown).await;
                if refusal != format!("NOT_FOUND {}", place.join(".")) {
                    wrong.push(format!("{case}: {refusal}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        fixture.check().await;
    }

    async fn what_belongs_to_others_is_forbidden_at_its_place(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = calls(&fixture).await;
        let own = fixture.agent("Finance Director").await.parse().expect("an id");
        let stranger = Principal { name: "stranger".to_owned(), key: None, role: Role::Agent, agent: Some(own) };
        let stranger = fixture.acting(stranger);
        for (mutation, place) in [
            ("createTasks", "tasks.0.assignedAgentId"),
            ("delegateTask", "parentTaskId"),
            ("claimTasks", "agentIds.0"),
            ("heartbeatTasks", "items.0.taskId"),
            ("reportProgress", "items.0.taskId"),
            ("completeTasks", "items.0.taskId"),
            ("failTasks", "items.0.taskId"),
            ("releaseTasks", "items.0.taskId"),
            ("cancelTask", "taskId"),
            ("requestApproval", "taskId"),
            ("recordSystemEvent", "sourceAgentId"),
            ("createReport", "createdByAgentId"),
            ("sendReport", "id"),
        ] {
            let code = refusal(&stranger, mutation, calls[mutation].clone()).await;
            assert_eq!(code, format!("FORBIDDEN {place}"), "{mutation}");
        }
        let subtree = json!({ "subtreeOfAgentId": calls["claimTasks"]["subtreeOfAgentId"] });
        assert_eq!(refusal(&stranger, "claimTasks", subtree).await, "FORBIDDEN subtreeOfAgentId");
        fixture.check().await;
    }

    async fn bad_values_are_refused_alike(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Sales Specialist").await;
        for (changes, place) in [
            (json!({ "max": 0 }), "max"),
            (json!({ "waitSeconds": 21 }), "waitSeconds"),
            (json!({ "waitSeconds": -1 }), "waitSeconds"),
            (json!({ "leaseSeconds": 4 }), "leaseSeconds"),
            (json!({ "agentIds": [] }), "agentIds"),
            (json!({ "idempotencyKey": "" }), "idempotencyKey"),
        ] {
            let input = with(json!({ "agentIds": [agent] }), changes);
            assert_eq!(fixture.code_and_path("claimTasks", input).await, format!("INVALID {place}"));
        }
        let kinds = vec!["x"; 251];
        assert_eq!(fixture.code_and_path("claimTasks", json!({ "agentIds": [agent], "taskTypes": kinds })).await, "LIMIT_REACHED taskTypes");
        assert_eq!(fixture.code_and_path("redriveTasks", json!({ "limit": 0 })).await, "INVALID limit");
        let event = json!({ "eventType": "x", "message": "x" });
        for (field, value) in [("eventType", " "), ("message", ""), ("eventType", &"x".repeat(101))] {
            let input = with(event.clone(), json!({ field: value }));
            assert_eq!(fixture.code_and_path("recordSystemEvent", input).await, format!("INVALID {field}"));
        }
        let tasks = |changes| json!({ "tasks": [with(json!({ "assignedAgentId": agent, "taskType": "x" }), changes)] });
        for (changes, place) in [
            (json!({ "assignedAgentId": NOBODY }), "NOT_FOUND tasks.0.assignedAgentId"),
            (json!({ "maxWaitSeconds": 0 }), "INVALID tasks.0.maxWaitSeconds"),
            (json!({ "backoffCapSeconds": -1 }), "INVALID tasks.0.backoffCapSeconds"),
            (json!({ "unique": { "key": "" } }), "INVALID tasks.0.unique.key"),
            (json!({ "unique": { "key": "effect:x" } }), "INVALID tasks.0.unique.key"),
            (json!({ "unique": { "key": "x", "windowSeconds": 0 } }), "INVALID tasks.0.unique.windowSeconds"),
            (json!({ "ref": "a", "dependsOn": [{ "ref": "a" }] }), "CYCLE tasks.0.dependsOn"),
        ] {
            assert_eq!(fixture.code_and_path("createTasks", tasks(changes)).await, place);
        }
        let calls = calls(&fixture).await;
        for (field, value) in [("currency", "EURO"), ("currency", "usd"), ("currency", "US "), ("amount", "99999999999")] {
            let input = with(calls["requestApproval"].clone(), json!({ field: value }));
            assert_eq!(fixture.code_and_path("requestApproval", input).await, format!("INVALID {field}"));
        }
        let approval = json!({ "approvalId": NOBODY, "decision": "EDIT" });
        assert_eq!(fixture.code_and_path("decideApproval", approval).await, "INVALID patch");
    }

    async fn who_loses_a_race_is_told_the_same(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let parent = fixture.agent("Revenue Director").await;
        let input = json!({ "name": "Twin", "type": "SPECIALIST", "parentId": parent });
        let calls = (0..8).map(|_| {
            let (fixture, input) = (fixture.clone(), input.clone());
            tokio::spawn(async move { fixture.mutate("createAgent", input, "agent { id }").await })
        });
        let mut losers = 0;
        for call in calls.collect::<Vec<_>>() {
            let payload = call.await.expect("no panic");
            if let Some(error) = payload["userErrors"].get(0) {
                assert_eq!((&error["code"], &error["path"]), (&json!("ALREADY_EXISTS"), &json!(["name"])), "{error}");
                losers += 1;
            }
        }
        assert_eq!(losers, 7);
    }

    async fn a_field_that_fails_leaves_others_alone(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let operator = Principal { name: "operator".to_owned(), key: None, role: Role::Operator, agent: None };
        let operator = fixture.acting(operator);
        let goal = |name: &str| format!("createGoal(input: {{ name: \"{name}\", type: GROWTH }}) {{ goal {{ name }} userErrors {{ code }} }}");
        let failing = "createApiKey(input: { name: \"x\", role: VIEWER }) { replayed }";
        let query = format!("mutation {{ first: {} second: {failing} third: {} }}", goal("One"), goal("Two"));
        let (data, errors) = operator.try_query(&query, json!({})).await;
        assert_eq!(data["first"], json!({ "goal": { "name": "One" }, "userErrors": [] }));
        assert_eq!(data["second"], Value::Null);
        assert_eq!(data["third"], json!({ "goal": { "name": "Two" }, "userErrors": [] }));
        assert!(errors.len() == 1 && errors[0].contains("Forbidden"), "{errors:?}");
    }

    async fn too_long_lists_are_refused_alike(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Sales Specialist").await;
        let report = json!({ "name": "x", "type": "x", "recipientAgentIds": vec![agent.clone(); 251] });
        assert_eq!(fixture.code_and_path("createReport", report).await, "LIMIT_REACHED recipientAgentIds");
        let tasks = vec![json!({ "assignedAgentId": agent, "taskType": "x" }); 1001];
        assert_eq!(fixture.code_and_path("createTasks", json!({ "tasks": tasks })).await, "LIMIT_REACHED tasks");
        let templates = vec![json!({ "taskType": "x" }); 1001];
        let workflow = json!({ "name": "x", "ownerAgentId": agent, "definition": { "tasks": templates } });
        let error = fixture.refused("registerWorkflow", workflow).await;
        assert_eq!((&error["code"], &error["path"]), (&json!("LIMIT_REACHED"), &json!(["definition", "tasks"])));
        assert_eq!(error["message"], "there are 1001 tasks: at most 1000 are allowed");
        fixture.check().await;
    }

    async fn every_mutation_field_is_nullable(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let fields = fixture.query("{ __type(name: \"Mutation\") { fields { name type { kind } } } }", json!({})).await;
        for field in fields["__type"]["fields"].as_array().expect("fields") {
            assert_eq!(field["type"]["kind"], "OBJECT", "{field}");
        }
    }
}

/// The one refusal of a call, of the whole or of its only item: `CODE path`.
async fn refusal(client: &Client, mutation: &str, input: Value) -> String {
    let is_batch = input.get("items").is_some();
    let fields = if is_batch { "results { userErrors { code path } }" } else { "replayed" };
    let payload = client.mutate(mutation, input, fields).await;
    let errors = if is_batch { &payload["results"][0]["userErrors"] } else { &payload["userErrors"] };
    let [error] = &errors.as_array().expect("a list")[..] else {
        return format!("{mutation} was not refused: {payload}");
    };
    let path = error["path"].as_array().expect("a path").iter().filter_map(Value::as_str);
    format!("{} {}", text(&error["code"]), path.collect::<Vec<_>>().join("."))
}

/// The input types of the schema.
pub(super) struct Types(BTreeMap<String, Value>);

impl Types {
    pub(super) async fn read(fixture: &DemoFixture) -> Self {
        let query = "{ __schema { types { name kind enumValues { name } inputFields { name defaultValue type { ...T } } fields { name args { name defaultValue type { ...T } } } } } }
            fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";
        let mut answer = fixture.query(query, json!({})).await;
        let Value::Array(types) = answer["__schema"]["types"].take() else { panic!("no types") };
        Self(types.into_iter().map(|ty| (text(&ty["name"]), ty)).collect())
    }

    /// Every mutation and the type of its input.
    pub(super) fn mutations(&self) -> Vec<(String, String)> {
        let fields = self.0["Mutation"]["fields"].as_array().expect("fields").iter();
        fields.map(|field| (text(&field["name"]), named(&field["args"][0]["type"]).1)).collect()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    /// The fields of an input type.
    pub(super) fn inputs(&self, kind: &str) -> impl Iterator<Item = &Value> {
        self.0[kind]["inputFields"].as_array().into_iter().flatten()
    }

    /// The first value of an enum.
    pub(super) fn first_of(&self, kind: &str) -> Option<Value> {
        Some(self.0[kind]["enumValues"].as_array()?.first()?["name"].clone())
    }

    /// Where an input has ids; of a list the first item counts.
    fn ids(&self, kind: &str) -> Vec<Vec<String>> {
        let mut places = Vec::new();
        for field in self.inputs(kind) {
            let (is_list, kind) = named(&field["type"]);
            let mut place = vec![text(&field["name"])];
            place.extend(is_list.then(|| "0".to_owned()));
            if kind == "ID" {
                places.push(place.clone());
            }
            places.extend(self.ids(&kind).into_iter().map(|below| [place.clone(), below].concat()));
        }
        places
    }
}

/// Whether it is a list, and of what.
pub(super) fn named(ty: &Value) -> (bool, String) {
    if ty["ofType"].is_null() {
        return (false, text(&ty["name"]));
    }
    let (is_list, name) = named(&ty["ofType"]);
    (is_list || ty["kind"] == "LIST", name)
}

/// A call of every mutation with every id that its input can have, each naming something.
pub(super) async fn calls(fixture: &DemoFixture) -> BTreeMap<String, Value> {
    let (agent, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Finance Director").await);
    let made = async |name: &str, input: Value, object: &str| {
        fixture.done(name, input, &format!("{object} {{ id }}")).await[object]["id"].clone()
    };
    let goal = made("createGoal", json!({ "name": "x", "type": "GROWTH" }), "goal").await;
    let whole = made("createGoal", json!({ "name": "y", "type": "GROWTH" }), "goal").await;
    let workflow = made("registerWorkflow", json!({ "name": "x", "ownerAgentId": agent }), "workflow").await;
    let report = json!({ "name": "x", "type": "x", "createdByAgentId": agent, "recipientAgentIds": [agent] });
    let report = made("createReport", report, "report").await;
    let capability = json!({ "agentId": agent, "capabilityType": "x", "capabilityName": "x" });
    let capability = made("setAgentCapability", capability, "agentCapability").await;
    let asks = json!({ "requestingAgentId": agent, "respondingAgentId": other, "collaborationType": "x" });
    let collaboration = made("setAgentCollaboration", asks.clone(), "agentCollaboration").await;
    let task = json!({ "assignedAgentId": agent, "taskType": "contract" });
    let start = json!({ "workflowId": workflow, "tasks": [task] });
    let execution = made("startExecution", start.clone(), "workflowExecution").await;
    let key = made("createApiKey", json!({ "name": "x", "role": "AGENT", "agentId": agent }), "apiKey").await;
    let claim = json!({ "agentIds": [agent], "taskTypes": ["contract"] });
    let claimed = fixture.done("claimTasks", claim, "leases { taskId token }").await;
    let held = claimed["leases"][0].clone();
    let about = fixture.query("{ products(first: 1) { nodes { id } } }", json!({})).await;
    let about = json!({ "subjectType": "Product", "subjectId": about["products"]["nodes"][0]["id"] });
    let asked = with(with(held.clone(), json!({ "subject": "x", "approverAgentId": other })), about);
    let approval = {
        let tasks = json!({ "tasks": [task.clone()] });
        fixture.done("createTasks", tasks, "tasks { id }").await;
        let claim = json!({ "agentIds": [agent], "taskTypes": ["contract"] });
        let claimed = fixture.done("claimTasks", claim, "leases { taskId token }").await;
        made("requestApproval", with(claimed["leases"][0].clone(), json!({ "subject": "x" })), "approval").await
    };
    let version = json!({ "id": agent });
    let item = |more: Value| json!({ "items": [with(held.clone(), more)] });
    let execution_id = json!({ "workflowExecutionId": execution });
    let parts = json!([{ "name": "x", "ownerAgentId": agent }]);
    let calls = [
        ("createAgent", json!({ "name": "New", "type": "SPECIALIST", "parentId": agent })),
        ("updateAgent", version.clone()),
        ("moveAgent", json!({ "id": agent, "parentId": other })),
        ("activateAgent", version.clone()),
        ("deactivateAgent", version.clone()),
        ("setAgentCapability", json!({ "agentId": agent, "capabilityType": "y", "capabilityName": "y" })),
        ("removeAgentCapability", json!({ "id": capability })),
        ("setAgentCollaboration", asks),
        ("removeAgentCollaboration", json!({ "id": collaboration })),
        ("createGoal", json!({ "name": "z", "type": "GROWTH", "ownerAgentId": agent, "parentGoalId": goal })),
        ("updateGoal", json!({ "id": goal, "ownerAgentId": agent, "parentGoalId": whole })),
        ("splitGoal", json!({ "id": goal, "parts": parts })),
        ("recordGoalProgress", json!({ "id": goal, "increment": "1" })),
        ("closeGoal", json!({ "id": goal, "status": "MISSED" })),
        ("registerWorkflow", json!({ "name": "y", "ownerAgentId": agent, "goalId": goal })),
        ("updateWorkflow", json!({ "id": workflow, "ownerAgentId": other, "goalId": goal })),
        ("archiveWorkflow", json!({ "id": workflow })),
        ("startExecution", start),
        ("pauseExecution", execution_id.clone()),
        ("resumeExecution", execution_id.clone()),
        ("cancelExecution", execution_id.clone()),
        ("createTasks", json!({ "workflowExecutionId": execution, "tasks": [task] })),
        ("delegateTask", json!({ "parentTaskId": held["taskId"], "token": held["token"], "task": task })),
        ("claimTasks", json!({ "agentIds": [agent], "subtreeOfAgentId": agent })),
        ("heartbeatTasks", item(json!({}))),
        ("reportProgress", item(json!({}))),
        ("completeTasks", item(json!({}))),
        ("failTasks", item(json!({ "errorCode": "x" }))),
        ("releaseTasks", item(json!({}))),
        ("cancelTask", json!({ "taskId": held["taskId"] })),
        ("reassignTask", json!({ "taskId": held["taskId"], "agentId": other })),
        ("retryTask", json!({ "taskId": held["taskId"] })),
        ("redriveTasks", json!({})),
        ("requestApproval", asked),
        ("decideApproval", json!({ "approvalId": approval, "decision": "EDIT", "patch": {} })),
        ("recordSystemEvent", json!({ "eventType": "x", "message": "x", "sourceAgentId": agent })),
        ("setConfiguration", json!({ "key": "x", "value": 1 })),
        ("createReport", json!({ "name": "y", "type": "x", "createdByAgentId": agent, "recipientAgentIds": [agent] })),
        ("sendReport", json!({ "id": report })),
        ("createApiKey", json!({ "name": "y", "role": "AGENT", "agentId": agent })),
        ("revokeApiKey", json!({ "id": key })),
    ];
    let segments = fixture.query("{ customerSegments(first: 1) { nodes { id } } }", json!({})).await;
    let segment = segments["customerSegments"]["nodes"][0]["id"].clone();
    let calls = calls.into_iter().chain(super::stock_calls::calls(fixture).await);
    let calls = calls.chain(super::order_calls::calls(fixture).await);
    let calls = calls.chain(super::payment_calls::calls(fixture).await);
    let calls = calls.chain(super::parcel_calls::calls(fixture).await);
    let calls = calls.chain(super::customer_calls::calls(fixture).await);
    let calls = calls.chain(super::segment_calls::calls(fixture).await);
    let calls = calls.chain(super::finance_calls::calls(fixture).await);
    let calls = calls.chain(super::analytics_calls::calls(fixture).await);
    let calls = calls.chain(super::campaign_calls::calls(fixture).await);
    let calls = calls.chain(super::webhook_calls::calls(fixture).await);
    let calls = calls.chain(super::inbound_calls::calls(fixture).await);
    let calls = calls.chain(super::job_calls::calls(fixture).await);
    let calls = calls.chain(catalogue::calls::calls(fixture, segment).await);
    calls.map(|(mutation, input)| (mutation.to_owned(), input)).collect()
}

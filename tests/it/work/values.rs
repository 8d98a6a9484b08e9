//! Values that no database can hold: refused alike on both engines, and only where they stand.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{WorkFixture, held};

const RESULTS: &str = "results { userErrors { code path } }";

/// An object with some members changed.
fn with(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    object
}

fn refused(path: &[&str]) -> Value {
    json!({ "userErrors": [{ "code": "INVALID", "path": path }] })
}

on_both_engines! {
    async fn one_bad_item_is_refused_alone(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let bad: [(&str, Value, &[&str]); 7] = [
            ("completeTasks", json!({ "outputData": { "log": ["ok", "a\0b"] } }), &["outputData", "log", "1"]),
            ("completeTasks", json!({ "outputData": { "a\0b": 1 } }), &["outputData"]),
            ("completeTasks", json!({ "outputData": { "size": f64::MAX } }), &["outputData", "size"]),
            ("completeTasks", json!({ "outputData": 7 }), &["outputData"]),
            ("failTasks", json!({ "errorCode": "a\0b" }), &["errorCode"]),
            ("failTasks", json!({ "errorCode": "X", "errorMessage": "a\0b" }), &["errorMessage"]),
            ("reportProgress", json!({ "message": "a\0b" }), &["message"]),
        ];
        for (call, values, path) in bad {
            fixture.create(2).await;
            let leases = fixture.claim(2).await;
            let good = if call == "failTasks" { json!({ "errorCode": "X" }) } else { json!({}) };
            let items = [with(held(&leases[0]), values), with(held(&leases[1]), good)];
            let payload = fixture.done(call, json!({ "items": items }), RESULTS).await;
            let path: Vec<&str> = ["items", "0"].iter().chain(path).copied().collect();
            assert_eq!(payload["results"], json!([refused(&path), { "userErrors": [] }]), "{call} {path:?}");
            // The worker can still end it.
            assert_eq!(fixture.complete(&leases[0]).await, None, "{call} {path:?}");
        }
        fixture.check().await;
    }

    async fn a_bad_call_is_refused_with_its_path(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = |values: Value| json!({ "tasks": [fixture.task(), with(fixture.task(), values)] });
        for (call, input, path) in [
            ("createTasks", task(json!({ "taskType": "a\0b" })), json!(["tasks", "1", "taskType"])),
            ("createTasks", task(json!({ "inputData": { "Set": { "a_b": "\0" } } })), json!(["tasks", "1", "inputData", "Set", "a_b"])),
            ("createTasks", task(json!({ "ref": "a\0b" })), json!(["tasks", "1", "ref"])),
            ("createTasks", with(task(json!({})), json!({ "idempotencyKey": "a\0b" })), json!(["idempotencyKey"])),
            ("claimTasks", json!({ "agentIds": [fixture.specialist], "worker": "a\0b" }), json!(["worker"])),
            ("setConfiguration", json!({ "key": "k", "value": { "n": 1e300 } }), json!(["value", "n"])),
            ("redriveTasks", json!({ "filter": { "workflowExecutionId": null } }), json!(["filter", "workflowExecutionId"])),
            ("redriveTasks", json!({ "filter": { "errorCodes": ["a\0b"] } }), json!(["filter", "errorCodes", "0"])),
            ("redriveTasks", json!({ "filter": null }), json!(["filter"])),
        ] {
            let payload = fixture.mutate(call, input.clone(), "replayed").await;
            assert_eq!(payload["userErrors"][0]["code"], "INVALID", "{call} {input}");
            assert_eq!(payload["userErrors"][0]["path"], path, "{call} {input}");
        }
    }

    async fn times_are_cut_to_microseconds(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = with(fixture.task(), json!({ "runAfter": "2027-01-01T00:00:00.123456789Z" }));
        let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id runAfter }").await;
        assert_eq!(made["tasks"][0]["runAfter"], "2027-01-01T00:00:00.123456+00:00");
        let query = "{ tasks(filter: { runAfter: { eq: \"2027-01-01T00:00:00.123456999Z\" } }) { totalCount } }";
        assert_eq!(fixture.query(query, json!({})).await["tasks"]["totalCount"], 1);
        for year in ["+10000-01-01T00:00:00Z", "0000-12-31T23:59:59Z"] {
            let query = format!("{{ tasks(filter: {{ runAfter: {{ lt: \"{year}\" }} }}) {{ totalCount }} }}");
            let (_, errors) = fixture.try_query(&query, json!({})).await;
            assert_eq!(errors.len(), 1, "{year}: {errors:?}");
        }
    }

    async fn an_empty_list_redrives_nothing(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&lease, "PERMANENT").await, None);
        for (filter, count) in [
            (json!({ "agentIds": [] }), 0),
            (json!({ "taskTypes": [] }), 0),
            (json!({ "errorCodes": [] }), 0),
            (json!({}), 1),
        ] {
            let input = json!({ "filter": filter, "dryRun": true });
            let found = fixture.done("redriveTasks", input, "tasks { id }").await;
            assert_eq!(found["tasks"].as_array().map(Vec::len), Some(count), "{filter}");
        }
    }
}

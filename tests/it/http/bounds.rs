//! Every bound, at it and one beyond.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::Served;

/// The code of the first error, or of the first refusal of the field.
fn code(served: &Served, query: &str, variables: Value) -> String {
    let answer = served.ask(query, variables);
    let json = answer.json();
    let refusal = json["data"].as_object().and_then(|data| data.values().next()?["userErrors"].get(0).cloned());
    match (json.get("errors"), refusal) {
        (Some(errors), _) => errors[0]["extensions"]["code"].as_str().unwrap_or_default().to_owned(),
        (None, Some(refusal)) => refusal["code"].as_str().unwrap_or_default().to_owned(),
        (None, None) => "fine".to_owned(),
    }
}

on_both_engines! {
    async fn fields_at_the_root_are_counted(db: &TestDatabase) {
        let served = Served::start(db).await;
        let fields = |count: usize| (0..count).map(|n| format!("a{n}: agents(first: 0) {{ totalCount }} ")).collect::<String>();
        assert_eq!(code(&served, &format!("{{ {} }}", fields(50)), json!({})), "fine");
        assert_eq!(code(&served, &format!("{{ {} }}", fields(51)), json!({})), "LIMIT_EXCEEDED");
        let spread = format!("{{ ...A ...B }} fragment A on Query {{ {} }} fragment B on Query {{ b: agents {{ totalCount }} }}", fields(50));
        assert_eq!(code(&served, &spread, json!({})), "LIMIT_EXCEEDED");
        let set = |n: usize| format!("a{n}: setConfiguration(input: {{ key: \"k{n}\", value: 1 }}) {{ replayed }} ");
        let sets = |count: usize| (0..count).map(set).collect::<String>();
        assert_eq!(code(&served, &format!("mutation {{ {} }}", sets(20)), json!({})), "fine");
        assert_eq!(code(&served, &format!("mutation {{ {} }}", sets(21)), json!({})), "LIMIT_EXCEEDED");
    }

    async fn statements_are_counted(db: &TestDatabase) {
        let served = Served::start(db).await;
        let create = "mutation { createAgent(input: { name: \"One\", type: ORCHESTRATOR }) { agent { id } } }";
        assert_eq!(code(&served, create, json!({})), "fine");
        // One for the agents, and one for each of these.
        let list = |n: usize| format!("a{n}: tasks(first: 1, filter: {{ taskType: {{ eq: \"{n}\" }} }}) {{ nodes {{ id }} }} ");
        let lists = |count: usize| format!("{{ agents(first: 1) {{ nodes {{ {} }} }} }}", (0..count).map(list).collect::<String>());
        assert_eq!(code(&served, &lists(299), json!({})), "fine");
        assert_eq!(code(&served, &lists(300), json!({})), "LIMIT_EXCEEDED");
    }

    async fn filters_are_bounded(db: &TestDatabase) {
        let served = Served::start(db).await;
        let tasks = |filter: Value| code(&served, "query($f: TaskFilter!) { tasks(filter: $f) { totalCount } }", json!({ "f": filter }));
        let texts = |count: usize| vec!["a"; count];
        let ids = |count: usize| vec!["01940000-0000-7000-8000-000000000000"; count];
        let members = |count: usize| (0..count).map(|n| (format!("k{n}"), json!(n))).collect::<serde_json::Map<_, _>>();
        let nested = |depth: usize| (1..depth).fold(json!({ "a": 1 }), |inner, _| json!({ "a": inner }));
        let related = |depth: usize| (0..depth).fold(json!({}), |inner, _| json!({ "parentTask": inner }));
        for (fine, beyond) in [
            (json!({ "taskType": { "in": texts(1_000) } }), json!({ "taskType": { "in": texts(1_001) } })),
            (json!({ "id": { "notIn": ids(1_000) } }), json!({ "id": { "notIn": ids(1_001) } })),
            (json!({ "taskType": { "contains": "x".repeat(1_024) } }), json!({ "taskType": { "contains": "x".repeat(1_025) } })),
            (json!({ "inputData": { "contains": members(100) } }), json!({ "inputData": { "contains": members(101) } })),
            (json!({ "inputData": { "contains": nested(8) } }), json!({ "inputData": { "contains": nested(9) } })),
            (related(4), related(5)),
        ] {
            assert_eq!((tasks(fine), tasks(beyond.clone())), ("fine".to_owned(), "LIMIT_EXCEEDED".to_owned()), "{beyond}");
        }
        let agents = |filter: Value| code(&served, "query($f: AgentFilter!) { agents(filter: $f) { totalCount } }", json!({ "f": filter }));
        for operator in ["hasAny", "hasAll"] {
            assert_eq!(agents(json!({ "mcpTools": { operator: texts(100) } })), "fine");
            assert_eq!(agents(json!({ "mcpTools": { operator: texts(101) } })), "LIMIT_EXCEEDED");
        }
    }

    async fn lists_of_a_filter_are_what_they_were(db: &TestDatabase) {
        let served = Served::start(db).await;
        for key in ["a", "b", "c"] {
            let set = "mutation($k: String!) { setConfiguration(input: { key: $k, value: 1 }) { replayed } }";
            assert_eq!(code(&served, set, json!({ "k": key })), "fine");
        }
        let count = |filter: Value| {
            let query = "query($f: ConfigurationFilter!) { configurations(filter: $f) { totalCount } }";
            served.ask(query, json!({ "f": filter })).json()["data"]["configurations"]["totalCount"].clone()
        };
        assert_eq!(count(json!({ "key": { "in": ["a", "c", "d", "a"] } })), 2);
        assert_eq!(count(json!({ "key": { "notIn": ["a", "c"] } })), 1);
        assert_eq!((count(json!({ "key": { "in": [] } })), count(json!({ "key": { "notIn": [] } }))), (json!(0), json!(3)));
        // Null is none of them.
        assert_eq!(count(json!({ "description": { "notIn": ["x"] } })), 3);
        assert_eq!(count(json!({ "description": { "in": ["x"] } })), 0);
    }

    async fn json_of_inputs_is_bounded(db: &TestDatabase) {
        let served = Served::start(db).await;
        // With the quotation marks and the braces.
        let document = |bytes: usize| json!({ "t": "x".repeat(bytes - 8) });
        let set = "mutation($v: JSON!) { setConfiguration(input: { key: \"k\", value: $v }) { userErrors { code } } }";
        let event = "mutation($v: JSON!) { recordSystemEvent(input: { eventType: \"t\", message: \"m\", details: $v }) { userErrors { code } } }";
        for mutation in [set, event] {
            assert_eq!(code(&served, mutation, json!({ "v": document(64 << 10) })), "fine");
            assert_eq!(code(&served, mutation, json!({ "v": document((64 << 10) + 1) })), "INVALID");
        }
        let report = "mutation($v: JSON!) { createReport(input: { name: \"n\", type: \"t\", content: $v }) { userErrors { code } } }";
        assert_eq!(code(&served, report, json!({ "v": document(256 << 10) })), "fine");
        assert_eq!(code(&served, report, json!({ "v": document((256 << 10) + 1) })), "INVALID");
    }
}

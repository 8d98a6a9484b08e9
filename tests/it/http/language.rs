//! The language as clients write it: what is executed, what is refused, and how.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Served, socket::Client, stream::Stream};

const HASH: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";

on_both_engines! {
    async fn defaults_of_variables_count_in_conditions(db: &TestDatabase) {
        let served = Served::start(db).await;
        let of = |query: &str, variables: Value| {
            let answer = served.ask(query, variables);
            assert_eq!(answer.status, 200, "{query}: {}", answer.text());
            answer.json()["data"].clone()
        };
        for (condition, is_there) in [("@include(if: $a)", true), ("@skip(if: $a)", false)] {
            for (body, there) in [
                (format!("b: __typename {condition} c: __typename"), json!({ "b": "Query", "c": "Query" })),
                (format!("... {condition} {{ b: __typename }} c: __typename"), json!({ "b": "Query", "c": "Query" })),
                (format!("...F {condition} c: __typename }} fragment F on Query {{ b: __typename"), json!({ "b": "Query", "c": "Query" })),
                (
                    format!("agents {{ b: totalCount {condition} c: totalCount }}"),
                    json!({ "agents": { "b": 0, "c": 0 } }),
                ),
            ] {
                let query = format!("query ($a: Boolean = true) {{ {body} }}");
                let gone = |mut value: Value| {
                    let is_inside = value.get("agents").is_some();
                    let inner = if is_inside { &mut value["agents"] } else { &mut value };
                    inner.as_object_mut().expect("an object").remove("b");
                    value
                };
                let (with, without) = (there.clone(), gone(there));
                let (expected, other) = if is_there { (&with, &without) } else { (&without, &with) };
                assert_eq!(of(&query, json!({})), *expected, "{query}");
                assert_eq!(of(&query, json!({ "a": true })), *expected, "{query}");
                assert_eq!(of(&query, json!({ "a": false })), *other, "{query}");
            }
        }
        let mutation = "mutation ($a: Boolean = false) { \
                        createTasks(input: { tasks: [] }) { replayed @include(if: $a) userErrors { code } } }";
        let answer = of(mutation, json!({}));
        assert!(answer["createTasks"].get("replayed").is_none(), "{answer}");
        let answer = served.ask("query ($a: Boolean = true) { __typename @include(if: $a) }", json!({ "a": null }));
        assert_eq!((answer.status, answer.error().0.as_str()), (400, "BAD_USER_INPUT"), "{}", answer.text());
    }

    async fn the_schema_describes_itself_in_our_words(db: &TestDatabase) {
        let served = Served::start(db).await;
        for query in ["{ __schema { description } }", "{ a: __schema { b: description } }", "{ ...F } fragment F on Query { __schema { ... { description } } }"] {
            let answer = served.ask(query, json!({}));
            assert!(answer.text().contains("VividWalls"), "{query}: {}", answer.text());
        }
        let answer = served.ask("{ __type(name: \"Date\") { specifiedByURL } }", json!({}));
        assert!(answer.text().contains("rfc3339"), "{}", answer.text());
    }

    async fn strings_are_read_as_the_specification_has_them(db: &TestDatabase) {
        let served = Served::start(db).await;
        for text in [r#""smile \ud83d\ude00""#, r#""smile \u{1F600}""#, r#""smile 😀""#, r#""""smile 😀""""#] {
            let query = format!(
                "mutation {{ recordSystemEvent(input: {{ eventType: \"test\", message: {text} }}) {{ systemEvent {{ message }} }} }}"
            );
            let answer = served.ask(&query, json!({}));
            let message = answer.json().pointer("/data/recordSystemEvent/systemEvent/message").cloned();
            assert_eq!(message, Some(json!("smile 😀")), "{text}: {}", answer.text());
        }
    }

    /// `serde_json` reads such an object as the JSON in its text, however deep that is.
    async fn no_name_in_json_has_a_meaning_of_its_own(db: &TestDatabase) {
        let served = Served::start(db).await;
        let name = "$serde_json::private::RawValue";
        // As deep as makes a stack overflow.
        let escaped = |text: &str| text.replace('\\', "\\u005c").replace('"', "\\u0022");
        let deep = (0..100).fold("1".to_owned(), |inner, _| {
            format!("{}{{\"{name}\":\"{}\"}}{}", "[".repeat(60), escaped(&inner), "]".repeat(60))
        });
        let query = "query ($v: JSON) { configurations(filter: { value: { contains: $v } }) { totalCount } }";
        for value in [json!({ name: "[1]" }), json!([{ "a": { name: "1" } }])] {
            let answer = served.ask(query, json!({ "v": value }));
            assert_eq!((answer.status, answer.error().0.as_str()), (400, "BAD_USER_INPUT"), "{}", answer.text());
        }
        let headers = [("content-type", "application/json")];
        let variables = format!("{{\"query\":{},\"variables\":{{\"v\":{deep}}}}}", json!(query));
        for body in [variables, format!("{{\"query\":5,\"x\":{deep}}}"), format!("{{\"query\":\"{{__typename}}\",\"extensions\":{{\"x\":{deep}}}}}")] {
            served.send("POST /graphql", &headers, body.as_bytes());
        }
        let mut client = Client::ready(&served).await;
        client.text(&format!("{{\"type\":\"ping\",\"payload\":{{\"x\":{deep}}}}}")).await;
        // What it answers is as deep. The next message is heard all the same.
        client.text("{}").await;
        assert_eq!(client.closed().await.0, 4400);
        assert_eq!(served.ask("{ __typename }", json!({})).status, 200);
    }

    async fn what_a_scalar_cannot_be_is_refused_at_its_place(db: &TestDatabase) {
        let served = Served::start(db).await;
        let query = "mutation ($items: [TaskCompletionInput!]!) { completeTasks(input: { items: $items }) { replayed } }";
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let answer = served.ask(query, json!({ "items": [{ "taskId": id, "token": id }, { "taskId": id, "token": "oops" }] }));
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (400, "BAD_USER_INPUT"));
        assert!(message.contains("$items[1].token") && message.contains("not a valid ID"), "{message}");
    }

    async fn values_that_fit_nowhere_are_refused_before_anything_is_done(db: &TestDatabase) {
        let served = Served::start(db).await;
        for (query, variables, line, column) in [
            ("{ agents(filter: 5) { totalCount } }", json!({}), 1, 18),
            ("{ agents(filter: NAME) { totalCount } }", json!({}), 1, 18),
            ("{ agents(first: 2147483648) { totalCount } }", json!({}), 1, 17),
            ("{ agents(orderBy: [{\n field: \"NAME\" }]) { totalCount } }", json!({}), 2, 9),
            ("query ($x: String) { agentByName(name: $x) { id } }", json!({ "x": "a" }), 1, 40),
            ("query ($x: Float) { agents(first: $x) { totalCount } }", json!({ "x": 1 }), 1, 35),
            ("{ agents(filter: { name: { eq: \"a\" }, name: { eq: \"b\" } }) { totalCount } }", json!({}), 1, 39),
        ] {
            let answer = served.ask(query, variables);
            assert_eq!((answer.status, answer.error().0.as_str()), (400, "BAD_USER_INPUT"), "{query}: {}", answer.text());
            let place = answer.json()["errors"][0]["locations"][0].clone();
            assert_eq!(place, json!({ "line": line, "column": column }), "{query}: {}", answer.text());
        }
        let answer = served.ask("query ($n: Int) { agents(first: $n) { totalCount } }", json!({ "n": 2_147_483_648_i64 }));
        assert_eq!(answer.status, 400, "{}", answer.text());
        // What is met while executing says what is wrong, and not in which types it was found.
        let answer = served.ask("{ agents(filter: { id: { in: [\"x\"] } }) { totalCount } }", json!({}));
        assert!(!answer.text().contains("occurred while"), "{}", answer.text());
    }

    /// Fields of one name at the root, or in a payload, are one.
    async fn repeated_fields_are_merged(db: &TestDatabase) {
        let served = Served::start(db).await;
        let create = "mutation { createAgent(input: { name: \"A\", type: ORCHESTRATOR }) {
            agent { id } ...P userErrors { code } } } fragment P on CreateAgentPayload { agent { name children { nodes { id } } } }";
        let made = served.ask(create, json!({})).json();
        let id = made["data"]["createAgent"]["agent"]["id"].clone();
        let agent = json!({ "id": id, "name": "A", "children": { "nodes": [] } });
        assert_eq!(made["data"]["createAgent"], json!({ "agent": agent, "userErrors": [] }));
        let query = "query($id: ID!) { agent(id: $id) { id } agents(first: 1) { nodes { id } } ...Q }
            fragment Q on Query { agent(id: $id) { name children { nodes { id } } } agents(first: 1) { totalCount nodes { name } } }";
        let answer = served.ask(query, json!({ "id": id })).json();
        let list = json!({ "nodes": [{ "id": id, "name": "A" }], "totalCount": 1 });
        assert_eq!(answer, json!({ "data": { "agent": agent, "agents": list } }));
    }

    async fn clients_that_persist_queries_send_the_text(db: &TestDatabase) {
        let served = Served::start(db).await;
        let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": HASH } });
        let code = "PERSISTED_QUERY_NOT_SUPPORTED";
        let post = |body: Value, accept: &str| {
            served.send("POST /graphql", &[("content-type", "application/json"), ("accept", accept)], body.to_string().as_bytes())
        };
        for query in [json!({}), json!({ "query": null }), json!({ "query": "" })] {
            let mut body = query;
            body["extensions"] = extensions.clone();
            body["operationName"] = json!("Agents");
            for (accept, status) in [("application/json", 200), ("application/graphql-response+json", 400)] {
                let answer = post(body.clone(), accept);
                assert_eq!((answer.status, answer.error()), (status, (code.to_owned(), "PersistedQueryNotSupported".to_owned())));
            }
        }
        let answer = served.get("/graphql?operationName=Agents&extensions=%7B%22persistedQuery%22:%7B%22version%22:1%7D%7D");
        assert_eq!(answer.error().0, code, "{}", answer.text());
        // With the text it is a request like any other.
        let answer = post(json!({ "query": "{ __typename }", "extensions": extensions }), "application/json");
        assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
        for body in [json!({}), json!({ "query": null }), json!({ "extensions": {} }), json!({ "extensions": { "other": 1 } })] {
            let answer = post(body.clone(), "application/json");
            assert_eq!((answer.status, answer.error().1.contains("`query` is missing")), (400, true), "{body}: {}", answer.text());
        }

        let body = json!({ "extensions": extensions }).to_string();
        let request = format!(
            "POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = Stream::send(&served, &request).await;
        let event = stream.next().await.expect("an event");
        assert!(event["data"].contains(code), "{event:?}");

        let mut client = Client::ready(&served).await;
        for payload in [json!({ "extensions": extensions }), json!({ "query": null, "extensions": extensions })] {
            client.send(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
            let error = client.next().await;
            assert_eq!(error["payload"][0]["extensions"]["code"], json!(code), "{error}");
        }
        client.subscribe("1", "{ __typename }", json!({})).await;
        assert_eq!(client.next().await["payload"]["data"]["__typename"], json!("Query"));
    }
}

//! GraphQL over HTTP: which status, which media type, which words.

use serde_json::json;
use tests::http::Answer;

use crate::process::Server;

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");
const OLD: (&str, &str) = ("accept", "application/json");
const GOOD: &[u8] = br#"{"query": "{ __typename }"}"#;

#[test]
fn a_query_is_answered_by_post_and_get() {
    let server = Server::start(&[]);
    let answer = server.send("POST /graphql", &[JSON, NEW], GOOD);
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"data":{"__typename":"Query"}}"#));
    assert_eq!(answer.header("content-type"), Some("application/graphql-response+json; charset=utf-8"));
    let path = "GET /graphql?query=query%20Q(%24no%3ABoolean!)%7B__typename%20__schema%40include(if%3A%24no)%7B__typename%7D%7D\
                &operationName=Q&variables=%7B%22no%22%3Afalse%7D";
    let answer = server.send(path, &[OLD], b"");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"data":{"__typename":"Query"}}"#));
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(server.send("POST /graphql", &[("content-type", "application/json; charset=UTF-8")], GOOD).status, 200);
    // Ours: a client that repeats its own would make two requests one in the log.
    let named = [JSON, ("x-request-id", "mine-1")];
    let [one, other] = [(); 2].map(|()| server.send("POST /graphql", &named, GOOD));
    let id = |answer: &Answer| answer.header("x-request-id").expect("an id").to_owned();
    assert!(id(&one) != id(&other) && id(&one) != "mine-1" && !id(&one).is_empty());
}

#[test]
fn what_is_no_graphql_request_is_refused_with_its_reason() {
    let server = Server::start(&[]);
    let text = ("content-type", "text/plain");
    let latin = ("content-type", "application/json; charset=latin1");
    for (head, headers, body, status, reason) in [
        ("POST /graphql", &[JSON][..], &b"{"[..], 400, "the body is not JSON"),
        ("POST /graphql", &[JSON], b"", 400, "the body is not JSON"),
        ("POST /graphql", &[JSON], b"\xff", 400, "the body is not JSON"),
        ("POST /graphql", &[JSON], b"7", 400, "must be a JSON object"),
        ("POST /graphql", &[JSON], b"{}", 400, "`query` is missing"),
        ("POST /graphql", &[JSON], br#"{"query": 1}"#, 400, "`query` must be a string"),
        (
            "POST /graphql",
            &[JSON],
            br#"{"query": "{a}", "operationName": {}}"#,
            400,
            "`operationName` must be a string",
        ),
        ("POST /graphql", &[JSON], br#"{"query": "{a}", "variables": []}"#, 400, "`variables` must be an object"),
        ("POST /graphql", &[JSON], br#"{"query": "{a}", "extensions": 0}"#, 400, "`extensions` must be an object"),
        ("POST /graphql", &[JSON], br#"[{"query": "{a}"}]"#, 400, "batched requests are not supported"),
        ("POST /graphql", &[text], GOOD, 415, "Content-Type: application/json"),
        ("POST /graphql", &[latin], GOOD, 415, "Content-Type: application/json"),
        ("POST /graphql", &[], GOOD, 415, "Content-Type: application/json"),
        ("POST /graphql", &[JSON, ("accept", "text/html")], GOOD, 406, "application/graphql-response+json"),
        ("GET /graphql", &[], b"", 400, "`query` is missing"),
        ("GET /graphql?query=%7Ba%7D&variables=x", &[], b"", 400, "`variables` must be a JSON object"),
        ("PUT /graphql", &[JSON], GOOD, 405, "GET or POST"),
        ("DELETE /graphql", &[], b"", 405, "GET or POST"),
    ] {
        let answer = server.send(head, headers, body);
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (status, "BAD_USER_INPUT"), "{head}: {}", answer.text());
        assert!(message.contains(reason), "{head}: {message}");
        assert_eq!(answer.header("allow").is_some(), status == 405);
    }
}

#[test]
fn a_request_that_cannot_be_executed_has_no_data() {
    let server = Server::start(&[]);
    for (request, reason) in [
        (json!({ "query": "{" }), "syntax error: "),
        (json!({ "query": "" }), "syntax error: "),
        (json!({ "query": "{ nothing }" }), "unknown field"),
        (json!({ "query": "query A { __typename } query B { __typename }" }), "`operationName`"),
        (json!({ "query": "{ __typename }", "operationName": "A" }), "no operation named \"A\""),
        (
            json!({ "query": "query($n: Int!) { agents(first: $n) { totalCount } }" }),
            "\"$n\" of type \"Int!\" was not provided",
        ),
        (
            json!({ "query": "query($n: Int!) { agents(first: $n) { totalCount } }", "variables": { "n": null } }),
            "must not be null",
        ),
        (json!({ "query": format!("query {} {{ __typename }}", "a".repeat(129)) }), "at most 128 bytes"),
        (
            json!({ "query": "{ __typename }", "operationName": "a".repeat(900_000) }),
            "`operationName` has at most 128 bytes",
        ),
        (json!({ "query": "{ ...F }" }), "unknown fragment"),
        (json!({ "query": "{ ...F } fragment F on Query { ...F }" }), "spreads itself"),
    ] {
        for (accept, status) in [(NEW, 400), (OLD, 200)] {
            let answer = server.send("POST /graphql", &[JSON, accept], request.to_string().as_bytes());
            let (code, message) = answer.error();
            assert_eq!((answer.status, code.as_str()), (status, "BAD_USER_INPUT"), "{}", answer.text());
            assert!(message.contains(reason) && message.len() < 1_000, "{message}");
            assert!(answer.json().get("data").is_none(), "{}", answer.text());
        }
    }
}

#[test]
fn only_queries_go_over_get() {
    let server = Server::start(&[]);
    let longest = format!("GET /graphql?query=query%20{}%7B__typename%7D", "a".repeat(128));
    assert_eq!(server.send(&longest, &[NEW], b"").status, 200);
    for operation in [
        "mutation%7BcreateTasks(input:%7Btasks:%5B%5D%7D)%7Breplayed%7D%7D",
        "subscription%7BtaskEvents%7Bcursor%7D%7D",
    ] {
        let answer = server.send(&format!("GET /graphql?query={operation}"), &[NEW], b"");
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{}", answer.text());
    }
}

#[test]
fn health_and_readiness() {
    let server = Server::start(&[]);
    assert_eq!(server.send("GET /healthz", &[], b"").status, 200);
    let answer = server.send("GET /readyz", &[], b"");
    assert_eq!((answer.status, answer.json()), (200, json!({ "ready": true })));
    assert_eq!(server.send("GET /elsewhere", &[], b"").status, 404);

    let server = Server::start(&["--no-migrate"]);
    assert_eq!(server.send("GET /healthz", &[], b"").status, 200);
    let answer = server.send("GET /readyz", &[], b"");
    assert_eq!(answer.status, 503);
    assert!(
        answer.json()["reason"]
            .as_str()
            .is_some_and(|reason| reason.ends_with("migrations are pending: run `vividwalls migrate up`"))
    );
}

#[test]
fn other_origins_read_nothing_unless_allowed() {
    let origin = ("origin", "https://admin.example");
    let server = Server::start(&[]);
    let allowed = |server: &Server, origin| {
        let answer = server.send("POST /graphql", &[JSON, origin], GOOD);
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    assert_eq!(allowed(&server, origin), None);

    let server = Server::start(&["--allowed-origins", "https://admin.example,https://shop.example"]);
    assert_eq!(allowed(&server, origin).as_deref(), Some("https://admin.example"));
    assert_eq!(allowed(&server, ("origin", "https://evil.example")), None);
    let answer = server.send("OPTIONS /graphql", &[origin, ("access-control-request-method", "POST")], b"");
    assert_eq!((answer.status, answer.header("access-control-allow-methods")), (204, Some("GET, POST, PUT")));
}

//! What is around an answer: its coding, its line in the log, and where a browser is led.

use serde_json::{Value, json};

use crate::process::{Folder, Server, output};

const JSON: (&str, &str) = ("content-type", "application/json");
const GZIP: (&str, &str) = ("accept-encoding", "gzip, deflate, br");
const INTROSPECTION: &str = include_str!("../../api/src/document/introspection.graphql");

#[test]
fn the_schema_is_sent_compressed() {
    let server = Server::start(&[]);
    let body = json!({ "query": INTROSPECTION }).to_string();
    let ask = |headers: &[_]| server.send("POST /graphql", &[&[JSON], headers].concat(), body.as_bytes());
    let plain = ask(&[]);
    assert_eq!((plain.status, plain.header("content-encoding")), (200, None));
    assert_eq!(plain.header("vary"), Some("accept, accept-encoding"));
    // From the cache, the second time.
    let packed = [ask(&[GZIP]), ask(&[GZIP])];
    assert_eq!(packed[0].body(), packed[1].body());
    for packed in packed {
        assert_eq!((packed.status, packed.header("content-encoding")), (200, Some("gzip")));
        assert_eq!(packed.header("vary"), Some("accept, accept-encoding"));
        assert!(packed.body().starts_with(&[0x1f, 0x8b]));
        assert!(packed.body().len() * 6 < plain.body().len(), "{}", packed.body().len());
    }
    assert_eq!(ask(&[("accept-encoding", "gzip;q=0")]).body(), plain.body());
    // Another question has another answer, and a broken one is not kept.
    let named =
        |name: &str| json!({ "query": "query($n: String!) { __type(name: $n) { name } }", "variables": { "n": name } });
    for name in ["Task", "Agent", "Task"] {
        let answer = server.ask(&named(name));
        assert_eq!(answer.json()["data"]["__type"]["name"], json!(name));
    }
    let asset = server.send("GET /graphiql", &[], b"").text();
    let path = asset.split('"').find(|text| text.ends_with("main.css")).expect("a stylesheet").to_owned();
    let (packed, plain) =
        (server.send(&format!("GET {path}"), &[GZIP], b""), server.send(&format!("GET {path}"), &[], b""));
    assert_eq!((packed.header("content-encoding"), plain.header("content-encoding")), (Some("gzip"), None));
    assert!(plain.text().contains("graphiql") && packed.body().len() < plain.body().len());
}

#[test]
fn other_answers_are_compressed_when_asked_for() {
    let query =
        json!({ "query": format!("{{ {} }}", (0..50).map(|n| format!("a{n:040}: __typename ")).collect::<String>()) });
    let path = "GET /graphql?query=%7B__typename%7D";
    for (arguments, coding) in [(&[][..], None), (&["--compression", "true"], Some("gzip"))] {
        let server = Server::start(arguments);
        let answer = server.send("POST /graphql", &[JSON, GZIP], query.to_string().as_bytes());
        assert_eq!((answer.status, answer.header("content-encoding")), (200, coding));
        // Short answers stay as they are, and so do those to clients that do not take it.
        assert_eq!(server.send(path, &[GZIP], b"").header("content-encoding"), None);
        assert_eq!(server.ask(&query).header("content-encoding"), None);
    }
}

#[test]
fn a_browser_is_led_to_the_page() {
    let server = Server::start(&[]);
    let html = ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8");
    let answer = server.send("GET /graphql", &[html], b"");
    assert_eq!((answer.status, answer.header("location")), (307, Some("/graphiql")));
    assert_eq!(server.send("GET /graphql?query=%7B__typename%7D", &[html], b"").status, 200);
    for accept in ["*/*", "application/json", "application/json, text/html"] {
        assert_eq!(server.send("GET /graphql", &[("accept", accept)], b"").status, 400, "{accept}");
    }
}

#[test]
fn the_log_tells_who_asked_and_why_it_was_refused() {
    let folder = Folder::new();
    output(&folder, &["migrate", "up"]);
    let key = output(&folder, &["keys", "create", "--name", "anna", "--role", "viewer"]).1.trim_end().to_owned();
    let server = Server::start_in(folder, &["--log-format", "json"]);
    let bearer = format!("Bearer {key}");
    let ask = |authorization: &str, query: &str| {
        let body = json!({ "query": query }).to_string();
        let headers = [JSON, ("authorization", authorization), ("x-request-id", "deploy-7")];
        server.send("POST /graphql", &headers, body.as_bytes()).header("x-request-id").expect("an id").to_owned()
    };
    let mut ids = vec![
        ask(&bearer, "{ __typename }"),
        ask(&bearer, "{ agents(filter: { name: { eq: 7131719 } }) { totalCount } secretField }"),
    ];
    let guessed = "Bearer vw_000000000000000000000000000000000000";
    ids.extend([(); 3].map(|()| ask(guessed, "{ __typename }")));
    ids.push(ask(&bearer, "mutation { createApiKey(input: { name: \"more\", role: ADMIN }) { apiKey { name } } }"));
    ask(&bearer, &format!("query {} {{ __typename }}", "longname".repeat(1_000)));
    server.send("POST /graphql", &[JSON, ("origin", "https://evil.example")], b"{}");
    server.signal("TERM");
    let (_, log) = server.end();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |target: &str| lines.iter().filter(|line| line["target"] == target).collect::<Vec<&Value>>();
    let requests = of("vividwalls::request");
    assert_eq!(requests.len(), 8, "{log}");
    for (line, id) in requests.iter().zip(&ids) {
        assert_eq!((&line["id"], &line["client_request_id"]), (&json!(id), &json!("deploy-7")), "{line}");
        assert_eq!(line["address"], "127.0.0.1", "{line}");
    }
    assert_eq!((&requests[0]["principal"], &requests[0]["code"]), (&json!("anna"), &Value::Null));
    assert_eq!((&requests[1]["principal"], &requests[1]["code"]), (&json!("anna"), &json!("BAD_USER_INPUT")));
    assert!(requests[1]["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    assert_eq!((&requests[2]["principal"], &requests[2]["code"]), (&Value::Null, &json!("UNAUTHENTICATED")));
    assert_eq!(requests[7]["client_request_id"], Value::Null);
    // Of each kind the first.
    let refusals = of("vividwalls::refusal");
    let told: Vec<_> = refusals.iter().map(|line| (&line["code"], &line["principal"], &line["request"])).collect();
    let expected = [
        (&json!("UNAUTHENTICATED"), &Value::Null, &json!(ids[2])),
        (&json!("FORBIDDEN"), &json!("anna"), &json!(ids[5])),
        (&json!("FORBIDDEN"), &Value::Null, &requests[7]["id"]),
    ];
    assert_eq!(told, expected, "{log}");
    for line in &refusals {
        assert_eq!(line["address"], "127.0.0.1", "{line}");
        assert!(line["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{line}");
    }
    assert!(!log.contains(&key) && !log.contains("secretField") && !log.contains("7131719"), "{log}");
    assert!(!log.contains("longname"), "{log}");
}

#[test]
fn refusals_are_told_when_requests_are_not() {
    let server = Server::start(&["--log-format", "json", "--log-requests", "false"]);
    assert_eq!(server.query("{ __typename }").status, 200);
    assert_eq!(server.send("POST /graphql", &[JSON, ("via", "1.1 proxy")], b"{}").status, 401);
    server.signal("TERM");
    let (_, log) = server.end();
    assert!(!log.contains("vividwalls::request"), "{log}");
    assert_eq!(log.matches("vividwalls::refusal").count(), 1, "{log}");
}

#[test]
fn the_log_tells_what_an_agent_was_forbidden() {
    let folder = Folder::migrated();
    output(&folder, &["seed", "demo"]);
    let create = ["keys", "create", "--name", "seller", "--role", "agent", "--agent", "Sales Specialist"];
    let key = output(&folder, &create).1.trim_end().to_owned();
    let server = Server::start_in(folder, &["--log-format", "json"]);
    let ask = |query: &str| {
        let headers = [JSON, ("authorization", &*format!("Bearer {key}"))];
        server.send("POST /graphql", &headers, json!({ "query": query }).to_string().as_bytes()).json()
    };
    let other = ask("{ agentByName(name: \"Finance Director\") { id } }")["data"]["agentByName"]["id"].take();
    let task = format!("{{ assignedAgentId: {other}, taskType: \"pay\" }}");
    let refused = ask(&format!("mutation {{ createTasks(input: {{ tasks: [{task}] }}) {{ userErrors {{ code }} }} }}"));
    assert_eq!(refused["data"]["createTasks"]["userErrors"][0]["code"], "FORBIDDEN", "{refused}");
    server.signal("TERM");
    let (_, log) = server.end();
    let line = log.lines().find(|line| line.contains("vividwalls::refusal")).unwrap_or_else(|| panic!("{log}"));
    let line: Value = serde_json::from_str(line).expect("JSON");
    assert_eq!((&line["code"], &line["principal"]), (&json!("FORBIDDEN"), &json!("seller")), "{line}");
    assert!(line["reason"].as_str().is_some_and(|reason| reason.contains("neither this key's own agent")), "{line}");
}

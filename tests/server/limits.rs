//! What a request may cost.

use serde_json::json;

use crate::process::Server;

#[test]
fn documents_that_explode_are_refused() {
    let server = Server::start(&[]);
    let doublings = |count: usize| -> String {
        let fragments = (0..count).map(|n| format!("fragment F{n} on Query{{...F{0} ...F{0}}}", n + 1));
        format!("{{...F0}}{}fragment F{count} on Query{{__typename}}", fragments.collect::<String>())
    };
    // Some 800 bytes that stand for 16 million fields.
    for query in [
        doublings(24),
        doublings(300),
        format!("{{ a {} }}", "b ".repeat(6_000)),
        "{a".repeat(100_000),
        format!("{{a(b:{}", "[".repeat(50_000)),
        format!("{{a(b:{}", "{c:".repeat(50_000)),
        format!("query($a:{}", "[".repeat(50_000)),
        format!("{{ __schema {{ types {{ {} }} }} }}", "fields { type { ".repeat(3) + "name" + &"} }".repeat(3)),
    ] {
        let answer = server.query(&query);
        assert_eq!((answer.status, answer.error().0.as_str()), (400, "LIMIT_EXCEEDED"), "{}", answer.text());
    }
    for query in [
        "!".repeat(100),
        "{a(b:\"".repeat(21),
        "{a(b:[".repeat(50_000),
        "query($a:[".repeat(50_000),
        "\"\"\"".repeat(101),
        "query($a:Int!!!!){a}".to_owned(),
        "{ a(b: 1) }".replace('1', &"0".repeat(100_000)),
    ] {
        let answer = server.query(&query);
        assert_eq!((answer.status, answer.error().0.as_str()), (400, "BAD_USER_INPUT"), "{}", answer.text());
    }
    // It still serves.
    assert_eq!(server.query("{ __typename }").status, 200);
}

#[test]
fn the_standard_introspection_is_within_the_limits() {
    let server = Server::start(&[]);
    let answer = server.query(include_str!("../../api/src/document/introspection.graphql"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["data"]["__schema"]["queryType"]["name"], "Query");
    assert!(answer.json().get("errors").is_none());
}

#[test]
fn limits_are_settings() {
    let server = Server::start(&["--max-depth", "1", "--max-fields", "3", "--max-tokens", "20"]);
    for (query, reason) in [
        ("{ __schema { queryType { name } } }", "at most 1 are allowed"),
        ("{ a: __typename b: __typename c: __typename d: __typename }", "at most 3 are allowed"),
        ("{ a a a a a a a a a a a a a a a a a a a a }", "more than 20 tokens"),
    ] {
        let (code, message) = server.query(query).error();
        assert_eq!(code, "LIMIT_EXCEEDED");
        assert!(message.contains(reason), "{message}");
    }
    assert_eq!(server.query("{ __typename }").status, 200);
}

#[test]
fn bodies_are_bounded() {
    let server = Server::start(&["--body-limit", "1KiB"]);
    let answer = server.ask(&json!({ "query": "{ __typename }", "extensions": { "x": "x".repeat(2_000) } }));
    assert_eq!((answer.status, answer.error().0.as_str()), (413, "LIMIT_EXCEEDED"));
    // Without a length the body is read only as far as the limit.
    let mut connection = server.connect();
    connection.write(
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    connection.write(format!("800\r\n{}\r\n", " ".repeat(0x800)).as_bytes());
    let answer = connection.answer();
    assert_eq!((answer.status, answer.header("connection")), (413, Some("close")));
}

#[test]
fn a_broken_body_is_no_large_one() {
    let server = Server::start(&[]);
    let mut connection = server.connect();
    connection.write(
        b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    );
    let answer = connection.answer();
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "BAD_USER_INPUT"), "{}", answer.text());
}

#[test]
fn a_connection_that_ends_says_so_and_one_that_does_not_goes_on() {
    let server = Server::start(&["--body-limit", "1KiB"]);
    let mut connection = server.connect();
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length:";
    connection.write(format!("{head} 2\r\n\r\n[]").as_bytes());
    let answer = connection.answer();
    assert_eq!((answer.status, answer.header("connection")), (400, None));
    // It is still there. The body of this one is not waited for.
    connection.write(format!("{head} 1025\r\n\r\n").as_bytes());
    let answer = connection.answer();
    assert_eq!((answer.status, answer.header("connection")), (413, Some("close")));
    assert!(connection.rest().is_empty());
}

#[test]
fn compressed_bodies_are_refused() {
    let server = Server::start(&[]);
    for (coding, status) in [("gzip", 415), ("identity", 200)] {
        let headers = [("content-type", "application/json"), ("content-encoding", coding)];
        let answer = server.send("POST /graphql", &headers, br#"{"query": "{ __typename }"}"#);
        assert_eq!(answer.status, status, "{coding}: {}", answer.text());
    }
}

#[test]
fn heads_are_bounded() {
    let server = Server::start(&[]);
    for (length, status) in [(16 << 10, 200), ((16 << 10) + 1, 414)] {
        let query = "x".repeat(length - "/healthz?".len());
        assert_eq!(server.send(&format!("GET /healthz?{query}"), &[], b"").status, status);
    }
    // Three are there anyway.
    for (count, status) in [(61, 200), (62, 431), (200, 431)] {
        assert_eq!(server.send("GET /healthz", &vec![("x", "y"); count], b"").status, status, "{count}");
    }
    for (length, status) in [(15 << 10, 200), (17 << 10, 431)] {
        let value = "x".repeat(length);
        assert_eq!(server.send("GET /healthz", &[("x", value.as_str())], b"").status, status, "{length}");
    }
}

#[test]
fn there_is_one_host() {
    let server = Server::start(&[]);
    assert_eq!(server.send("GET /healthz", &[("host", "localhost")], b"").status, 400);
    let mut connection = server.connect();
    connection.write(b"GET /healthz HTTP/1.1\r\n\r\n");
    assert_eq!(connection.answer().status, 400);
}

#[test]
fn a_request_that_takes_too_long_is_given_up() {
    let server = Server::start(&["--request-timeout", "50ms"]);
    let mut connection = server.connect();
    connection.begin(100);
    let answer = connection.answer();
    assert_eq!((answer.status, answer.error().0.as_str()), (504, "TIMEOUT"));
}

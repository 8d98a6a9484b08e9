//! The end of a server.

use serde_json::json;

use crate::process::Server;

const BODY: &[u8] = br#"{"query": "{ __typename }"}"#;

#[test]
fn requests_in_flight_finish() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&["--log-format", "json"]);
        let mut idle = server.connect();
        idle.write(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        assert_eq!(idle.answer().status, 200);
        let mut connection = server.connect();
        connection.begin(BODY.len());
        server.signal(signal);
        connection.write(BODY);
        let answer = connection.answer();
        assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"data":{"__typename":"Query"}}"#));
        let (code, log) = server.end();
        assert_eq!(code, 0, "{log}");
        assert!(log.contains("\"stopping"), "{log}");
    }
}

#[test]
fn a_limit_on_the_size_of_files_ends_no_server() {
    let server = Server::start(&[]);
    server.signal("XFSZ");
    assert_eq!(server.query("{ __typename }").status, 200);
}

#[test]
fn a_server_that_is_to_stop_says_so_and_goes_on() {
    let server = Server::start(&["--drain-delay", "1h"]);
    assert_eq!(server.send("GET /readyz", &[], b"").status, 200);
    server.signal("TERM");
    let answer = loop {
        let answer = server.send("GET /readyz", &[], b"");
        if answer.status != 200 {
            break answer;
        }
    };
    assert_eq!((answer.status, answer.json()), (503, json!({ "ready": false, "reason": "the server is stopping" })));
    assert_eq!(server.query("{ __typename }").status, 200);
    server.signal("TERM");
    let (code, log) = server.end();
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("second signal"), "{log}");
}

#[test]
fn ctrl_c_waits_for_nobody_to_notice() {
    let server = Server::start(&["--drain-delay", "1h"]);
    server.signal("INT");
    let (code, log) = server.end();
    assert_eq!(code, 0, "{log}");
}

#[test]
fn a_second_signal_ends_what_runs() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&["--drain-time", "1h"]);
        let mut connection = server.connect();
        connection.begin(BODY.len());
        server.signal("TERM");
        // The port closes after the first signal was heard.
        while server.accepts() {
            std::thread::yield_now();
        }
        server.signal(signal);
        let (code, log) = server.end();
        assert_eq!(code, 1, "{log}");
        assert!(log.contains("second signal"), "{log}");
    }
}

#[test]
fn the_drain_time_bounds_the_wait() {
    let server = Server::start(&["--drain-time", "50ms"]);
    let mut connection = server.connect();
    connection.begin(BODY.len());
    server.signal("TERM");
    let (code, log) = server.end();
    assert_eq!(code, 1, "{log}");
    assert!(log.contains("cut off"), "{log}");
}

#[test]
fn a_client_that_goes_away_cancels_its_request() {
    let server = Server::start(&["--log-format", "json"]);
    let mut connection = server.connect();
    connection.begin(BODY.len());
    drop(connection);
    // Nothing of it is left to wait for.
    server.signal("TERM");
    let (code, log) = server.end();
    assert_eq!(code, 0, "{log}");
    assert!(log.lines().any(|line| line.contains("vividwalls::request")), "{log}");
}

#[test]
fn no_work_is_given_out_while_stopping() {
    let server = Server::start(&[]);
    let agent = r#"mutation { createAgent(input: { name: "Boss", type: ORCHESTRATOR }) { agent { id } } }"#;
    let made = server.query(agent).json();
    let agent = made["data"]["createAgent"]["agent"]["id"].as_str().expect("an agent").to_owned();
    let task = format!(
        r#"mutation {{ createTasks(input: {{ tasks: [{{ assignedAgentId: "{agent}", taskType: "x" }}] }}) {{ tasks {{ id }} }} }}"#
    );
    assert_eq!(server.query(&task).status, 200);
    let claim = format!(
        r#"mutation {{ claimTasks(input: {{ agentIds: ["{agent}"], waitSeconds: 20 }}) {{ leases {{ token }} userErrors {{ code }} }} }}"#
    );
    let body = serde_json::json!({ "query": claim }).to_string();
    let mut connection = server.connect();
    connection.begin(body.len());
    server.signal("TERM");
    // The port closes after the signal was heard.
    while server.accepts() {
        std::thread::yield_now();
    }
    connection.write(body.as_bytes());
    let expected = r#"{"data":{"claimTasks":{"leases":[],"userErrors":[]}}}"#;
    assert_eq!(connection.answer().text(), expected);
    let (code, log) = server.end();
    assert_eq!(code, 0, "{log}");
}

//! Metrics and health, on a listener of their own.

use std::{collections::BTreeSet, net::TcpListener};

use serde_json::{Value, json};
use tests::http::{Answer, Connection};

use crate::process::Server;

const DASHBOARD: &str = include_str!("../../ops/grafana/vividwalls.json");
const ALERTS: &str = include_str!("../../ops/prometheus/alerts.yml");
const DOCUMENTATION: &str = include_str!("../../docs/operation.md");
const INTROSPECTION: &str = include_str!("../../api/src/document/introspection.graphql");

/// A server with a free port for monitoring, and where that is.
pub(crate) fn monitored(arguments: &[&str]) -> (Server, String) {
    let server = Server::start(&[&["--admin-listen", "127.0.0.1:0"][..], arguments].concat());
    loop {
        if let Some(rest) = server.said().strip_prefix("Metrics and health are at http://") {
            let address = rest.trim_end().strip_suffix("/metrics").expect("a path").to_owned();
            return (server, address);
        }
    }
}

/// Asks it.
pub(crate) fn get(address: &str, path: &str) -> Answer {
    let mut connection = Connection::open(address);
    connection.send(&format!("GET {path}"), &[], b"");
    connection.answer()
}

/// The figures of a server that was used.
fn figures() -> String {
    let (server, address) = monitored(&[]);
    server.query("{ agents { totalCount } }");
    server.query("{ nothing }");
    server.query(r#"{ node(id: "01940000-0000-7000-8000-000000000000") { id } }"#);
    server.query(r#"mutation { createAgent(input: { name: "", type: ORCHESTRATOR }) { userErrors { code } } }"#);
    server.query(r#"mutation { recordSystemEvent(input: { eventType: "test", message: "a" }) { replayed } }"#);
    let answer = get(&address, "/metrics");
    assert_eq!(answer.status, 200);
    let media = answer.header("content-type");
    assert_eq!(media, Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    answer.text()
}

/// The name of a series.
fn name(line: &str) -> &str {
    line.split(['{', ' ']).next().unwrap_or_default()
}

/// The same without what is behind it of a histogram: as the documentation has it.
fn plain(name: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(*end)).unwrap_or(name)
}

/// The metrics that a text names.
fn named(text: &str) -> BTreeSet<&str> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    words.filter(|word| word.starts_with("vividwalls_") || word.starts_with("process_")).collect()
}

#[test]
fn dashboard_alerts_and_documentation_name_what_there_is() {
    let figures = figures();
    let series: Vec<&str> = figures.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(series.len() <= 2_000, "{} series", series.len());
    let names: BTreeSet<&str> = series.iter().map(|line| name(line)).collect();
    for (file, text) in [("the dashboard", DASHBOARD), ("the alerts", ALERTS)] {
        let named = named(text);
        assert!(named.len() >= 5, "{file}: {named:?}");
        let unknown: Vec<_> = named.difference(&names).collect();
        assert!(unknown.is_empty(), "{file}: {unknown:?}");
    }
    serde_json::from_str::<Value>(DASHBOARD).expect("JSON");
    let real: BTreeSet<&str> = names.into_iter().map(plain).collect();
    let told = named(DOCUMENTATION);
    let different: Vec<_> = told.symmetric_difference(&real).collect();
    assert!(different.is_empty(), "{different:?}");
}

#[test]
fn figures_are_in_the_format_of_openmetrics() {
    let figures = figures();
    assert!(figures.ends_with("\n# EOF\n"));
    let mut helped = BTreeSet::new();
    let mut family = ("", "");
    for line in figures.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, help] => assert!(helped.insert(name) && help.ends_with('.'), "{line}"),
            ["#", "TYPE", name, kind] => {
                assert!(helped.contains(name), "{line}");
                family = (name, kind);
            }
            ["#", "UNIT", name, unit] => assert!(name == family.0 && name.ends_with(&format!("_{unit}")), "{line}"),
            ["#", "EOF"] => {}
            _ => {
                let end = name(line).strip_prefix(family.0);
                let ends: &[&str] = match family.1 {
                    "counter" => &["_total"],
                    "gauge" => &[""],
                    "histogram" => &["_bucket", "_sum", "_count"],
                    "info" => &["_info"],
                    other => panic!("{other}"),
                };
                assert!(end.is_some_and(|end| ends.contains(&end)), "{line}");
            }
        }
    }
    // Durations are in seconds and sizes in bytes.
    for wrong in ["_ms", "_milliseconds", "_kb", "_mb", "_percent"] {
        assert!(!helped.iter().any(|name| name.ends_with(wrong)), "{wrong}");
    }
}

#[test]
fn health_is_told_without_a_key() {
    let (_server, address) = monitored(&[]);
    assert_eq!(get(&address, "/healthz").status, 200);
    let ready = get(&address, "/readyz");
    assert_eq!((ready.status, ready.json()), (200, json!({ "ready": true })));
    assert_eq!(get(&address, "/graphql").status, 404);

    let (_server, address) = monitored(&["--no-migrate"]);
    assert_eq!(get(&address, "/healthz").status, 200);
    let ready = get(&address, "/readyz");
    assert_eq!((ready.status, &ready.json()["ready"]), (503, &json!(false)));
    let figures = get(&address, "/metrics").text();
    assert!(figures.lines().any(|line| line == "vividwalls_ready 0"), "{figures}");
}

#[test]
fn a_page_of_elsewhere_reads_no_figures() {
    let (_server, address) = monitored(&[]);
    let port = address.rsplit(':').next().expect("a port");
    let status = |host: &str| {
        let mut connection = Connection::open(&address);
        connection.write(format!("GET /metrics HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes());
        connection.answer().status
    };
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1", "127.8.8.8:80", "[::1]"] {
        assert_eq!(status(host), 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", ""] {
        assert_eq!(status(host), 403, "{host}");
        assert_eq!(status(&format!("{host}:{port}")), 403, "{host}");
    }
}

#[test]
fn a_server_that_stops_is_not_ready() {
    let (server, address) = monitored(&[]);
    let body = br#"{"query": "{ __typename }"}"#;
    let mut connection = server.connect();
    connection.begin(body.len());
    server.signal("TERM");
    while get(&address, "/readyz").status == 200 {
        std::thread::yield_now();
    }
    assert!(get(&address, "/readyz").text().contains("the server is stopping"));
    assert_eq!(get(&address, "/healthz").status, 200);
    connection.write(body);
    assert_eq!(connection.answer().status, 200);
    assert_eq!(server.end().0, 0);
}

#[test]
fn a_taken_port_stops_no_second_server() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let server = Server::start(&["--admin-listen", &address, "--log-format", "json"]);
    assert_eq!(server.query("{ __typename }").status, 200);
    server.signal("TERM");
    let (code, log) = server.end();
    assert_eq!(code, 0, "{log}");
    assert!(log.contains(&address) && log.contains("VIVIDWALLS_ADMIN_LISTEN"), "{log}");
}

#[test]
fn slow_requests_are_told_by_the_hash_of_their_text() {
    let server = Server::start(&["--slow-request", "1ms", "--log-requests", "false", "--log-format", "json"]);
    let query = "query Slow($secret: String!) { __type(name: $secret) { name } ";
    let query = INTROSPECTION.replacen("query IntrospectionQuery {", query, 1);
    let asked = json!({ "query": query, "variables": { "secret": "hidden7131719" } });
    let answer = server.ask(&asked);
    assert_eq!(answer.status, 200, "{}", answer.text());
    server.signal("TERM");
    let (_, log) = server.end();
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let slow: Vec<Value> = lines.filter(|line| line["target"] == "vividwalls::slow").collect();
    assert_eq!(slow.len(), 1, "{log}");
    assert_eq!((&slow[0]["operation"], &slow[0]["principal"]), (&json!("Slow"), &json!("local")));
    assert_eq!(slow[0]["document"].as_str().map(str::len), Some(64), "{log}");
    assert!(slow[0]["ms"].as_f64().is_some_and(|ms| ms >= 1.0), "{log}");
    assert!(!log.contains("hidden7131719") && !log.contains("vividwalls::request"), "{log}");
}

//! What attackers do, again and again. Each says what came of it.

use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
    thread::sleep,
    time::Duration,
};

use serde_json::{Value, json};

use tests::client::{Client, Target};

/// One kind.
pub(super) struct Attack {
    pub(super) name: &'static str,
    /// Does it once, as the client with this number.
    pub(super) run: fn(&Target, usize) -> String,
}

/// All kinds.
pub(super) const ATTACKS: [Attack; 15] = [
    Attack { name: "aliases", run: |target, _| ask(target, &counts(50), Value::Null) },
    Attack { name: "introspection", run: |target, _| ask(target, INTROSPECTION, Value::Null) },
    Attack { name: "rows", run: |target, _| ask(target, ROWS, Value::Null) },
    Attack { name: "values", run: |target, _| ask(target, VALUES, json!({ "f": values(1_000) })) },
    Attack { name: "json", run: |target, _| ask(target, VALUES, json!({ "f": document() })) },
    Attack { name: "negations", run: |target, _| ask(target, VALUES, json!({ "f": negations() })) },
    Attack { name: "hang-ups", run: |target, _| hang_up(target, VALUES, json!({ "f": negations() })) },
    Attack { name: "beyond", run: beyond },
    Attack { name: "unknown-keys", run: unknown_key },
    Attack { name: "silence", run: |target, _| hold(target, b"") },
    Attack { name: "half-preface", run: |target, _| hold(target, b"PRI * HTTP/2.0\r\n") },
    Attack { name: "slow-heads", run: |target, _| hold(target, b"POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-a: ") },
    Attack { name: "pings", run: pings },
    Attack { name: "h2-pings", run: h2_pings },
    Attack { name: "connects", run: connects },
];

const INTROSPECTION: &str = "{ __schema { types { name description fields { name description args { name description \
                             type { name kind ofType { name kind ofType { name kind } } } } type { name kind ofType { \
                             name kind ofType { name } } } } } } }";
const ROWS: &str = "{ agents(first: 50) { nodes { id name tasks(first: 150) { nodes { id taskType status } } } } }";
const VALUES: &str = "query($f: TaskFilter!) { tasks(first: 1, filter: $f) { totalCount nodes { id } } }";

fn counts(number: usize) -> String {
    let count = |n| format!("a{n}: tasks(first: 0, filter: {{ taskType: {{ contains: \"{n}\" }} }}) {{ totalCount }} ");
    format!("{{ {} }}", (0..number).map(count).collect::<String>())
}

fn values(number: usize) -> Value {
    let many: Vec<_> = (0..number).map(|n| format!("type {n}")).collect();
    json!({ "and": (0..4).map(|_| json!({ "taskType": { "in": many } })).collect::<Vec<_>>() })
}

fn document() -> Value {
    let members: serde_json::Map<_, _> = (0..90).map(|n| (format!("k{n}"), json!([n, "x"]))).collect();
    json!({ "not": { "inputData": { "contains": { "a": { "b": { "c": { "d": 1 } } }, "m": members.get("k0") } } } })
}

fn negations() -> Value {
    let text = json!({ "taskType": { "contains": "zz" } });
    json!({ "assignedAgent": { "tasks": { "none": { "assignedAgent": { "tasks": { "none": text } } } } } })
}

/// What came back: the status and the code of the first error, without what is different each time.
fn told((status, body): (u16, String)) -> String {
    let code = body.split("\"code\":\"").nth(1).and_then(|rest| rest.split('"').next());
    format!("{status} {}", code.unwrap_or("OK"))
}

/// Whether an answer says that the server is at fault.
pub(super) fn is_fault(answer: &str) -> bool {
    answer.starts_with("500") || answer.ends_with("INTERNAL")
}

fn ask(target: &Target, query: &str, variables: Value) -> String {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let answer = target.connect().and_then(|mut client| client.post(body.as_bytes()));
    let told = answer.map_or_else(|error| format!("{:?}", error.kind()), told);
    // A client that is told to wait does so for a moment: faster ones only use up their own processor.
    if told.starts_with("429") || told.starts_with("503") {
        sleep(Duration::from_millis(20));
    }
    told
}

/// Asks and goes.
fn hang_up(target: &Target, query: &str, variables: Value) -> String {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let Ok(mut client) = target.connect() else { return "not accepted".to_owned() };
    if client.send(body.as_bytes()).is_err() {
        return "not taken".to_owned();
    }
    sleep(Duration::from_millis(50));
    "left".to_owned()
}

/// One over each bound.
fn beyond(target: &Target, number: usize) -> String {
    let nested = (0..20).fold(json!({ "priority": { "eq": 1 } }), |inner, _| json!({ "not": inner }));
    match number % 6 {
        0 => ask(target, &counts(51), Value::Null),
        1 => ask(target, VALUES, json!({ "f": values(1_001) })),
        2 => ask(target, VALUES, json!({ "f": nested })),
        3 => ask(target, &format!("{{ {} }}", "__typename ".repeat(20_000)), Value::Null),
        4 => ask(target, &format!("query {} {{ __typename }}", "n".repeat(100_000)), Value::Null),
        _ => ask(target, VALUES, json!({ "f": { "taskType": { "eq": "x".repeat(2 << 20) } } })),
    }
}

fn unknown_key(target: &Target, number: usize) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    // As keys are, and another one each time.
    let digits = format!("{:036}", NEXT.fetch_add(1, Ordering::Relaxed) * 100 + number);
    let letters = digits.bytes().map(|digit| char::from(digit - b'0' + b'a'));
    let key: String = "vw_".chars().chain(letters).collect();
    let answer = target.connect_with(Some(&key)).and_then(|mut client| client.post(br#"{"query":"{ __typename }"}"#));
    answer.map_or_else(|error| format!("{:?}", error.kind()), told)
}

/// Opens connections and says no more.
fn hold(target: &Target, bytes: &[u8]) -> String {
    let open = || -> io::Result<Client> {
        let mut client = target.connect()?;
        client.write(bytes)?;
        Ok(client)
    };
    let clients: Vec<_> = (0..10).filter_map(|_| open().ok()).collect();
    sleep(Duration::from_millis(500));
    if clients.len() == 10 { "held".to_owned() } else { "not accepted".to_owned() }
}

/// A socket that pings without end.
fn pings(target: &Target, _: usize) -> String {
    let Ok(mut client) = target.connect() else { return "not accepted".to_owned() };
    let upgrade = "GET /graphql/ws HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                   sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                   sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    if client.write(upgrade.as_bytes()).is_err() {
        return "not taken".to_owned();
    }
    // A masked ping without content.
    let ping = [0x89, 0x80, 1, 2, 3, 4].repeat(100);
    for _ in 0..50 {
        if client.write(&ping).is_err() {
            return "closed".to_owned();
        }
    }
    let _ = client.wait_only(Duration::from_millis(100));
    client.rest();
    "pinged".to_owned()
}

/// A connection of HTTP/2 that pings without end and sends no request.
fn h2_pings(target: &Target, _: usize) -> String {
    let Ok(mut client) = target.connect() else { return "not accepted".to_owned() };
    // The preface, and settings that change nothing.
    if client.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").is_err() {
        return "not taken".to_owned();
    }
    let pings = b"\0\0\x08\x06\0\0\0\0\0pingping".repeat(1_000);
    for _ in 0..50 {
        if client.write(&pings).is_err() {
            return "closed".to_owned();
        }
    }
    "pinged".to_owned()
}

/// Connections that are closed as soon as they are open.
fn connects(target: &Target, _: usize) -> String {
    let open = (0..10).filter(|_| target.connect().is_ok()).count();
    // More would use up the ports of this machine.
    sleep(Duration::from_millis(20));
    if open == 10 { "connected".to_owned() } else { "not accepted".to_owned() }
}

//! kill -9 while workers work: what was acknowledged stays, nothing is done twice, and everything ends.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{
        Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tests::{on_both_engines, tokio};

const WORKERS: usize = 8;
const TASKS: usize = 600;
const KILLS: usize = 10;
/// Acknowledged completions between two kills. Each kill may leave two tasks of every worker done and not acknowledged.
const BETWEEN: usize = 30;

on_both_engines! {
    async fn ten_kills_lose_nothing_and_repeat_nothing(db: &TestDatabase) {
        tokio::task::block_in_place(|| run(db.url()));
    }
}

fn run(url: &str) {
    let fixture = Fixture { url: url.to_owned(), current: Mutex::new((0, String::new())), started: Condvar::new() };
    let mut server = fixture.start();
    let agent = fixture.ask(&query("{ agents(first: 1) { nodes { id } } }", Value::Null)).expect("served")["data"]["agents"]
        ["nodes"][0]["id"]
        .clone();
    let task = json!({ "assignedAgentId": agent, "taskType": "crash", "maxAttempts": 100, "backoffSeconds": 0 });
    let create = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } } }";
    fixture.ask(&query(create, json!({ "input": { "tasks": vec![task; TASKS] } }))).expect("made");

    let acknowledged = Mutex::new(HashMap::new());
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| work(&fixture, &agent, &acknowledged, &done));
        }
        for kill in 1..=KILLS {
            // In the middle of the work: by what is done, not by the clock.
            while done.load(Ordering::Relaxed) < kill * BETWEEN {
                thread::yield_now();
            }
            server.kill().expect("killed");
            server.wait().expect("gone");
            server = fixture.start();
        }
    });

    let acknowledged = acknowledged.into_inner().expect("no panic");
    assert!(acknowledged.len() <= TASKS);
    let tasks = fixture.all();
    assert_eq!(tasks.len(), TASKS);
    for task in &tasks {
        assert_eq!(task["status"], json!("COMPLETED"), "{task}");
        let id = task["id"].as_str().expect("an id");
        if let Some(token) = acknowledged.get(id) {
            assert_eq!(&task["outputData"]["token"], token, "what was acknowledged is what is there");
        }
    }
    server.kill().expect("killed");
    server.wait().expect("gone");
}

/// Claims and completes until everything has ended.
fn work(fixture: &Fixture, agent: &Value, acknowledged: &Mutex<HashMap<String, Value>>, done: &AtomicUsize) {
    let claim = "mutation($input: ClaimTasksInput!) { claimTasks(input: $input) { leases { taskId token } } }";
    let complete = "mutation($input: CompleteTasksInput!) { completeTasks(input: $input) { results { taskId userErrors { code } } } }";
    let open = query(
        "{ tasks(filter: { taskType: { eq: \"crash\" }, status: { in: [PENDING, IN_PROGRESS] } }) { totalCount } }",
        Value::Null,
    );
    loop {
        let input =
            json!({ "agentIds": [agent], "taskTypes": ["crash"], "max": 2, "leaseSeconds": 5, "waitSeconds": 1 });
        let Some(answer) = fixture.ask(&query(claim, json!({ "input": input }))) else { continue };
        let leases = answer["data"]["claimTasks"]["leases"].as_array().cloned().unwrap_or_default();
        if leases.is_empty() {
            match fixture.ask(&open) {
                Some(answer) if answer["data"]["tasks"]["totalCount"] == json!(0) => return,
                _ => continue,
            }
        }
        let items: Vec<Value> = leases
            .iter()
            .map(|lease| json!({ "taskId": lease["taskId"], "token": lease["token"], "outputData": { "token": lease["token"] } }))
            .collect();
        let Some(answer) = fixture.ask(&query(complete, json!({ "input": { "items": items } }))) else { continue };
        let Some(results) = answer["data"]["completeTasks"]["results"].as_array() else { continue };
        for (result, lease) in results.iter().zip(&leases) {
            if result["userErrors"] == json!([]) {
                let id = result["taskId"].as_str().expect("an id").to_owned();
                let earlier = acknowledged.lock().expect("no panic").insert(id, lease["token"].clone());
                assert_eq!(earlier, None, "acknowledged once");
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn query(query: &str, variables: Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

/// The database and the server that runs over it now.
struct Fixture {
    url: String,
    /// Counts the servers; where the latest listens.
    current: Mutex<(usize, String)>,
    started: Condvar,
}

impl Fixture {
    fn start(&self) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vividwalls"));
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log-requests",
            "false",
            "--demo",
            "--disk-reserve",
            "0",
            "--database-url",
            &self.url,
        ]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned();
        let mut current = self.current.lock().expect("no panic");
        *current = (current.0 + 1, address);
        self.started.notify_all();
        child
    }

    /// The answer, or nothing when the server went away; then another one is there.
    fn ask(&self, body: &str) -> Option<Value> {
        let (number, address) = self.current.lock().expect("no panic").clone();
        let answer = ask(&address, body);
        if answer.is_none() {
            let current = self.current.lock().expect("no panic");
            drop(self.started.wait_timeout_while(current, Duration::from_secs(60), |current| current.0 == number));
        }
        answer
    }

    /// All tasks of the test.
    fn all(&self) -> Vec<Value> {
        let text = "query($after: String) { tasks(first: 250, after: $after, filter: { taskType: { eq: \"crash\" } }) \
                    { nodes { id status outputData } pageInfo { hasNextPage endCursor } } }";
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = self.ask(&query(text, json!({ "after": after }))).expect("served");
            let page = &answer["data"]["tasks"];
            all.extend(page["nodes"].as_array().expect("nodes").clone());
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                return all;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}

fn ask(address: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()
}

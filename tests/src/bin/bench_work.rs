//! The load of the work engine: lives of tasks through GraphQL over HTTP, against a server that runs already.
//!
//! `cargo run -p tests --bin bench-work -- lives 127.0.0.1:4000 [KEY]` prints, for batches of 1 and 50 over 1, 4 and 16
//! connections, how many tasks a second are created, claimed and completed; `claims` measures claims among the tasks that
//! are there; `wakes` how fast a new task reaches a waiting worker. Rows are medians of three rounds.
//!
//! Only the figures of one run compare with each other. It reads answers by looking for what it needs: a parser would
//! take as much of the processor as the server.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::ExitCode,
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

const ROUNDS: usize = 3;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(what), Some(address)) = (arguments.next(), arguments.next()) else {
        eprintln!("bench-work (lives|claims|wakes) ADDRESS [KEY]");
        return ExitCode::FAILURE;
    };
    let target = Arc::new(Target { address, key: arguments.next() });
    let agents = Arc::new(target.connect().agents());
    match what.as_str() {
        "lives" => lives(&target, &agents),
        "claims" => claims(&target, &agents),
        "wakes" => wakes(&target, &agents),
        other => {
            eprintln!("`{other}` is none of lives, claims, wakes");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// Where the server is and who asks.
struct Target {
    address: String,
    key: Option<String>,
}

impl Target {
    fn connect(&self) -> Client {
        let stream = TcpStream::connect(&self.address).expect("a server listens there");
        stream.set_nodelay(true).expect("a socket");
        let key = self.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        Client {
            stream: BufReader::new(stream),
            head: format!("host: localhost\r\ncontent-type: application/json\r\n{key}"),
            body: Vec::new(),
        }
    }
}

/// One connection that is kept.
struct Client {
    stream: BufReader<TcpStream>,
    head: String,
    body: Vec<u8>,
}

impl Client {
    fn ask(&mut self, query: &str, input: &str) -> &str {
        let body = format!(r#"{{"query":"{query}","variables":{{"input":{input}}}}}"#);
        let request = format!("POST /graphql HTTP/1.1\r\n{}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.stream.get_mut().write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.stream.read_line(&mut line).expect("an answer");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).expect("a body");
        let text = std::str::from_utf8(&self.body).expect("text");
        assert!(!text.contains(r#""errors""#), "{text}");
        text
    }

    fn agents(&mut self) -> Vec<String> {
        let text = self.ask("{ agents(first: 16, orderBy: [{ field: NAME }], filter: { maxConcurrentTasks: { isNull: true }, isActive: { eq: true } }) { nodes { id } } }", "null");
        let ids = all(text, "id");
        assert!(!ids.is_empty(), "the database has no active agents without a limit: serve the demo");
        ids
    }

    fn create(&mut self, agent: &str, kind: &str, count: usize) {
        let task = format!(r#"{{"assignedAgentId":"{agent}","taskType":"{kind}","slaMinutes":100000}}"#);
        let tasks = vec![task; count].join(",");
        self.ask(CREATE, &format!(r#"{{"tasks":[{tasks}]}}"#));
    }

    /// Claims and completes; how many.
    fn work(&mut self, agent: &str, count: usize) -> usize {
        let leases = self.claim(agent, "bench", count, 0);
        if leases.is_empty() {
            return 0;
        }
        let items: Vec<String> = leases
            .iter()
            .map(|(task, token)| format!(r#"{{"taskId":"{task}","token":"{token}","outputData":{{"ok":true}}}}"#))
            .collect();
        let text = self.ask(COMPLETE, &format!(r#"{{"items":[{}]}}"#, items.join(",")));
        text.matches(r#""userErrors":[]"#).count()
    }

    fn claim(&mut self, agent: &str, kind: &str, count: usize, wait: usize) -> Vec<(String, String)> {
        let input = format!(r#"{{"agentIds":["{agent}"],"max":{count},"waitSeconds":{wait},"taskTypes":["{kind}"]}}"#);
        let text = self.ask(CLAIM, &input);
        all(text, "taskId").into_iter().zip(all(text, "token")).collect()
    }
}

const CREATE: &str = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } } }";
const CLAIM: &str = "mutation($input: ClaimTasksInput!) { claimTasks(input: $input) { leases { taskId token } } }";
const COMPLETE: &str =
    "mutation($input: CompleteTasksInput!) { completeTasks(input: $input) { results { userErrors { code } } } }";

/// All texts under a name in a JSON document.
fn all(text: &str, name: &str) -> Vec<String> {
    let mark = format!(r#""{name}":""#);
    text.split(&mark).skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect()
}

fn seconds(name: &str, usual: u64) -> Duration {
    Duration::from_secs(env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual))
}

fn lives(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    println!("| batch | connections | lives/s (median of {ROUNDS}) |\n|---|---|---|");
    for (batch, connections) in [(50, 1), (50, 4), (50, 16), (1, 1), (1, 4), (1, 16)] {
        let mut rates: Vec<f64> = (0..ROUNDS).map(|_| rate(target, agents, batch, connections)).collect();
        rates.sort_by(f64::total_cmp);
        println!("| {batch} | {connections} | {:.0} ({:.0}–{:.0}) |", rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1]);
    }
}

/// Each connection creates tasks of one agent, claims as many and completes them.
fn rate(target: &Arc<Target>, agents: &Arc<Vec<String>>, batch: usize, connections: usize) -> f64 {
    let (done, measuring, stop) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let workers: Vec<_> = (0..connections)
        .map(|number| {
            let (target, agents) = (Arc::clone(target), Arc::clone(agents));
            let (done, measuring, stop) = (Arc::clone(&done), Arc::clone(&measuring), Arc::clone(&stop));
            thread::spawn(move || {
                let mut client = target.connect();
                let agent = &agents[number % agents.len()];
                while !stop.load(Ordering::Relaxed) {
                    client.create(agent, "bench", batch);
                    let count = client.work(agent, batch);
                    if measuring.load(Ordering::Relaxed) {
                        done.fetch_add(count, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    thread::sleep(seconds("WARM", 1));
    measuring.store(true, Ordering::Relaxed);
    let began = Instant::now();
    thread::sleep(seconds("SECS", 6));
    measuring.store(false, Ordering::Relaxed);
    let rate = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    workers.into_iter().for_each(|worker| worker.join().expect("a worker"));
    rate
}

/// Sixteen workers claim one task at a time among all that are there. `BACKLOG` tasks are made before.
fn claims(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let backlog: usize = env::var("BACKLOG").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut client = target.connect();
    for number in 0..backlog.div_ceil(1000) {
        client.create(&agents[number % agents.len()], "bench", 1000);
    }
    let gate = Arc::new(Barrier::new(16));
    let time = seconds("SECS", 6);
    let workers: Vec<_> = (0..16)
        .map(|number| {
            let (target, agents, gate) = (Arc::clone(target), Arc::clone(agents), Arc::clone(&gate));
            thread::spawn(move || {
                let mut client = target.connect();
                gate.wait();
                let began = Instant::now();
                let mut took = Vec::new();
                while began.elapsed() < time {
                    let asked = Instant::now();
                    let leases = client.claim(&agents[number % agents.len()], "bench", 1, 0);
                    took.push(asked.elapsed());
                    assert_eq!(leases.len(), 1, "the backlog is used up");
                }
                took
            })
        })
        .collect();
    let took = workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect();
    report("claims among the backlog", took, time);
}

/// A worker waits; a task is made; how long until the worker has it.
fn wakes(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let (mut maker, agent) = (target.connect(), agents[0].clone());
    let began = Instant::now();
    let mut took = Vec::new();
    for _ in 0..200 {
        let waiting = {
            let (target, agent) = (Arc::clone(target), agent.clone());
            let mut worker = target.connect();
            thread::spawn(move || (worker.claim(&agent, "wake", 1, 10), Instant::now()))
        };
        // The worker is idle by then.
        thread::sleep(Duration::from_millis(20));
        let made = Instant::now();
        maker.create(&agent, "wake", 1);
        let (leases, heard) = waiting.join().expect("a worker");
        assert_eq!(leases.len(), 1);
        took.push(heard - made);
    }
    report("a new task reaches a waiting worker", took, began.elapsed());
}

fn report(what: &str, mut took: Vec<Duration>, time: Duration) {
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let rate = took.len() as f64 / time.as_secs_f64();
    println!("{what}: {} in all, {rate:.0}/s, p50 {:.2} ms, p99 {:.2} ms", took.len(), at(0.5), at(0.99));
}

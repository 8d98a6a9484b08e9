//! A worker: claims an agent's tasks, does them, and says how they ended. Copy it, and put your work into `HANDLERS`.
//!
//! `AGENT="Support Specialist" cargo run`
//!
//! It does one task at a time: for more at once, run it more than once.

use std::{
    env,
    error::Error,
    process::{self, ExitCode},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

/// How long a claim waits for a task, in seconds. None is broken off: what it took would stay leased.
const WAIT_SECONDS: u64 = 5;
/// How long the task at hand may take after the signal to stop; then it is given back.
const GRACE: Duration = Duration::from_secs(5);

/// Takes the task, and gives its output, an object.
type Handler = fn(&Value, &AtomicBool) -> Result<Value, TaskFailure>;

/// By task type.
const HANDLERS: [(&str, Handler); 2] = [("write_letters", write_letters), ("fetch_page", fetch_page)];

/// Fails a task: RETRYABLE if another attempt may help, else PERMANENT. All other errors are RETRYABLE.
struct TaskFailure(Value);

impl TaskFailure {
    fn new(class: &str, code: &str, message: &str) -> Self {
        Self(json!({ "errorClass": class, "errorCode": code, "errorMessage": message }))
    }
}

impl<E: Error> From<E> for TaskFailure {
    fn from(error: E) -> Self {
        Self::new("RETRYABLE", "UNEXPECTED", &error.to_string())
    }
}

/// Long work: once `stop` is true it ends early, by an error, and the task is given back.
fn write_letters(task: &Value, stop: &AtomicBool) -> Result<Value, TaskFailure> {
    let Some(names) = task["inputData"]["names"].as_array() else {
        return Err(TaskFailure::new("PERMANENT", "INVALID_INPUT", "`names` must be a list"));
    };
    let mut letters = Vec::new();
    for name in names {
        thread::sleep(Duration::from_secs(1));
        if stop.load(Relaxed) {
            return Err(std::io::Error::from(std::io::ErrorKind::Interrupted).into());
        }
        letters.push(format!("Dear {}, your print is on its way.", name.as_str().unwrap_or("reader")));
    }
    Ok(json!({ "letters": letters }))
}

/// Work that may fail: a server that is broken may be repaired, a page that is gone stays gone.
fn fetch_page(task: &Value, _stop: &AtomicBool) -> Result<Value, TaskFailure> {
    let request = ureq::get(task["inputData"]["url"].as_str().unwrap_or_default());
    match request.config().timeout_global(Some(Duration::from_secs(10))).build().call() {
        Ok(mut page) => Ok(json!({ "bytes": page.body_mut().read_to_vec()?.len() })),
        Err(ureq::Error::StatusCode(status)) => {
            let class = if status >= 500 { "RETRYABLE" } else { "PERMANENT" };
            Err(TaskFailure::new(class, &format!("HTTP_{status}"), &format!("the page answered {status}")))
        }
        Err(error) => Err(error.into()),
    }
}

/// By when the task at hand must end; set by the signal to stop.
static STOP_BY: OnceLock<Instant> = OnceLock::new();

fn time_left() -> Duration {
    STOP_BY.get().map_or(Duration::MAX, |stop_by| stop_by.saturating_duration_since(Instant::now()))
}

/// Why a call did nothing.
enum Problem {
    /// The server refuses it: repeating it does not help.
    Refused(String),
    NoAnswer(String),
}

impl From<ureq::Error> for Problem {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::BadUri(_) | ureq::Error::Http(_) => Self::Refused(error.to_string()),
            _ => Self::NoAnswer(error.to_string()),
        }
    }
}

struct Worker {
    http: ureq::Agent,
    url: String,
    key: Option<String>,
    lease: Duration,
}

impl Worker {
    fn send(&self, query: &str, variables: &Value) -> Result<Value, Problem> {
        let mut request = self.http.post(&self.url).header("Accept", "application/graphql-response+json");
        if let Some(key) = &self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let mut response = request.send_json(json!({ "query": query, "variables": variables }))?;
        let text = response.body_mut().read_to_string()?;
        // Null if it is no answer of GraphQL, maybe a proxy's.
        let mut answer: Value = serde_json::from_str(&text).unwrap_or_default();
        let error = &answer["errors"][0];
        if error.is_null() && answer["data"].is_object() {
            return Ok(answer["data"].take());
        }
        let status = response.status();
        let code = error["extensions"]["code"].as_str().unwrap_or(status.as_str());
        let message = format!("{code}: {}", error["message"].as_str().unwrap_or(&text));
        match status.is_server_error() || ["UNAVAILABLE", "TIMEOUT", "INTERNAL"].contains(&code) {
            true => Err(Problem::NoAnswer(message)),
            false => Err(Problem::Refused(message)),
        }
    }

    /// Sends until there is an answer. Repeating is safe: once a task has ended, its lease is stale.
    fn ask(&self, query: &str, variables: &Value) -> Result<Value, Problem> {
        let mut pause = Duration::from_millis(250);
        loop {
            match self.send(query, variables) {
                Err(Problem::NoAnswer(message)) if !time_left().is_zero() => {
                    eprintln!("no answer, trying again: {message}");
                }
                done => return done,
            }
            // Random, so that many workers do not come back at once.
            thread::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0).min(time_left()));
            pause = (pause * 2).min(Duration::from_secs(5));
        }
    }

    fn mutate(&self, verb: &str, input: Value, selection: &str) -> Result<Value, Problem> {
        let input_type = format!("{}{}Input", verb[..1].to_uppercase(), &verb[1..]);
        let fields = format!("{verb}(input: $input) {{ {selection} userErrors {{ code message }} }}");
        let mutation = format!("mutation($input: {input_type}!) {{ {fields} }}");
        let done = self.ask(&mutation, &json!({ "input": input }))?[verb].take();
        match &done["userErrors"][0] {
            Value::Null => Ok(done),
            error => Err(Problem::Refused(format!("{verb}: {error}"))),
        }
    }

    /// Gives what the mutation did to the leased task; nothing if it was refused, most likely with `STALE_LEASE`.
    fn on_lease(&self, verb: &str, lease: &Value, fields: Value, selection: &str) -> Result<Option<Value>, Problem> {
        let mut item = fields;
        item["taskId"] = lease["taskId"].clone();
        item["token"] = lease["token"].clone();
        let selection = format!("results {{ userErrors {{ code message }} }} {selection}");
        let done = self.mutate(verb, json!({ "items": [item] }), &selection)?;
        let error = &done["results"][0]["userErrors"][0];
        let outcome = if error.is_null() { "done".to_owned() } else { error.to_string() };
        eprintln!("{verb} of {}: {outcome}", lease["taskId"]);
        Ok(error.is_null().then_some(done))
    }

    fn work(&self, lease: &Value) -> Result<(), Problem> {
        let stop = Arc::new(AtomicBool::new(false));
        let (sender, ended) = mpsc::channel();
        let (task, told) = (lease["task"].clone(), Arc::clone(&stop));
        thread::spawn(move || sender.send(attempt(&task, &told)));
        let mut heartbeat_at = Instant::now() + self.lease / 3;
        let end = |verb, fields| self.on_lease(verb, lease, fields, "").map(drop);
        loop {
            match ended.recv_timeout(Duration::from_millis(200)) {
                Ok((verb, fields)) => {
                    if self.on_lease(verb, lease, fields, "")?.is_some() || verb != "completeTasks" {
                        return Ok(());
                    }
                    // If it was the lease that was refused and not the output, this is refused too.
                    return end("failTasks", TaskFailure::new("PERMANENT", "INVALID_OUTPUT", "see the log").0);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return end("failTasks", TaskFailure::new("RETRYABLE", "PANIC", "the handler panicked").0);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if time_left() < Duration::from_secs(1) {
                stop.store(true, Relaxed);
            }
            if time_left().is_zero() {
                // The handler did not stop in a second.
                return end("releaseTasks", json!({}));
            }
            if Instant::now() > heartbeat_at {
                heartbeat_at = Instant::now() + self.lease / 3;
                let beat = self.on_lease("heartbeatTasks", lease, json!({}), "leases { cancelRequested }")?;
                let is_ours = beat.is_some();
                if beat.is_none_or(|beat| beat["leases"][0]["cancelRequested"] == true) {
                    stop.store(true, Relaxed);
                }
                if !is_ours {
                    return Ok(());
                }
            }
        }
    }
}

/// Does a task. Gives the mutation that ends it, and what it says.
fn attempt(task: &Value, stop: &AtomicBool) -> (&'static str, Value) {
    let handler = HANDLERS.iter().find(|(task_type, _)| task["taskType"] == *task_type);
    let done = match handler {
        Some((_, handler)) => handler(task, stop),
        None => Err(TaskFailure::new("PERMANENT", "NO_HANDLER", "there is no handler for this type")),
    };
    match done {
        Ok(output) => ("completeTasks", json!({ "outputData": output })),
        // A task that is being cancelled is cancelled by this.
        Err(_) if stop.load(Relaxed) => ("releaseTasks", json!({})),
        Err(TaskFailure(fields)) => ("failTasks", fields),
    }
}

fn run() -> Result<(), Problem> {
    let refused = |message: &str| Problem::Refused(message.to_owned());
    let lease_seconds = env::var("LEASE_SECONDS").unwrap_or_else(|_| "60".to_owned());
    let lease_seconds: u32 = lease_seconds.parse().map_err(|_| refused("LEASE_SECONDS must be a number"))?;
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let worker = Worker {
        http: config.timeout_global(Some(Duration::from_secs(40))).build().into(),
        url: env::var("VIVIDWALLS_URL").unwrap_or_else(|_| "http://127.0.0.1:4000/graphql".to_owned()),
        key: env::var("VIVIDWALLS_KEY").ok(),
        lease: Duration::from_secs(lease_seconds.into()),
    };
    let agent = env::var("AGENT").map_err(|_| refused("AGENT must be the name or the id of an agent"))?;
    let is_id = agent.len() == 36 && agent.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let mut agent = json!(agent);
    if !is_id {
        let found =
            worker.ask("query($name: String!) { agentByName(name: $name) { id } }", &json!({ "name": agent }))?;
        agent = found["agentByName"]["id"].clone();
        if agent.is_null() {
            return Err(refused("there is no agent of this name"));
        }
    }
    let claim = json!({
        "agentIds": [agent],
        "taskTypes": HANDLERS.map(|(task_type, _)| task_type),
        "worker": format!("rust worker {}", process::id()),
        "leaseSeconds": lease_seconds,
        "waitSeconds": WAIT_SECONDS,
    });
    eprintln!("waiting for tasks");
    while STOP_BY.get().is_none() {
        let claimed =
            worker.mutate("claimTasks", claim.clone(), "leases { taskId token task { id taskType inputData } }")?;
        for lease in claimed["leases"].as_array().into_iter().flatten() {
            worker.work(lease)?;
        }
    }
    Ok(())
}

fn main() -> ExitCode {
    let on_signal = || {
        if STOP_BY.set(Instant::now() + GRACE).is_err() {
            // A second signal ends the worker at once.
            process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(on_signal) {
        eprintln!("no signals are heard: {error}");
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Problem::NoAnswer(message)) => {
            eprintln!("stopped without an answer: {message}");
            ExitCode::SUCCESS
        }
        Err(Problem::Refused(message)) => {
            eprintln!("refused: {message}");
            ExitCode::FAILURE
        }
    }
}

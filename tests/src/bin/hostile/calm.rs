//! A client that asks for little, again and again.

use std::{
    fmt, io,
    thread::sleep,
    time::{Duration, Instant},
};

use tests::client::{Client, Target};

/// How long it thinks between two requests.
const PAUSE: Duration = Duration::from_millis(10);
const QUERY: &[u8] = br#"{"query":"{ agents(first: 5) { nodes { id name } } }"}"#;

/// How long its requests took, shortest first, and what it was answered when it was not served.
pub(super) struct Times {
    took: Vec<Duration>,
    pub(super) failed: Vec<String>,
    /// The memory of the server at the end, in MB, if the environment says which process it is.
    memory: Option<u64>,
}

/// Asks for some time, over a connection that it has already: the attackers come from the same address, whose
/// number of connections is limited.
pub(super) fn ask(target: &Target, connection: &mut io::Result<Client>, time: Duration) -> Times {
    let (mut took, mut failed) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    while begun.elapsed() < time {
        let asked = Instant::now();
        let answer = connection.as_mut().ok().and_then(|connection| connection.post(QUERY).ok());
        took.push(asked.elapsed());
        match answer {
            Some((200, body)) if !body.contains("\"errors\"") => {}
            Some((status, body)) => failed.push(format!("{status} {}", body.chars().take(200).collect::<String>())),
            None => {
                failed.push("no answer".to_owned());
                *connection = target.connect();
            }
        }
        sleep(PAUSE);
    }
    took.sort();
    failed.truncate(5);
    Times { took, failed, memory: memory() }
}

fn memory() -> Option<u64> {
    let process = std::env::var("SERVER").ok()?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().split(' ').next()?.parse::<u64>().ok().map(|kib| kib / 1024)
}

impl Times {
    fn at(&self, share: f64) -> f64 {
        let last = self.took.len().saturating_sub(1);
        self.took.get((last as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }

    /// In milliseconds.
    pub(super) fn p99(&self) -> f64 {
        self.at(0.99)
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, p50, p99, longest) = (self.took.len(), self.at(0.5), self.p99(), self.at(1.0));
        write!(f, "{number} requests, p50 {p50:.2}, p99 {p99:.2}, longest {longest:.2} ms")?;
        self.memory.map_or(Ok(()), |memory| write!(f, ", {memory} MB"))
    }
}

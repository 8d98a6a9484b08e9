//! The log line of a request.

use std::{
    fmt::Write,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_graphql::{ServerError, parser::types::OperationType};
use axum::http::HeaderMap;
use uuid::Uuid;

use super::{
    answer::{Answer, REQUEST_ID},
    failure::{self, Code},
};
use crate::{read::Meter, write::Deadline};

/// The longest name that a client may give its request.
const LONGEST_ID: usize = 64;

/// What is left of a request's time to answer what was done.
const TIME_TO_ANSWER: Duration = Duration::from_millis(100);

/// What is known of a request while it runs. One line is written when it is answered, or when the
/// client went away before.
pub(super) struct AccessLog {
    pub(super) id: String,
    pub(super) operation: Option<String>,
    pub(super) kind: Option<OperationType>,
    /// Who asks, by name.
    pub(super) principal: Option<String>,
    /// Why it failed: the code and message of the first error.
    pub(super) reason: Option<(String, String)>,
    pub(super) meter: Arc<Meter>,
    started: Instant,
    write: bool,
}

impl AccessLog {
    pub(super) fn begin(headers: &HeaderMap, write: bool) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_id(id));
        Self::new(given.map_or_else(next_id, str::to_owned), write)
    }

    /// The line of the operation of the same request, which is answered later.
    pub(super) fn of_operation(&self) -> Self {
        Self::new(self.id.clone(), self.write)
    }

    fn new(id: String, write: bool) -> Self {
        Self {
            id,
            operation: None,
            kind: None,
            principal: None,
            reason: None,
            meter: Arc::default(),
            started: Instant::now(),
            write,
        }
    }

    /// When mutations must be done, for a request that is given up after this time.
    pub(super) fn deadline(&self, limit: Duration) -> Option<Deadline> {
        let time = limit.saturating_sub(TIME_TO_ANSWER).max(limit / 2);
        self.started.checked_add(time).map(|end| Deadline(end.into()))
    }

    /// Writes the line of what was refused without an answer of HTTP.
    pub(super) fn refuse(&mut self, code: Code, error: &ServerError) {
        self.reason = Some(failure::reason(error));
        self.write(code.status().as_u16(), 0);
    }

    /// Leaves the line to somebody else.
    pub(super) fn forget(&mut self) {
        self.write = false;
    }

    pub(super) fn end(&mut self, answer: &Answer) {
        self.reason = answer.reason.clone();
        self.write(answer.status.as_u16(), answer.body.len());
    }

    /// Writes the line, once.
    pub(super) fn write(&mut self, status: u16, bytes: usize) {
        if !std::mem::take(&mut self.write) {
            return;
        }
        let kind = match self.kind {
            Some(OperationType::Query) => "query",
            Some(OperationType::Mutation) => "mutation",
            Some(OperationType::Subscription) => "subscription",
            None => "",
        };
        tracing::info!(
            target: "vividwalls::request",
            id = self.id,
            operation = self.operation.as_deref().unwrap_or_default(),
            kind,
            principal = self.principal.as_deref(),
            status,
            ms = self.started.elapsed().as_micros() as f64 / 1000.0,
            statements = self.meter.statements(),
            bytes,
            code = self.reason.as_ref().map(|(code, _)| code.as_str()),
            reason = self.reason.as_ref().map(|(_, message)| message.as_str()),
        );
    }
}

/// A client that goes away cancels its request.
impl Drop for AccessLog {
    fn drop(&mut self) {
        self.write(CLIENT_WENT_AWAY, 0);
    }
}

/// Of no standard, but what proxies write.
const CLIENT_WENT_AWAY: u16 = 499;

fn is_id(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Unique among the requests of all processes, and cheaper than a UUID.
fn next_id() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| Uuid::now_v7().simple().to_string().split_off(20));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut id = String::with_capacity(24);
    // Writing to a string does not fail.
    let _ = write!(id, "{}-{:x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed));
    id
}

//! The log line of a request, and its figures.

use std::{
    fmt::Write,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use async_graphql::{ServerError, parser::types::OperationType};
use uuid::Uuid;

use super::{
    App,
    answer::Answer,
    failure::{self, Code},
    refusal_log::RefusalLog,
    sender::Sender,
};
use crate::{
    document::Document,
    metrics::{Ended, Metrics, Transport},
    read::Meter,
    write::{Deadline, Forbidden},
};

/// What is left of a request's time to answer what was done.
const TIME_TO_ANSWER: Duration = Duration::from_millis(100);

/// What is known of a request while it runs. It is counted, and one line is written, when it is answered, or when the
/// client went away before; one that took long gets a second line.
pub(super) struct AccessLog {
    /// Ours, which no other request has.
    pub(super) id: String,
    pub(super) sender: Sender,
    pub(super) operation: Option<String>,
    pub(super) kind: Option<OperationType>,
    /// Who asks, by name.
    pub(super) principal: Option<String>,
    /// Why it failed: the code and message of the first error.
    pub(super) reason: Option<(String, String)>,
    pub(super) meter: Arc<Meter>,
    /// What it asks, once that was read.
    pub(super) document: Option<Arc<Document>>,
    pub(super) transport: Transport,
    /// What it was forbidden, whatever else it was answered.
    pub(super) forbidden: Forbidden,
    refusals: RefusalLog,
    metrics: Arc<Metrics>,
    started: Instant,
    /// From when on it is slow; zero for never.
    slow: Duration,
    is_logged: bool,
    has_ended: bool,
}

impl AccessLog {
    pub(super) fn begin(app: &App, transport: Transport, sender: Sender) -> Self {
        Self {
            id: next_id(),
            sender,
            operation: None,
            kind: None,
            principal: None,
            reason: None,
            meter: Arc::default(),
            document: None,
            transport,
            forbidden: Forbidden::default(),
            refusals: app.refusals.clone(),
            metrics: Arc::clone(&app.metrics),
            started: Instant::now(),
            slow: app.settings.slow_request,
            is_logged: app.settings.log_requests,
            has_ended: false,
        }
    }

    /// The line of the operation of the same request, which is answered later.
    pub(super) fn of_operation(&self, app: &App) -> Self {
        let mut line = Self::begin(app, self.transport, self.sender.clone());
        line.id.clone_from(&self.id);
        line
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
        self.has_ended = true;
    }

    pub(super) fn end(&mut self, answer: &Answer) {
        self.reason = answer.reason.clone();
        self.write(answer.status.as_u16(), answer.body.len());
    }

    /// Writes the line, once.
    pub(super) fn write(&mut self, status: u16, bytes: usize) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        self.tell_refusal();
        let time = self.started.elapsed();
        let is_timed = self.kind != Some(OperationType::Subscription) && !self.meter.waits();
        self.metrics.requests.note(Ended {
            kind: self.kind().unwrap_or("none"),
            transport: self.transport,
            code: self.code(status),
            took: is_timed.then_some(time),
            bytes,
        });
        if self.is_logged {
            self.write_line(status, bytes, time);
        }
        if is_timed && !self.slow.is_zero() && time >= self.slow {
            self.write_slow(time);
        }
    }

    fn write_line(&self, status: u16, bytes: usize, time: Duration) {
        tracing::info!(
            target: "vividwalls::request",
            id = self.id,
            client_request_id = self.sender.request_id.as_deref(),
            address = self.sender.address.map(tracing::field::display),
            operation = self.operation.as_deref().unwrap_or_default(),
            kind = self.kind().unwrap_or_default(),
            principal = self.principal.as_deref(),
            status,
            ms = milliseconds(time),
            statements = self.meter.statements(),
            bytes,
            code = self.reason.as_ref().map(|(code, _)| code.as_str()),
            reason = self.reason.as_ref().map(|(_, message)| message.as_str()),
        );
    }

    /// Values are never part of it: the text is known by its hash.
    fn write_slow(&self, time: Duration) {
        tracing::warn!(
            target: "vividwalls::slow",
            id = self.id,
            document = self.document.as_ref().map(|document| document.hash.as_str()),
            operation = self.operation.as_deref().unwrap_or_default(),
            kind = self.kind().unwrap_or_default(),
            principal = self.principal.as_deref(),
            ms = milliseconds(time),
            statements = self.meter.statements(),
        );
    }

    fn kind(&self) -> Option<&'static str> {
        self.kind.map(|kind| match kind {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        })
    }

    /// How it ended, as figures have it.
    fn code(&self, status: u16) -> &'static str {
        match &self.reason {
            None if status == CLIENT_WENT_AWAY => "CLIENT_WENT_AWAY",
            None => "OK",
            Some((code, _)) => Code::named(code).unwrap_or(Code::Internal).name(),
        }
    }

    /// That somebody was not let in, or not to do something, is told whether or not requests are.
    fn tell_refusal(&self) {
        let refused = self.reason.as_ref().and_then(|(code, reason)| {
            Code::named(code).filter(|code| code.is_refusal()).map(|code| (code, reason.clone()))
        });
        let forbidden = || self.forbidden.reason().map(|reason| (Code::Forbidden, failure::without_values(reason)));
        if let Some((code, reason)) = refused.or_else(forbidden) {
            self.refusals.note(code, self.sender.address, self.principal.as_deref(), &reason, &self.id);
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

/// A client that goes away cancels its request.
impl Drop for AccessLog {
    fn drop(&mut self) {
        self.write(CLIENT_WENT_AWAY, 0);
    }
}

/// Of no standard, but what proxies write.
const CLIENT_WENT_AWAY: u16 = 499;

/// Unique among the requests of all processes, and cheaper than a UUID.
fn next_id() -> String {
    static PROCESS: LazyLock<String> = LazyLock::new(|| Uuid::now_v7().simple().to_string().split_off(20));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut id = String::with_capacity(24);
    // Writing to a string does not fail.
    let _ = write!(id, "{}-{:x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed));
    id
}

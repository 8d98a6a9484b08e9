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
use uuid::Uuid;

use super::{
    App,
    answer::Answer,
    failure::{self, Code},
    refusal_log::RefusalLog,
    sender::Sender,
};
use crate::{
    read::Meter,
    write::{Deadline, Forbidden},
};

/// What is left of a request's time to answer what was done.
const TIME_TO_ANSWER: Duration = Duration::from_millis(100);

/// What is known of a request while it runs. One line is written when it is answered, or when the
/// client went away before.
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
    /// What it was forbidden, whatever else it was answered.
    pub(super) forbidden: Forbidden,
    refusals: RefusalLog,
    started: Instant,
    /// Whether a line is written at all.
    write: bool,
    ended: bool,
}

impl AccessLog {
    pub(super) fn begin(app: &App, sender: Sender) -> Self {
        Self::new(next_id(), sender, app.refusals.clone(), app.settings.log_requests)
    }

    /// The line of the operation of the same request, which is answered later.
    pub(super) fn of_operation(&self) -> Self {
        Self::new(self.id.clone(), self.sender.clone(), self.refusals.clone(), self.write)
    }

    fn new(id: String, sender: Sender, refusals: RefusalLog, write: bool) -> Self {
        Self {
            id,
            sender,
            operation: None,
            kind: None,
            principal: None,
            reason: None,
            meter: Arc::default(),
            forbidden: Forbidden::default(),
            refusals,
            started: Instant::now(),
            write,
            ended: false,
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
        self.ended = true;
    }

    pub(super) fn end(&mut self, answer: &Answer) {
        self.reason = answer.reason.clone();
        self.write(answer.status.as_u16(), answer.body.len());
    }

    /// Writes the line, once.
    pub(super) fn write(&mut self, status: u16, bytes: usize) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        self.tell_refusal();
        if !self.write {
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
            client_request_id = self.sender.request_id.as_deref(),
            address = self.sender.address.map(tracing::field::display),
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

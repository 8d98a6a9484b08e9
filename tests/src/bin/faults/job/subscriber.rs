//! A subscriber over server-sent events.

use std::{io, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tests::client::{Client, Target};

use super::text;
use crate::{load::Load, wait::pause};

const QUERY: &str =
    "subscription($after: String) { taskEvents(after: $after, filter: { kinds: [TASK_CREATED] }) { taskId } }";
/// Without an event for so long, it comes back: a stream need not be broken to be resumed.
const SILENCE: Duration = Duration::from_secs(2);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// How it says where it was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Resume {
    /// The argument `after`.
    Argument,
    /// The header `Last-Event-ID`.
    Header,
}

/// A subscriber over server-sent events.
pub(super) struct Subscriber {
    load: Arc<Load>,
    resume: Resume,
    cursor: String,
    seen: Vec<String>,
    /// The server has ended the stream with an error.
    was_ended: bool,
}

impl Subscriber {
    pub(super) fn new(load: &Arc<Load>, resume: Resume, cursor: String) -> Self {
        Self { load: Arc::clone(load), resume, cursor, seen: Vec::new(), was_ended: false }
    }

    /// The objects of the events that came, in their order.
    pub(super) fn seen(&self) -> &[String] {
        &self.seen
    }

    /// Follows the events, over one stream after the other, until `is_done` says that all have arrived.
    pub(super) fn follow(&mut self, is_done: impl Fn(usize) -> bool) -> Result<(), String> {
        while !is_done(self.seen.len()) {
            self.load.check()?;
            match self.open().and_then(|mut client| self.read(&mut client, &is_done)) {
                Ok(wrong) => wrong.map_or(Ok(()), Err)?,
                Err(error) if self.may_come_back(&error) => pause(PAUSE),
                Err(error) => return Err(format!("a stream broke: {error}")),
            }
        }
        Ok(())
    }

    /// Asks for the events after the cursor. With HTTP/1.0 the answer has no chunks.
    fn open(&self) -> io::Result<Client> {
        let mut client = Target { address: self.load.address(), key: None }.connect()?;
        client.wait_only(SILENCE)?;
        let body = json!({ "query": QUERY, "variables": { "after": self.cursor } }).to_string();
        let header = match self.resume {
            Resume::Argument => String::new(),
            Resume::Header => format!("last-event-id: {}\r\n", self.cursor),
        };
        let head = format!(
            "POST /graphql/stream HTTP/1.0\r\nhost: localhost\r\naccept: text/event-stream\r\n\
             content-type: application/json\r\n{header}content-length: {}\r\n\r\n",
            body.len()
        );
        client.write(&[head.as_bytes(), body.as_bytes()].concat())?;
        Ok(client)
    }

    /// Reads until the stream breaks or all came; says what must not happen.
    fn read(&mut self, client: &mut Client, is_done: &impl Fn(usize) -> bool) -> io::Result<Option<String>> {
        let mut id = None;
        self.was_ended = false;
        let status = client.line()?;
        match status.split(' ').nth(1) {
            Some("200") => {}
            // The database is away, or too many streams are not yet known to be closed.
            Some("429" | "503") => return Err(io::ErrorKind::ConnectionRefused.into()),
            _ => return Ok(Some(format!("the stream was refused: {status}"))),
        }
        while !is_done(self.seen.len()) {
            let line = client.line()?;
            if let Some(cursor) = line.strip_prefix("id: ") {
                id = Some(cursor.to_owned());
            } else if let Some(data) = line.strip_prefix("data: ")
                && let Err(wrong) = self.take(data, id.take())
            {
                return Ok(Some(wrong));
            }
        }
        Ok(None)
    }

    fn take(&mut self, data: &str, id: Option<String>) -> Result<(), String> {
        let answer: Value = serde_json::from_str(data).map_err(|error| format!("{error}: {data}"))?;
        if answer.get("errors").is_some() {
            self.was_ended = self.may_fail(data);
            return if self.was_ended { Ok(()) } else { Err(data.to_owned()) };
        }
        self.seen.push(text(&answer["data"]["taskEvents"]["taskId"])?);
        self.cursor = id.ok_or_else(|| format!("an event without a cursor: {data}"))?;
        self.load.progressed();
        Ok(())
    }

    /// Whether a stream may end like this: after an error of the server, after silence, when it was refused, or by a
    /// fault that breaks connections.
    fn may_come_back(&self, error: &io::Error) -> bool {
        let kinds = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut, io::ErrorKind::ConnectionRefused];
        self.was_ended || kinds.contains(&error.kind()) || self.load.fault.breaks_connections()
    }

    /// Whether it may come back after this error; one that fell behind may.
    fn may_fail(&self, answer: &str) -> bool {
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        let code = answer["errors"][0]["extensions"]["code"].as_str();
        code.is_some_and(|code| code == "LIMIT_EXCEEDED" || self.load.fault.codes().contains(&code))
    }
}

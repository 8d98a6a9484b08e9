//! What the client of a socket sends, and what is done about it.

use std::{collections::BTreeMap, sync::Arc};

use async_graphql::ServerError;
use axum::{
    Error,
    extract::ws::{Message, WebSocket},
};
use futures::{StreamExt, pin_mut, stream::SplitStream};
use serde::Deserialize;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::{
    close::Close,
    operations::{Full, Key, Operations},
    outbox::Outbox,
    pace::Pace,
};
use crate::{
    http::{
        App,
        access_log::AccessLog,
        failure::{self, Code},
        identity::{Caller, Credentials},
        operation::{self, Answered},
        read::Parameters,
        seats::Seat,
        sender::Sender,
        shutdown::Live,
        standing::{Standing, Standings},
    },
    metrics::{AuthMethod, Transport},
};

/// The longest message of a client that has not said who it is, in bytes.
const MAX_INIT: usize = 4 << 10;

/// What a client sends along. Not as JSON of `serde_json`, which gives a meaning of its own to some names.
type Payload = BTreeMap<String, async_graphql::Value>;

/// A message of the protocol.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Incoming {
    ConnectionInit { payload: Option<Payload> },
    Ping { payload: Option<Payload> },
    Pong {},
    Subscribe { id: String, payload: Parameters },
    Complete { id: String },
}

/// A socket while its client speaks.
pub(super) struct Session {
    app: Arc<App>,
    caller: Caller,
    sender: Sender,
    operations: Arc<Operations>,
    outbox: Outbox,
    live: Live,
    /// Who it is, once that was said, and whether it may still be here.
    credentials: Option<(Credentials, Standing)>,
    /// Its place among the sockets of its client.
    _seat: Option<Seat<String>>,
    pace: Pace,
}

impl Session {
    pub(super) fn new(
        app: Arc<App>,
        (caller, sender): (Caller, Sender),
        operations: Arc<Operations>,
        outbox: Outbox,
        live: Live,
    ) -> Self {
        // Who comes back may begin all of its operations at once.
        let pace = Pace::new(app.settings.watch.messages, app.settings.watch.operations);
        Self { app, caller, sender, operations, outbox, live, credentials: None, _seat: None, pace }
    }

    /// Listens to the end; why the socket is to be closed, if the client has not done so.
    pub(super) async fn run(mut self, source: &mut SplitStream<WebSocket>) -> Option<Close> {
        let settings = self.app.settings.watch;
        let init_until = Instant::now() + settings.init_timeout;
        // A ping goes out in each interval: who lives answers.
        let silence = settings.keepalive * 2;
        let mut stops = false;
        let mut live = self.live.clone();
        loop {
            let message = tokio::select! {
                message = timeout(silence, source.next()) => message.ok()??,
                () = tokio::time::sleep_until(init_until), if self.credentials.is_none() => return Some(Close::TIMEOUT),
                () = live.stopped(), if !stops => {
                    stops = true;
                    continue;
                }
                // Queries and mutations come to their end first.
                () = self.operations.idle(), if stops => return Some(Close::AWAY),
                error = denied(&mut self.credentials) => return Some(Close::forbidden(error.to_string())),
                () = self.outbox.closed() => return None,
            };
            if let Err(close) = self.hear(message).await {
                return close;
            }
        }
    }

    async fn hear(&mut self, message: Result<Message, Error>) -> Result<(), Option<Close>> {
        // Whatever it is: the answer to a ping costs as much as many a query.
        if message.is_ok() && !self.pace.keeps(Instant::now()) {
            return Err(Some(Close::too_fast(self.app.settings.watch.messages)));
        }
        let limit = self.app.settings.body_limit;
        let limit = if self.credentials.is_none() { limit.min(MAX_INIT) } else { limit };
        match message {
            Ok(Message::Text(text)) if text.len() > limit => Err(Some(Close::TOO_LARGE)),
            Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                Ok(message) => Ok(self.obey(message).await?),
                Err(error) => Err(Some(Close::bad_message(format!("no message of {}: {error}", super::PROTOCOL)))),
            },
            Ok(Message::Binary(_)) => Err(Some(Close::bad_message("messages are sent as text"))),
            Ok(Message::Ping(_) | Message::Pong(_)) => Ok(()),
            // The closing is answered below.
            Ok(Message::Close(_)) => Err(None),
            Err(error) => {
                tracing::debug!("a socket broke: {error}");
                Err(Some(Close::TOO_LARGE).filter(|_| error.to_string().contains("too long")))
            }
        }
    }

    async fn obey(&mut self, message: Incoming) -> Result<(), Close> {
        match message {
            Incoming::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await?,
            Incoming::Ping { payload } => {
                let payload = payload.and_then(|payload| serde_json::to_string(&payload).ok());
                let payload = payload.map(|payload| format!(r#","payload":{payload}"#));
                self.outbox.text(format!(r#"{{"type":"pong"{}}}"#, payload.unwrap_or_default())).await;
            }
            Incoming::Pong {} => {}
            Incoming::Subscribe { id, payload } => self.subscribe(&id, payload).await?,
            Incoming::Complete { id } => self.operations.cancel(&id),
        }
        Ok(())
    }

    async fn init(&mut self, payload: Payload) -> Result<(), Close> {
        if self.credentials.is_some() {
            return Err(Close::AGAIN);
        }
        let authorization = payload.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        // What is no text is no key either.
        let authorization = authorization.map(|(_, value)| match value {
            async_graphql::Value::String(text) => text.as_str(),
            _ => "",
        });
        let app = &self.app;
        let known = async {
            let credentials = Credentials::new(self.caller, authorization)?;
            let principal = credentials.admit(app, self.sender.address).await?;
            Ok((principal.family(), (credentials.clone(), Standings::follow(app, &credentials))))
        };
        let known = known.await;
        let method = if authorization.is_some() { AuthMethod::Key } else { AuthMethod::Nothing };
        app.metrics.authentications.note(method, &known);
        match known {
            Ok((family, known)) => {
                let most = app.settings.watch.sockets;
                self._seat = Some(app.watchers.take(family, most).ok_or_else(|| Close::full(most))?);
                self.credentials = Some(known);
            }
            Err(error) => {
                let mut line = AccessLog::begin(app, Transport::WebSocket, self.sender.clone());
                let (code, error) = failure::of(&error, &line.id);
                line.refuse(code, &error);
                return Err(match code {
                    Code::Unauthenticated => Close::forbidden(error.message),
                    Code::Throttled => Close::later(error.message),
                    _ => Close::LATER,
                });
            }
        }
        self.outbox.text(r#"{"type":"connection_ack"}"#.to_owned()).await;
        Ok(())
    }

    async fn subscribe(&mut self, id: &str, parameters: Parameters) -> Result<(), Close> {
        let Some((credentials, _)) = self.credentials.clone() else { return Err(Close::UNAUTHORIZED) };
        let most = self.app.settings.watch.operations;
        match self.operations.begin(id, most) {
            Ok(key) => {
                let answers = operation::answers(
                    Arc::clone(&self.app),
                    credentials,
                    parameters,
                    Arc::default(),
                    self.live.clone(),
                    AccessLog::begin(&self.app, Transport::WebSocket, self.sender.clone()),
                );
                let outbox = self.outbox.clone();
                let running = key.clone();
                let task = tokio::spawn(async move { tell(answers, outbox, running).await });
                self.operations.runs(&key, task.abort_handle());
            }
            Err(Full::Taken) => return Err(Close::taken(id)),
            Err(Full::Many) => {
                let error = format!("this WebSocket already has {most} operations, the maximum");
                let errors: [ServerError; 1] = [failure::error(Code::LimitExceeded, error)];
                let (id, errors) = (Value::from(id), serde_json::to_string(&errors).unwrap_or_default());
                self.outbox.text(format!(r#"{{"id":{id},"type":"error","payload":{errors}}}"#)).await;
            }
        }
        Ok(())
    }
}

/// Waits until who was let in may no longer be here.
async fn denied(known: &mut Option<(Credentials, Standing)>) -> service::Error {
    match known {
        Some((_, standing)) => standing.ended().await,
        None => std::future::pending().await,
    }
}

async fn tell(answers: impl futures::Stream<Item = Answered>, outbox: Outbox, key: Key) {
    pin_mut!(answers);
    while let Some(answered) = answers.next().await {
        let is_last = !matches!(answered, Answered::Next(_));
        if !outbox.answer(&key, answered).await || is_last {
            return;
        }
    }
    outbox.complete(key).await;
}

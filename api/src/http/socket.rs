//! GraphQL over a WebSocket: the protocol `graphql-transport-ws`, with its close codes.
//!
//! - [`handle`]: from the request to the end of the socket.
//! - `session`: what the client sends; `pace`: how fast. `operations`: what runs, a task for each operation. `outbox`: what
//!   is sent.
//!
//! Who does not take what is sent is not written for: its operations wait, its subscriptions fall behind and end with
//! a reason, and after a while the socket is given up.

mod close;
mod operations;
mod outbox;
mod pace;
mod session;

use std::{future::ready, sync::Arc};

use axum::{
    Extension,
    extract::{FromRequestParts, Request, State, WebSocketUpgrade, ws::WebSocket},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use tokio::time::timeout;

use super::{App, accept::Media, access_log::AccessLog, browser, identity::Caller, sender::Sender, shutdown::Shutdown};
use crate::metrics::Transport;

use close::Close;
use operations::Operations;
use session::Session;

const PROTOCOL: &str = "graphql-transport-ws";
/// Sockets are many and mostly silent.
const BUFFER: usize = 4 << 10;
/// The most messages that are read, and not looked at, of a client whose socket is closed.
const MAX_UNREAD: usize = 1000;

/// What a client with too many sockets and streams hears.
pub(super) fn full(most: usize) -> String {
    format!("you already have {most} WebSockets and event streams, the maximum")
}

/// Answers a request to `/graphql/ws`.
pub(super) async fn handle(
    State(app): State<Arc<App>>,
    stopping: Option<Extension<Shutdown>>,
    request: Request,
) -> Response {
    let (mut head, _) = request.into_parts();
    let sender = Sender::of(&head.headers, &head.extensions);
    if browser::is_foreign(&head, &app.settings.allowed_origins) {
        let (mut line, answer) = (AccessLog::begin(&app, Transport::WebSocket, sender), browser::refusal());
        line.end(&answer);
        return answer.into_response(Media::Json, &line.id);
    }
    let caller = Caller::of(&head, &app.settings.allowed_origins);
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut head, &app).await {
        Ok(upgrade) => upgrade.protocols([PROTOCOL]),
        Err(refusal) => return refusal.into_response(),
    };
    let speaks = upgrade.selected_protocol().is_some();
    // Messages of up to twice the limit are read, so that who sends them learns why the socket ends.
    let largest = app.settings.body_limit.saturating_mul(2);
    let stopping = stopping.map(|Extension(stopping)| stopping).unwrap_or_default();
    let response = upgrade
        .max_message_size(largest)
        .max_frame_size(largest)
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .on_upgrade(move |socket| converse(socket, app, (caller, sender), speaks, stopping));
    // The request's spelling of header names is among these: some clients, such as gql for Python, look for
    // `Sec-WebSocket-Protocol` in just these letters.
    (head.extensions, response).into_response()
}

async fn converse(socket: WebSocket, app: Arc<App>, client: (Caller, Sender), speaks: bool, stopping: Shutdown) {
    let _open = app.metrics.watching.socket(Transport::WebSocket);
    let live = stopping.watch();
    let keepalive = app.settings.watch.keepalive;
    let (sink, mut source) = socket.split();
    let operations = Arc::new(Operations::default());
    let (outbox, writer) = outbox::open(sink, Arc::clone(&operations), keepalive);
    let close = match speaks {
        true => Session::new(app, client, Arc::clone(&operations), outbox.clone(), live).run(&mut source).await,
        false => Some(Close::PROTOCOL),
    };
    operations.abort();
    let was_closed = close.is_some();
    outbox.close(close).await;
    writer.await;
    if was_closed {
        // Until the client has read why: what it sent meanwhile would break the connection off before.
        let unread = source.by_ref().take(MAX_UNREAD).take_while(|message| ready(message.is_ok()));
        let _ = timeout(keepalive, unread.for_each(|_| ready(()))).await;
    }
}

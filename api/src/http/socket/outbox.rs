//! What a socket sends: one writer, behind a short queue.

use std::{future::Future, sync::Arc, time::Duration};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{SinkExt, stream::SplitSink};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    time::{MissedTickBehavior, interval, timeout},
};

use super::{
    close::Close,
    operations::{Key, Operations},
};
use crate::http::operation::Answered;

/// Messages that wait to be sent: who fills it waits.
const QUEUE: usize = 16;

/// Where messages are left. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outbox(Sender<Item>);

enum Item {
    /// As it is.
    Text(String),
    /// Of an operation, if that still runs.
    Answer(Key, Answered),
    /// The operation is at its end.
    Complete(Key),
    /// The last one; nothing for who is not there any more.
    Close(Option<Close>),
}

type Sink = SplitSink<WebSocket, Message>;

/// Opens the queue, and the writer behind it.
pub(super) fn open(sink: Sink, operations: Arc<Operations>, keepalive: Duration) -> (Outbox, impl Future<Output = ()>) {
    let (outbox, items) = mpsc::channel(QUEUE);
    let writer = tokio::spawn(write(sink, items, operations, keepalive));
    (Outbox(outbox), async {
        // It ends by itself; a panic of it is told elsewhere.
        let _ = writer.await;
    })
}

impl Outbox {
    pub(super) async fn text(&self, text: String) {
        let _ = self.0.send(Item::Text(text)).await;
    }

    /// Whether somebody is there to read it.
    pub(super) async fn answer(&self, key: &Key, answered: Answered) -> bool {
        self.0.send(Item::Answer(key.clone(), answered)).await.is_ok()
    }

    pub(super) async fn complete(&self, key: Key) {
        let _ = self.0.send(Item::Complete(key)).await;
    }

    pub(super) async fn close(&self, close: Option<Close>) {
        let _ = self.0.send(Item::Close(close)).await;
    }

    /// Waits until nothing can be sent any more.
    pub(super) async fn closed(&self) {
        self.0.closed().await;
    }
}

async fn write(mut sink: Sink, mut items: Receiver<Item>, operations: Arc<Operations>, keepalive: Duration) {
    let mut pings = interval(keepalive);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    loop {
        let (message, is_last) = tokio::select! {
            item = items.recv() => match item {
                Some(Item::Close(Some(close))) => (Some(Message::Close(Some(CloseFrame::from(close)))), true),
                Some(Item::Close(None)) | None => break,
                Some(item) => (item.into_text(&operations).map(|text| Message::Text(text.into())), false),
            },
            _ = pings.tick() => (Some(Message::Ping(Default::default())), false),
        };
        let Some(message) = message else { continue };
        match timeout(keepalive, sink.send(message)).await {
            Ok(Ok(())) if !is_last => {}
            Ok(_) => break,
            // Who takes nothing for so long is given up.
            Err(_) => return,
        }
    }
    // The answer to a client that closed the socket goes out with this.
    let _ = timeout(keepalive, sink.close()).await;
}

impl Item {
    fn into_text(self, operations: &Operations) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Answer(key, Answered::Next(payload)) => operations.has(&key).then(|| of(&key, "next", &payload)),
            Self::Answer(key, Answered::Failed(errors)) => operations.end(&key).then(|| of(&key, "error", &errors)),
            // The whole socket is closed, with a reason.
            Self::Answer(key, Answered::Denied(_) | Answered::Cut) => {
                operations.end(&key);
                None
            }
            Self::Complete(key) => {
                operations.end(&key).then(|| format!(r#"{{"id":{},"type":"complete"}}"#, quoted(&key.id)))
            }
            Self::Close(_) => None,
        }
    }
}

fn of(key: &Key, kind: &str, payload: &str) -> String {
    format!(r#"{{"id":{},"type":"{kind}","payload":{payload}}}"#, quoted(&key.id))
}

fn quoted(text: &str) -> serde_json::Value {
    text.into()
}

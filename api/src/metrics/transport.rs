//! The ways by which operations come.

/// How an operation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// A request that is answered once.
    Http,
    /// A WebSocket.
    WebSocket,
    /// Server-sent events.
    EventStream,
    /// By way of whatever serves an executor.
    Executor,
}

impl Transport {
    /// As a label has it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::WebSocket => "websocket",
            Self::EventStream => "sse",
            Self::Executor => "executor",
        }
    }
}

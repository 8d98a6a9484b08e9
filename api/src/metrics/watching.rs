//! Those who watch: WebSockets, event streams, subscriptions.

use prometheus_client::registry::Registry;
use service::measures::labels::{Counters, Gauges, counters};

use super::{Held, Transport};

/// Who watches, and how that ends.
#[derive(Debug)]
pub(crate) struct Watching {
    sockets: Gauges<1>,
    subscriptions: Gauges<1>,
    ended: Counters<1>,
}

/// How a subscription ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// It has no more answers.
    Completed,
    /// By an error.
    Failed,
    /// It fell too far behind.
    Lagged,
    /// Who asked may no longer do so.
    Denied,
    /// The server stops.
    Stopped,
    /// The client went away, or wants no more.
    Left,
}

impl End {
    const ALL: [Self; 6] = [Self::Completed, Self::Failed, Self::Lagged, Self::Denied, Self::Stopped, Self::Left];

    const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Lagged => "lagged",
            Self::Denied => "denied",
            Self::Stopped => "stopped",
            Self::Left => "left",
        }
    }
}

/// A subscription that runs; when it is dropped it has ended.
#[derive(Debug)]
pub(crate) struct Subscribed {
    _held: Held,
    ended: Counters<1>,
    end: End,
}

impl Subscribed {
    /// Says how it ends; left to itself, its client has gone.
    pub(crate) fn ends(&mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Subscribed {
    fn drop(&mut self) {
        self.ended.get_or_create(&[("reason", self.end.name())]).inc();
    }
}

impl Default for Watching {
    fn default() -> Self {
        let watching = Self {
            sockets: Gauges::default(),
            subscriptions: Gauges::default(),
            ended: counters("reason", &End::ALL.map(End::name)),
        };
        for gauges in [&watching.sockets, &watching.subscriptions] {
            for transport in [Transport::WebSocket, Transport::EventStream] {
                gauges.get_or_create(&[("transport", transport.name())]).set(0);
            }
        }
        watching
    }
}

impl Watching {
    /// A socket or stream that was opened.
    pub(crate) fn socket(&self, transport: Transport) -> Held {
        Held::new(&self.sockets.get_or_create(&[("transport", transport.name())]))
    }

    /// A subscription that begins.
    pub(crate) fn subscription(&self, transport: Transport) -> Subscribed {
        let held = Held::new(&self.subscriptions.get_or_create(&[("transport", transport.name())]));
        Subscribed { _held: held, ended: self.ended.clone(), end: End::Left }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("sockets", "Open WebSockets and event streams", self.sockets.clone());
        registry.register("subscriptions", "Subscriptions that run", self.subscriptions.clone());
        registry.register("subscriptions_ended", "Subscriptions that ended, by reason", self.ended.clone());
    }
}

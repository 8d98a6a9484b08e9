//! Wake-ups after a commit. They carry nothing: who is woken looks at the database, and who misses one looks there
//! a little later.

use std::sync::Arc;

use tokio::sync::watch;

/// Wakes those who wait for a change. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Signals(Arc<Notifiers>);

#[derive(Debug, Default)]
struct Notifiers {
    committed: Notifier,
    claimable: Notifier,
    received: Notifier,
    own: Notifier<Own>,
    draining: Notifier<bool>,
    stopping: Notifier<bool>,
}

/// What this process has committed, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Units of work with events.
    pub commits: u64,
    /// Those that may have left tasks to claim.
    pub claimable: u64,
}

#[derive(Debug)]
struct Notifier<T = u64>(watch::Sender<T>);

impl<T: Default> Default for Notifier<T> {
    fn default() -> Self {
        Self(watch::Sender::new(T::default()))
    }
}

impl Notifier {
    fn notify(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Signals {
    /// Events were committed by this process; `claimable` when there may be tasks to claim that were not there before.
    pub fn committed(&self, claimable: bool) {
        self.heard(claimable);
        self.0.own.0.send_modify(|own| {
            own.commits = own.commits.wrapping_add(1);
            own.claimable = own.claimable.wrapping_add(u64::from(claimable));
        });
    }

    /// The same, committed by another process.
    pub fn heard(&self, claimable: bool) {
        self.0.committed.notify();
        if claimable {
            self.0.claimable.notify();
        }
    }

    /// Says that this process received a webhook.
    pub fn received(&self) {
        self.0.received.notify();
    }

    /// Tells when this process receives webhooks after this call.
    pub fn listen_received(&self) -> watch::Receiver<u64> {
        self.0.received.0.subscribe()
    }

    /// Says that this process will stop soon: new requests should go elsewhere.
    pub fn drain(&self) {
        self.0.draining.0.send_replace(true);
    }

    /// Whether this process will stop soon.
    pub fn is_draining(&self) -> bool {
        *self.0.draining.0.borrow()
    }

    /// Says that this process stops: who waits for something is answered now.
    pub fn stop(&self) {
        self.0.stopping.0.send_replace(true);
    }

    /// Whether this process stops now.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.0.stopping.0.borrow()
    }

    /// Whether this process stops.
    pub fn listen_stopping(&self) -> watch::Receiver<bool> {
        self.0.stopping.0.subscribe()
    }

    /// Tells when something was committed after this call.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.committed.0.subscribe()
    }

    /// Tells when there may be new tasks to claim after this call.
    pub fn listen_claimable(&self) -> watch::Receiver<u64> {
        self.0.claimable.0.subscribe()
    }

    /// Tells what this process commits.
    pub fn listen_own(&self) -> watch::Receiver<Own> {
        self.0.own.0.subscribe()
    }
}

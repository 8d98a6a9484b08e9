//! Wake-ups after a commit. They carry nothing: who is woken looks at the database, and who misses one looks there
//! a little later.

use std::sync::Arc;

use tokio::sync::watch;

/// Wakes those who wait for a change. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Signals(Arc<Bells>);

#[derive(Debug, Default)]
struct Bells {
    committed: Bell,
    claimable: Bell,
}

#[derive(Debug)]
struct Bell(watch::Sender<u64>);

impl Default for Bell {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Bell {
    fn ring(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Signals {
    /// Events were committed, here or elsewhere.
    pub fn committed(&self) {
        self.0.committed.ring();
    }

    /// There may be tasks to claim that were not there before.
    pub fn claimable(&self) {
        self.0.claimable.ring();
    }

    /// Tells when something was committed after this call.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.committed.0.subscribe()
    }

    /// Tells when there may be new tasks to claim after this call.
    pub fn listen_claimable(&self) -> watch::Receiver<u64> {
        self.0.claimable.0.subscribe()
    }
}

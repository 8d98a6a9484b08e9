//! What a connection is about: whether requests run, and since when none does.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::{allowance::Allowance, connections::Place};

/// A connection, for who reads it, who answers its requests, and who ends it.
#[derive(Debug)]
pub(super) struct Activity {
    state: Mutex<State>,
    allowance: Allowance,
    _place: Place,
}

#[derive(Debug)]
struct State {
    running: usize,
    /// How many requests have begun.
    begun: u64,
    quiet_since: Instant,
    /// Whether bytes that come while nothing runs begin a request.
    has_heads: bool,
}

/// A request, until its answer was handed over or given up.
#[derive(Debug)]
pub(super) struct Running(Arc<Activity>);

impl Activity {
    pub(super) fn new(place: Place) -> Arc<Self> {
        let state = State { running: 0, begun: 0, quiet_since: Instant::now(), has_heads: true };
        Arc::new(Self { state: Mutex::new(state), allowance: Allowance::new(), _place: place })
    }

    /// How much may be sent on it.
    pub(super) fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// The head of a request has come. Where others may come beside it, what is read tells no more where one begins.
    pub(super) fn begin(self: &Arc<Self>, is_multiplexed: bool) -> Running {
        let mut state = self.lock();
        state.running += 1;
        state.begun += 1;
        state.has_heads &= !is_multiplexed;
        drop(state);
        self.allowance.earn_head();
        Running(Arc::clone(self))
    }

    /// Which head would come next, counted from 0; none while a request runs.
    pub(super) fn awaited_head(&self) -> Option<u64> {
        let state = self.lock();
        (state.has_heads && state.running == 0).then_some(state.begun)
    }

    /// Waits until no request has run for about this time.
    pub(super) async fn idle(&self, time: Duration) {
        let mut look = Instant::now() + time;
        loop {
            sleep_until(look).await;
            let quiet_since = {
                let state = self.lock();
                (state.running == 0).then_some(state.quiet_since)
            };
            look = match quiet_since {
                Some(since) if since + time <= Instant::now() => return,
                Some(since) => since + time,
                // Not told of each end: most connections have many requests in this time.
                None => Instant::now() + time / 4,
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    /// How much may be sent on its connection.
    pub(super) fn allowance(&self) -> &Allowance {
        self.0.allowance()
    }

    /// The connection is none of HTTP any more.
    pub(super) fn upgraded(&self) {
        self.0.lock().has_heads = false;
        self.0.allowance.lift();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.running -= 1;
        state.quiet_since = Instant::now();
    }
}

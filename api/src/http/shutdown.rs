//! How long-lived answers end with the server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{sync::watch, time::sleep};

/// Clients that are told to go come back at once, to another server: they are told one part after the other.
const SLICES: u32 = 10;
/// The longest time between the first and the last part.
const LONGEST: Duration = Duration::from_secs(2);

/// Tells sockets and streams to end, and waits until they did. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Shutdown {
    /// How many slices end.
    ending: Arc<watch::Sender<u32>>,
    next: Arc<AtomicU32>,
}

/// Held by who is waited for.
#[derive(Clone, Debug)]
pub(super) struct Live {
    ending: watch::Receiver<u32>,
    slice: u32,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { ending: Arc::new(watch::Sender::new(0)), next: Arc::default() }
    }
}

impl Shutdown {
    pub(super) fn watch(&self) -> Live {
        Live { ending: self.ending.subscribe(), slice: self.next.fetch_add(1, Ordering::Relaxed) % SLICES }
    }

    /// Tells all of them within a time, and waits until they have ended, however long it takes.
    pub(super) async fn stop(&self, within: Duration) {
        let pause = within.min(LONGEST) / SLICES;
        for slices in 1..=SLICES {
            self.ending.send_replace(slices);
            tokio::select! {
                () = self.ending.closed() => break,
                () = sleep(pause) => {}
            }
        }
        self.ending.closed().await;
    }
}

impl Live {
    /// Waits until it is this one's turn to end.
    pub(super) async fn stopped(&mut self) {
        let slice = self.slice;
        // Without a server there is nobody who could tell it.
        if self.ending.wait_for(|slices| *slices > slice).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn those_who_live_end_in_slices() {
        let shutdown = Shutdown::default();
        let mut lives: Vec<_> = (0..30).map(|_| shutdown.watch()).collect();
        for slices in 0..=SLICES {
            shutdown.ending.send_replace(slices);
            let ended = lives.iter_mut().filter_map(|live| live.stopped().now_or_never()).count();
            assert_eq!(ended, 3 * slices as usize);
        }
    }

    #[tokio::test]
    async fn nobody_is_waited_for_when_nobody_lives() {
        let shutdown = Shutdown::default();
        drop(shutdown.watch());
        assert_eq!(shutdown.stop(Duration::from_secs(60)).now_or_never(), Some(()));
    }
}

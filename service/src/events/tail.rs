//! The live end of the log: one reader for all who follow.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    sync::{Notify, broadcast},
    task::AbortHandle,
    time::{Instant, sleep, timeout},
};

use super::{
    Cursor, Logged, Settings,
    stall::{Notice, Stall},
    store::Store,
};
use crate::{Result, signals::Signals};

/// The most events of a batch.
pub(super) const BATCH: u32 = 128;
/// The pause after a batch: under load the next one is larger for it.
const PAUSE: Duration = Duration::from_millis(1);
/// The longest wait for a running transaction before looking again.
const HELD_BACK: Duration = Duration::from_millis(50);

/// Events that follow each other in the log without a gap.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    /// What they come after.
    pub(super) after: Cursor,
    pub(super) events: Arc<[Arc<Logged>]>,
}

impl Batch {
    pub(super) fn end(&self) -> Cursor {
        self.events.last().map_or(self.after, |event| event.cursor)
    }
}

/// Reads the log's end while somebody follows, and hands it to all of them. Nobody waits for a slow one: who falls
/// too far behind misses batches, and is told so.
#[derive(Debug)]
pub(super) struct Tail {
    settings: Settings,
    batches: broadcast::Sender<Batch>,
    joined: Arc<Notify>,
    running: OnceLock<Running>,
}

/// Ends the task with the log.
#[derive(Debug)]
struct Running(AbortHandle);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Tail {
    pub(super) fn new(settings: Settings) -> Self {
        let batches = broadcast::Sender::new(settings.max_lag.clamp(1, 1 << 16));
        Self { settings, batches, joined: Arc::default(), running: OnceLock::new() }
    }

    /// All batches that are read from now on.
    pub(super) fn join(&self, store: &Store, signals: &Signals) -> broadcast::Receiver<Batch> {
        let batches = self.batches.subscribe();
        self.running.get_or_init(|| {
            let reader = Reader {
                store: store.clone(),
                signals: signals.clone(),
                batches: self.batches.clone(),
                joined: Arc::clone(&self.joined),
                poll_interval: self.settings.poll_interval,
                at: None,
            };
            Running(tokio::spawn(reader.run()).abort_handle())
        });
        self.joined.notify_one();
        batches
    }
}

struct Reader {
    store: Store,
    signals: Signals,
    batches: broadcast::Sender<Batch>,
    joined: Arc<Notify>,
    poll_interval: Duration,
    /// What was handed out last; none while nobody follows.
    at: Option<Cursor>,
}

/// What to do after a look at the log.
enum Next {
    /// Look again, there is more.
    Go,
    /// Look again soon: a running transaction holds events back.
    HeldBack,
    /// Wait for a wake-up.
    Wait,
}

impl Reader {
    async fn run(mut self) {
        let mut commits = self.signals.listen();
        let mut backoff = PAUSE;
        let mut stall = Stall::default();
        loop {
            if self.batches.receiver_count() == 0 {
                self.at = None;
                stall = Stall::default();
                self.joined.notified().await;
                continue;
            }
            commits.mark_unchanged();
            let before = self.at;
            let next = self.look().await.unwrap_or_else(|error| {
                tracing::warn!("the end of the event log cannot be read: {}", error.explained());
                Next::Wait
            });
            if self.at != before {
                backoff = PAUSE;
            }
            let is_stalled = matches!(next, Next::HeldBack) && self.at == before;
            match stall.note(is_stalled, Instant::now()) {
                Some(Notice::Began) => tracing::warn!(
                    "new events are held back: a transaction that began before them is still open somewhere in the \
                     PostgreSQL cluster; `pg_stat_activity` shows it (`backend_xid`), `pg_prepared_xacts` a prepared one"
                ),
                Some(Notice::Ended(after)) => tracing::info!(?after, "events are no longer held back"),
                None => {}
            }
            match next {
                Next::Go => {}
                Next::HeldBack => {
                    sleep(backoff).await;
                    backoff = (backoff * 2).min(HELD_BACK).min(self.poll_interval);
                }
                Next::Wait => {
                    if self.at != before {
                        sleep(PAUSE).await;
                    }
                    // Whichever comes first.
                    let _ = timeout(self.poll_interval, commits.changed()).await;
                }
            }
        }
    }

    async fn look(&mut self) -> Result<Next> {
        let Some(at) = self.at else {
            let end = self.store.bounds().await?.end;
            // Those who joined before now read from the log what they have not seen.
            self.hand_out(end, Vec::new());
            return Ok(Next::Go);
        };
        let Some(fresh) = self.store.fresh(at, BATCH).await? else {
            // Away for longer than events are kept: those who follow find out for themselves.
            self.at = None;
            return Ok(Next::Go);
        };
        let full = fresh.events.len() == BATCH as usize;
        if !fresh.events.is_empty() {
            self.hand_out(at, fresh.events);
        }
        Ok(match (full, fresh.held_back) {
            (true, _) => Next::Go,
            (false, true) => Next::HeldBack,
            (false, false) => Next::Wait,
        })
    }

    fn hand_out(&mut self, after: Cursor, events: Vec<Arc<Logged>>) {
        let batch = Batch { after, events: events.into() };
        self.at = Some(batch.end());
        // Nobody there to hear it is no error.
        let _ = self.batches.send(batch);
    }
}

//! Whether the process lives, and whether it can serve: found out now and then and kept, so that asking costs nothing.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use prometheus_client::{metrics::gauge::Gauge, registry::Registry};
use service::{Error, Service, readiness::Readiness};
use tokio::time::{MissedTickBehavior, interval, timeout};

/// How often the main runtime shows that it lives.
const BEAT_EVERY: Duration = Duration::from_secs(1);
/// How long it may show nothing.
const ALIVE: Duration = Duration::from_secs(5);
/// How often the database is looked at.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// How long it may take to say that it is there.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long the result of a check is believed.
const BELIEVED: Duration = Duration::from_secs(10);

/// What is known of the process.
#[derive(Debug)]
pub struct Health {
    started: Instant,
    /// When the main runtime showed that it lives, in milliseconds from the start.
    beat: AtomicU64,
    stops: AtomicBool,
    checked: Mutex<Option<Checked>>,
    ready: Gauge,
    pending: Gauge,
}

#[derive(Debug)]
struct Checked {
    at: Instant,
    readiness: Readiness,
}

impl Default for Health {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            beat: AtomicU64::new(0),
            stops: AtomicBool::new(false),
            checked: Mutex::default(),
            ready: Gauge::default(),
            pending: Gauge::default(),
        }
    }
}

impl Health {
    /// Whether the main runtime went on lately; else for how long it has not.
    pub fn alive(&self) -> Result<(), Duration> {
        let silence = self.started.elapsed().saturating_sub(Duration::from_millis(self.beat.load(Ordering::Relaxed)));
        if silence <= ALIVE { Ok(()) } else { Err(silence) }
    }

    /// Whether requests can be served, by the last check, with what somebody should look at; else why not.
    pub fn ready(&self) -> Result<Vec<String>, String> {
        if self.stops.load(Ordering::Relaxed) {
            return Err("the server is stopping".to_owned());
        }
        match &*self.checked() {
            None => Err("the server is starting".to_owned()),
            Some(Checked { at, .. }) if at.elapsed() > BELIEVED => {
                Err(format!("the database was last checked {} seconds ago", at.elapsed().as_secs()))
            }
            Some(Checked { readiness: Readiness { obstacle: Some(reason), .. }, .. }) => Err(reason.clone()),
            Some(Checked { readiness, .. }) => Ok(readiness.warnings.clone()),
        }
    }

    /// From now on no new requests are wanted.
    pub fn stop(&self) {
        self.stops.store(true, Ordering::Relaxed);
    }

    /// Looks whether the database can be used.
    pub async fn check(&self, service: &Service) {
        let (readiness, cause) = match timeout(DATABASE_TIMEOUT, service.readiness()).await {
            Ok(Ok(readiness)) => {
                self.pending.set(i64::try_from(readiness.pending_migrations).unwrap_or(i64::MAX));
                (readiness, None)
            }
            Ok(Err(error)) => {
                let reason = match &error {
                    Error::Unavailable(_) => error.to_string(),
                    _ => "the database is not available".to_owned(),
                };
                (Readiness::not(reason), Some(error.explained()))
            }
            Err(_) => (Readiness::not("the database does not answer within a second"), None),
        };
        let mut checked = self.checked();
        let before = checked.as_ref().and_then(|checked| checked.readiness.obstacle.as_ref());
        // Once for each reason, not for each check.
        match (&readiness.obstacle, before) {
            (Some(now), before) if before != Some(now) => {
                tracing::warn!("not ready: {}", cause.as_ref().unwrap_or(now))
            }
            (None, Some(_)) => tracing::info!("ready again"),
            _ => {}
        }
        *checked = Some(Checked { at: Instant::now(), readiness });
    }

    /// Shows that the runtime it runs on goes on, until it is dropped.
    pub(super) async fn beat_on(&self) {
        let mut ticks = interval(BEAT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.beat.store(now, Ordering::Relaxed);
        }
    }

    /// Checks the database again and again, until it is dropped.
    pub(super) async fn check_on(&self, service: &Service) {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            self.check(service).await;
        }
    }

    /// Puts what is known now into the figures.
    pub(super) fn show(&self) {
        self.ready.set(self.ready().is_ok().into());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("ready", "1 if requests can be served, as /readyz says", self.ready.clone());
        let pending = "Migrations that the database lacks";
        registry.register("schema_migrations_pending", pending, self.pending.clone());
    }

    fn checked(&self) -> MutexGuard<'_, Option<Checked>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A process that was started so long ago, and whose runtime has shown nothing since.
    fn silent_for(seconds: u64) -> Health {
        let started =
            Instant::now().checked_sub(Duration::from_secs(seconds)).expect("a machine that is up for so long");
        Health { started, ..Health::default() }
    }

    #[test]
    fn a_runtime_that_does_not_go_on_is_not_alive() {
        assert_eq!(silent_for(0).alive(), Ok(()));
        let stuck = silent_for(6);
        assert!(stuck.alive().is_err_and(|silence| silence >= Duration::from_secs(6)));
        stuck.beat.store(5_000, Ordering::Relaxed);
        assert_eq!(stuck.alive(), Ok(()));
    }

    #[test]
    fn a_check_is_not_believed_for_ever() {
        let health = Health::default();
        assert_eq!(health.ready(), Err("the server is starting".to_owned()));
        *health.checked() = Some(Checked { at: Instant::now(), readiness: Readiness::default() });
        assert_eq!(health.ready(), Ok(Vec::new()));
        let at = Instant::now().checked_sub(Duration::from_secs(11)).expect("a machine that is up for so long");
        *health.checked() = Some(Checked { at, readiness: Readiness::default() });
        assert!(health.ready().is_err_and(|reason| reason.ends_with("11 seconds ago")));
        health.stop();
        assert_eq!(health.ready(), Err("the server is stopping".to_owned()));
    }
}

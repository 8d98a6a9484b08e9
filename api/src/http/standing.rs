//! Whether those who watch may still do so, asked once for all who came with the same key.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use service::Error;
use tokio::{sync::watch, time::sleep};

use super::{App, identity::Credentials};

/// How often it is asked. What was read of a key is believed for a second, so that one that ended is found within two.
const INTERVAL: Duration = Duration::from_millis(500);

/// The credentials in use by those who watch or wait, each with its check while that runs.
#[derive(Debug, Default)]
pub(super) struct Standings(Mutex<HashMap<Credentials, Weak<Verdict>>>);

/// Why the credentials are no longer good, once they are not.
type Verdict = watch::Sender<Option<Error>>;

/// Follows whether credentials are still good.
#[derive(Clone, Debug)]
pub(super) struct Standing(watch::Receiver<Option<Error>>);

impl Standings {
    /// Follows these credentials, which were good a moment ago.
    pub(super) fn follow(app: &Arc<App>, credentials: &Credentials) -> Standing {
        let mut standings = app.standings.lock();
        if let Some(verdict) = standings.get(credentials).and_then(Weak::upgrade) {
            return Standing(verdict.subscribe());
        }
        let (verdict, standing) = watch::channel(None);
        let verdict = Arc::new(verdict);
        standings.insert(credentials.clone(), Arc::downgrade(&verdict));
        tokio::spawn(check(Arc::clone(app), credentials.clone(), verdict));
        Standing(standing)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Credentials, Weak<Verdict>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks until the credentials are refused, or nobody follows them.
async fn check(app: Arc<App>, credentials: Credentials, verdict: Arc<Verdict>) {
    loop {
        let refused = tokio::select! {
            () = verdict.closed() => None,
            () = sleep(INTERVAL) => credentials.principal(&app).await.err(),
        };
        let mut standings = app.standings.lock();
        match refused {
            // Whether a key is good is not known in an outage: nothing is delivered then either.
            Some(error @ Error::Unauthenticated(_)) => {
                standings.remove(&credentials);
                verdict.send_replace(Some(error));
                return;
            }
            _ if verdict.receiver_count() == 0 => {
                standings.remove(&credentials);
                return;
            }
            _ => {}
        }
    }
}

impl Standing {
    /// Waits until the credentials are no longer good, and returns why.
    pub(super) async fn ended(&mut self) -> Error {
        match self.0.wait_for(Option::is_some).await {
            Ok(error) => error.clone().unwrap_or_else(|| Error::internal("credentials ended without a reason")),
            // A panic in the check, which is logged: nobody goes on unchecked.
            Err(_) => Error::Unauthenticated("the API key can no longer be checked".to_owned()),
        }
    }
}

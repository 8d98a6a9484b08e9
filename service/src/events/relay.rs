//! Wake-ups between the processes that share a database.
//!
//! At most one notification per tick: PostgreSQL makes the commits of all who notify wait for each other. Who misses
//! one finds out when it polls.

use std::time::Duration;

use tokio::time::sleep;
use uuid::Uuid;

use crate::{Error, Service, database::Listener, signals::Signals};

/// The shortest time between two notifications of a process.
const TICK: Duration = Duration::from_millis(5);
/// The pause after a broken connection.
const RECONNECT_DELAY: Duration = Duration::from_secs(1);
/// The end of a notification after which there may be tasks to claim.
const CLAIMABLE: &str = " claimable";

/// Tells other processes of what this one commits, and wakes those here who wait for what others do, until it is
/// dropped.
pub async fn relay(service: Service) {
    let name = Uuid::now_v7().simple().to_string();
    tokio::join!(tell(&service, &name), hear(&service, &name));
}

async fn tell(service: &Service, name: &str) {
    let mut own = service.signals().listen_own();
    let mut told = *own.borrow_and_update();
    // The service holds the other end.
    while own.changed().await.is_ok() {
        let now = *own.borrow_and_update();
        let suffix = if now.claimable == told.claimable { "" } else { CLAIMABLE };
        told = now;
        if let Err(error) = service.database().tell(&format!("{name}{suffix}")).await {
            tracing::debug!("other processes were not notified of a commit: {}", error.explained());
        }
        sleep(TICK).await;
    }
}

async fn hear(service: &Service, name: &str) {
    let mut is_away = false;
    loop {
        let lost = match service.database().listen().await {
            Ok(Some(listener)) => {
                is_away = false;
                pass_on(service.signals(), listener, name).await
            }
            Ok(None) => return,
            Err(error) => error,
        };
        if !is_away {
            tracing::warn!(
                "notifications of other servers cannot be received, and their changes are polled: {}",
                lost.explained()
            );
        }
        is_away = true;
        sleep(RECONNECT_DELAY).await;
    }
}

/// Ends with the connection; the error says why.
async fn pass_on(signals: &Signals, mut listener: Listener, name: &str) -> Error {
    // What was told before is not heard any more.
    signals.heard(true);
    loop {
        match listener.next().await {
            Ok(Some(own)) if own.starts_with(name) => {}
            Ok(Some(others)) => signals.heard(others.ends_with(CLAIMABLE)),
            Ok(None) => signals.heard(true),
            Err(error) => return error,
        }
    }
}

//! The server's own work, beside what clients ask for.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{schedule, sweep};
use crate::{Result, Service};

/// Sweeps and starts what is due, until it is dropped. Any number of processes may do it.
pub async fn keep(service: Service, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = tick(&service).await {
            // The next tick tries again: nothing is lost but time.
            tracing::warn!("the work was not looked after: {error}: {error:?}");
        }
    }
}

async fn tick(service: &Service) -> Result<()> {
    let swept = sweep(service).await?;
    let started = schedule::start_due(service).await?;
    if swept != Default::default() || started > 0 {
        tracing::info!(?swept, started, "the work was looked after");
    }
    Ok(())
}

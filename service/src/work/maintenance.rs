//! The server's own work, beside what clients ask for.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::{Swept, schedule::Scheduler, sweep::Sweeper};
use crate::{Service, measures::Job, webhooks::inbox};

/// Sweeps, starts what is due and processes what is received, until it is dropped. Any number of processes may do it, and
/// none does whose clock is wrong.
pub async fn keep(service: Service, every: Duration) {
    tokio::join!(look_after(&service, every), inbox::keep(&service, every));
}

async fn look_after(service: &Service, every: Duration) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut sweeper, mut scheduler) = (Sweeper::default(), Scheduler::default());
    let jobs = &service.measures().jobs;
    loop {
        ticks.tick().await;
        // By a clock that is wrong, the wrong things are due.
        if service.servers().is_skewed() {
            continue;
        }
        // The next tick tries again what failed: nothing is lost but time.
        let swept = jobs.run(Job::Sweep, service.clock(), sweeper.sweep(service)).await.unwrap_or_else(|error| {
            tracing::warn!("leases, waits and deadlines could not be checked: {}", error.explained());
            Swept::default()
        });
        let started = jobs.run(Job::Schedules, service.clock(), scheduler.start_due(service)).await;
        let started = started.unwrap_or_else(|error| {
            tracing::warn!("schedules were not looked after: {}", error.explained());
            0
        });
        if swept != Swept::default() || started > 0 {
            let Swept { leases, stopped, waits, approvals, breaches, .. } = swept;
            let Swept { orders, holds, backorders, reservations, segments, lists, .. } = swept;
            let Swept { launches, messages, lost, campaigns, bookings, measurements, .. } = swept;
            tracing::info!(
                "leases ended: {leases}, tasks stopped: {stopped}, waits ended: {waits}, approvals overdue: {approvals}, \
                 deadlines missed: {breaches}, orders expired: {orders}, holds expired: {holds}, \
                 backorders served: {backorders}, budget reservations expired: {reservations}, \
                 segments recomputed: {segments}, lists recomputed: {lists}, \
                 campaigns launched: {launches}, messages queued: {messages}, recipients given up: {lost}, \
                 campaigns completed: {campaigns}, campaigns booked: {bookings}, \
                 periods of KPIs measured: {measurements}, \
                 executions started: {started}"
            );
        }
    }
}

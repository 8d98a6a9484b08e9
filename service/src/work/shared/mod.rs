//! Calls of the engine that share a transaction, and waiting for work.
//!
//! - `group`: calls of all its verbs, done together. They wait as those of the shop do.

mod group;

use std::{pin::pin, time::Duration};

use tokio::time::{Instant, timeout_at};

use self::group::{CallGroup, Grouped};
use super::{
    claim::{Claim, Lease},
    create::Create,
    finish::{Complete, Fail, Release},
    lease::Heartbeat,
};
use crate::{Actor, Error, Result, Service, Verb, access, shared::MAX_SHARED_WEIGHT};

/// A verb whose calls can share a transaction.
pub trait Shared: Grouped + 'static {
    /// Whether this call can: one that may fail for reasons of its own cannot.
    fn is_shared(&self) -> bool {
        true
    }

    /// How many tasks it concerns.
    fn weight(&self) -> usize;
}

impl Shared for Claim {
    fn is_shared(&self) -> bool {
        self.check().is_ok()
    }

    fn weight(&self) -> usize {
        usize::try_from(self.max).unwrap_or_default()
    }
}

impl Shared for Create {
    fn is_shared(&self) -> bool {
        self.is_independent()
    }

    fn weight(&self) -> usize {
        self.tasks.len()
    }
}

macro_rules! shared {
    ($($verb:ident),+) => {
        $(impl Shared for $verb {
            fn weight(&self) -> usize {
                self.items.len()
            }
        })+
    };
}

shared!(Heartbeat, Complete, Fail, Release);

/// How often a waiting claim looks without being woken: for tasks whose time comes, freed slots of agents with a limit,
/// and wake-ups that got lost.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

impl Service {
    /// Performs a verb together with others that wait; for calls without an idempotency key.
    pub async fn share<V: Shared>(&self, actor: &Actor, verb: V) -> Result<V::Outcome> {
        if verb.weight() >= MAX_SHARED_WEIGHT || !verb.is_shared() {
            return Ok(self.perform(actor, None, &verb).await?.outcome);
        }
        access::check(&actor.principal, V::OPERATION)?;
        verb.check_values()?;
        Ok(self.queue::<CallGroup>().perform(self, actor, None, verb).await?.outcome)
    }

    /// Claims tasks, waiting for some while there are none, but no longer than `longest`. A server that stops gives no
    /// more out: those who wait are answered at once. A wait ends when the caller is `revoked`.
    pub async fn claim(
        &self,
        actor: &Actor,
        claim: Claim,
        longest: Duration,
        revoked: impl Future<Output = Error>,
    ) -> Result<Vec<Lease>> {
        access::check(&actor.principal, Claim::OPERATION)?;
        claim.check()?;
        let wait = Duration::from_secs(claim.wait_seconds.unsigned_abs().into()).min(longest);
        let until = Instant::now() + wait;
        let mut stopping = self.signals().listen_stopping();
        // Heard from before the first look: what comes after it is not missed.
        let mut claimable = self.signals().listen_claimable();
        let mut revoked = pin!(revoked);
        while !*stopping.borrow() {
            let leases = self.share(actor, claim.clone()).await?;
            let now = Instant::now();
            if !leases.is_empty() || now >= until {
                return Ok(leases);
            }
            // Whatever ends the wait, the next look tells.
            tokio::select! {
                _ = timeout_at(until.min(now + POLL_INTERVAL), claimable.changed()) => {}
                _ = stopping.changed() => {}
                error = &mut revoked => return Err(error),
            }
        }
        Ok(Vec::new())
    }
}

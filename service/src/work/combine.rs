//! Which calls of the engine share a transaction, and waiting for work.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::{
    claim::{self, Claim, Lease},
    create::{self, Create, Created},
    finish::{Complete, Fail, Release},
    item::Item,
    lease::{Beaten, Heartbeat},
};
use crate::{
    Actor, Result, Service, Unit, Verb,
    access::{self, within},
    desk::{Combine, Desk},
};

/// Where the most frequent calls wait for each other.
#[derive(Debug, Default)]
pub struct Desks {
    create: Desk<Create>,
    claim: Desk<Claim>,
    heartbeat: Desk<Heartbeat>,
    complete: Desk<Complete>,
    fail: Desk<Fail>,
    release: Desk<Release>,
}

/// Whether an event tells of a task that may be claimed now.
pub fn makes_claimable(kind: &str) -> bool {
    const KINDS: [&str; 9] = [
        "task.created",
        "task.unblocked",
        "task.resumed",
        "task.released",
        "task.redriven",
        "task.reassigned",
        "execution.resumed",
        "execution.started",
        "agent.activated",
    ];
    KINDS.contains(&kind)
}

/// A verb with a desk.
pub trait Shared: Combine {
    /// Its desk.
    #[doc(hidden)]
    fn desk(desks: &Desks) -> &Desk<Self>;
}

macro_rules! shared {
    ($($verb:ident: $desk:ident,)+) => {
        $(impl Shared for $verb {
            fn desk(desks: &Desks) -> &Desk<Self> {
                &desks.$desk
            }
        })+
    };
}

shared! {
    Create: create,
    Claim: claim,
    Heartbeat: heartbeat,
    Complete: complete,
    Fail: fail,
    Release: release,
}

/// How often a waiting claim looks without being woken: for tasks whose time comes, and wake-ups that got lost.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Service {
    /// Performs a verb together with others that wait; for calls without an idempotency key.
    pub async fn share<V: Shared>(&self, actor: &Actor, verb: V) -> Result<V::Outcome> {
        V::desk(self.desks()).perform(self, actor, verb).await
    }

    /// Claims tasks, waiting for some while there are none.
    pub async fn claim(&self, actor: &Actor, claim: Claim, wait: Duration) -> Result<Vec<Lease>> {
        access::check(&actor.principal, Claim::OPERATION)?;
        claim.check()?;
        let until = Instant::now() + wait;
        // Heard from before the first look: what comes after it is not missed.
        let mut bell = self.signals().listen_claimable();
        loop {
            let leases = self.share(actor, claim.clone()).await?;
            let now = Instant::now();
            if !leases.is_empty() || now >= until {
                return Ok(leases);
            }
            // Whether it rang or the time is over, the next look tells.
            let _ = timeout_at(until.min(now + LOOK_AGAIN), bell.changed()).await;
        }
    }
}

impl Combine for Claim {
    fn combines(&self) -> bool {
        self.check().is_ok()
    }

    fn weight(&self) -> usize {
        usize::try_from(self.max).unwrap_or_default()
    }

    async fn perform_all(calls: &[Self], unit: &mut Unit) -> Result<Vec<Vec<Lease>>> {
        claim::claim(unit, calls).await
    }
}

impl Combine for Create {
    /// Only tasks on their own: what hangs together must fail together.
    fn combines(&self) -> bool {
        let alone =
            |task: &create::NewTask| task.depends_on.is_empty() && task.unique.is_none() && task.reference.is_none();
        self.execution.is_none() && self.tasks.iter().all(alone)
    }

    fn weight(&self) -> usize {
        self.tasks.len()
    }

    async fn perform_all(calls: &[Self], unit: &mut Unit) -> Result<Vec<Created>> {
        let tasks: Vec<_> = calls.iter().flat_map(|call| call.tasks.iter().cloned()).collect();
        within(unit, tasks.iter().map(|task| task.agent)).await?;
        let mut ids = create::create(unit, None, None, &tasks).await?.tasks.into_iter();
        Ok(calls.iter().map(|call| Created { tasks: ids.by_ref().take(call.tasks.len()).collect() }).collect())
    }
}

/// Verbs whose calls are lists of items that stand for themselves.
macro_rules! concatenated {
    ($($verb:ident),+) => {
        $(impl Combine for $verb {
            fn weight(&self) -> usize {
                self.items.len()
            }

            async fn perform_all(calls: &[Self], unit: &mut Unit) -> Result<Vec<Vec<Item>>> {
                let all = Self { items: calls.iter().flat_map(|call| call.items.iter().cloned()).collect() };
                let mut items = all.perform(unit).await?.into_iter();
                Ok(calls.iter().map(|call| share(&mut items, call.items.len())).collect())
            }
        })+
    };
}

concatenated!(Complete, Fail, Release);

/// The items of one call, with the paths of that call.
fn share(items: &mut impl Iterator<Item = Item>, count: usize) -> Vec<Item> {
    items.take(count).enumerate().map(|(index, item)| item.at(index)).collect()
}

impl Combine for Heartbeat {
    fn weight(&self) -> usize {
        self.items.len()
    }

    async fn perform_all(calls: &[Self], unit: &mut Unit) -> Result<Vec<Beaten>> {
        let all = Self { items: calls.iter().flat_map(|call| call.items.iter().copied()).collect() };
        let done = all.perform(unit).await?;
        let (mut items, mut leases) = (done.items.into_iter(), done.leases.into_iter().peekable());
        let beaten = |call: &Self| {
            let items = share(&mut items, call.items.len());
            let mut own = Vec::new();
            for item in items.iter().filter(|item| item.refused.is_none()) {
                let mine = |lease: &Lease| lease.task == item.task;
                own.extend(leases.next_if(mine));
            }
            Beaten { leases: own, items }
        };
        Ok(calls.iter().map(beaten).collect())
    }
}

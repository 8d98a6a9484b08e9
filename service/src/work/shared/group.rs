//! Calls that are done together.

use std::{collections::BTreeSet, sync::Arc};

use tokio::sync::Semaphore;

use super::Shared;
use crate::{
    Actor, Done, Error, Result, Service, UnitOfWork, Verb,
    access::within,
    shared::{Group, LOCK_TIMEOUT, Queued, QueuedCall, SHORT_LOCK_TIMEOUT, Takes},
    unit_of_work::Written,
    work::{
        agent_states::AgentStates,
        claim::{self, Claim, Lease},
        create::{self, Create},
        finish::{Complete, Fail, Release},
        lease::{Heartbeat, LeaseRef},
        leased::{LeaseCall, LeasedTasks},
    },
};

/// The most that one transaction carries.
const WEIGHT: usize = 1000;

/// Gives leases back that nobody is there to take any more.
fn give_back(service: &Service, actor: Actor, items: Vec<LeaseRef>) {
    if items.is_empty() {
        return;
    }
    let service = service.clone();
    tokio::spawn(async move {
        if let Err(error) = service.perform(&actor, None, &Release { items }).await {
            tracing::warn!("leases that nobody waited for were not given back: {}", error.explained());
        }
    });
}

macro_rules! call_group {
    ($($list:ident: $verb:ident $(gives $leases:expr)?,)+) => {
        /// Calls of one principal that are done together.
        #[derive(Debug, Default)]
        pub struct CallGroup {
            weight: usize,
            $($list: Vec<QueuedCall<$verb>>,)+
        }

        /// What they did, each call's in its place.
        struct Outcomes {
            $($list: Vec<<$verb as Verb>::Outcome>,)+
        }

        $(
            impl Grouped for $verb {
                fn list(round: &mut CallGroup) -> &mut Vec<QueuedCall<Self>> {
                    &mut round.$list
                }
            }

            impl Queued for $verb {
                $(fn unheard(service: &Service, actor: Actor, outcome: Self::Outcome) {
                    give_back(service, actor, $leases(&outcome));
                })?
            }
        )+

        impl CallGroup {
            fn count(&self) -> usize {
                0 $(+ self.$list.len())+
            }

            fn actor(&self) -> Option<&Actor> {
                None $(.or(self.$list.first().map(|asked| &asked.actor)))+
            }

            /// Whether some callers have gone.
            fn has_gone(&self) -> bool {
                false $(|| self.$list.iter().any(QueuedCall::has_gone))+
            }

            /// Leaves out what nobody waits for any more.
            fn forget_gone(&mut self) {
                $(self.$list.retain(|asked| !asked.has_gone());)+
            }

            /// Does one call after the other. After one that met a lock the others may meet the same: they hardly wait.
            /// Without a database the rest is not tried, and this fails.
            async fn run_individually(mut self, service: &Service, slow: &Arc<Semaphore>) -> Result<()> {
                let mut lock_timeout = LOCK_TIMEOUT;
                $(for asked in std::mem::take(&mut self.$list) {
                    match asked.run_individually(service, slow, lock_timeout).await {
                        Ok(true) => lock_timeout = SHORT_LOCK_TIMEOUT,
                        Ok(false) => {}
                        Err(error) => {
                            self.fail(service, &error);
                            return Err(error);
                        }
                    }
                })+
                Ok(())
            }

            fn reply(self, service: &Service, outcomes: Outcomes) {
                $(for (asked, outcome) in self.$list.into_iter().zip(outcomes.$list) {
                    asked.reply(service, Ok(Done { outcome, replayed: false }));
                })+
            }

            fn fail_all(self, service: &Service, error: &Error) {
                $(for asked in self.$list {
                    asked.reply(service, Err(error.clone()));
                })+
            }

            fn fits(&self, outcomes: &Outcomes) -> bool {
                true $(&& self.$list.len() == outcomes.$list.len())+
            }
        }
    };
}

call_group! {
    claims: Claim gives |leases: &Vec<Lease>| {
        leases.iter().map(|lease| LeaseRef { task_id: lease.task, token: lease.token }).collect()
    },
    heartbeats: Heartbeat,
    completions: Complete,
    failures: Fail,
    releases: Release,
    creations: Create,
}

/// A verb whose calls can be in a group.
pub trait Grouped: Queued {
    /// Its place.
    fn list(round: &mut CallGroup) -> &mut Vec<QueuedCall<Self>>
    where
        Self: Sized;
}

impl<V: Shared> Takes<V> for CallGroup {
    fn has_room_for(&self, call: &V) -> bool {
        self.weight + call.weight() <= WEIGHT
    }

    fn add(&mut self, asked: QueuedCall<V>) {
        self.weight += asked.call.weight();
        V::list(self).push(asked);
    }
}

impl Group for CallGroup {
    /// Does all of it in one transaction. A call that cannot be done is found by doing each alone.
    async fn serve(mut self, service: &Service, slow: &Arc<Semaphore>) -> Result<()> {
        loop {
            self.forget_gone();
            let Some(actor) = self.actor() else { return Ok(()) };
            let unit = match service.begin_within(actor, LOCK_TIMEOUT).await {
                Ok(unit) => unit,
                Err(error) => {
                    self.fail(service, &error);
                    return Err(error);
                }
            };
            if self.has_gone() {
                unit.undo().await;
                continue;
            }
            let (unit, outcomes) = match self.write(unit).await {
                Ok(written) => written,
                Err(error) => return self.fall_back(service, slow, error).await,
            };
            if self.has_gone() {
                unit.undo().await;
                continue;
            }
            match unit.commit().await {
                Ok(()) => self.reply(service, outcomes),
                // It may have been committed: doing it again could do it twice.
                Err(error) => self.fail(service, &error),
            }
            return Ok(());
        }
    }

    fn fail(self, service: &Service, error: &Error) {
        self.fail_all(service, error);
    }
}

impl CallGroup {
    /// After a shared transaction that failed before its commit.
    async fn fall_back(self, service: &Service, slow: &Arc<Semaphore>, error: Error) -> Result<()> {
        // Which of a call's new tasks is meant is found by doing it alone.
        let (count, is_located) = (self.count(), self.creations.is_empty());
        match error {
            Error::Unavailable(_) | Error::Timeout => self.fail(service, &error),
            Error::Refused(_) | Error::NotFound(..) | Error::Forbidden(_) if count == 1 && is_located => {
                self.fail(service, &error)
            }
            error => {
                tracing::info!(
                    calls = count,
                    "a shared transaction failed, each call is done alone: {}",
                    error.explained()
                );
                return self.run_individually(service, slow).await;
            }
        }
        Ok(())
    }

    async fn write(&self, mut unit: UnitOfWork) -> Result<(Written, Outcomes)> {
        let outcomes = match self.perform(&mut unit).await {
            Ok(outcomes) if self.fits(&outcomes) => outcomes,
            other => {
                let otherwise = |_| Error::internal("a shared transaction answered others than it was asked");
                let error = other.map_or_else(|error| error, otherwise);
                unit.fail(&error).await;
                return Err(error);
            }
        };
        Ok((unit.write_all().await?, outcomes))
    }

    /// Agents are locked first; claims lock tasks, but only such as nobody holds, and wait for none. Then executions and
    /// tasks are locked, in the order of all verbs. Claims and calls on leases never meet on a task.
    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Outcomes> {
        let tasks: Vec<_> = self.creations.iter().flat_map(|asked| asked.call.tasks.iter()).collect();
        within(unit, tasks.iter().map(|task| task.assigned_agent_id)).await?;
        let claims: Vec<&Claim> = calls(&self.claims).collect();
        let for_whom = claim::agents(unit, &claims).await?;
        let mut agents: BTreeSet<_> = for_whom.iter().flatten().copied().collect();
        let states = match tasks.is_empty() {
            true => AgentStates::read(unit, &agents).await,
            false => {
                agents.extend(tasks.iter().map(|task| task.assigned_agent_id));
                AgentStates::hold(unit, &agents).await
            }
        };
        let states = states.map_err(|error| error.named(|id| claim::place_of(&claims, id)))?;
        let mut claimed = claim::serve(unit, &states, &claims, &for_whom).await?;
        let held = held(&self.heartbeats).chain(held(&self.completions));
        let held = held.chain(self::held(&self.failures)).chain(self::held(&self.releases));
        let mut tasks = LeasedTasks::take(unit, held).await?;

        let heartbeats = apply(&self.heartbeats, &mut tasks, unit)?;
        let completed = apply(&self.completions, &mut tasks, unit)?;
        let failed = apply(&self.failures, &mut tasks, unit)?;
        let released = apply(&self.releases, &mut tasks, unit)?;
        tasks.changes.merge(std::mem::take(&mut claimed.taken));
        let created = create::create_independent(unit, &states, calls(&self.creations))?;
        tasks.save(unit).await?;
        Ok(Outcomes {
            claims: claimed.leases,
            heartbeats,
            completions: completed,
            failures: failed,
            releases: released,
            creations: created,
        })
    }
}

fn calls<V: Verb>(asked: &[QueuedCall<V>]) -> impl Iterator<Item = &V> {
    asked.iter().map(|asked| &asked.call)
}

fn held<V: LeaseCall>(asked: &[QueuedCall<V>]) -> impl Iterator<Item = LeaseRef> {
    calls(asked).flat_map(LeaseCall::held)
}

fn apply<V: LeaseCall>(
    asked: &[QueuedCall<V>],
    tasks: &mut LeasedTasks,
    unit: &mut UnitOfWork,
) -> Result<Vec<V::Outcome>> {
    calls(asked).map(|call| call.apply(tasks, unit)).collect()
}

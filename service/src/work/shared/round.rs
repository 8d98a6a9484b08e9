//! Calls that are done together.

use std::collections::BTreeSet;

use tokio::sync::oneshot;

use super::Shared;
use crate::{
    Actor, Error, Result, Service, Unit, Verb,
    access::within,
    unit::Written,
    work::{
        claim::{self, Claim},
        create::{self, Create},
        finish::{Complete, Fail, Release},
        hand::{Hand, OnHeld},
        lease::{Heartbeat, Held},
        roster::Roster,
    },
};

/// The most that one transaction carries.
const WEIGHT: usize = 1000;

/// A call that somebody waits for.
#[derive(Debug)]
pub struct Asked<V: Verb> {
    pub(super) actor: Actor,
    pub(super) call: V,
    pub(super) answer: oneshot::Sender<Result<V::Outcome>>,
}

impl<V: Verb> Asked<V> {
    async fn alone(self, service: &Service) {
        let done = service.perform(&self.actor, None, &self.call).await.map(|done| done.outcome);
        self.reply(done);
    }

    /// Who was given up meanwhile is not there to hear it.
    fn reply(self, outcome: Result<V::Outcome>) {
        let _ = self.answer.send(outcome);
    }
}

macro_rules! rounds {
    ($($list:ident: $verb:ident,)+) => {
        /// Calls of one principal that are done together.
        #[derive(Debug, Default)]
        pub struct Round {
            weight: usize,
            $($list: Vec<Asked<$verb>>,)+
        }

        /// What they did, each call's in its place.
        struct Outcomes {
            $($list: Vec<<$verb as Verb>::Outcome>,)+
        }

        $(impl Listed for $verb {
            fn list(round: &mut Round) -> &mut Vec<Asked<Self>> {
                &mut round.$list
            }
        })+

        impl Round {
            fn count(&self) -> usize {
                0 $(+ self.$list.len())+
            }

            fn actor(&self) -> Option<&Actor> {
                None $(.or(self.$list.first().map(|asked| &asked.actor)))+
            }

            async fn alone(self, service: &Service) {
                $(for asked in self.$list {
                    asked.alone(service).await;
                })+
            }

            fn reply(self, outcomes: Outcomes) {
                $(for (asked, outcome) in self.$list.into_iter().zip(outcomes.$list) {
                    asked.reply(Ok(outcome));
                })+
            }

            fn fail(self, error: &Error) {
                $(for asked in self.$list {
                    asked.reply(Err(error.clone()));
                })+
            }

            fn fits(&self, outcomes: &Outcomes) -> bool {
                true $(&& self.$list.len() == outcomes.$list.len())+
            }
        }
    };
}

rounds! {
    claims: Claim,
    heartbeats: Heartbeat,
    completions: Complete,
    failures: Fail,
    releases: Release,
    creations: Create,
}

/// A verb with a place in a round.
pub trait Listed: Verb {
    /// Its place.
    fn list(round: &mut Round) -> &mut Vec<Asked<Self>>
    where
        Self: Sized;
}

impl Round {
    pub(super) fn has_room_for<V: Shared>(&self, call: &V) -> bool {
        self.weight + call.weight() <= WEIGHT
    }

    pub(super) fn add<V: Shared>(&mut self, asked: Asked<V>) {
        self.weight += asked.call.weight();
        V::list(self).push(asked);
    }

    /// Does all of it in one transaction. If that fails before the commit, for whatever reason, each call is done alone.
    pub(super) async fn serve(self, service: &Service) {
        let written = match self.actor() {
            Some(actor) if self.count() > 1 => self.write(service, actor).await.ok(),
            _ => None,
        };
        match written {
            Some((unit, outcomes)) => match unit.commit().await {
                Ok(()) => self.reply(outcomes),
                // It may have been committed: doing it again could do it twice.
                Err(error) => self.fail(&error),
            },
            None => self.alone(service).await,
        }
    }

    async fn write(&self, service: &Service, actor: &Actor) -> Result<(Written, Outcomes)> {
        let mut unit = service.begin(actor).await?;
        let outcomes = match self.perform(&mut unit).await {
            Ok(outcomes) if self.fits(&outcomes) => outcomes,
            other => {
                unit.undo().await;
                let otherwise = |_| Error::internal("a shared transaction answered others than it was asked");
                return Err(other.map_or_else(|error| error, otherwise));
            }
        };
        Ok((unit.write_all().await?, outcomes))
    }

    /// Everything is read before the first row is written, and locked in the order of all verbs: agents, executions,
    /// tasks. Claims and calls on leases never meet on a task: one takes what nobody holds.
    async fn perform(&self, unit: &mut Unit) -> Result<Outcomes> {
        let tasks: Vec<_> = self.creations.iter().flat_map(|asked| asked.call.tasks.iter()).collect();
        within(unit, tasks.iter().map(|task| task.agent)).await?;
        let claims: Vec<&Claim> = calls(&self.claims).collect();
        let for_whom = claim::agents(unit, &claims).await?;
        let mut agents: BTreeSet<_> = for_whom.iter().flatten().copied().collect();
        let roster = match tasks.is_empty() {
            true => Roster::read(unit, &agents).await?,
            false => {
                agents.extend(tasks.iter().map(|task| task.agent));
                Roster::hold(unit, &agents).await?
            }
        };
        let mut claimed = claim::serve(unit, &roster, &claims, &for_whom).await?;
        let held = held(&self.heartbeats).chain(held(&self.completions));
        let held = held.chain(self::held(&self.failures)).chain(self::held(&self.releases));
        let mut hand = Hand::take(unit, held).await?;

        let beaten = apply(&self.heartbeats, &mut hand, unit)?;
        let completed = apply(&self.completions, &mut hand, unit)?;
        let failed = apply(&self.failures, &mut hand, unit)?;
        let released = apply(&self.releases, &mut hand, unit)?;
        hand.changes.adopt(std::mem::take(&mut claimed.taken));
        let created = create::alone(unit, &roster, calls(&self.creations))?;
        hand.save(unit).await?;
        Ok(Outcomes {
            claims: claimed.leases,
            heartbeats: beaten,
            completions: completed,
            failures: failed,
            releases: released,
            creations: created,
        })
    }
}

fn calls<V: Verb>(asked: &[Asked<V>]) -> impl Iterator<Item = &V> {
    asked.iter().map(|asked| &asked.call)
}

fn held<V: OnHeld>(asked: &[Asked<V>]) -> impl Iterator<Item = Held> {
    calls(asked).flat_map(OnHeld::held)
}

fn apply<V: OnHeld>(asked: &[Asked<V>], hand: &mut Hand, unit: &mut Unit) -> Result<Vec<V::Outcome>> {
    calls(asked).map(|call| call.apply(hand, unit)).collect()
}

//! Where the calls of a principal wait for each other.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    Shared,
    round::{Asked, Round},
};
use crate::{Actor, Error, Result, Service};

/// How many calls wait at the same time for locks that were not had soon: each keeps a connection.
const SLOW: usize = 2;

/// Rounds that wait, by [`Principal::caller`](crate::principal::Principal::caller), for each of whom one is under way.
#[derive(Clone, Debug)]
pub struct Desk {
    waiting: Arc<Mutex<HashMap<String, VecDeque<Round>>>>,
    slow: Arc<Semaphore>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { waiting: Arc::default(), slow: Arc::new(Semaphore::new(SLOW)) }
    }
}

impl Desk {
    /// Does a call, together with others of the same principal that wait.
    pub(super) async fn perform<V: Shared>(&self, service: &Service, actor: &Actor, call: V) -> Result<V::Outcome> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { actor: actor.clone(), call, answer };
        let caller = actor.principal.caller();
        let is_first = match self.lock().entry(caller.clone()) {
            Entry::Occupied(mut waiting) => {
                join(waiting.get_mut(), asked);
                false
            }
            Entry::Vacant(place) => {
                join(place.insert(VecDeque::new()), asked);
                true
            }
        };
        if is_first {
            // A task of its own: the request that begins it may be given up while others wait.
            let turn = Turn { desk: self.clone(), caller, ended: false };
            tokio::spawn(serve(service.clone(), turn));
        }
        answered.await.map_err(|_| Error::internal("a shared transaction ended without an answer"))?
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<Round>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a call to the last round that waits, or to a new one.
fn join<V: Shared>(waiting: &mut VecDeque<Round>, asked: Asked<V>) {
    match waiting.back_mut().filter(|round| round.has_room_for(&asked.call)) {
        Some(round) => round.add(asked),
        None => {
            let mut round = Round::default();
            round.add(asked);
            waiting.push_back(round);
        }
    }
}

async fn serve(service: Service, mut turn: Turn) {
    while let Some(round) = turn.next() {
        if let Err(error) = round.serve(&service, &turn.desk.slow).await {
            turn.fail(&service, &error);
        }
    }
}

/// The rounds of a principal, one after the other.
struct Turn {
    desk: Desk,
    caller: String,
    ended: bool,
}

impl Turn {
    /// The calls that wait. With none left the turn ends, before another can come.
    fn next(&mut self) -> Option<Round> {
        let mut desk = self.desk.lock();
        let round = desk.get_mut(&self.caller).and_then(VecDeque::pop_front);
        if round.is_none() {
            desk.remove(&self.caller);
            self.ended = true;
        }
        round
    }

    /// Without a database, who came meanwhile would wait as long again.
    fn fail(&self, service: &Service, error: &Error) {
        let waiting = self.desk.lock().get_mut(&self.caller).map(std::mem::take).unwrap_or_default();
        for round in waiting {
            round.fail(service, error);
        }
    }
}

/// A turn that did not end by itself panicked: another can begin, and those who wait are told.
impl Drop for Turn {
    fn drop(&mut self) {
        if !self.ended {
            self.desk.lock().remove(&self.caller);
        }
    }
}

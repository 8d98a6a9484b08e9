//! Where calls of a principal wait for each other.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Semaphore;

use super::call::{Queued, QueuedCall};
use crate::{Actor, Done, Error, Result, Service, verb::key::KeyedCall};

/// How many calls wait at the same time for locks that were not had soon: each keeps a connection.
const SLOW: usize = 2;

/// Calls of one principal that are done together.
pub(crate) trait Group: Default + Send + 'static {
    /// Does all of it, for those who still wait. Fails when the database is away.
    fn serve(self, service: &Service, slow: &Arc<Semaphore>) -> impl Future<Output = Result<()>> + Send;

    /// Answers all of it with an error.
    fn fail(self, service: &Service, error: &Error);
}

/// A group that takes calls of a verb.
pub(crate) trait Takes<V: Queued>: Group {
    /// Whether it is not too large for this call.
    fn has_room_for(&self, call: &V) -> bool;

    /// Adds a call.
    fn add(&mut self, asked: QueuedCall<V>);
}

/// Groups that wait, by [`Principal::caller`](crate::principal::Principal::caller), for each of whom one is under way.
pub(crate) struct CallQueue<G> {
    waiting: Arc<Mutex<HashMap<String, VecDeque<G>>>>,
    slow: Arc<Semaphore>,
}

impl<G> fmt::Debug for CallQueue<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallQueue").finish_non_exhaustive()
    }
}

impl<G> Clone for CallQueue<G> {
    fn clone(&self) -> Self {
        Self { waiting: Arc::clone(&self.waiting), slow: Arc::clone(&self.slow) }
    }
}

impl<G> Default for CallQueue<G> {
    fn default() -> Self {
        Self { waiting: Arc::default(), slow: Arc::new(Semaphore::new(SLOW)) }
    }
}

impl<G> CallQueue<G> {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<G>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<G: Group> CallQueue<G> {
    /// Does a call, together with others of the same principal that wait.
    pub(crate) async fn perform<V: Queued>(
        &self,
        service: &Service,
        actor: &Actor,
        key: Option<KeyedCall>,
        call: V,
    ) -> Result<Done<V::Outcome>>
    where
        G: Takes<V>,
    {
        let (asked, answered) = QueuedCall::new(actor, key, call);
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
            let runner = Runner { queue: self.clone(), caller, ended: false };
            tokio::spawn(serve(service.clone(), runner));
        }
        answered.await.map_err(|_| Error::internal("a shared transaction ended without an answer"))?
    }
}

/// Adds a call to the last group that waits, or to a new one.
fn join<V: Queued, G: Takes<V>>(waiting: &mut VecDeque<G>, asked: QueuedCall<V>) {
    match waiting.back_mut().filter(|group| group.has_room_for(&asked.call)) {
        Some(group) => group.add(asked),
        None => {
            let mut group = G::default();
            group.add(asked);
            waiting.push_back(group);
        }
    }
}

async fn serve<G: Group>(service: Service, mut runner: Runner<G>) {
    while let Some(group) = runner.next() {
        if let Err(error) = group.serve(&service, &runner.queue.slow).await {
            runner.fail(&service, &error);
        }
    }
}

/// The groups of a principal, one after the other.
struct Runner<G> {
    queue: CallQueue<G>,
    caller: String,
    ended: bool,
}

impl<G: Group> Runner<G> {
    /// The calls that wait. With none left it ends, before another can come.
    fn next(&mut self) -> Option<G> {
        let mut waiting = self.queue.lock();
        let group = waiting.get_mut(&self.caller).and_then(VecDeque::pop_front);
        if group.is_none() {
            waiting.remove(&self.caller);
            self.ended = true;
        }
        group
    }

    /// Without a database, who came meanwhile would wait as long again.
    fn fail(&self, service: &Service, error: &Error) {
        let waiting = self.queue.lock().get_mut(&self.caller).map(std::mem::take).unwrap_or_default();
        for group in waiting {
            group.fail(service, error);
        }
    }
}

/// One that did not end by itself panicked: another can begin, and those who wait are told.
impl<G> Drop for Runner<G> {
    fn drop(&mut self) {
        if !self.ended {
            self.queue.lock().remove(&self.caller);
        }
    }
}

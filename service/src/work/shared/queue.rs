//! Where the calls of a principal wait for each other.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, oneshot};

use super::{
    Shared,
    group::{CallGroup, QueuedCall},
};
use crate::{Actor, Error, Result, Service};

/// How many calls wait at the same time for locks that were not had soon: each keeps a connection.
const SLOW: usize = 2;

/// Groups that wait, by [`Principal::caller`](crate::principal::Principal::caller), for each of whom one is under way.
#[derive(Clone, Debug)]
pub struct CallQueue {
    waiting: Arc<Mutex<HashMap<String, VecDeque<CallGroup>>>>,
    slow: Arc<Semaphore>,
}

impl Default for CallQueue {
    fn default() -> Self {
        Self { waiting: Arc::default(), slow: Arc::new(Semaphore::new(SLOW)) }
    }
}

impl CallQueue {
    /// Does a call, together with others of the same principal that wait.
    pub(super) async fn perform<V: Shared>(&self, service: &Service, actor: &Actor, call: V) -> Result<V::Outcome> {
        let (answer, answered) = oneshot::channel();
        let asked = QueuedCall { actor: actor.clone(), call, answer };
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

    fn lock(&self) -> MutexGuard<'_, HashMap<String, VecDeque<CallGroup>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a call to the last group that waits, or to a new one.
fn join<V: Shared>(waiting: &mut VecDeque<CallGroup>, asked: QueuedCall<V>) {
    match waiting.back_mut().filter(|group| group.has_room_for(&asked.call)) {
        Some(group) => group.add(asked),
        None => {
            let mut group = CallGroup::default();
            group.add(asked);
            waiting.push_back(group);
        }
    }
}

async fn serve(service: Service, mut runner: Runner) {
    while let Some(group) = runner.next() {
        if let Err(error) = group.serve(&service, &runner.queue.slow).await {
            runner.fail(&service, &error);
        }
    }
}

/// The groups of a principal, one after the other.
struct Runner {
    queue: CallQueue,
    caller: String,
    ended: bool,
}

impl Runner {
    /// The calls that wait. With none left it ends, before another can come.
    fn next(&mut self) -> Option<CallGroup> {
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
impl Drop for Runner {
    fn drop(&mut self) {
        if !self.ended {
            self.queue.lock().remove(&self.caller);
        }
    }
}

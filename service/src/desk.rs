//! Calls that wait at the same time share a transaction.
//!
//! While a transaction of a principal runs, its further calls of the verb wait; the next one serves all that wait.
//! Alone a call never waits; the more there are, the fewer statements and commits each costs.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use crate::{Actor, Error, Result, Service, Unit, Verb, access};

/// The most that one transaction carries.
const WEIGHT: usize = 1000;

/// A verb whose calls can be done together.
pub trait Combine: Verb + Clone + 'static {
    /// Whether this call can share a transaction: one that may fail for reasons of its own cannot.
    fn combines(&self) -> bool {
        true
    }

    /// How much of a transaction it takes.
    fn weight(&self) -> usize {
        1
    }

    /// Does all of them; each outcome in its place. An error concerns all: then each is done alone.
    fn perform_all(calls: &[Self], unit: &mut Unit) -> impl Future<Output = Result<Vec<Self::Outcome>>> + Send;
}

/// Where the calls of a verb wait: in a queue for each principal of whom a transaction runs.
pub struct Desk<V: Combine>(Arc<Mutex<Queues<V>>>);

/// By [`Principal::caller`](crate::principal::Principal::caller).
type Queues<V> = HashMap<String, VecDeque<Waiting<V>>>;

struct Waiting<V: Combine> {
    actor: Actor,
    call: V,
    answer: oneshot::Sender<Result<V::Outcome>>,
}

impl<V: Combine> Default for Desk<V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<V: Combine> Clone for Desk<V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V: Combine> fmt::Debug for Desk<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Desk")
    }
}

impl<V: Combine> Desk<V> {
    /// Does a call, together with others of the same principal that wait.
    pub async fn perform(&self, service: &Service, actor: &Actor, call: V) -> Result<V::Outcome> {
        if !call.combines() {
            return Ok(service.perform(actor, None, &call).await?.outcome);
        }
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { actor: actor.clone(), call, answer };
        let caller = actor.principal.caller();
        let is_first = match self.lock().entry(caller.clone()) {
            Entry::Occupied(mut queue) => {
                queue.get_mut().push_back(waiting);
                false
            }
            Entry::Vacant(place) => {
                place.insert(VecDeque::from([waiting]));
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

    fn lock(&self) -> MutexGuard<'_, Queues<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The one transaction of a principal after the other.
struct Turn<V: Combine> {
    desk: Desk<V>,
    caller: String,
    ended: bool,
}

impl<V: Combine> Turn<V> {
    /// The calls that wait, as many as one transaction carries. With none left the turn ends, before another can come.
    fn next(&mut self) -> Vec<Waiting<V>> {
        let mut queues = self.desk.lock();
        let Some(queue) = queues.get_mut(&self.caller) else { return Vec::new() };
        let mut weight = 0;
        let fits = |waiting: &&Waiting<V>| {
            weight += waiting.call.weight();
            weight <= WEIGHT
        };
        let count = queue.iter().take_while(fits).count().max(1).min(queue.len());
        let together: Vec<_> = queue.drain(..count).collect();
        if together.is_empty() {
            queues.remove(&self.caller);
            self.ended = true;
        }
        together
    }
}

/// A turn that did not end by itself panicked: another can begin, and those who wait are told.
impl<V: Combine> Drop for Turn<V> {
    fn drop(&mut self) {
        if !self.ended {
            self.desk.lock().remove(&self.caller);
        }
    }
}

async fn serve<V: Combine>(service: Service, mut turn: Turn<V>) {
    loop {
        let waiting = turn.next();
        match &waiting[..] {
            [] => return,
            [_] => alone(&service, waiting).await,
            [first, ..] => {
                let actor = first.actor.clone();
                let (calls, answers): (Vec<V>, Vec<_>) = waiting.into_iter().map(|one| (one.call, one.answer)).unzip();
                match together(&service, &actor, &calls).await {
                    // Who was given up meanwhile is not there to hear it.
                    Ok(outcomes) => {
                        answers.into_iter().zip(outcomes).for_each(|(answer, outcome)| drop(answer.send(Ok(outcome))))
                    }
                    Err(_) => {
                        let waiting = calls.into_iter().zip(answers);
                        let waiting = waiting.map(|(call, answer)| Waiting { actor: actor.clone(), call, answer });
                        alone(&service, waiting.collect()).await;
                    }
                }
            }
        }
    }
}

async fn alone<V: Combine>(service: &Service, waiting: Vec<Waiting<V>>) {
    for Waiting { actor, call, answer } in waiting {
        let done = service.perform(&actor, None, &call).await.map(|done| done.outcome);
        let _ = answer.send(done);
    }
}

async fn together<V: Combine>(service: &Service, actor: &Actor, calls: &[V]) -> Result<Vec<V::Outcome>> {
    access::check(&actor.principal, V::OPERATION)?;
    let mut unit = service.begin(actor).await?;
    let outcomes = V::perform_all(calls, &mut unit).await;
    let outcomes = unit.end(outcomes).await?;
    match outcomes.len() == calls.len() {
        true => Ok(outcomes),
        false => Err(Error::internal("a shared transaction answered others than it was asked")),
    }
}

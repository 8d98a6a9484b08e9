//! Calls that wait at the same time share a transaction.
//!
//! While as many transactions of a verb run as are worth running at once, who comes waits; the next one serves all
//! that wait. Alone a call never waits; the more there are, the fewer commits each costs.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use crate::{Actor, Error, Result, Service, Unit, Verb, access};

/// Transactions of one verb that run at once.
const RUNNING: usize = 3;
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

/// Where the calls of a verb wait.
pub struct Desk<V: Combine>(Arc<Mutex<Queue<V>>>);

struct Queue<V: Combine> {
    running: usize,
    waiting: VecDeque<Waiting<V>>,
}

struct Waiting<V: Combine> {
    actor: Actor,
    call: V,
    answer: oneshot::Sender<Result<V::Outcome>>,
}

impl<V: Combine> Default for Desk<V> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Queue { running: 0, waiting: VecDeque::new() })))
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
        let first = {
            let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            queue.waiting.push_back(Waiting { actor: actor.clone(), call, answer });
            let first = queue.running < RUNNING;
            queue.running += usize::from(first);
            first
        };
        if first {
            // A task of its own: the request that begins it may be given up while others wait.
            tokio::spawn(serve(service.clone(), Turn { desk: self.clone(), ended: false }));
        }
        answered.await.map_err(|_| Error::internal("a shared transaction ended without an answer"))?
    }
}

/// One of the transactions that may run.
struct Turn<V: Combine> {
    desk: Desk<V>,
    ended: bool,
}

impl<V: Combine> Turn<V> {
    /// The calls of one principal that wait. With nobody left the turn ends, before anybody else can come.
    fn next(&mut self) -> Vec<Waiting<V>> {
        let mut queue = self.desk.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(first) = queue.waiting.pop_front() else {
            queue.running -= 1;
            self.ended = true;
            return Vec::new();
        };
        let mut weight = first.call.weight();
        let principal = first.actor.principal.clone();
        let mut together = vec![first];
        let mut others = VecDeque::new();
        for waiting in queue.waiting.drain(..) {
            weight += waiting.call.weight();
            let joins = weight <= WEIGHT && waiting.actor.principal == principal;
            if joins { together.push(waiting) } else { others.push_back(waiting) }
        }
        queue.waiting = others;
        together
    }
}

/// A turn that did not end by itself panicked: others can begin, and those who wait alone are told.
impl<V: Combine> Drop for Turn<V> {
    fn drop(&mut self) {
        if !self.ended {
            let mut queue = self.desk.0.lock().unwrap_or_else(PoisonError::into_inner);
            queue.running -= 1;
            if queue.running == 0 {
                queue.waiting.clear();
            }
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

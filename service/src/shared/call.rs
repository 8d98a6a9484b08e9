//! A call that somebody waits for.

use std::{sync::Arc, time::Duration};

use tokio::sync::{
    Semaphore,
    oneshot::{self, Receiver, Sender},
};

use crate::{Actor, Done, Error, Result, Service, Verb, verb::key::KeyedCall};

/// A verb whose calls can wait for each other.
pub trait Queued: Verb + 'static {
    /// What becomes of an outcome that nobody is there to take any more.
    fn unheard(_service: &Service, _actor: Actor, _outcome: Self::Outcome) {}
}

/// A call that somebody waits for.
#[derive(Debug)]
pub struct QueuedCall<V: Verb> {
    pub(crate) actor: Actor,
    pub(crate) key: Option<KeyedCall>,
    pub(crate) call: V,
    answer: Sender<Result<Done<V::Outcome>>>,
}

impl<V: Queued> QueuedCall<V> {
    /// A call, and where its answer comes.
    pub(super) fn new(actor: &Actor, key: Option<KeyedCall>, call: V) -> (Self, Receiver<Result<Done<V::Outcome>>>) {
        let (answer, answered) = oneshot::channel();
        (Self { actor: actor.clone(), key, call, answer }, answered)
    }

    /// Whether nobody waits for it any more.
    pub(crate) fn has_gone(&self) -> bool {
        self.answer.is_closed()
    }

    /// Does it by itself. If it has to wait for a lock, it does so beside the others, and this is true. Without a
    /// database this fails.
    pub(crate) async fn run_individually(
        self,
        service: &Service,
        slow: &Arc<Semaphore>,
        lock_timeout: Duration,
    ) -> Result<bool> {
        if self.has_gone() {
            return Ok(false);
        }
        match service.perform_within(&self.actor, self.key(), &self.call, lock_timeout).await {
            Err(Error::Locked) => {
                tokio::spawn(self.alone(service.clone(), Some(Arc::clone(slow))));
                Ok(true)
            }
            Err(error @ Error::Unavailable(_)) => {
                self.reply(service, Err(error.clone()));
                Err(error)
            }
            done => {
                self.reply(service, done);
                Ok(false)
            }
        }
    }

    /// Does it by itself, beside the others: for one whose key is there already.
    pub(super) fn run_beside(self, service: &Service) {
        tokio::spawn(self.alone(service.clone(), None));
    }

    /// Does it by itself, waiting for locks as long as its caller waits, if there is a place for one that waits.
    async fn alone(mut self, service: Service, places: Option<Arc<Semaphore>>) {
        let work = async {
            let _place = match &places {
                Some(places) => places.acquire().await.ok(),
                None => None,
            };
            service.perform(&self.actor, self.key.as_ref().map(KeyedCall::key), &self.call).await
        };
        let done = tokio::select! {
            () = self.answer.closed() => return,
            done = work => done,
        };
        self.reply(&service, done);
    }

    /// Answers.
    pub(crate) fn reply(self, service: &Service, done: Result<Done<V::Outcome>>) {
        if let Err(Ok(unheard)) = self.answer.send(done) {
            V::unheard(service, self.actor, unheard.outcome);
        }
    }

    fn key(&self) -> Option<&str> {
        self.key.as_ref().map(KeyedCall::key)
    }
}

//! What a principal does: a verb of the business, performed in one transaction.
//!
//! A call that carries a key may be repeated: the first answer is kept beside what it did (`key`).

pub(crate) mod key;

use std::{future::Future, pin::Pin, time::Duration};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use self::key::KeyedCall;
use crate::{
    Error, Result,
    access::{self, Operation},
    retry,
    unit_of_work::{Actor, Service, UnitOfWork},
    value,
};

/// A verb with its input. Two calls are the same when their inputs are written alike.
pub trait Verb: Serialize + Sized + Send + Sync {
    /// What it did, in ids: a repetition is answered with it.
    type Outcome: Serialize + DeserializeOwned + Send + Sync;

    /// What it is, for the table of roles and for the audit log.
    const OPERATION: Operation;

    /// Refuses an input that the database cannot hold. Verbs whose items fail by themselves check each of them.
    fn check_values(&self) -> Result<()> {
        value::check(self)
    }

    /// Does it. Nothing is committed here; an error undoes everything.
    fn perform(&self, unit: &mut UnitOfWork) -> impl Future<Output = Result<Self::Outcome>> + Send;
}

/// What a call did.
#[derive(Clone, Debug)]
pub struct Done<O> {
    /// Its outcome.
    pub outcome: O,
    /// Whether it was done by an earlier call with the same key.
    pub replayed: bool,
}

/// What an update does to a value: an omitted one is left alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Change<T> {
    /// As it is.
    #[default]
    Keep,
    /// To this.
    #[serde(rename = "<set>")]
    Set(T),
}

impl<T: Clone> Change<T> {
    /// Writes the new value, if there is one.
    pub fn apply(&self, place: &mut T) {
        if let Self::Set(value) = self {
            place.clone_from(value);
        }
    }
}

impl Service {
    /// Performs a verb in one transaction: once, however often it is repeated under the same key. A call that is
    /// refused leaves nothing, its key neither.
    pub async fn perform<V: Verb>(&self, actor: &Actor, key: Option<&str>, verb: &V) -> Result<Done<V::Outcome>> {
        self.try_to(actor, key, verb, None).await
    }

    /// The same, waiting for no lock longer than `lock_timeout`.
    pub(crate) async fn perform_within<V: Verb>(
        &self,
        actor: &Actor,
        key: Option<&str>,
        verb: &V,
        lock_timeout: Duration,
    ) -> Result<Done<V::Outcome>> {
        self.try_to(actor, key, verb, Some(lock_timeout)).await
    }

    async fn try_to<V: Verb>(
        &self,
        actor: &Actor,
        key: Option<&str>,
        verb: &V,
        lock_timeout: Option<Duration>,
    ) -> Result<Done<V::Outcome>> {
        let retries = &self.measures().retries;
        let attempt = || once(self, actor, key, verb, lock_timeout);
        retry::on_collision(retries, attempt).await.map_err(Error::refused_by_rule)
    }
}

/// One attempt. In a box that is made in one place, so that each verb is compiled once.
fn once<'a, V: Verb>(
    service: &'a Service,
    actor: &'a Actor,
    key: Option<&'a str>,
    verb: &'a V,
    lock_timeout: Option<Duration>,
) -> Attempt<'a, V> {
    Box::pin(attempt(service, actor, key, verb, lock_timeout))
}

type Attempt<'a, V> = Pin<Box<dyn Future<Output = Result<Done<<V as Verb>::Outcome>>> + Send + 'a>>;

async fn attempt<V: Verb>(
    service: &Service,
    actor: &Actor,
    key: Option<&str>,
    verb: &V,
    lock_timeout: Option<Duration>,
) -> Result<Done<V::Outcome>> {
    access::check(&actor.principal, V::OPERATION)?;
    verb.check_values()?;
    let call = key.map(|key| KeyedCall::new(actor, key, verb)).transpose()?;
    let mut unit = match lock_timeout {
        Some(lock_timeout) => service.begin_within(actor, lock_timeout).await?,
        None => service.begin(actor).await?,
    };
    let done = match call {
        Some(call) => call.perform(&mut unit, verb).await,
        None => permitted(verb, &mut unit).await.map(|outcome| Done { outcome, replayed: false }),
    };
    unit.end(done).await
}

/// Does it, if the agent that acts has the capability: asked in the same transaction.
async fn permitted<V: Verb>(verb: &V, unit: &mut UnitOfWork) -> Result<V::Outcome> {
    access::check_area(unit, V::OPERATION).await?;
    verb.perform(unit).await
}

//! Calls of one principal that share a transaction.
//!
//! While a transaction of a principal runs, its further calls wait; the next one serves all that wait. Alone a call
//! never waits; the more there are, the fewer statements and commits each costs.
//!
//! - `queue`: where they wait. `call`: one of them. `round`: calls of one verb of the shop, done one after the other;
//!   those of the work engine are done together by [`work`](crate::work).

mod call;
mod queue;
mod round;

use std::time::Duration;

use self::round::Round;
pub(crate) use self::{
    call::{Queued, QueuedCall},
    queue::{CallQueue, Group, Takes},
};
use crate::{Actor, Done, Result, Service, UnitOfWork, access, verb::key::KeyedCall};

/// A call of this weight gains nothing by waiting for others.
pub(crate) const MAX_SHARED_WEIGHT: usize = 25;

/// How long a shared transaction waits for a lock: a row that somebody holds stops only those who need it.
pub(crate) const LOCK_TIMEOUT: Duration = Duration::from_millis(200);

/// How long a call waits for a lock that is done alone after another of its group has met one.
pub(crate) const SHORT_LOCK_TIMEOUT: Duration = Duration::from_millis(10);

/// A verb whose calls, with or without keys, are done one after the other in one transaction. Each is answered as if it
/// were alone. One that is refused before it has written anything leaves the others alone; after that, each call is
/// done by itself.
pub trait Joint: Queued {
    /// Whether this call can: one that writes before it may be refused cannot.
    fn is_joint(&self) -> bool {
        true
    }

    /// How much it concerns, about: its lines.
    fn weight(&self) -> usize;

    /// Reads and locks what calls need, for all of them at once and in the order of all verbs. Each finds it in the
    /// memory of the unit; what it does not find there it reads and locks itself. What cannot be meant is passed over:
    /// the call that asks for it is refused later.
    fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> impl Future<Output = Result<()>> + Send;
}

impl Service {
    /// Performs a verb in one transaction with other calls that wait: once, however often it is repeated under the same
    /// key.
    pub async fn join<V: Joint>(&self, actor: &Actor, key: Option<&str>, verb: V) -> Result<Done<V::Outcome>> {
        if verb.weight() >= MAX_SHARED_WEIGHT || !verb.is_joint() {
            return self.perform(actor, key, &verb).await;
        }
        access::check(&actor.principal, V::OPERATION)?;
        verb.check_values()?;
        let key = key.map(|key| KeyedCall::new(actor, key, &verb)).transpose()?;
        self.queue::<Round<V>>().perform(self, actor, key, verb).await
    }
}

//! What a principal does: a verb of the business, performed in one transaction.
//!
//! A call that carries a key may be repeated: the first answer is kept beside what it did.

use std::{future::Future, pin::Pin, time::Duration};

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    Error, Result,
    access::{self, Operation},
    hash,
    refusal::{Code, Refusal},
    retry,
    unit_of_work::{Actor, Service, UnitOfWork},
    value::{self, json},
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
        let retries = &self.measures().retries;
        retry::on_collision(retries, || once(self, actor, key, verb)).await.map_err(Error::refused_by_rule)
    }

    /// Performs a verb of a principal that may, waiting for no lock longer than `lock_timeout`.
    pub(crate) async fn perform_within<V: Verb>(
        &self,
        actor: &Actor,
        verb: &V,
        lock_timeout: Duration,
    ) -> Result<V::Outcome> {
        let once = || async move {
            let mut unit = self.begin_within(actor, lock_timeout).await?;
            let outcome = verb.perform(&mut unit).await;
            unit.end(outcome).await
        };
        retry::on_collision(&self.measures().retries, once).await.map_err(Error::refused_by_rule)
    }
}

/// One attempt. In a box that is made in one place, so that each verb is compiled once.
fn once<'a, V: Verb>(service: &'a Service, actor: &'a Actor, key: Option<&'a str>, verb: &'a V) -> Attempt<'a, V> {
    Box::pin(attempt(service, actor, key, verb))
}

type Attempt<'a, V> = Pin<Box<dyn Future<Output = Result<Done<<V as Verb>::Outcome>>> + Send + 'a>>;

async fn attempt<V: Verb>(service: &Service, actor: &Actor, key: Option<&str>, verb: &V) -> Result<Done<V::Outcome>> {
    access::check(&actor.principal, V::OPERATION)?;
    verb.check_values()?;
    let Some(key) = key else {
        let mut unit = service.begin(actor).await?;
        let outcome = verb.perform(&mut unit).await;
        return Ok(Done { outcome: unit.end(outcome).await?, replayed: false });
    };
    if key.is_empty() || key.len() > 255 {
        return Err(Refusal::invalid("idempotencyKey", "`idempotencyKey` must have 1 to 255 bytes").into());
    }
    value::check_text("idempotencyKey", key)?;
    let call = Call { caller: actor.principal.caller(), key, operation: V::OPERATION, input: fingerprint(verb)? };
    let mut unit = service.begin(actor).await?;
    let done = call.perform(&mut unit, verb).await;
    unit.end(done).await
}

/// A call that carries a key.
struct Call<'a> {
    caller: String,
    key: &'a str,
    operation: Operation,
    input: String,
}

impl Call<'_> {
    /// Writes the key down, unless it is there. On PostgreSQL a call under the same key waits here for the end of the
    /// first.
    async fn reserve(&self, unit: &UnitOfWork) -> Result<bool> {
        let mut sql = unit.sql();
        sql.push("INSERT INTO idempotency_keys (caller, key, operation, input_hash, created_at) VALUES (");
        sql.bind(self.caller.as_str()).push(", ").bind(self.key).push(", ").bind(self.operation.name());
        sql.push(", ").bind(self.input.as_str()).push(", ").bind(unit.now()).push(") ON CONFLICT DO NOTHING");
        Ok(unit.execute(sql).await? == 1)
    }

    /// Does it, unless it was done before.
    async fn perform<V: Verb>(&self, unit: &mut UnitOfWork, verb: &V) -> Result<Done<V::Outcome>> {
        if !self.reserve(unit).await? {
            return self.replay(unit).await;
        }
        let outcome = verb.perform(unit).await?;
        self.keep(unit, &outcome)?;
        Ok(Done { outcome, replayed: false })
    }

    fn keep(&self, unit: &UnitOfWork, outcome: &impl Serialize) -> Result<()> {
        let outcome = serde_json::json!({ "outcome": json(outcome)? });
        unit.write(|sql| {
            sql.push("UPDATE idempotency_keys SET outcome = ").bind(outcome);
            sql.push(" WHERE caller = ").bind(self.caller.as_str()).push(" AND key = ").bind(self.key);
        });
        Ok(())
    }

    async fn replay<O: DeserializeOwned>(&self, unit: &UnitOfWork) -> Result<Done<O>> {
        let mut sql = unit.sql();
        sql.push("SELECT operation, input_hash, outcome FROM idempotency_keys WHERE caller = ");
        sql.bind(self.caller.as_str()).push(" AND key = ").bind(self.key);
        let row = unit.txn().await?.query_one_raw(sql.into_statement()?).await?;
        // Its time was over between the two statements.
        let row = row.ok_or(Error::Collision)?;
        let (operation, input): (String, String) = (row.try_get_by("operation")?, row.try_get_by("input_hash")?);
        if operation != self.operation.name() || input != self.input {
            let message = format!("the idempotency key {:?} was already used for another call", self.key);
            return Err(Refusal::new(Code::IdempotencyConflict, message).at(["idempotencyKey"]).into());
        }
        let kept: Json = row.try_get_by("outcome")?;
        let outcome = serde_json::from_value(kept.get("outcome").cloned().unwrap_or_default())
            .map_err(|error| Error::internal(format!("a kept outcome cannot be read: {error}")))?;
        Ok(Done { outcome, replayed: true })
    }
}

fn fingerprint(input: &impl Serialize) -> Result<String> {
    Ok(hash::hex(json(input)?.to_string()))
}

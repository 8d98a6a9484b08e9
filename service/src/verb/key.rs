//! Idempotency keys: what a call that carries one answered is kept beside what it did.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{Done, Verb};
use crate::{
    Error, Result,
    access::{self, Operation},
    database::{Column, columns},
    hash,
    refusal::{Code, Refusal},
    unit_of_work::{Actor, UnitOfWork},
    value::{self, json},
};

/// A call that carries a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyedCall {
    caller: String,
    key: String,
    operation: Operation,
    input: String,
}

struct Reserved<'a> {
    key: &'a str,
    input_hash: &'a str,
}

fn reserved_columns<'a>() -> Vec<Column<Reserved<'a>>> {
    columns!(Reserved<'a>: key, input_hash).into()
}

struct Kept<'a> {
    key: &'a str,
    caller: &'a str,
    outcome: Json,
}

fn kept_columns<'a>() -> Vec<Column<Kept<'a>>> {
    let [key, caller, outcome] = columns!(Kept<'a>: key, caller, outcome);
    vec![key, caller.keyed(), outcome]
}

impl KeyedCall {
    /// A call of a verb; refuses what is no key.
    pub(crate) fn new<V: Verb>(actor: &Actor, key: &str, verb: &V) -> Result<Self> {
        if key.is_empty() || key.len() > 255 {
            return Err(Refusal::invalid("idempotencyKey", "`idempotencyKey` must have 1 to 255 bytes").into());
        }
        value::check_text("idempotencyKey", key)?;
        let caller = actor.principal.caller();
        Ok(Self { caller, key: key.to_owned(), operation: V::OPERATION, input: fingerprint(verb)? })
    }

    /// The key.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Does it, unless it was done before.
    pub(super) async fn perform<V: Verb>(&self, unit: &mut UnitOfWork, verb: &V) -> Result<Done<V::Outcome>> {
        // Before the key: who may no longer do it is not told what it did either.
        access::check_area(unit, V::OPERATION).await?;
        if reserve(unit, &[self]).await?.is_empty() {
            return self.replay(unit).await;
        }
        let outcome = verb.perform(unit).await?;
        keep(unit, &[(self, json(&outcome)?)]);
        Ok(Done { outcome, replayed: false })
    }

    async fn replay<O: DeserializeOwned>(&self, unit: &UnitOfWork) -> Result<Done<O>> {
        let mut sql = unit.sql();
        sql.push("SELECT operation, input_hash, outcome FROM idempotency_keys WHERE caller = ");
        sql.bind(self.caller.as_str()).push(" AND key = ").bind(self.key.as_str());
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

/// Writes the keys of calls of one caller and one verb down, unless they are there; those that were not. On PostgreSQL
/// it waits here for the end of another call under one of them. Of calls with the same key the first one counts.
pub(crate) async fn reserve(unit: &UnitOfWork, calls: &[&KeyedCall]) -> Result<HashSet<String>> {
    let Some(first) = calls.first() else { return Ok(HashSet::new()) };
    let mut rows: Vec<Reserved<'_>> =
        calls.iter().map(|call| Reserved { key: &call.key, input_hash: &call.input }).collect();
    // In one order, so that nobody waits for who waits for it.
    rows.sort_by_key(|row| row.key);
    rows.dedup_by_key(|row| row.key);
    let same = [
        ("caller", first.caller.as_str().into()),
        ("operation", first.operation.name().into()),
        ("created_at", unit.now().into()),
    ];
    let mut sql = unit.sql();
    sql.insert("idempotency_keys", &reserved_columns(), &same, &rows);
    // SQLite needs the condition to tell this from a join.
    sql.push(" WHERE TRUE ON CONFLICT DO NOTHING RETURNING key");
    unit.returning(sql).await?.iter().map(|row| Ok(row.try_get_by("key")?)).collect()
}

/// Keeps the outcomes of calls, whose keys were written down in the same unit.
pub(crate) fn keep(unit: &UnitOfWork, outcomes: &[(&KeyedCall, Json)]) {
    let mut rows = Vec::with_capacity(outcomes.len());
    for (call, outcome) in outcomes {
        let caller = call.caller.as_str();
        rows.push(Kept { key: &call.key, caller, outcome: serde_json::json!({ "outcome": outcome }) });
    }
    unit.update("idempotency_keys", &kept_columns(), &[], &rows);
}

/// Forgets the keys of calls of one caller that did nothing.
pub(crate) fn forget(unit: &UnitOfWork, calls: &[&KeyedCall]) {
    let Some(first) = calls.first() else { return };
    let keys: Vec<&str> = calls.iter().map(|call| call.key.as_str()).collect();
    unit.write(|sql| {
        sql.push("DELETE FROM idempotency_keys WHERE caller = ").bind(first.caller.as_str());
        sql.push(" AND key").is_any_text(&keys);
    });
}

fn fingerprint(input: &impl Serialize) -> Result<String> {
    Ok(hash::hex(json(input)?.to_string()))
}

//! Calls of one verb that are done one after the other, in the order in which they came, with one commit.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::{Group, Joint, LOCK_TIMEOUT, QueuedCall, SHORT_LOCK_TIMEOUT, Takes};
use crate::{
    Done, Error, Result, Service, UnitOfWork, Verb, access,
    unit_of_work::Written,
    value::json,
    verb::key::{self, KeyedCall},
};

/// The most that one transaction carries: what it locks stays locked until its end.
const WEIGHT: usize = 250;

/// Calls of one principal.
pub(super) struct Round<V: Verb> {
    weight: usize,
    calls: Vec<QueuedCall<V>>,
}

/// What became of a call.
enum Answer<O> {
    /// It was done.
    Done(O),
    /// It was refused, and has written nothing.
    Refused(Error),
    /// Its key is there already: the call is done by itself, which finds what an earlier one came to.
    Known,
}

impl<V: Verb> Default for Round<V> {
    fn default() -> Self {
        Self { weight: 0, calls: Vec::new() }
    }
}

impl<V: Joint> Takes<V> for Round<V> {
    fn has_room_for(&self, call: &V) -> bool {
        self.weight + call.weight() <= WEIGHT
    }

    fn add(&mut self, asked: QueuedCall<V>) {
        self.weight += asked.call.weight();
        self.calls.push(asked);
    }
}

impl<V: Joint> Group for Round<V> {
    /// Does all of it in one transaction, for those who still wait. After an error that is no answer to one call, each
    /// is done by itself.
    async fn serve(mut self, service: &Service, slow: &Arc<Semaphore>) -> Result<()> {
        loop {
            self.calls.retain(|asked| !asked.has_gone());
            let Some(first) = self.calls.first() else { return Ok(()) };
            let unit = match service.begin_within(&first.actor, LOCK_TIMEOUT).await {
                Ok(unit) => unit,
                Err(error) => {
                    self.fail(service, &error);
                    return Err(error);
                }
            };
            if self.has_gone() {
                unit.undo().await;
                continue;
            }
            let (unit, answers) = match self.write(unit).await {
                Ok(written) => written,
                Err(error) => return self.fall_back(service, slow, error).await,
            };
            let Some(unit) = unit else {
                self.reply(service, answers);
                return Ok(());
            };
            if self.has_gone() {
                unit.undo().await;
                continue;
            }
            match unit.commit().await {
                Ok(()) => self.reply(service, answers),
                // It may have been committed: doing it again could do it twice.
                Err(error) => self.fail(service, &error),
            }
            return Ok(());
        }
    }

    fn fail(self, service: &Service, error: &Error) {
        for asked in self.calls {
            asked.reply(service, Err(error.clone()));
        }
    }
}

impl<V: Joint> Round<V> {
    fn has_gone(&self) -> bool {
        self.calls.iter().any(QueuedCall::has_gone)
    }

    fn reply(self, service: &Service, answers: Vec<Answer<V::Outcome>>) {
        for (asked, answer) in self.calls.into_iter().zip(answers) {
            match answer {
                Answer::Done(outcome) => asked.reply(service, Ok(Done { outcome, replayed: false })),
                Answer::Refused(error) => asked.reply(service, Err(error)),
                Answer::Known => asked.run_beside(service),
            }
        }
    }

    /// After a transaction that failed before its commit.
    async fn fall_back(self, service: &Service, slow: &Arc<Semaphore>, error: Error) -> Result<()> {
        if matches!(error, Error::Unavailable(_) | Error::Timeout) {
            self.fail(service, &error);
            return Ok(());
        }
        let calls = self.calls.len();
        tracing::info!(calls, "a shared transaction failed, each call is done alone: {}", error.explained());
        self.run_individually(service, slow).await
    }

    /// Does one call after the other. After one that met a lock the others may meet the same: they hardly wait. Without
    /// a database the rest is not tried, and this fails.
    async fn run_individually(self, service: &Service, slow: &Arc<Semaphore>) -> Result<()> {
        let mut lock_timeout = LOCK_TIMEOUT;
        let mut calls = self.calls.into_iter();
        while let Some(asked) = calls.next() {
            match asked.run_individually(service, slow, lock_timeout).await {
                Ok(true) => lock_timeout = SHORT_LOCK_TIMEOUT,
                Ok(false) => {}
                Err(error) => {
                    for asked in calls {
                        asked.reply(service, Err(error.clone()));
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Writes what the calls do, and says what became of each. There is nothing to commit when none of them was done.
    async fn write(&self, mut unit: UnitOfWork) -> Result<(Option<Written>, Vec<Answer<V::Outcome>>)> {
        let answers = match self.perform(&mut unit).await {
            Ok(answers) => answers,
            Err(error) => {
                unit.fail(&error).await;
                return Err(error);
            }
        };
        if !answers.iter().any(|answer| matches!(answer, Answer::Done(_))) {
            unit.undo().await;
            return Ok((None, answers));
        }
        Ok((Some(unit.write_all().await?), answers))
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Answer<V::Outcome>>> {
        match access::check_area(unit, V::OPERATION).await {
            Err(error) if is_refusal(&error) => {
                return Ok(self.calls.iter().map(|_| Answer::Refused(error.clone())).collect());
            }
            checked => checked?,
        }
        let known = self.reserve_keys(unit).await?;
        let new: Vec<&V> = self.calls.iter().zip(&known).filter(|(_, known)| !**known).map(|it| &it.0.call).collect();
        if !new.is_empty() {
            V::prepare(unit, &new).await?;
        }
        let mut answers = Vec::with_capacity(self.calls.len());
        for (asked, known) in self.calls.iter().zip(known) {
            answers.push(if known { Answer::Known } else { one(unit, asked).await? });
        }
        self.keep_keys(unit, &answers)?;
        Ok(answers)
    }

    /// Which of the calls have a key that is there already. Of calls with the same key the first one is done.
    async fn reserve_keys(&self, unit: &UnitOfWork) -> Result<Vec<bool>> {
        let keys: Vec<&KeyedCall> = self.calls.iter().filter_map(|asked| asked.key.as_ref()).collect();
        let mut new = key::reserve(unit, &keys).await?;
        let is_known = |asked: &QueuedCall<V>| asked.key.as_ref().is_some_and(|key| !new.remove(key.key()));
        Ok(self.calls.iter().map(is_known).collect())
    }

    /// Keeps what calls with a key came to; of those that were refused no key stays.
    fn keep_keys(&self, unit: &UnitOfWork, answers: &[Answer<V::Outcome>]) -> Result<()> {
        let (mut done, mut refused) = (Vec::new(), Vec::new());
        for (asked, answer) in self.calls.iter().zip(answers) {
            match (&asked.key, answer) {
                (Some(key), Answer::Done(outcome)) => done.push((key, json(outcome)?)),
                (Some(key), Answer::Refused(_)) => refused.push(key),
                _ => {}
            }
        }
        key::keep(unit, &done);
        key::forget(unit, &refused);
        Ok(())
    }
}

/// Does one call, as if it were alone.
async fn one<V: Joint>(unit: &mut UnitOfWork, asked: &QueuedCall<V>) -> Result<Answer<V::Outcome>> {
    unit.act_as(&asked.actor);
    let before = unit.mark();
    let done = Box::pin(asked.call.perform(unit)).await;
    if unit.has_failed() {
        return Err(done.err().unwrap_or_else(|| Error::internal("a call went on after a statement had failed")));
    }
    match done {
        Ok(outcome) => Ok(Answer::Done(outcome)),
        Err(error) if is_refusal(&error) && unit.mark() == before => Ok(Answer::Refused(error)),
        Err(error) => Err(error),
    }
}

/// Whether an error is an answer to the call, whatever the database is like.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::Refused(_) | Error::NotFound(..) | Error::Invalid(_))
}

//! The answer of a mutation.

use std::future::Future;

use async_graphql::Context;
use service::{Done, Result, refusal::Refusal};
use uuid::Uuid;

use super::error::UserError;
use crate::read::{
    resource::Identified,
    row::{self, Row},
};

/// What a mutation did, or why it did nothing.
#[derive(Clone, Debug)]
pub struct Written<O> {
    /// None when it was refused.
    pub outcome: Option<O>,
    /// Why it was refused.
    pub errors: Vec<UserError>,
    /// Whether an earlier call with the same key did it.
    pub replayed: bool,
}

impl<O> Written<O> {
    /// The error contract: what the input's values or the domain's rules refuse is data, every other error is an error of
    /// the field.
    pub fn of(done: Result<Done<O>>) -> Result<Self> {
        match done {
            Ok(Done { outcome, replayed }) => Ok(Self { outcome: Some(outcome), errors: Vec::new(), replayed }),
            Err(error) => error.into_refusal().map(Self::refused),
        }
    }

    /// A part of the outcome as it is shown; none when the call was refused.
    pub async fn answer<'a, A: Answer<T> + 'a, T>(
        &'a self,
        ctx: &Context<'_>,
        part: impl FnOnce(&'a O) -> &'a A,
    ) -> Result<Option<T>> {
        let Some(outcome) = &self.outcome else { return Ok(None) };
        Ok(part(outcome).answer(ctx).await.unwrap_or_else(|error| {
            // It was done: the other parts, such as the tokens of leases, must not be lost with this one.
            let error: async_graphql::Error = error.into();
            ctx.add_error(ctx.set_error_path(error.into_server_error(ctx.item.pos)));
            None
        }))
    }

    fn refused(refusal: Refusal) -> Self {
        Self { outcome: None, errors: vec![refusal.into()], replayed: false }
    }
}

/// A part of an outcome that a payload shows as a `T`.
pub trait Answer<T>: Sync {
    /// What is shown; none where there is nothing.
    fn answer(&self, ctx: &Context<'_>) -> impl Future<Output = Result<Option<T>>> + Send;
}

impl<T: Identified> Answer<Row<T>> for Uuid {
    fn answer(&self, ctx: &Context<'_>) -> impl Future<Output = Result<Option<Row<T>>>> + Send {
        row::row(ctx, *self)
    }
}

impl<T: Identified> Answer<Vec<Row<T>>> for Vec<Uuid> {
    fn answer(&self, ctx: &Context<'_>) -> impl Future<Output = Result<Option<Vec<Row<T>>>>> + Send {
        row::rows(ctx, self)
    }
}

impl Answer<bool> for bool {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<bool>> {
        Ok(Some(*self))
    }
}

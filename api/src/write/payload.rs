//! The answer of a mutation.

use std::future::Future;

use async_graphql::Context;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::{Done, Result, refusal::Refusal};
use uuid::Uuid;

use super::{error::UserError, forbidden};
use crate::read::{
    resource::Identified,
    row::{self, Row},
    scalars::Id,
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
    pub async fn answer<'a, A: Answer<Option<T>> + 'a, T>(
        &'a self,
        ctx: &Context<'_>,
        part: impl FnOnce(&'a O) -> &'a A,
    ) -> Result<Option<T>> {
        let Some(outcome) = &self.outcome else { return Ok(None) };
        Ok(or_null(ctx, part(outcome).answer(ctx).await))
    }

    fn refused(refusal: Refusal) -> Self {
        Self { outcome: None, errors: vec![refusal.into()], replayed: false }
    }
}

/// What was done is done: a part of it that cannot be read is null, and the others, such as the tokens of leases, are not
/// lost with it.
fn or_null<T>(ctx: &Context<'_>, read: Result<Option<T>>) -> Option<T> {
    read.unwrap_or_else(|error| {
        let error: async_graphql::Error = error.into();
        ctx.add_error(ctx.set_error_path(error.into_server_error(ctx.item.pos)));
        None
    })
}

/// A part of an outcome that is shown as a `T`.
pub trait Answer<T>: Sync {
    /// What is shown.
    fn answer(&self, ctx: &Context<'_>) -> impl Future<Output = Result<T>> + Send;
}

/// What is always there can be shown where there may be nothing.
impl<A: Answer<T>, T> Answer<Option<T>> for A {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<T>> {
        Answer::<T>::answer(self, ctx).await.map(Some)
    }
}

macro_rules! the_same {
    ($($ty:ty),+) => {
        $(impl Answer<$ty> for $ty {
            async fn answer(&self, _: &Context<'_>) -> Result<$ty> {
                Ok(*self)
            }
        })+
    };
}

the_same!(bool, i32, Decimal, DateTime<Utc>, Option<i32>, Option<Decimal>, Option<DateTime<Utc>>);

impl Answer<String> for String {
    async fn answer(&self, _: &Context<'_>) -> Result<String> {
        Ok(self.clone())
    }
}

impl Answer<Option<String>> for Option<String> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<String>> {
        Ok(self.clone())
    }
}

impl Answer<Id> for Uuid {
    async fn answer(&self, _: &Context<'_>) -> Result<Id> {
        Ok(Id(*self))
    }
}

impl<T: Identified> Answer<Option<Row<T>>> for Uuid {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<Row<T>>> {
        Ok(or_null(ctx, row::row(ctx, *self).await))
    }
}

/// The row of an item of a batch; none when it was refused.
impl<T: Identified> Answer<Option<Row<T>>> for Option<Uuid> {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<Row<T>>> {
        match self {
            Some(id) => Answer::<Option<Row<T>>>::answer(id, ctx).await,
            None => Ok(None),
        }
    }
}

impl<T: Identified> Answer<Vec<Row<T>>> for Vec<Uuid> {
    fn answer(&self, ctx: &Context<'_>) -> impl Future<Output = Result<Vec<Row<T>>>> + Send {
        row::rows(ctx, self)
    }
}

impl Answer<Vec<UserError>> for Option<Refusal> {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Vec<UserError>> {
        let refused = self.iter().inspect(|refusal| forbidden::note_refusal(ctx, refusal));
        Ok(refused.cloned().map(UserError::from).collect())
    }
}

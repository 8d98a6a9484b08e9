//! Where something can go from its status.

use async_graphql::Context;
use service::{Result, state::State};

use super::column_type::ColumnValue;

/// The statuses that can follow this one.
pub async fn allowed<T>(_: &Context<'_>, from: T) -> Result<Vec<T>>
where
    T: ColumnValue<Stored: State + From<T>> + From<T::Stored>,
{
    Ok(T::Stored::from(from).allowed().iter().map(|to| T::from(*to)).collect())
}

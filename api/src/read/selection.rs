//! What a query asks of a field's answer, seen before anything is loaded.

use async_graphql::{Context, SelectionField};

use super::{
    order::Sort,
    resource::{Columns, Resource},
};

/// The columns of `T` that a selection on it needs.
pub fn columns<T: Resource>(field: SelectionField<'_>) -> Columns {
    let needs = T::needs();
    field
        .selection_set()
        .filter_map(|field| needs.get(field.name()))
        .fold(T::key_columns(), |set, needed| set.with(*needed))
}

/// What a selection on a connection asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The columns of the rows; `None` when no row is needed.
    pub columns: Option<Columns>,
    /// The number of all rows.
    pub total: bool,
}

impl Wanted {
    /// Reads the selection of the field being resolved. Cursors need the columns of `keys`.
    pub fn of<T: Resource>(ctx: &Context<'_>, keys: &[Sort]) -> Self {
        let mut wanted = Self { columns: None, total: false };
        let keys = || keys.iter().fold(T::key_columns(), |set, sort| set.with(Columns::one(sort.column)));
        let mut add = |columns: Columns| wanted.columns = Some(wanted.columns.unwrap_or_default().with(columns));
        let mut total = false;
        for field in ctx.field().selection_set() {
            match field.name() {
                "nodes" => add(columns::<T>(field)),
                "edges" => {
                    add(T::key_columns());
                    for field in field.selection_set() {
                        match field.name() {
                            "node" => add(columns::<T>(field)),
                            "cursor" => add(keys()),
                            _ => {}
                        }
                    }
                }
                "pageInfo" => add(keys()),
                "totalCount" => total = true,
                _ => {}
            }
        }
        wanted.total = total;
        wanted
    }
}

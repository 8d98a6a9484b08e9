//! What a query asks of a field's answer, seen before anything is loaded.

use async_graphql::{Context, SelectionField};

use super::{
    order::Sort,
    resource::{Columns, Table},
};

/// The columns of a table that a selection on its type needs.
pub fn columns(table: &Table, field: SelectionField<'_>) -> Columns {
    field
        .selection_set()
        .filter_map(|field| (table.needs)().get(field.name()))
        .fold(table.key_columns(), |set, needed| set.with(*needed))
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
    pub fn of(ctx: &Context<'_>, table: &Table, keys: &[Sort]) -> Self {
        let mut wanted = Self { columns: None, total: false };
        let keys = || keys.iter().fold(table.key_columns(), |set, sort| set.with(Columns::one(sort.column)));
        let mut add = |columns: Columns| wanted.columns = Some(wanted.columns.unwrap_or_default().with(columns));
        let mut total = false;
        for field in ctx.field().selection_set() {
            match field.name() {
                "nodes" => add(columns(table, field)),
                "edges" => {
                    add(table.key_columns());
                    for field in field.selection_set() {
                        match field.name() {
                            "node" => add(columns(table, field)),
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

//! What a list is sorted by.

use async_graphql::Enum;

/// Direction in which a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum SortDirection {
    /// Ascending: smallest, earliest or alphabetically first value first.
    #[default]
    Asc,
    /// Descending: largest, latest or alphabetically last value first.
    Desc,
}

/// Where nulls come in a sorted list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Enum)]
pub enum NullsOrder {
    /// Before all other values.
    First,
    /// After all other values.
    #[default]
    Last,
}

/// One key of a sorted list: a column of the table, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// The column.
    pub column: usize,
    /// Largest first.
    pub descending: bool,
    /// Nulls before all others.
    pub nulls_first: bool,
}

impl Sort {
    /// Smallest first, nulls last.
    pub const fn asc(column: usize) -> Self {
        Self { column, descending: false, nulls_first: false }
    }

    /// Largest first, nulls last.
    pub const fn desc(column: usize) -> Self {
        Self { column, descending: true, nulls_first: false }
    }

    /// A key as GraphQL names it.
    pub const fn new(column: usize, direction: SortDirection, nulls: NullsOrder) -> Self {
        Self {
            column,
            descending: matches!(direction, SortDirection::Desc),
            nulls_first: matches!(nulls, NullsOrder::First),
        }
    }

    /// The other way round, if `reverse`.
    pub fn reversed(self, reverse: bool) -> Self {
        Self { column: self.column, descending: self.descending != reverse, nulls_first: self.nulls_first != reverse }
    }
}

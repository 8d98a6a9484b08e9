//! A page of a list, as it was read.

use std::sync::Arc;

use async_graphql::SimpleObject;

use super::{any_row::AnyRow, json::Json, list::List};

/// A page of a list.
pub struct Page {
    /// The list.
    pub(super) list: Arc<List>,
    /// The rows that were read: one more than asked for, if there is one.
    pub(super) rows: Vec<Arc<AnyRow>>,
    /// The number of all rows, if it was counted.
    pub(super) total: Option<i64>,
    /// Text that shows figures, for each field that asks for some.
    pub(super) figures: Vec<Vec<Json>>,
}

/// Cursors at both ends of a page, and whether there are more rows.
#[derive(Debug, SimpleObject)]
pub struct PageInfo {
    /// Whether there are rows before this page. Exact when paging with `last`; otherwise true if `after` was given.
    pub has_previous_page: bool,
    /// Whether there are rows after this page. Exact when paging with `first`; otherwise true if `before` was given.
    pub has_next_page: bool,
    /// Cursor of the first row; null if the page is empty.
    pub start_cursor: Option<String>,
    /// Cursor of the last row; null if the page is empty.
    pub end_cursor: Option<String>,
}

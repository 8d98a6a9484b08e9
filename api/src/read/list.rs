//! A list as it is asked for: filter, order and page, with an identity that cursors are bound to.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use service::{
    Result,
    database::{Alias, Sql},
};

use super::{
    filter::{Filter, Size},
    order::{self, OrderBy, Sort},
    page::Page,
    resource::Resource,
};

/// The arguments of a list field, as GraphQL gives them.
#[derive(Debug)]
pub struct Arguments<T: Resource> {
    /// Which rows.
    pub filter: Option<Box<T::Filter>>,
    /// In which order; `None` or empty for the field's own.
    pub order_by: Option<Vec<T::OrderBy>>,
    /// See [`Page::new`].
    pub first: Option<i32>,
    /// See [`Page::new`].
    pub after: Option<String>,
    /// See [`Page::new`].
    pub last: Option<i32>,
    /// See [`Page::new`].
    pub before: Option<String>,
}

/// A checked list. Cheap to compare and hash, as loaders do.
#[derive(Debug)]
pub struct List<T: Resource> {
    /// Which rows.
    pub filter: Option<Box<T::Filter>>,
    /// The whole order, down to the primary key.
    pub keys: Vec<Sort>,
    /// Which of them.
    pub page: Page,
    /// The same for the same field, filter and order; cursors carry it.
    pub identity: u64,
}

impl<T: Resource> List<T> {
    /// Checks the arguments of the field `name`, whose own order is `default`.
    pub fn new(name: &str, default: &[Sort], arguments: Arguments<T>) -> Result<Arc<Self>> {
        let Arguments { filter, order_by, first, after, last, before } = arguments;
        if let Some(filter) = &filter {
            Size::check(filter.as_ref())?;
        }
        let keys = match order_by {
            Some(order_by) if !order_by.is_empty() => order::total::<T>(order_by.iter().map(OrderBy::sort)),
            _ => order::total::<T>(default.iter().copied()),
        };
        // Without keys of its own: every process of a version gives a list the same identity.
        let mut hasher = DefaultHasher::new();
        (T::TABLE, name, &filter, &keys).hash(&mut hasher);
        let identity = hasher.finish();
        let page = Page::new(identity, first, after, last, before)?;
        Ok(Arc::new(Self { filter, keys, page, identity }))
    }

    /// Writes the list's own conditions, each after ` AND `.
    pub fn write_filter(&self, sql: &mut Sql, table: Alias) {
        if let Some(filter) = &self.filter {
            sql.push(" AND ");
            filter.write(sql, table);
        }
    }

    /// Writes the bounds of the page, each after ` AND `.
    pub fn write_seek(&self, sql: &mut Sql, table: Alias) -> Result<()> {
        if let Some(position) = &self.page.after {
            order::seek::<T>(sql, table, &self.keys, position, false)?;
        }
        if let Some(position) = &self.page.before {
            order::seek::<T>(sql, table, &self.keys, position, true)?;
        }
        Ok(())
    }

    /// Writes the order in which the page is read.
    pub fn write_order(&self, sql: &mut Sql, table: impl std::fmt::Display) {
        order::write::<T>(sql, table, &self.keys, self.page.backward);
    }

    /// One row more than the page has: it tells whether more follow.
    pub fn limit(&self) -> u32 {
        self.page.size + 1
    }
}

impl<T: Resource> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || self.identity == other.identity
                && self.page == other.page
                && self.keys == other.keys
                && self.filter == other.filter
    }
}

impl<T: Resource> Eq for List<T> {}

impl<T: Resource> Hash for List<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
        self.page.hash(state);
    }
}

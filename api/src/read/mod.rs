//! The read machinery: it knows no entity.
//!
//! - [`declare`]: the macro that declares a table, and [`resource`]: what it says. [`vocabulary`]: closed ones.
//! - [`fields`]: what the fields of a table's type are, and where they lead.
//! - [`cell`], [`scalars`]: the values of columns.
//! - [`argument`]: what a filter says, before anything is selected by it.
//! - [`filter`] and its [`operators`], [`order`], [`page`]: what a list is asked for, together a [`list`].
//! - [`selection`]: which columns the query wants.
//! - [`load`]: the statements, batched. [`connection`], [`row`], `object`: the answer. [`meter`]: what it cost.

pub mod argument;
pub mod cell;
pub mod connection;
pub mod declare;
pub mod fields;
pub mod filter;
pub mod list;
pub mod load;
pub mod meter;
mod object;
pub mod operators;
pub mod optional;
pub mod order;
pub mod page;
pub mod resource;
pub mod row;
pub mod scalars;
pub mod selection;
pub mod vocabulary;

pub use meter::Meter;

//! The read machinery: it knows no entity.
//!
//! - [`declare`]: the macro that declares a table; [`resource`]: the table as a type, and [`table`]: the value that says
//!   what it has, with [`names`] and [`mod@column`]s. [`vocabulary`]: closed ones, and [`transitions`]: what can follow them. [`types`]: the same in the schema.
//! - [`column_type`], [`scalars`], [`rate`]: the types of columns; [`cell`]: a value, and [`any_row`]: those of a row; [`json`]: how
//!   they are written.
//! - [`argument`]: what a field is asked, before anything is selected by it.
//! - [`filter`] and its [`operators`] ([`bind`]: their values as parameters), [`sort`] and [`order`], [`page`]: what a list is asked for, together a [`list`].
//! - `figures`: aggregates and groups over the rows of a list.
//! - `plan`: what a query asks of rows. [`load`]: the statements, batched. [`meter`]: what they cost.
//! - `level`: the answer, level by level. [`root`], [`row`] and [`connection`] are what it starts from.

pub mod any_row;
pub mod argument;
pub mod bind;
pub mod cell;
pub mod column;
pub mod column_type;
pub mod connection;
pub mod declare;
mod figures;
pub mod filter;
pub mod json;
pub mod level;
pub mod list;
pub mod load;
pub mod meter;
pub mod names;
pub mod operators;
pub mod optional;
pub mod order;
pub mod page;
mod plan;
pub mod rate;
pub mod resource;
pub mod root;
pub mod row;
pub mod scalars;
pub mod sort;
pub mod table;
pub mod transitions;
pub mod types;
pub mod vocabulary;

pub(crate) use figures::Interval;
pub use level::Merged;
pub use meter::Meter;

//! How a table is described, once for both engines.
//!
//! - [`column`]: a column, its type and what it refers to
//! - [`table`]: a table, its keys, checks and indexes, and the statements that create it
//! - [`addition`]: columns and indexes for a table of an earlier migration
//! - [`widening`]: more values for a closed vocabulary of an earlier migration
//! - [`comments`]: what tables and columns are for, in words
//! - [`tables_of`]: a migration that creates the tables of one domain and drops them again

mod addition;
mod column;
mod comments;
mod migration;
mod table;
mod widening;

pub(crate) use addition::Addition;
pub(crate) use column::{ChildList, Column, Enum, Kind, OnDelete};
use column::{amount, count};
pub(crate) use column::{
    big_integer, boolean, counter, currency, currency_code, date, decimal, enumeration, integer, json, list, object,
    optional_object, position, text, timestamp, uuid, varchar,
};
pub(crate) use comments::Comment;
pub(crate) use migration::{TablesOf, tables_of};
pub(crate) use table::Table;
pub(crate) use widening::Widening;

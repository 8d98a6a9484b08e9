//! The schema, as each engine has it.
//!
//! - [`catalog`]: what the engines say about themselves
//! - [`rows`]: a valid row of every table, to be spoiled in one place at a time
//! - [`tour`]: what a server does all day; [`statements`]: what it sends to the database for it
//!
//! and the tests: [`migrations`], [`fills`], [`customer_fills`], [`types`], [`checks`], [`uniques`], [`references`],
//! [`indexes`], [`append_only`], [`retention`], [`round_trip`], [`comments`].

mod append_only;
pub(crate) mod catalog;
mod checks;
mod comments;
mod customer_fills;
mod fills;
mod indexes;
mod migrations;
pub(crate) mod references;
mod retention;
mod round_trip;
pub(crate) mod rows;
mod statements;
mod tour;
mod types;
mod uniques;

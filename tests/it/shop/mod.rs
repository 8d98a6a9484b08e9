//! The shop's own business, through GraphQL.
//!
//! - [`fixture`]: a small shop for each test. [`whole`]: all that a database holds. [`refusals`]: what calls may be
//!   refused for. [`waiting`]: whatever is open has a time limit or a task, after every test.
//! - [`aborted`], [`interleaved`], [`money_everywhere`], [`peers`]: what must hold of all of it together.
//! - The other files: what must hold, by what it is about.

mod aborted;
pub(crate) mod catalogue;
pub(crate) mod fixture;
mod follow_ups;
mod interleaved;
mod money_everywhere;
mod orders;
mod parcels;
mod payments;
mod peers;
mod prices;
mod refusals;
mod stock;
mod waiting;
mod watching;
mod whole;

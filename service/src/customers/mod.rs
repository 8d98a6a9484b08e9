//! Customers.
//!
//! - `buyer`: who buys, by id or by e-mail address. `totals`: what the orders of a customer come to.

mod buyer;
pub(crate) mod totals;

pub(crate) use buyer::{Buyer, find_ahead, find_buyer};

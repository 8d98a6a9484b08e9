//! Amounts of money: arithmetic alone, which knows no database.
//!
//! - [`currency`]: the currencies, and the smallest amount of each, its step. [`stripe`]: what Stripe counts otherwise.
//! - [`round()`]: the one way of rounding; [`stored`]: how amounts are written. [`allocate()`]: an amount spread over
//!   weights, exact in sum.
//! - [`share`]: what some pieces of a line are worth.

mod allocate;
pub mod currency;
mod round;
pub mod share;
pub mod stripe;

pub use allocate::allocate;
pub use round::{proportion, round, stored};

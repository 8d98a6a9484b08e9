//! What an order costs: the same arithmetic for a quote, a new order and one that is edited.
//!
//! - `Wish`: what is wanted. `load`: what the database knows about it, in one statement: `Facts`; `ahead`: about several
//!   wishes.
//! - `price`: the amounts, `Priced`. All of it is arithmetic: `unit` is what a piece costs, `lines` what was asked for,
//!   `discount` what is taken off, by its `conditions`; `shipping` and `tax` are what is added, and `rate` leads to the
//!   currency of the shop.
//! - [`effective()`]: what a piece costs a customer, for whoever asks before there is an order.

mod ahead;
mod conditions;
mod discount;
mod effective;
mod facts;
mod lines;
mod load;
mod price;
mod priced;
pub(crate) mod rate;
mod shipping;
mod tax;
mod unit;
mod wish;

pub(crate) use ahead::{forget, load_ahead};
pub use effective::{Asked, Effective, effective};
pub(crate) use facts::Facts;
pub(crate) use load::load;
pub(crate) use price::price;
pub(crate) use priced::{DiscountUse, Priced, PricedLine};
pub use unit::PriceSource;
pub(crate) use wish::{Destination, VariantRef, Wish, WishLine};

#[cfg(test)]
mod tests;

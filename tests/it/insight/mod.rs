//! What dashboards show.
//!
//! - [`house`]: a small shop whose figures were worked out by hand; [`goods`]: what it sells; [`summary`], [`series`],
//!   [`targets`]: metrics of it. [`sales`], [`products`], [`stock`], [`work`], [`money`]: its reports.
//!   [`examples`]: what it has nothing of.
//! - [`random`]: thousands of made-up orders.

mod examples;
mod goods;
mod house;
mod money;
mod products;
mod random;
mod sales;
mod series;
mod stock;
mod summary;
mod targets;
mod work;

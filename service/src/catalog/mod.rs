//! The catalogue: what is sold, and for how much.
//!
//! - [`product`], [`variant`]: products with their variants. `assortment`: how several are read, changed and written at
//!   once; `options`: what sets a product's variants apart; `edition`: limited editions.
//! - [`price`]: price lists. [`discount`]: what takes off a price. [`tax_rate`], [`shipping_method`],
//!   [`exchange_rate`]: what is added, and in which money.
//! - [`metric`]: how products do.
//! - `external`: products that another system decides about.
//! - `fields`: what texts and prices must be. `use_of`: what refers to a variant. `rows`: rows that are written at
//!   once.
//!
//! Who changes products holds their variants first, in the order of their ids, then the products in theirs.

mod assortment;
pub mod discount;
pub(crate) mod edition;
pub mod exchange_rate;
pub(crate) mod external;
pub(crate) mod fields;
pub mod metric;
pub(crate) mod options;
pub mod price;
pub mod product;
mod rows;
pub mod shipping_method;
pub mod tax_rate;
mod use_of;
pub mod variant;

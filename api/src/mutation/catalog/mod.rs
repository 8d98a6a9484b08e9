//! What can be done with the catalogue.

pub(super) mod discount;
pub(super) mod exchange_rate;
pub(super) mod metric;
pub(super) mod price;
pub(super) mod product;
pub(super) mod shipping_method;
pub(super) mod tax_rate;
pub(super) mod variant;

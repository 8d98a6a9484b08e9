//! Stock that another system has decided about: its orders are facts, and what is missing is no reason to refuse them.
//!
//! - [`Kept`]: what the order of another system keeps. [`count`]: how many pieces that system has.

mod count;
mod order;

use super::release::OPEN;
use crate::settings::{Settings, ShopifyLocations, StockMode};

pub(crate) use self::{
    count::{Counted, count},
    order::{Kept, Line, Missing},
};

/// Whose quantities count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// Those of the other system: what its orders take is kept beside what is available, which it says by itself.
    Beside,
    /// Those here: its orders take pieces as all others do.
    Own,
}

impl Keeping {
    /// What the shop has chosen.
    pub(crate) fn of(settings: &Settings) -> Self {
        match settings.shopify_stock_mode {
            StockMode::Mirror => Self::Beside,
            StockMode::Own => Self::Own,
        }
    }
}

/// The location that Shopify calls by an id, as the shop has said; else the first one.
pub(crate) fn location(settings: &Settings, shopify_id: Option<&str>) -> String {
    let named = shopify_id.and_then(|id| settings.shopify_locations.location(id));
    named.or_else(|| settings.locations.first().map(String::as_str)).unwrap_or(MAIN).to_owned()
}

/// The location whose pieces Shopify counts under an id; none if the shop has named others only.
pub(crate) fn counted_location(settings: &Settings, shopify_id: &str) -> Option<String> {
    let named = &settings.shopify_locations;
    let is_known = *named == ShopifyLocations::default() || named.location(shopify_id).is_some();
    is_known.then(|| location(settings, Some(shopify_id)))
}

/// Where stock is if the shop has named no location.
const MAIN: &str = "main";

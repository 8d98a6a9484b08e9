//! The settings of the shop at Shopify.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::rule::text;
use crate::edit::check;

/// The most characters of a host name.
const MAX_HOST: usize = 253;

/// What quantities that Shopify reports do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StockMode {
    /// They are the stock.
    Mirror,
    /// They are compared only: the stock is counted here.
    Own,
}

impl StockMode {
    pub(super) fn read(value: &Json) -> Option<Self> {
        match value.as_str()? {
            "MIRROR" => Some(Self::Mirror),
            "OWN" => Some(Self::Own),
            _ => None,
        }
    }
}

/// The names of locations here, by their ids at Shopify.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ShopifyLocations(HashMap<String, String>);

impl ShopifyLocations {
    pub(super) fn read(value: &Json) -> Option<Self> {
        let is_name = |name: &String| check::text("value", name, check::NAME).is_ok();
        let pairs = value.as_object()?.iter();
        let pairs = pairs.map(|(id, location)| Some((id.clone(), text(location).filter(is_name)?)));
        pairs.collect::<Option<_>>().map(Self)
    }

    /// The name of a location, if it is known.
    pub(crate) fn location(&self, shopify_id: &str) -> Option<&str> {
        self.0.get(shopify_id).map(String::as_str)
    }
}

/// The domain of the shop, as its webhooks have it.
pub(super) fn domain(value: &Json) -> Option<String> {
    let is_label = |label: &str| {
        let fits = label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        fits && !label.is_empty()
    };
    let is_host = |host: &String| host.contains('.') && host.len() <= MAX_HOST && host.split('.').all(is_label);
    text(value).filter(is_host)
}

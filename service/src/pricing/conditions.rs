//! When a discount applies.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    Wish,
    facts::{Facts, Variant},
};
use crate::{refusal::Refusal, settings::Settings};

/// The conditions of a discount; an empty list is none. All must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Conditions {
    /// What the lines that it applies to come to at least, before it is taken off.
    pub(crate) min_amount: Option<Decimal>,
    /// How many pieces of a product there must be, over all lines.
    pub(crate) min_quantity: Option<i64>,
    /// The products that it applies to.
    pub(crate) product_ids: Vec<Uuid>,
    /// The collections that it applies to.
    pub(crate) collections: Vec<String>,
    /// The customer has one of these tags.
    pub(crate) customer_tags: Vec<String>,
    /// The customer is in one of these segments.
    pub(crate) segment_ids: Vec<Uuid>,
    /// The order is sent to one of these countries.
    pub(crate) countries: Vec<String>,
}

impl Conditions {
    /// Reads the conditions of a row, or says what is wrong with them.
    pub(crate) fn read(conditions: &Json) -> Result<Self, Refusal> {
        Self::deserialize(conditions).map_err(|error| Refusal::invalid("conditions", error.to_string()))
    }

    /// Whether the customer is one of those that are meant.
    pub(super) fn allow_customer(&self, facts: &Facts) -> bool {
        let tags = facts.customer.iter().flat_map(|customer| &customer.tags);
        let segments = facts.segments.iter().map(|segment| &segment.id);
        has_any(&self.customer_tags, tags) && has_any(&self.segment_ids, segments)
    }

    /// Whether the order is sent to one of the countries.
    pub(super) fn allow_country(&self, wish: &Wish, settings: &Settings) -> bool {
        let country = wish.country(settings);
        self.countries.is_empty() || self.countries.iter().any(|allowed| allowed == country)
    }

    /// Whether a line is eligible, given how many pieces of its product the order has.
    pub(super) fn allow_line(&self, variant: &Variant, pieces: i64) -> bool {
        self.min_quantity.is_none_or(|least| pieces >= least)
            && has_any(&self.product_ids, [&variant.product_id])
            && has_any(&self.collections, &variant.collection)
    }
}

/// Whether one of `found` is in a list, or nothing is asked for.
fn has_any<'a, T: PartialEq + 'a>(list: &[T], found: impl IntoIterator<Item = &'a T>) -> bool {
    list.is_empty() || found.into_iter().any(|found| list.contains(found))
}

//! Which variants of an upserted product are there already: as for imports, by SKU, then by options.

use std::collections::HashSet;

use serde_json::json;

use crate::{
    catalog::{assortment::Product, options, variant::VariantChanges},
    edit::check,
    refusal::Refusal,
};

/// For each variant that is given the place of the one that is there, none for a new one.
pub(super) fn pair(product: &Product, given: &[VariantChanges]) -> Result<Vec<Option<usize>>, Refusal> {
    let mut taken = HashSet::new();
    let by_sku = given.iter().map(|changes| {
        let sku = changes.sku()?;
        product.variants.iter().position(|variant| variant.row.sku.as_deref() == Some(sku))
    });
    let mut places: Vec<Option<usize>> = by_sku.collect();
    for (index, place) in places.iter().enumerate() {
        if place.is_some_and(|place| !taken.insert(place)) {
            let twice = check::invalid("sku", "an earlier variant has the same SKU");
            return Err(twice.under(["variants", &index.to_string()]));
        }
    }
    let names = product.option_names();
    for (place, changes) in places.iter_mut().zip(given).filter(|(place, _)| place.is_none()) {
        // What is wrong with the values is told when they are given to a variant.
        let Ok(values) = options::values(&names, changes.option_values().unwrap_or_default()) else { continue };
        let values = json!(values);
        let mut free = product.variants.iter().enumerate().filter(|(place, _)| !taken.contains(place));
        let found = free.find(|(_, variant)| variant.row.option_values == values).map(|(place, _)| place);
        taken.extend(found);
        *place = found;
    }
    Ok(places)
}

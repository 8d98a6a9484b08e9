//! Finding a file's variants among those of the database.

use std::collections::HashMap;

use entity::product_variants::Model;

use super::parse::Variant;

/// The variants of one product, file against database.
pub(super) struct Pairs<'a> {
    /// Each of the file's variants, with its row in the database when it has one.
    pub(super) pairs: Vec<(&'a Variant, Option<Model>)>,
    /// The database's variants that the file does not name.
    pub(super) left: Vec<Model>,
}

/// Pairs by SKU; what has no partner then, by options.
pub(super) fn pair(variants: &[Variant], known: Vec<Model>) -> Pairs<'_> {
    let mut by_sku = HashMap::new();
    let mut others = Vec::new();
    for model in known {
        match model.sku.clone() {
            Some(sku) => drop(by_sku.insert(sku, model)),
            None => others.push(model),
        }
    }
    let mut pairs: Vec<_> =
        variants.iter().map(|variant| (variant, variant.sku.as_ref().and_then(|sku| by_sku.remove(sku)))).collect();
    others.extend(by_sku.into_values());
    // The oldest first: ids are ordered by time.
    others.sort_by_key(|model| std::cmp::Reverse(model.id));
    let mut by_title: HashMap<String, Vec<Model>> = HashMap::new();
    for model in others {
        by_title.entry(model.title.clone()).or_default().push(model);
    }
    for (variant, model) in pairs.iter_mut().filter(|(_, model)| model.is_none()) {
        *model = by_title.get_mut(&variant.options.title).and_then(Vec::pop);
    }
    Pairs { pairs, left: by_title.into_values().flatten().collect() }
}

//! How a product and its variants follow what another system says.

use std::collections::HashSet;

use entity::{
    product_variants, products,
    sea_orm_active_enums::{ProductStatus, StockPolicy},
};
use serde_json::json;

use super::{ExternalProduct, ExternalVariant, check_options, check_unique};
use crate::{
    Result, UnitOfWork,
    catalog::{
        assortment::{Facts, Product, is_tracked},
        edition,
        fields::{self, TITLE},
        options,
    },
    edit::check,
    money::{currency, stored},
    refusal::{At, Refusal},
};

/// The place of each variant that is given among those of the product: by its Shopify id, else by its SKU, else by its
/// options; new ones are added.
pub(super) fn pair(unit: &UnitOfWork, product: &mut Product, given: &ExternalProduct) -> Vec<usize> {
    let mut taken: HashSet<usize> = HashSet::new();
    let mut places: Vec<Option<usize>> = vec![None; given.variants.len()];
    let is_same: [fn(&product_variants::Model, &ExternalVariant) -> bool; 3] = [
        |known, variant| known.shopify_variant_id.as_deref() == Some(variant.shopify_id.as_str()),
        |known, variant| known.shopify_variant_id.is_none() && known.sku.is_some() && known.sku == variant.sku,
        |known, variant| known.shopify_variant_id.is_none() && known.option_values == json!(variant.option_values),
    ];
    for is_same in is_same {
        for (place, variant) in places.iter_mut().zip(&given.variants).filter(|(place, _)| place.is_none()) {
            let mut free = product.variants.iter().enumerate().filter(|(place, _)| !taken.contains(place));
            *place = free.find(|(_, known)| is_same(&known.row, variant)).map(|(place, _)| place);
            taken.extend(*place);
        }
    }
    places.into_iter().map(|place| place.unwrap_or_else(|| product.add_variant(unit))).collect()
}

/// Whether the stock of a variant begins or ceases to count.
pub(super) fn switches(known: &product_variants::Model, given: &ExternalVariant) -> bool {
    is_tracked(known.stock_policy) != is_tracked(given.stock_policy(known.stock_policy))
}

/// Writes the fields of a product, without its variants.
pub(super) fn product(row: &mut products::Model, given: &ExternalProduct) -> Result<(), Refusal> {
    check_options(given)?;
    check_unique(given)?;
    row.shopify_id = Some(given.shopify_id.clone());
    row.handle = fields::required("handle", &given.handle, check::NAME)?;
    row.title = fields::required("title", &given.title, TITLE)?;
    row.description = fields::body(given.description.as_deref());
    row.vendor = fields::optional("vendor", given.vendor.as_deref(), check::NAME)?;
    row.category = fields::optional("category", given.category.as_deref(), check::NAME)?;
    row.tags = fields::tags("tags", &given.tags)?;
    row.option_names = json!(options::names(&given.option_names)?);
    row.status = given.status;
    row.source_updated_at = Some(given.updated_at.into());
    row.source_deleted_at = None;
    Ok(())
}

/// Writes the variants. Those that are not named are taken off sale.
pub(super) fn variants(
    product: &mut Product,
    given: &ExternalProduct,
    places: &[usize],
    facts: &Facts,
) -> Result<(), Refusal> {
    let names = product.option_names();
    let (currency, is_on_sale) =
        (product.row.currency.clone(), given.status == ProductStatus::Active && given.is_listed);
    for (place, variant) in product.variants.iter_mut().enumerate() {
        if !places.contains(&place) && variant.row.shopify_variant_id.is_some() {
            variant.row.is_available = false;
        }
    }
    for (index, (place, given)) in places.iter().zip(&given.variants).enumerate() {
        let Some(variant) = product.variants.get_mut(*place) else { continue };
        let path = ["variants", &index.to_string()];
        let before = variant.before.as_ref();
        write(&mut variant.row, given, &names, &currency).under(path)?;
        let policy = given.stock_policy(variant.row.stock_policy);
        follow_policy(before, &mut variant.row, policy, facts);
        variant.row.is_available = is_on_sale && !edition::is_sold_out(&variant.row);
        facts.check(before, &variant.row).under(path)?;
    }
    Ok(())
}

fn write(
    row: &mut product_variants::Model,
    given: &ExternalVariant,
    names: &[String],
    code: &str,
) -> Result<(), Refusal> {
    row.shopify_variant_id = Some(given.shopify_id.clone());
    row.shopify_inventory_item_id = given.inventory_item_id.clone().or(row.shopify_inventory_item_id.take());
    row.sku = fields::optional("sku", given.sku.as_deref(), check::NAME)?;
    options::write(names, &options::values(names, &given.option_values)?, row)?;
    currency::check_price("price", given.price, code)?;
    row.price = stored(given.price);
    let compared = given.compare_at_price.filter(|price| !price.is_zero());
    if let Some(price) = compared {
        currency::check_price("compareAtPrice", price, code)?;
    }
    row.compare_at_price = compared.map(stored);
    Ok(())
}

/// Writes what happens when more is ordered than there is. An edition is sold from stock alone; and whether stock
/// counts does not change while open orders or holds have pieces.
fn follow_policy(
    before: Option<&product_variants::Model>,
    row: &mut product_variants::Model,
    policy: StockPolicy,
    facts: &Facts,
) {
    let was = row.stock_policy;
    if row.edition_size.is_some() {
        return;
    }
    row.stock_policy = policy;
    let is_in_use = |refusal: &Refusal| refusal.path == ["stockPolicy"];
    if facts.check(before, row).is_err_and(|refusal| is_in_use(&refusal)) {
        row.stock_policy = was;
    }
}

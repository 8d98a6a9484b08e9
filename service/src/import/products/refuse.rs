//! Why products and variants cannot be taken, whatever their rows say: for who has their SKUs, and for their currency.

use std::collections::HashMap;

use entity::{product_variants as variants, products};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};

use super::parse::{Product, Variant};
use crate::{Change, Result, import::Refusal, money::currency};

/// SKUs of one statement: far below what the engines bind at once.
const CHUNK: usize = 500;

/// The currency of a product stays: orders and price lists count in it.
pub(super) fn refuse_currency(product: &Product, known: &str) -> Option<Refusal> {
    let given = product.currency.as_deref().filter(|given| *given != known)?;
    Some(Refusal::new(product.line, "Currency", given, format!("the prices of this product are in {known} here")))
}

/// Why a variant cannot be taken, by those who have the SKUs and the currency of its prices.
pub(super) fn refuse_variant(variant: &Variant, owners: &HashMap<String, String>, code: &str) -> Option<Refusal> {
    if let Some((sku, owner)) = variant.sku.as_ref().and_then(|sku| Some((sku, owners.get(sku)?))) {
        let reason = format!("the product {owner:?} has this SKU");
        return Some(Refusal::new(variant.line, "Variant SKU", sku, reason));
    }
    let compare_at_price = match variant.compare_at_price {
        Change::Set(price) => price,
        Change::Keep => None,
    };
    let prices = [("Variant Price", Some(variant.price)), ("Variant Compare At Price", compare_at_price)];
    let mut prices = prices.into_iter().filter_map(|(column, price)| Some((column, price?)));
    let (column, price) = prices.find(|(_, price)| !currency::is_multiple(*price, code))?;
    let reason = format!("a price in {code} is a multiple of {}", currency::step(code));
    Some(Refusal::new(variant.line, column, &price.to_string(), reason))
}

/// The handles of other products that have the SKUs which this one does not have yet.
///
/// Other by handle, not by id: another import may have created this very product after it was
/// looked for. Then the handle collides below, and everything is read again.
pub(super) async fn owners(
    txn: &DatabaseTransaction,
    handle: &str,
    pairs: &[(&Variant, Option<variants::Model>)],
) -> Result<HashMap<String, String>> {
    let new = pairs.iter().filter(|(variant, model)| model.as_ref().is_none_or(|model| model.sku != variant.sku));
    let skus: Vec<&String> = new.filter_map(|(variant, _)| variant.sku.as_ref()).collect();
    let mut owners = HashMap::new();
    for skus in skus.chunks(CHUNK) {
        let found = variants::Entity::find()
            .select_only()
            .column(variants::Column::Sku)
            .column(products::Column::Handle)
            .inner_join(products::Entity)
            .filter(variants::Column::Sku.is_in(skus.iter().copied()))
            .filter(products::Column::Handle.ne(handle));
        owners.extend(found.into_tuple::<(String, String)>().all(txn).await?);
    }
    Ok(owners)
}

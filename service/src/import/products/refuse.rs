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

/// Why a variant cannot be taken, by the other product that has its SKU, and the currency of its prices.
pub(super) fn refuse_variant(variant: &Variant, owner: Option<&str>, code: &str) -> Option<Refusal> {
    if let Some((sku, owner)) = variant.sku.as_ref().zip(owner) {
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

/// The handles of the products that have SKUs.
#[derive(Default)]
pub(super) struct Owners(HashMap<String, String>);

impl Owners {
    /// Of the SKUs that variants do not have yet.
    ///
    /// By handles, not by ids: another import may have created one of these products after it was looked for. Then the
    /// handle collides below, and everything is read again.
    pub(super) async fn read<'a>(
        txn: &DatabaseTransaction,
        pairs: impl Iterator<Item = &'a (&'a Variant, Option<variants::Model>)>,
    ) -> Result<Self> {
        let new = pairs.filter(|(variant, model)| model.as_ref().is_none_or(|model| model.sku != variant.sku));
        let skus: Vec<&String> = new.filter_map(|(variant, _)| variant.sku.as_ref()).collect();
        let mut owners = HashMap::new();
        for skus in skus.chunks(CHUNK) {
            let found = variants::Entity::find()
                .select_only()
                .column(variants::Column::Sku)
                .column(products::Column::Handle)
                .inner_join(products::Entity)
                .filter(variants::Column::Sku.is_in(skus.iter().copied()));
            owners.extend(found.into_tuple::<(String, String)>().all(txn).await?);
        }
        Ok(Self(owners))
    }

    /// The other product that has the SKU of a variant.
    pub(super) fn other(&self, variant: &Variant, handle: &str) -> Option<&str> {
        let owner = self.0.get(variant.sku.as_ref()?)?;
        (owner != handle).then_some(owner)
    }

    /// Has later products of the file know the SKUs that a product gets and gives up.
    pub(super) fn follow(&mut self, handle: &str, pairs: &[(&Variant, Option<variants::Model>)]) {
        let changed = || pairs.iter().filter(|(variant, _)| variant.has_sku_column);
        for (_, model) in changed() {
            if let Some(sku) = model.as_ref().and_then(|model| model.sku.as_ref()) {
                self.0.remove(sku);
            }
        }
        for sku in changed().filter_map(|(variant, _)| variant.sku.as_ref()) {
            self.0.insert(sku.clone(), handle.to_owned());
        }
    }
}

//! What is to be written of products, by what the database has of them.

use std::collections::HashMap;

use entity::{product_variants as variants, products};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::{
    compare::{Pairs, pair},
    parse::{Product, Variant},
    promised::Promised,
    refuse::{Owners, refuse_currency, refuse_variant},
};
use crate::{
    Result,
    import::{Counts, Refusal, run},
};

/// What became of a product.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) product: Counts,
    pub(super) variants: Counts,
    /// Variants that the file does not name.
    pub(super) left: u64,
    pub(super) refusals: Vec<Refusal>,
}

/// Products of the database, and their variants.
pub(super) struct Known {
    products: HashMap<String, products::Model>,
    variants: HashMap<Uuid, Vec<variants::Model>>,
}

impl Known {
    /// Those with the handles of the file, locked: the variants first, as whoever changes them does.
    pub(super) async fn read(txn: &DatabaseTransaction, given: &[&Product]) -> Result<Self> {
        let handles = given.iter().map(|product| product.handle.as_str());
        let named = products::Entity::find().filter(products::Column::Handle.is_in(handles));
        let ids = named.clone().select_only().column(products::Column::Id).into_query();
        let first = variants::Entity::find()
            .select_only()
            .column(variants::Column::Id)
            .filter(variants::Column::ProductId.in_subquery(ids))
            .order_by_asc(variants::Column::Id)
            .lock_exclusive();
        first.into_tuple::<Uuid>().all(txn).await?;
        let named = named.order_by_asc(products::Column::Id).lock_exclusive().all(txn).await?;
        let mut known = Self { products: HashMap::new(), variants: HashMap::new() };
        if named.is_empty() {
            return Ok(known);
        }
        // Somebody may have added others between the two.
        let ids = named.iter().map(|product| product.id);
        let all = variants::Entity::find().filter(variants::Column::ProductId.is_in(ids));
        for variant in all.order_by_asc(variants::Column::Id).lock_exclusive().all(txn).await? {
            known.variants.entry(variant.product_id).or_default().push(variant);
        }
        known.products.extend(named.into_iter().map(|product| (product.handle.clone(), product)));
        Ok(known)
    }

    pub(super) fn take<'a>(&mut self, product: &'a Product) -> Found<'a> {
        let known = self.products.remove(&product.handle);
        let variants = known.as_ref().and_then(|known| self.variants.remove(&known.id)).unwrap_or_default();
        Found { product, known, pairs: pair(&product.variants, variants) }
    }
}

/// A product of the file, with what the database has of it.
pub(super) struct Found<'a> {
    product: &'a Product,
    known: Option<products::Model>,
    pub(super) pairs: Pairs<'a>,
}

impl<'a> Found<'a> {
    /// What is refused of it, and what is to be written, if anything can be.
    pub(super) fn plan(self, currency: &str, owners: &mut Owners, promised: &Promised) -> (Stored, Option<Plan<'a>>) {
        let Self { product, known, pairs: Pairs { mut pairs, left } } = self;
        let mut stored = Stored::default();
        if let Some(refusal) = known.as_ref().and_then(|known| refuse_currency(product, &known.currency)) {
            stored.product.refused = 1;
            stored.variants.refused = run::count(product.variants.len());
            stored.refusals.push(refusal);
            return (stored, None);
        }
        let currency = product.currency.as_deref().unwrap_or(currency);
        let currency = known.as_ref().map_or(currency, |known| known.currency.as_str()).to_owned();
        // What is refused stays as it is.
        let mut kept: Vec<Decimal> = left.iter().map(|model| model.price).collect();
        pairs.retain(|(variant, known)| {
            let refusal = refuse_variant(variant, owners.other(variant, &product.handle), &currency);
            let refusal = refusal.or_else(|| promised.refuse(variant, known.as_ref()));
            stored.variants.refused += u64::from(refusal.is_some());
            let is_taken = refusal.is_none();
            if !is_taken {
                kept.extend(known.as_ref().map(|known| known.price));
            }
            stored.refusals.extend(refusal);
            is_taken
        });
        let Some(base_price) = pairs.iter().map(|(variant, _)| variant.price).chain(kept).min() else {
            stored.product.refused = 1;
            let reason = "no variant of this product can be taken, so it has no price";
            stored.refusals.push(Refusal::new(product.line, "Handle", &product.handle, reason));
            return (stored, None);
        };
        stored.left = run::count(left.len());
        owners.follow(&product.handle, &pairs);
        (stored, Some(Plan { written: Written { product, currency, base_price }, known, pairs }))
    }
}

/// What is to be written of a product.
pub(super) struct Plan<'a> {
    pub(super) written: Written<'a>,
    pub(super) known: Option<products::Model>,
    pub(super) pairs: Vec<(&'a Variant, Option<variants::Model>)>,
}

/// A product that is written, with what its rows do not say.
pub(super) struct Written<'a> {
    pub(super) product: &'a Product,
    /// The currency, of a new one.
    pub(super) currency: String,
    /// The lowest of its prices.
    pub(super) base_price: Decimal,
}

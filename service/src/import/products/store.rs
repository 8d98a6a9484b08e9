//! Bringing products of the database to what the file says.

use chrono::{DateTime, FixedOffset};
use entity::{product_variants as variants, products, sea_orm_active_enums::ProductStatus};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel};
use serde_json::Value;
use uuid::Uuid;

use super::{
    parse::{Product, Variant},
    plan::{Known, Plan, Stored, Written},
    promised::Promised,
    refuse::Owners,
    sale::Sale,
};
use crate::{
    Change, Result,
    catalog::options::ONLY_NAME,
    import::{Counts, OnError, Options, run},
};

/// Rows of one statement: far below what the engines bind at once.
const CHUNK: usize = 500;

/// Stores products and their variants, each with a handle of its own. All refusals are found before the first write; if
/// one of them ends the import, nothing is written. New products have this currency.
pub(super) async fn products(
    txn: &DatabaseTransaction,
    options: &Options,
    currency: &str,
    products: &[&Product],
) -> Result<Vec<Stored>> {
    let mut known = Known::read(txn, products).await?;
    let found: Vec<_> = products.iter().map(|product| known.take(product)).collect();
    let mut owners = Owners::read(txn, found.iter().flat_map(|found| &found.pairs.pairs)).await?;
    let promised = Promised::read(txn, found.iter().flat_map(|found| &found.pairs.pairs)).await?;
    let planned: Vec<_> = found.into_iter().map(|found| found.plan(currency, &mut owners, &promised)).collect();
    let stops = options.on_error == OnError::Stop && planned.iter().any(|(stored, _)| !stored.refusals.is_empty());
    let mut writer = Writer::new(txn, options);
    let mut all = Vec::with_capacity(planned.len());
    for (mut stored, plan) in planned {
        match plan {
            Some(_) if stops => (stored.left, stored.variants.refused) = (0, 1),
            Some(plan) => writer.product(plan, &mut stored).await?,
            None => {}
        }
        all.push(stored);
    }
    writer.write_new().await?;
    Ok(all)
}

/// What a product says of all of its variants.
#[derive(Clone, Copy)]
struct Said {
    sale: Sale,
    /// Whether it has options. Where it has none, nobody says whether a variant has a size.
    has_options: bool,
}

/// Writes changes at once, and what is new at the end, all of it together.
struct Writer<'a> {
    txn: &'a DatabaseTransaction,
    now: DateTime<FixedOffset>,
    products: Vec<products::ActiveModel>,
    variants: Vec<variants::ActiveModel>,
}

impl<'a> Writer<'a> {
    fn new(txn: &'a DatabaseTransaction, options: &Options) -> Self {
        Self { txn, now: run::timestamp(options), products: Vec::new(), variants: Vec::new() }
    }

    async fn product(&mut self, plan: Plan<'_>, stored: &mut Stored) -> Result<()> {
        let Plan { written, known, pairs } = plan;
        let product = written.product;
        let sale = Sale::new(product, known.as_ref());
        let id = self.write_product(written, known, &mut stored.product).await?;
        let has_options = product.option_names != Change::Set(vec![ONLY_NAME.to_owned()]);
        self.write_variants(id, pairs, Said { sale, has_options }, &mut stored.variants).await
    }

    async fn write_new(self) -> Result<()> {
        for rows in self.products.chunks(CHUNK) {
            products::Entity::insert_many(rows.to_vec()).exec_without_returning(self.txn).await?;
        }
        for rows in self.variants.chunks(CHUNK) {
            variants::Entity::insert_many(rows.to_vec()).exec_without_returning(self.txn).await?;
        }
        Ok(())
    }

    async fn write_product(
        &mut self,
        Written { product, currency, base_price }: Written<'_>,
        known: Option<products::Model>,
        counts: &mut Counts,
    ) -> Result<Uuid> {
        let id = known.as_ref().map_or_else(Uuid::now_v7, |known| known.id);
        let version = known.as_ref().map(|known| known.version);
        let mut row = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
        row.handle.set_if_not_equals(product.handle.clone());
        row.title.set_if_not_equals(product.title.clone());
        if let Change::Set(description) = &product.description {
            row.description.set_if_not_equals(description.clone());
        }
        if let Change::Set(vendor) = &product.vendor {
            row.vendor.set_if_not_equals(vendor.clone());
        }
        if let Change::Set(category) = &product.category {
            row.category.set_if_not_equals(category.clone());
        }
        if let Change::Set(collection) = &product.collection {
            row.collection.set_if_not_equals(collection.clone());
        }
        if let Change::Set(tags) = &product.tags {
            row.tags.set_if_not_equals(tags.iter().cloned().map(Value::String).collect::<Value>());
        }
        if let Change::Set(names) = &product.option_names {
            row.option_names.set_if_not_equals(Value::from(names.clone()));
        }
        if let Change::Set(status) = product.status {
            row.status.set_if_not_equals(status);
        }
        row.base_price.set_if_not_equals(base_price);
        if product.cost.is_some() {
            row.cost.set_if_not_equals(product.cost);
        }
        let now = self.now;
        match version {
            Some(_) if !row.is_changed() => counts.unchanged += 1,
            Some(version) => {
                counts.updated += 1;
                row.version = Set(version + 1);
                row.updated_at = Set(now);
                row.update(self.txn).await?;
            }
            None => {
                counts.created += 1;
                row.id = Set(id);
                row.currency = Set(currency);
                if product.option_names == Change::Keep {
                    row.option_names = Set(Value::from(vec![ONLY_NAME]));
                }
                if product.status == Change::Keep {
                    // Exports before 2021 have no such column: whatever was in them was active.
                    row.status = Set(ProductStatus::Active);
                }
                row.version = Set(1);
                row.created_at = Set(now);
                row.updated_at = Set(now);
                self.products.push(row);
            }
        }
        Ok(id)
    }

    async fn write_variants(
        &mut self,
        product_id: Uuid,
        pairs: Vec<(&Variant, Option<variants::Model>)>,
        Said { sale, has_options }: Said,
        counts: &mut Counts,
    ) -> Result<()> {
        let now = self.now;
        for (variant, known) in pairs {
            let version = known.as_ref().map(|known| known.version);
            let was_available = known.as_ref().map(|known| known.is_available);
            let agreed = variant.terms.agree(known.as_ref());
            let is_sold_out = agreed.is_sold_out(known.as_ref());
            let mut row = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
            if variant.has_sku_column {
                row.sku.set_if_not_equals(variant.sku.clone());
            }
            if variant.has_option_columns || version.is_none() {
                row.title.set_if_not_equals(variant.options.title.clone());
                row.option_values.set_if_not_equals(Value::from(variant.options.all.clone()));
            }
            if version.is_none() || (variant.has_option_columns && has_options) {
                row.size.set_if_not_equals(variant.options.size.clone());
                row.frame_type.set_if_not_equals(variant.options.frame_type.clone());
            }
            row.price.set_if_not_equals(variant.price);
            if let Change::Set(price) = variant.compare_at_price {
                row.compare_at_price.set_if_not_equals(price);
            }
            let is_available = sale.is_available(variant.terms.is_available, was_available);
            row.is_available.set_if_not_equals(is_available && !is_sold_out);
            row.stock_policy.set_if_not_equals(agreed.stock_policy);
            row.edition_size.set_if_not_equals(agreed.edition_size);
            row.tax_class.set_if_not_equals(agreed.tax_class);
            match version {
                Some(_) if !row.is_changed() => counts.unchanged += 1,
                Some(version) => {
                    counts.updated += 1;
                    row.version = Set(version + 1);
                    row.updated_at = Set(now);
                    row.update(self.txn).await?;
                }
                None => {
                    row.id = Set(Uuid::now_v7());
                    row.product_id = Set(product_id);
                    row.inventory_quantity = Set(0);
                    row.version = Set(1);
                    row.created_at = Set(now);
                    row.updated_at = Set(now);
                    counts.created += 1;
                    self.variants.push(row);
                }
            }
        }
        Ok(())
    }
}

//! Creating and changing many products, each found by its handle.

use std::collections::{HashMap, HashSet};

use entity::sea_orm_active_enums::ProductStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ProductChanges, blank, check_options, hold_names, pair::pair, set_status};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, MAX_ITEMS, OnError},
    catalog::{
        assortment::{Assortment, Facts, Hold, Product, Wanted},
        variant::{VariantChanges, check_twins, input::UpsertedVariant},
    },
    edit::{self, check},
    refusal::{At, Code, Refusal},
    settings, value,
};

/// Creates products, or updates those that are there.
#[derive(Clone, Debug, Serialize)]
pub struct Upsert {
    /// Which ones.
    pub items: Vec<UpsertedProduct>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// A product as it is to be. Variants that are not given stay as they are.
#[derive(Clone, Debug, Serialize)]
pub struct UpsertedProduct {
    /// Its name in addresses, by which it is found.
    pub handle: String,
    /// The version that the caller has seen; 0 when there is none.
    pub expected_version: Option<i32>,
    /// What it is called; a new product needs it.
    pub title: Change<String>,
    /// More about it.
    pub description: Change<Option<String>>,
    /// Who makes it.
    pub vendor: Change<Option<String>>,
    /// The collection it belongs to.
    pub collection: Change<Option<String>>,
    /// What sort of thing it is.
    pub category: Change<Option<String>>,
    /// Its tags, none with a comma.
    pub tags: Change<Vec<String>>,
    /// The currency of its prices, which stays; of a new product none for that of the shop.
    pub currency: Option<String>,
    /// Its status.
    pub status: Change<ProductStatus>,
    /// What sets its variants apart.
    pub option_names: Change<Vec<String>>,
    /// Its variants.
    pub variants: Vec<UpsertedVariant>,
    /// What it costs the shop.
    pub cost: Change<Option<Decimal>>,
}

/// What became of a product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Upserted {
    /// The product.
    pub product: Uuid,
    /// Whether it was not there before.
    pub is_new: bool,
}

impl Verb for Upsert {
    type Outcome = Vec<ItemResult<Upserted>>;
    const OPERATION: Operation = Operation::UpsertProducts;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let variants: usize = self.items.iter().map(|item| item.variants.len()).sum();
        if variants > MAX_ITEMS {
            let message = format!("the items have {variants} variants together: at most {MAX_ITEMS} are allowed");
            return Err(Refusal::new(Code::LimitReached, message).at(["items"]).into());
        }
        hold_names(unit).await?;
        let mut upserts = self.begin(unit).await?;
        let upserted = self.items.iter().map(|item| upserts.upsert(unit, item));
        let results = batch::collect(self.on_error, upserted)?;
        upserts.assortment.save(unit, Self::OPERATION).await?;
        Ok(results)
    }
}

impl Upsert {
    /// Reads what is there.
    async fn begin(&self, unit: &UnitOfWork) -> Result<Upserts> {
        let handles = self.items.iter().map(|item| item.handle.trim());
        let handles: Vec<&str> = handles.filter(|handle| value::is_storable(handle)).collect();
        let mut sql = unit.sql();
        sql.push("SELECT id, handle FROM products WHERE handle").is_any_text(&handles);
        let mut known: HashMap<String, Uuid> = HashMap::new();
        for row in unit.rows(sql).await? {
            known.insert(row.try_get_by("handle")?, row.try_get_by("id")?);
        }
        let ids: Vec<Uuid> = known.values().copied().collect();
        let assortment = Assortment::load(unit, &ids, Hold::All).await?;
        let mut wanted = Wanted::default();
        for item in &self.items {
            let product = known.get(item.handle.trim()).and_then(|id| assortment.product(*id));
            let changes: Vec<VariantChanges> = item.variants.iter().map(UpsertedVariant::changes).collect();
            changes.iter().for_each(|changes| changes.want_sku(&mut wanted));
            // Which variants they are about is not known yet.
            for variant in product.into_iter().flat_map(|product| &product.variants) {
                changes.iter().for_each(|changes| changes.want_stock(&variant.row, &mut wanted));
            }
        }
        let facts = Facts::read(unit, &wanted).await?;
        let currency = settings::load(unit).await?.currency;
        Ok(Upserts { assortment, known, facts, currency, named: HashSet::new() })
    }
}

/// Upserts on their way.
struct Upserts {
    assortment: Assortment,
    /// The products that were there, by their handles.
    known: HashMap<String, Uuid>,
    facts: Facts,
    /// The currency of new products.
    currency: String,
    /// The handles that were named so far.
    named: HashSet<String>,
}

impl Upserts {
    fn upsert(&mut self, unit: &UnitOfWork, item: &UpsertedProduct) -> Result<Upserted> {
        value::check(item)?;
        let known = self.known.get(item.handle.trim()).and_then(|id| self.assortment.product(*id)).cloned();
        edit::check_version(item.expected_version, known.as_ref().map_or(0, |known| known.row.version))?;
        let is_new = known.is_none();
        let mut product = match known {
            Some(known) => known,
            None => blank(unit, item.currency.as_ref().unwrap_or(&self.currency), ProductStatus::Draft)?,
        };
        self.apply(unit, item, &mut product, is_new)?;
        if !self.named.insert(product.row.handle.clone()) {
            return Err(check::invalid("handle", "an earlier item has the same handle").into());
        }
        for variant in &product.variants {
            self.facts.claim(&variant.row);
        }
        let id = product.row.id;
        self.assortment.put(product);
        Ok(Upserted { product: id, is_new })
    }

    fn apply(
        &self,
        unit: &UnitOfWork,
        item: &UpsertedProduct,
        product: &mut Product,
        is_new: bool,
    ) -> Result<(), Refusal> {
        if item.currency.as_ref().is_some_and(|currency| *currency != product.row.currency) {
            return Err(check::invalid("currency", "the currency of a product cannot change"));
        }
        if is_new && item.title == Change::Keep {
            return Err(check::invalid("title", "a new product needs a title"));
        }
        item.changes().apply(product)?;
        match item.status {
            Change::Set(status) if is_new => product.row.status = status,
            Change::Set(status) if status != product.row.status => set_status(product, status)?,
            _ => {}
        }
        let changes: Vec<VariantChanges> = item.variants.iter().map(UpsertedVariant::changes).collect();
        let places = pair(product, &changes)?;
        let mut changed = Vec::with_capacity(places.len());
        for (index, (place, changes)) in places.into_iter().zip(changes).enumerate() {
            let path = ["variants", &index.to_string()];
            let (place, changes) = match place {
                Some(place) => (place, changes),
                None => {
                    product.check_room().under(path)?;
                    (product.add_variant(unit), changes.for_new().under(path)?)
                }
            };
            changes.apply(product, place, &self.facts).under(path)?;
            changed.push(place);
        }
        if product.variants.is_empty() {
            return Err(check::invalid("variants", "a product needs at least one variant"));
        }
        for (index, place) in changed.into_iter().enumerate() {
            let path = ["variants", &index.to_string()];
            check_twins(product, place).under(path)?;
            check_sku(product, place).under(path)?;
        }
        match item.option_names {
            Change::Set(_) => check_options(product),
            Change::Keep => Ok(()),
        }
    }
}

/// Refuses a SKU that another variant of the product has.
fn check_sku(product: &Product, place: usize) -> Result<(), Refusal> {
    let Some(sku) = product.variants.get(place).and_then(|variant| variant.row.sku.as_ref()) else { return Ok(()) };
    match product.variants.iter().filter(|variant| variant.row.sku.as_ref() == Some(sku)).count() > 1 {
        true => {
            let message = format!("another variant of the product has the SKU {sku:?}");
            Err(Refusal::new(Code::AlreadyExists, message).at(["sku"]))
        }
        false => Ok(()),
    }
}

impl UpsertedProduct {
    fn changes(&self) -> ProductChanges {
        ProductChanges {
            handle: Change::Set(self.handle.clone()),
            title: self.title.clone(),
            description: self.description.clone(),
            vendor: self.vendor.clone(),
            collection: self.collection.clone(),
            category: self.category.clone(),
            tags: self.tags.clone(),
            option_names: self.option_names.clone(),
            cost: self.cost.clone(),
        }
    }
}

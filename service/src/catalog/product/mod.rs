//! Products, each with its variants.
//!
//! - [`create`], [`update`], [`status`], [`delete`]: one of them. [`upsert`]: many, by their handles. `pair`: which
//!   variants of an upserted product are there already.

pub mod create;
pub mod delete;
mod pair;
pub mod status;
pub mod update;
pub mod upsert;

use entity::{products, sea_orm_active_enums::ProductStatus};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    assortment::{Product, Variant},
    edition,
    fields::{self, TITLE},
    options,
};
use crate::{
    Change, Result, UnitOfWork,
    edit::check,
    money::currency,
    refusal::{At, Refusal},
    state::{self, State},
};

/// What is done to a product, but for its variants and its status.
#[derive(Clone, Debug)]
struct ProductChanges {
    handle: Change<String>,
    title: Change<String>,
    description: Change<Option<String>>,
    vendor: Change<Option<String>>,
    collection: Change<Option<String>>,
    category: Change<Option<String>>,
    tags: Change<Vec<String>>,
    option_names: Change<Vec<String>>,
    cost: Change<Option<Decimal>>,
}

/// Keeps others from giving the handles and SKUs that this unit asks about.
pub(super) async fn hold_names(unit: &UnitOfWork) -> Result<()> {
    unit.lock_name("catalogue").await
}

impl ProductChanges {
    /// Does it. Variants follow the names of the options, as far as their values fit: [`check_options`] says whether
    /// they do.
    fn apply(&self, product: &mut Product) -> Result<(), Refusal> {
        let row = &mut product.row;
        fields::change_required("handle", &self.handle, &mut row.handle, check::NAME)?;
        fields::change_required("title", &self.title, &mut row.title, TITLE)?;
        if let Change::Set(description) = &self.description {
            row.description = fields::body(description.as_deref());
        }
        fields::change_optional("vendor", &self.vendor, &mut row.vendor, check::NAME)?;
        fields::change_optional("collection", &self.collection, &mut row.collection, check::NAME)?;
        fields::change_optional("category", &self.category, &mut row.category, check::NAME)?;
        if let Change::Set(tags) = &self.tags {
            row.tags = fields::tags("tags", tags)?;
        }
        if let Change::Set(cost) = self.cost {
            if let Some(cost) = cost {
                currency::check_price("cost", cost, &row.currency)?;
            }
            row.cost = cost;
        }
        match &self.option_names {
            Change::Set(names) => rename_options(product, &options::names(names)?),
            Change::Keep => Ok(()),
        }
    }
}

fn rename_options(product: &mut Product, names: &[String]) -> Result<(), Refusal> {
    product.row.option_names = json!(names);
    for variant in &mut product.variants {
        let values = options::list(&variant.row.option_values);
        if values.len() == names.len() {
            options::write(names, &values, &mut variant.row).map_err(|refusal| refusal.at(["optionNames"]))?;
        }
    }
    Ok(())
}

/// Refuses names of options for which a variant has too many or too few values.
fn check_options(product: &Product) -> Result<(), Refusal> {
    let names = product.option_names().len();
    let fits = |variant: &&Variant| options::list(&variant.row.option_values).len() == names;
    match product.variants.iter().find(|variant| !fits(variant)) {
        Some(variant) => {
            let title = &variant.row.title;
            let message = format!("each variant needs {names} option values: the variant {title:?} has another number");
            Err(check::invalid("optionNames", message))
        }
        None => Ok(()),
    }
}

/// An empty product.
pub(super) fn blank(unit: &UnitOfWork, currency: &str, status: ProductStatus) -> Result<Product, Refusal> {
    currency::check_code("currency", currency)?;
    Ok(Product::new(products::Model {
        id: Uuid::now_v7(),
        shopify_id: None,
        handle: String::new(),
        title: String::new(),
        description: None,
        collection: None,
        category: None,
        tags: json!([]),
        base_price: Decimal::ZERO,
        cost: None,
        currency: currency.to_owned(),
        status,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        option_names: json!(options::names(&[])?),
        vendor: None,
        source_updated_at: None,
        source_deleted_at: None,
    }))
}

/// Moves a product to another status. Its variants are for sale while it is active, but for editions that are sold out.
fn set_status(product: &mut Product, status: ProductStatus) -> Result<(), Refusal> {
    state::check(product.row.status, status).at(["status"])?;
    product.row.status = status;
    let is_active = product.is_active();
    for variant in &mut product.variants {
        variant.row.is_available = is_active && !edition::is_sold_out(&variant.row);
    }
    Ok(())
}

impl State for ProductStatus {
    const NOUN: &'static str = "product";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Draft => &[Self::Active],
            Self::Active => &[Self::Draft, Self::Archived],
            Self::Archived => &[Self::Draft],
        }
    }
}

//! Adding a product.

use entity::sea_orm_active_enums::ProductStatus;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{ProductChanges, blank, hold_names};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    batch,
    catalog::{
        assortment::{Assortment, Facts, Wanted},
        variant::{check_twins, input::NewVariant},
    },
    edit::check,
    refusal::{At, Code, Refusal},
    settings,
};

/// Creates a product with its variants.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// Its name in addresses, which no other product has.
    pub handle: String,
    /// What it is called.
    pub title: String,
    /// More about it.
    pub description: Option<String>,
    /// Who makes it.
    pub vendor: Option<String>,
    /// The collection it belongs to.
    pub collection: Option<String>,
    /// What sort of thing it is.
    pub category: Option<String>,
    /// Its tags, none with a comma.
    pub tags: Vec<String>,
    /// The currency of its prices; none for that of the shop.
    pub currency: Option<String>,
    /// Where it begins.
    pub status: ProductStatus,
    /// What sets its variants apart; nothing for a product of one variant.
    pub option_names: Vec<String>,
    /// Its variants, at least one.
    pub variants: Vec<NewVariant>,
    /// What it costs the shop.
    pub cost: Option<Decimal>,
}

impl Verb for Create {
    /// The product.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateProduct;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        batch::check_size("variants", self.variants.len())?;
        if self.variants.is_empty() {
            return Err(check::invalid("variants", "a product needs at least one variant").into());
        }
        let code = match &self.currency {
            Some(code) => code.clone(),
            None => settings::load(unit).await?.currency,
        };
        let mut product = blank(unit, &code, self.status)?;
        self.changes().apply(&mut product)?;
        hold_names(unit).await?;
        check_handle(unit, &product.row.handle, product.row.id).await?;
        let mut wanted = Wanted::default();
        for variant in &self.variants {
            variant.changes().want_sku(&mut wanted);
        }
        let mut facts = Facts::read(unit, &wanted).await?;
        for (index, variant) in self.variants.iter().enumerate() {
            let place = product.add_variant(unit);
            let path = ["variants", &index.to_string()];
            variant.changes().apply(&mut product, place, &facts).under(path)?;
            check_twins(&product, place).under(path)?;
            facts.claim(&product.variants[place].row);
        }
        let id = product.row.id;
        let mut assortment = Assortment::default();
        assortment.put(product);
        assortment.save(unit, Self::OPERATION).await?;
        Ok(id)
    }
}

impl Create {
    fn changes(&self) -> ProductChanges {
        ProductChanges {
            handle: Change::Set(self.handle.clone()),
            title: Change::Set(self.title.clone()),
            description: Change::Set(self.description.clone()),
            vendor: Change::Set(self.vendor.clone()),
            collection: Change::Set(self.collection.clone()),
            category: Change::Set(self.category.clone()),
            tags: Change::Set(self.tags.clone()),
            option_names: Change::Set(self.option_names.clone()),
            cost: Change::Set(self.cost),
        }
    }
}

/// Refuses a handle that another product has.
pub(super) async fn check_handle(unit: &UnitOfWork, handle: &str, id: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM products WHERE handle = ").bind(handle).push(" AND id <> ").bind(id);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("another product has the handle {handle:?}");
            Err(Refusal::new(Code::AlreadyExists, message).at(["handle"]).into())
        }
    }
}

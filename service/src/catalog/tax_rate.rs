//! Tax rates: what is due where.

use std::collections::{BTreeMap, BTreeSet};

use entity::tax_rates;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

use super::{
    fields::{self, SHORT},
    rows::{Keyed, Rows},
};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    batch,
    database::{Column, columns},
    edit::check,
    refusal::{At, Refusal},
};

/// The most characters of a region.
const REGION: usize = 10;
/// The most digits of a percentage behind the point.
const DIGITS: u32 = 4;

/// Creates, updates or removes tax rates: all of them, or none.
#[derive(Clone, Debug, Serialize)]
pub struct Save {
    /// Which ones.
    pub rates: Vec<TaxRate>,
}

/// The tax on a class of goods in a country, or in a region of it.
#[derive(Clone, Debug, Serialize)]
pub struct TaxRate {
    /// The country.
    pub country: String,
    /// The region; empty for all that have no rate of their own.
    pub region: String,
    /// The class of goods.
    pub tax_class: String,
    /// The version that the caller has seen; 0 when there is none.
    pub expected_version: Option<i32>,
    /// What it is called; a new one needs it.
    pub name: Change<String>,
    /// Of 100; a new one needs it.
    pub percentage: Change<Decimal>,
    /// Whether prices contain it, alike for a country; of a new one as for the country's others, else not.
    pub is_included: Change<bool>,
    /// Whether it is due on shipping, too; of a new one it is not.
    pub on_shipping: Change<bool>,
    /// Whether it is removed.
    pub remove: bool,
}

impl Verb for Save {
    /// The rates that are there now, in the order of the call.
    type Outcome = Vec<Uuid>;
    const OPERATION: Operation = Operation::SaveTaxRates;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Uuid>> {
        batch::check_size("rates", self.rates.len())?;
        let mut keys = Vec::with_capacity(self.rates.len());
        for (index, rate) in self.rates.iter().enumerate() {
            keys.push(rate.key().under(["rates", &index.to_string()])?);
        }
        // One at a time: two calls do not add the same, nor make a country's rates differ.
        unit.lock_name("tax_rates").await?;
        let countries: BTreeSet<&str> = keys.iter().map(|(country, ..)| country.as_str()).collect();
        let there = tax_rates::Entity::find()
            .filter(tax_rates::Column::Country.is_in(countries))
            .order_by_asc(tax_rates::Column::Id)
            .lock_exclusive();
        let there = there.all(unit.txn().await?).await?;
        // Whether the prices of a place contain its tax.
        let mut included: BTreeMap<Key, bool> = there.iter().map(|row| (key_of(row), row.is_included)).collect();
        let mut there = Keyed::new(there, key_of);
        let mut rows = Rows::new(Self::OPERATION);
        let mut ids = Vec::with_capacity(self.rates.len());
        for (index, (rate, key)) in self.rates.iter().zip(&keys).enumerate() {
            let path = ["rates", &index.to_string()];
            let before = there.find(key, rate.expected_version, "country").under(path)?;
            there.take(key.clone());
            if rate.remove {
                included.remove(key);
                before.iter().for_each(|before| rows.remove(unit, before));
                continue;
            }
            let row = rate.row(unit, key, before.as_ref(), of_country(&included, &key.0)).under(path)?;
            included.insert(key.clone(), row.is_included);
            ids.push(row.id);
            rows.put(unit, before.as_ref(), row);
        }
        for (index, key) in keys.iter().enumerate() {
            check_alike(&included, &key.0).under(["rates", &index.to_string()])?;
        }
        rows.write(unit, "tax_rates", &rate_columns());
        Ok(ids)
    }
}

/// What a rate is known by: country, region, class of goods.
type Key = (String, String, String);

fn key_of(row: &tax_rates::Model) -> Key {
    (row.country.clone(), row.region.clone(), row.tax_class.clone())
}

/// Whether the prices of a country contain its tax, as far as it is known.
fn of_country(included: &BTreeMap<Key, bool>, country: &str) -> Option<bool> {
    included.iter().find(|((known, ..), _)| known == country).map(|(_, is_included)| *is_included)
}

/// Refuses a country where some prices contain the tax and others do not.
fn check_alike(included: &BTreeMap<Key, bool>, country: &str) -> Result<(), Refusal> {
    let of_country = included.iter().filter(|((known, ..), _)| known == country);
    let kinds: BTreeSet<bool> = of_country.map(|(_, is_included)| *is_included).collect();
    match kinds.len() > 1 {
        true => {
            let message = format!("`isIncluded` must be the same for all rates of {country}");
            Err(check::invalid("isIncluded", message))
        }
        false => Ok(()),
    }
}

impl TaxRate {
    fn key(&self) -> Result<Key, Refusal> {
        let country = fields::country("country", &self.country)?;
        // In capitals a text may be longer.
        let region = fields::optional("region", Some(&self.region.to_uppercase()), REGION)?.unwrap_or_default();
        Ok((country, region, fields::required("taxClass", &self.tax_class, SHORT)?))
    }

    /// The row as it is to be.
    fn row(
        &self,
        unit: &UnitOfWork,
        key: &Key,
        before: Option<&tax_rates::Model>,
        is_included: Option<bool>,
    ) -> Result<tax_rates::Model, Refusal> {
        let (country, region, tax_class) = key.clone();
        let mut row = before.cloned().unwrap_or_else(|| tax_rates::Model {
            id: Uuid::now_v7(),
            country,
            region,
            tax_class,
            name: String::new(),
            percentage: Decimal::NEGATIVE_ONE,
            is_included: is_included.unwrap_or_default(),
            on_shipping: false,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        self.name.apply(&mut row.name);
        row.name = fields::required("name", &row.name, check::NAME)?;
        self.percentage.apply(&mut row.percentage);
        self.is_included.apply(&mut row.is_included);
        self.on_shipping.apply(&mut row.on_shipping);
        let fits = row.percentage.normalize().scale() <= DIGITS;
        match fits && (Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&row.percentage) {
            true => Ok(row),
            false => {
                let message = format!("`percentage` must be from 0 to 100, with at most {DIGITS} decimals");
                Err(check::invalid("percentage", message))
            }
        }
    }
}

fn rate_columns() -> Vec<Column<tax_rates::Model>> {
    columns!(tax_rates::Model:
        id,
        country,
        region,
        tax_class,
        name,
        percentage,
        is_included,
        on_shipping,
        version,
    )
    .into()
}

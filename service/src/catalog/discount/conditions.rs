//! When a discount applies.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Error, Result, UnitOfWork, batch,
    catalog::fields,
    edit::check,
    money::currency,
    refusal::{Located, Refusal},
    value::json,
};

/// The conditions of a discount, which must all hold; an empty list is none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Conditions {
    /// What the lines that it applies to come to at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_amount: Option<Decimal>,
    /// How many pieces of one product there are at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_quantity: Option<i32>,
    /// The products that it applies to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product_ids: Vec<Uuid>,
    /// The collections that it applies to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<String>,
    /// The customer has one of these tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer_tags: Vec<String>,
    /// The customer is in one of these segments.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub segment_ids: Vec<Uuid>,
    /// The order is sent to one of these countries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
}

impl Conditions {
    /// What is stored of them, in the currency of their amount. Refuses ids that name nothing.
    pub(super) async fn stored(&self, unit: &UnitOfWork, code: &str) -> Result<Json> {
        let clean = self.clean(code)?;
        known(unit, "products", "product", "productIds", &self.product_ids).await?;
        known(unit, "customer_segments", "segment", "segmentIds", &self.segment_ids).await?;
        json(&clean)
    }

    /// The same without blanks and repetitions.
    fn clean(&self, code: &str) -> Result<Self, Refusal> {
        if let Some(amount) = self.min_amount {
            currency::check_amount("minAmount", amount, code)?;
        }
        if let Some(pieces) = self.min_quantity {
            check::within("minQuantity", pieces, 1..=i32::MAX)?;
        }
        batch::check_size("productIds", self.product_ids.len())?;
        batch::check_size("segmentIds", self.segment_ids.len())?;
        Ok(Self {
            collections: texts("collections", &self.collections)?,
            customer_tags: texts("customerTags", &self.customer_tags)?,
            countries: fields::countries("countries", &self.countries)?,
            ..self.clone()
        })
    }
}

/// Refuses a currency to which the amount of stored conditions does not fit.
pub(super) fn check_kept(stored: &Json, code: &str) -> Result<(), Refusal> {
    let amount = stored.get("minAmount").and_then(|amount| serde_json::from_value::<Decimal>(amount.clone()).ok());
    match amount.is_none_or(|amount| currency::is_multiple(amount, code)) {
        true => Ok(()),
        false => {
            let message = "`conditions.minAmount` of the discount does not fit the currency: give both";
            Err(check::invalid("currency", message))
        }
    }
}

fn texts(field: &str, values: &[String]) -> Result<Vec<String>, Refusal> {
    batch::check_size(field, values.len())?;
    let text = |(index, value): (usize, &String)| {
        fields::required(field, value, check::NAME).map_err(|refusal| refusal.at([field, &index.to_string()]))
    };
    values.iter().enumerate().map(text).collect()
}

/// Refuses ids that no row of a table has.
async fn known(unit: &UnitOfWork, table: &str, noun: &'static str, field: &str, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT id FROM {table} WHERE id")).is_any(ids);
    let known: std::collections::HashSet<Uuid> = unit.ids(sql).await?;
    match ids.iter().enumerate().find(|(_, id)| !known.contains(id)) {
        Some((index, id)) => Err(Error::NotFound(noun, *id).located([field, &index.to_string()])),
        None => Ok(()),
    }
}

//! Lines that say what variants cost.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Fields, Line};
use crate::{
    Change, Result, UnitOfWork, Verb,
    batch::OnError,
    catalog::price::{Price, Set},
    refusal::{Code, Refusal},
    value,
};

/// A price of a price list, of a variant that is named by its id or its SKU.
pub(in crate::jobs) struct PriceLine {
    /// With the id, if the line has it.
    price: Price,
    sku: Option<String>,
}

impl Line for PriceLine {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let (variant, sku) = (fields.id("variantId")?, fields.text("sku")?);
        if variant.is_some() == sku.is_some() {
            return Err(Refusal::invalid("variantId", "exactly one of `variantId` and `sku` is needed"));
        }
        let price = fields.changed_decimal("price")?;
        if price == Change::Keep {
            return Err(Refusal::invalid("price", "`price` is required: a price, or null to remove it"));
        }
        let price = Price {
            variant_id: variant.unwrap_or_default(),
            currency: fields.needed_text("currency")?,
            segment_id: fields.id("segmentId")?,
            min_quantity: fields.whole("minQuantity")?.unwrap_or(1),
            expected_version: fields.whole("expectedVersion")?,
            price,
            compare_at_price: fields.changed_decimal("compareAtPrice")?,
        };
        Ok(Self { price, sku })
    }

    fn subject(&self) -> String {
        let Price { variant_id, currency, segment_id, min_quantity, .. } = &self.price;
        format!("{variant_id} {:?} {currency} {segment_id:?} {min_quantity}", self.sku)
    }

    async fn perform(unit: &mut UnitOfWork, lines: &[&Self], on_error: OnError) -> Result<Vec<Option<Refusal>>> {
        let named = read_names(unit, lines).await?;
        let mut refused = Vec::with_capacity(lines.len());
        let (mut items, mut places) = (Vec::new(), Vec::new());
        for (place, line) in lines.iter().enumerate() {
            match line.item(&named) {
                Ok(item) => {
                    items.push(item);
                    places.push(place);
                    refused.push(None);
                }
                Err(refusal) if on_error == OnError::RejectAll => {
                    return Err(refusal.under(["items".to_owned(), place.to_string()]).into());
                }
                Err(refusal) => refused.push(Some(refusal)),
            }
        }
        let results = Set { items, on_error }.perform(unit).await?;
        for (place, result) in places.into_iter().zip(results) {
            if let Some(refused) = refused.get_mut(place) {
                *refused = result.refused;
            }
        }
        Ok(refused)
    }
}

impl PriceLine {
    /// What it says, of the variant that it names.
    fn item(&self, named: &HashMap<String, Uuid>) -> Result<Price, Refusal> {
        let Some(sku) = &self.sku else { return Ok(self.price.clone()) };
        let unknown = || Refusal::new(Code::NotFound, format!("there is no variant with the SKU {sku:?}")).at(["sku"]);
        let variant_id = named.get(sku).copied().ok_or_else(unknown)?;
        Ok(Price { variant_id, ..self.price.clone() })
    }
}

/// The variants with the SKUs of lines.
async fn read_names(unit: &UnitOfWork, lines: &[&PriceLine]) -> Result<HashMap<String, Uuid>> {
    let skus = lines.iter().filter_map(|line| line.sku.as_deref()).filter(|sku| value::is_storable(sku));
    let skus: Vec<&str> = skus.collect();
    if skus.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = unit.sql();
    sql.push("SELECT id, sku FROM product_variants WHERE sku").is_any_text(&skus);
    unit.rows(sql).await?.iter().map(|row| Ok((row.try_get_by("sku")?, row.try_get_by("id")?))).collect()
}

//! Whether stock covers what is wanted, asked without a lock: for quotes.

use std::collections::BTreeMap;

use entity::sea_orm_active_enums::StockPolicy;
use uuid::Uuid;

use super::{Demand, plan::check_short};
use crate::{
    Result,
    database::{Source, row::enum_value},
    refusal::ShortLine,
    settings::Settings,
};

/// Refuses lines that stock does not cover now (INSUFFICIENT_STOCK), as taking them would.
pub(crate) async fn check_covered(source: &impl Source, settings: &Settings, demands: &[Demand]) -> Result<()> {
    let mut wanted: BTreeMap<Uuid, i64> = BTreeMap::new();
    for demand in demands {
        *wanted.entry(demand.variant_id).or_default() += i64::from(demand.quantity);
    }
    let variants: Vec<Uuid> = wanted.keys().copied().collect();
    let locations: Vec<&str> = settings.locations.iter().map(String::as_str).collect();
    let mut sql = source.sql();
    sql.push("SELECT v.id, v.sku, v.stock_policy, COALESCE(SUM(i.quantity_available), 0) AS available ");
    sql.push("FROM product_variants AS v LEFT JOIN inventory AS i ON i.product_variant_id = v.id AND i.location");
    sql.is_any_text(&locations).push(" WHERE v.id").is_any(&variants).push(" GROUP BY v.id, v.sku, v.stock_policy");
    let mut short = Vec::new();
    for found in source.rows(sql).await? {
        let (variant_id, available): (Uuid, i64) = (found.try_get_by("id")?, found.try_get_by("available")?);
        let requested = wanted.get(&variant_id).copied().unwrap_or_default();
        if enum_value::<StockPolicy>(&found, "stock_policy")? == StockPolicy::Deny && available < requested {
            let count = |number| i32::try_from(number).unwrap_or(i32::MAX);
            short.push(ShortLine {
                variant_id,
                sku: found.try_get_by("sku")?,
                location: None,
                requested: count(requested),
                available: count(available),
            });
        }
    }
    Ok(check_short(short)?)
}

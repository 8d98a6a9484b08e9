//! How many pieces there are at a location.

use entity::sea_orm_active_enums::EventSeverity;
use serde_json::json;
use uuid::Uuid;

use super::object::Object;
use crate::{
    Error, Result, UnitOfWork, Verb,
    refusal::{Code, Refusal},
    settings,
    stock::external::{self, Counted, Keeping},
    system::events::Record,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// A count of Shopify.
struct Level {
    item: String,
    location: String,
    available: i32,
}

/// Takes over how many pieces are free to sell; where the quantities here count, a difference is reported.
pub(super) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let read = read(object).and_then(|level| Ok((level, object.time("updated_at")?)));
    let (level, updated_at) = match read {
        Ok((Some(level), updated_at)) => (level, updated_at),
        Ok((None, _)) => return Ok(Applied::Ignored("Shopify does not count the pieces at this location".to_owned())),
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let settings = settings::load(unit).await?;
    let Some(location) = external::counted_location(&settings, &level.location) else {
        let message = format!("`shopify.locations` does not name the location {}", level.location);
        return Ok(Applied::Ignored(message));
    };
    let Some(variant) = variant(unit, &level.item).await? else {
        return Ok(Applied::Waits(format!("no variant has the inventory item {} yet", level.item)));
    };
    let at = updated_at.or(event.triggered_at).unwrap_or(event.received_at);
    let keeping = Keeping::of(&settings);
    // What was sold beyond the stock is told as less than nothing.
    let available = level.available.max(0);
    match external::count(unit, keeping, (variant, location.as_str()), available, at).await {
        Ok(Counted::Set) => Ok(Applied::Done),
        Ok(Counted::Stale) => Ok(Applied::Ignored("a later count is known".to_owned())),
        Ok(Counted::Untracked) => Ok(Applied::Ignored("nobody counts the pieces of this variant".to_owned())),
        Ok(Counted::Differs(here)) => {
            report(unit, variant, &location, (here, available)).await?;
            Ok(Applied::Done)
        }
        // More than its edition has: the order whose pieces are free again may be cancelled later.
        Err(Error::Refused(refusal)) if refusal.code == Code::Invalid => Ok(Applied::Waits(refusal.message)),
        Err(error) => Err(error),
    }
}

/// Reads a count; none if Shopify does not count there.
fn read(object: Object<'_>) -> Result<Option<Level>, Refusal> {
    let (item, location) = (object.id("inventory_item_id")?, object.id("location_id")?);
    let available = object.optional_whole("available")?;
    Ok(available.map(|available| Level { item, location, available }))
}

async fn variant(unit: &UnitOfWork, item: &str) -> Result<Option<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM product_variants WHERE shopify_inventory_item_id = ").bind(item);
    let found: Vec<Uuid> = unit.ids(sql).await?;
    Ok(found.first().copied())
}

/// Tells that Shopify counts other pieces than there are here.
async fn report(unit: &mut UnitOfWork, variant: Uuid, location: &str, (here, there): (i32, i32)) -> Result<()> {
    let record = Record {
        event_type: "stock.counts_differ".to_owned(),
        severity: EventSeverity::Warning,
        source_agent_id: None,
        message: format!("Shopify has {there} pieces at {location:?} available, but {here} are here"),
        details: json!({ "variantId": variant, "location": location, "here": here, "shopify": there }),
    };
    record.perform(unit).await.map(drop)
}

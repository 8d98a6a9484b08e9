//! Products.

use entity::sea_orm_active_enums::ProductStatus;

use super::{is_expected, object::Object};
use crate::{
    Result, UnitOfWork,
    catalog::external::{self, ExternalProduct, ExternalVariant, Taken},
    refusal::Refusal,
    webhooks::inbox::event::{Applied, InboundEvent},
};

/// The most characters of a name.
const NAME: usize = 255;
/// The most characters of a title.
const TITLE: usize = 500;
/// The most characters of a description.
const BODY: usize = 64 << 10;

/// Takes a product over, unless something later is known.
pub(super) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let product = match read(object, event) {
        Ok(product) => product,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    Ok(match external::upsert(unit, &product).await? {
        Taken::Stale => Applied::Ignored("a later change of the product is known".to_owned()),
        Taken::Followed | Taken::Unknown => Applied::Done,
    })
}

/// Archives a product that was deleted.
pub(super) async fn archive(unit: &mut UnitOfWork, event: &InboundEvent, object: Object<'_>) -> Result<Applied> {
    let id = match object.id("id") {
        Ok(id) => id,
        Err(refusal) => return Ok(Applied::dead(&refusal)),
    };
    let at = event.triggered_at.unwrap_or(event.received_at);
    Ok(match external::archive(unit, &id, at).await? {
        Taken::Followed => Applied::Done,
        Taken::Stale => Applied::Ignored("a later change of the product is known".to_owned()),
        // What comes late may make the product known.
        Taken::Unknown if is_expected(unit, event) => Applied::Waits(format!("the product {id} is not known yet")),
        Taken::Unknown => Applied::Ignored(format!("the product {id} is not known")),
    })
}

fn read(object: Object<'_>, event: &InboundEvent) -> Result<ExternalProduct, Refusal> {
    let updated_at = object.time("updated_at")?.or(event.triggered_at).unwrap_or(event.received_at);
    let missing = |field: &str| Refusal::invalid(field, format!("`{field}` is missing"));
    let names = object.each("options", |option| option.cut("name", NAME).ok_or_else(|| missing("name")))?;
    let (count, unpublished) = (names.len(), object.text("published_at").is_none());
    Ok(ExternalProduct {
        shopify_id: object.id("id")?,
        handle: object.cut("handle", NAME).ok_or_else(|| missing("handle"))?,
        title: object.cut("title", TITLE).ok_or_else(|| missing("title"))?,
        description: object.cut("body_html", BODY),
        vendor: object.cut("vendor", NAME),
        category: object.cut("product_type", NAME),
        tags: object.tags("tags"),
        status: match object.text("status") {
            Some("draft") => ProductStatus::Draft,
            Some("archived") => ProductStatus::Archived,
            _ => ProductStatus::Active,
        },
        is_listed: object.text("status") != Some("unlisted") && !(object.has("published_at") && unpublished),
        option_names: names,
        variants: object.each("variants", |variant| read_variant(variant, count))?,
        updated_at,
    })
}

fn read_variant(variant: Object<'_>, options: usize) -> Result<ExternalVariant, Refusal> {
    let values = ["option1", "option2", "option3"].map(|option| variant.cut(option, NAME));
    // Newer versions of Shopify's interface do not tell it.
    let is_tracked = variant.has("inventory_management").then(|| variant.text("inventory_management").is_some());
    Ok(ExternalVariant {
        shopify_id: variant.id("id")?,
        inventory_item_id: variant.optional_id("inventory_item_id")?,
        sku: variant.cut("sku", NAME),
        option_values: values.into_iter().flatten().take(options.max(1)).collect(),
        price: variant.amount("price")?,
        compare_at_price: variant.optional_amount("compare_at_price")?,
        is_tracked,
        is_backordered: variant.text("inventory_policy") == Some("continue"),
    })
}

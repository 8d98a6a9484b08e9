//! What Shopify says of the products of the bench.

use chrono::Utc;
use serde_json::{Value, json};

use super::shop::{OF_PRODUCT, PIECES, PRICE, sku};

/// What all ids of products begin with, and those of variants, of what is counted and of the location.
const PRODUCTS: usize = 7_100_000_000;
const VARIANTS: usize = 7_200_000_000;
const ITEMS: usize = 7_300_000_000;
const LOCATION: usize = 7_400_000_000;

/// A product as the shop has it already, with Shopify's ids.
pub(super) fn product(number: usize) -> String {
    let variant = |value: usize| -> Value {
        let place = number * OF_PRODUCT + value;
        json!({
            "id": VARIANTS + place, "inventory_item_id": ITEMS + place, "sku": sku(place), "option1": value.to_string(),
            "price": PRICE, "inventory_management": "shopify", "inventory_policy": "deny",
        })
    };
    let variants: Vec<Value> = (0..OF_PRODUCT).map(variant).collect();
    let product = json!({
        "id": PRODUCTS + number, "handle": format!("bench-{number}"), "title": format!("Bench {number}"),
        "status": "active", "tags": "", "updated_at": now(), "options": [{ "name": "Number" }], "variants": variants,
    });
    product.to_string()
}

/// That there are as many pieces of a variant as at first.
pub(super) fn level(place: usize) -> String {
    let level = json!({
        "inventory_item_id": ITEMS + place, "location_id": LOCATION, "available": PIECES, "updated_at": now(),
    });
    level.to_string()
}

/// A new order of a piece of a variant, which is not paid yet; `id` has digits only.
pub(super) fn order(id: &str, place: usize) -> String {
    let line = json!({
        "id": id, "sku": sku(place), "name": "Bench", "quantity": 1, "price": PRICE, "discount_allocations": [],
        "tax_lines": [],
    });
    let order = json!({
        "id": id, "name": format!("#{id}"), "test": false, "currency": "USD", "created_at": now(), "updated_at": now(),
        "cancelled_at": null, "email": null, "financial_status": "pending", "taxes_included": false,
        "total_price": PRICE, "current_total_price": PRICE, "total_outstanding": PRICE, "line_items": [line],
        "shipping_lines": [], "discount_codes": [], "tags": "", "refunds": [], "fulfillments": [], "note": null,
    });
    order.to_string()
}

fn now() -> String {
    Utc::now().to_rfc3339()
}

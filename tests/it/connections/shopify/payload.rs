//! How Shopify writes orders and refunds.

use chrono::{Duration, SecondsFormat};
use serde_json::{Value, json};

use crate::shop::fixture::{start, with};

/// A moment some seconds after the start.
pub(super) fn at(seconds: i64) -> String {
    (start() + Duration::seconds(seconds)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An order of two prints of 50.00 that nobody has paid yet, changed some seconds after the start.
pub(super) fn order(id: u64, seconds: i64, more: Value) -> Value {
    let order = json!({
        "id": id, "name": format!("#{id}"), "order_number": id, "test": false, "currency": "USD",
        "created_at": at(0), "processed_at": at(0), "updated_at": at(seconds), "cancelled_at": null,
        "email": "Ann@Example.com", "financial_status": "pending", "taxes_included": false,
        "total_price": "100.00", "current_total_price": "100.00", "total_outstanding": "100.00",
        "customer": { "id": 115_310_627_314_723_954_u64, "email": "ann@example.com", "first_name": "Ann" },
        "shipping_address": { "name": "Ann", "address1": "1 Main St", "country_code": "US", "province_code": "NY" },
        "line_items": [line(id * 10, 2, "50.00")], "shipping_lines": [], "discount_codes": [], "tags": "web, gift",
        "refunds": [], "fulfillments": [], "payment_gateway_names": ["shopify_payments"], "note": null,
    });
    with(order, more)
}

/// A line of prints.
pub(super) fn line(id: u64, quantity: i32, price: &str) -> Value {
    json!({
        "id": id, "variant_id": 808_950_810, "sku": "PRINT", "name": "Deep Blue - 24x36", "quantity": quantity,
        "price": price, "discount_allocations": [], "tax_lines": [],
    })
}

/// That the whole order was paid.
pub(super) fn paid() -> Value {
    json!({ "financial_status": "paid", "total_outstanding": "0.00" })
}

/// A refund of a piece of an order with 50.00, some seconds after the start.
pub(super) fn refund(id: u64, order: u64, seconds: i64, restock: &str) -> Value {
    json!({
        "id": id, "order_id": order, "created_at": at(seconds), "processed_at": at(seconds), "note": "damaged",
        "refund_line_items": [{
            "line_item_id": order * 10, "quantity": 1, "subtotal": "50.00", "total_tax": "0.00",
            "restock_type": restock, "location_id": 655_441_491,
        }],
        "order_adjustments": [],
        "transactions": [{ "id": id + 1, "kind": "refund", "status": "success", "amount": "50.00" }],
    })
}

/// A parcel with pieces of an order.
pub(super) fn parcel(id: u64, order: u64, quantity: i32) -> Value {
    json!({
        "id": id, "status": "success", "created_at": at(5), "updated_at": at(6), "location_id": 655_441_491,
        "tracking_company": "UPS", "tracking_number": "1Z1", "tracking_url": "https://example.com/1Z1",
        "line_items": [{ "id": order * 10, "quantity": quantity }],
    })
}

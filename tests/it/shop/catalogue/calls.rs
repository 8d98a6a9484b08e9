//! A call of each mutation of the catalogue, with every id that its input can have.

use serde_json::{Value, json};

use crate::client::Client;

/// The calls. Each can be done, in their order or alone.
pub(crate) async fn calls(client: &Client, segment: Value) -> Vec<(&'static str, Value)> {
    let made = async |handle: &str| {
        let variant = |size: &str| json!({ "optionValues": [size], "price": "1" });
        let variants = [variant("a"), variant("b")];
        let input = json!({ "handle": handle, "title": "x", "optionNames": ["Size"], "variants": variants });
        client.done("createProduct", input, "product { id variants { nodes { id } } }").await["product"].take()
    };
    let (product, unused) = (made("contract").await, made("unused").await);
    let (id, variants) = (&product["id"], &product["variants"]["nodes"]);
    let discount = json!({ "name": "x", "kind": "PERCENTAGE", "value": "5" });
    let discount = client.done("saveDiscount", discount, "discount { id }").await["discount"]["id"].clone();
    let price = json!({ "variantId": variants[0]["id"], "currency": "USD", "segmentId": segment, "price": "1" });
    let metric = json!({ "productId": id, "periodStart": "2026-01-01", "periodEnd": "2026-01-31", "views": 1 });
    let conditions = json!({ "productIds": [id], "segmentIds": [segment] });
    let rate = json!({ "base": "USD", "quote": "EUR", "day": "2026-01-01", "rate": "0.9" });
    let method = json!({ "code": "contract", "currency": "USD", "name": "x", "price": "1" });
    vec![
        ("createProduct", json!({ "handle": "new", "title": "x", "variants": [{ "price": "1" }] })),
        ("updateProduct", json!({ "id": id, "title": "y" })),
        ("setProductStatus", json!({ "id": id, "status": "ACTIVE" })),
        ("deleteProduct", json!({ "id": unused["id"] })),
        (
            "upsertProducts",
            json!({ "items": [{ "handle": "upserted", "title": "x", "variants": [{ "price": "1" }] }] }),
        ),
        ("createVariants", json!({ "items": [{ "productId": id, "optionValues": ["c"], "price": "1" }] })),
        ("updateVariants", json!({ "items": [{ "id": variants[0]["id"], "price": "2" }] })),
        ("deleteVariants", json!({ "items": [{ "id": variants[1]["id"] }] })),
        ("setPrices", json!({ "items": [price] })),
        ("recordProductMetrics", json!({ "items": [metric] })),
        ("saveDiscount", json!({ "id": discount, "conditions": conditions })),
        ("removeDiscount", json!({ "id": discount })),
        ("saveTaxRates", json!({ "rates": [{ "country": "NZ", "name": "x", "percentage": "1" }] })),
        ("saveShippingMethods", json!({ "methods": [method] })),
        ("setExchangeRates", json!({ "rates": [rate] })),
    ]
}

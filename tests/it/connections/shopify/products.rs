//! Products.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Shopify, payload::at};
use crate::shop::fixture::{text, with};

fn product(seconds: i64, more: Value) -> Value {
    let variant = |id: u64, size: &str, price: &str| {
        json!({
            "id": id, "sku": format!("OCEAN-{size}"), "option1": size, "price": price, "compare_at_price": null,
            "inventory_item_id": id + 1, "inventory_management": "shopify", "inventory_policy": "deny",
        })
    };
    let product = json!({
        "id": 632_910_392, "title": "Ocean", "handle": "ocean", "body_html": "<p>Blue.</p>", "vendor": "Kingler",
        "product_type": "Print", "tags": "abstract, blue", "status": "active", "updated_at": at(seconds),
        "options": [{ "name": "Size", "position": 1 }],
        "variants": [variant(1_001, "24x36", "199.00"), variant(1_002, "36x48", "299.00")],
    });
    with(product, more)
}

impl Shopify<'_> {
    async fn product(&self) -> Value {
        let query = "{ productByHandle(handle: \"ocean\") { shopifyId title status basePrice tags optionNames
            variants { nodes { sku price isAvailable stockPolicy shopifyVariantId shopifyInventoryItemId } } } }";
        self.shop.query(query, json!({})).await["productByHandle"].take()
    }
}

on_both_engines! {
    async fn a_product_follows_until_it_is_deleted(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("products/create", 0, product(0, json!({}))).await, "Processed");
        let found = shopify.product().await;
        assert_eq!((&found["title"], &found["basePrice"]), (&json!("Ocean"), &json!("199.00")));
        assert_eq!(found["variants"]["nodes"][0]["shopifyInventoryItemId"], "1002");
        let dearer = product(20, json!({ "title": "Ocean II" }));
        assert_eq!(shopify.tells("products/update", 20, dearer).await, "Processed");
        let stale = shopify.tells("products/update", 10, product(10, json!({ "title": "Old" }))).await;
        assert_eq!(stale, "Ignored a later change of the product is known");
        assert_eq!(shopify.product().await["title"], "Ocean II");
        assert_eq!(shopify.tells("products/delete", 30, json!({ "id": 632_910_392 })).await, "Processed");
        assert_eq!(text(&shopify.product().await["status"]), "ARCHIVED");
        let late = shopify.tells("products/update", 25, product(25, json!({}))).await;
        assert_eq!(late, "Ignored a later change of the product is known");
        assert_eq!(text(&shopify.product().await["status"]), "ARCHIVED");
        shopify.shop.check().await;
    }

    async fn variants_are_found_by_their_ids_and_skus(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let one = json!([{ "sku": "OCEAN-24x36", "optionValues": ["24x36"], "price": "180" }]);
        let input = json!({ "handle": "ocean", "title": "Ocean", "optionNames": ["Size"], "variants": one });
        shopify.shop.done("createProduct", input, "product { id }").await;
        assert_eq!(shopify.tells("products/create", 0, product(0, json!({}))).await, "Processed");
        let found = shopify.product().await;
        let variants = found["variants"]["nodes"].as_array().expect("a list");
        assert_eq!(variants.len(), 2);
        assert_eq!((&variants[0]["sku"], &variants[0]["shopifyVariantId"]), (&json!("OCEAN-24x36"), &json!("1001")));
        // One gets another SKU, the other is taken out of the product, and off sale.
        let mut changed = product(10, json!({}));
        let mut left = changed["variants"][0].take();
        left["sku"] = json!("OCEAN-SMALL");
        changed["variants"] = json!([left]);
        assert_eq!(shopify.tells("products/update", 10, changed).await, "Processed");
        let found = shopify.product().await;
        let shown: Vec<String> = found["variants"]["nodes"].as_array().expect("a list").iter().map(|variant| {
            format!("{} {}", text(&variant["sku"]), variant["isAvailable"])
        }).collect();
        assert_eq!(shown, ["OCEAN-SMALL true", "OCEAN-36x48 false"]);
        for bad in [json!({ "variants": [] }), json!({ "handle": null }), json!({ "variants": [{}] })] {
            let became = shopify.tells("products/update", 20, product(20, bad.clone())).await;
            assert!(became.starts_with("Dead"), "{bad}: {became}");
        }
        for (field, value) in [("id", json!(1_002)), ("inventory_item_id", json!(1_003)), ("sku", json!("OCEAN-36x48")),
            ("option1", json!("36x48"))]
        {
            let mut twins = product(20, json!({}));
            twins["variants"][0][field] = value;
            let became = shopify.tells("products/update", 20, twins).await;
            assert!(became.contains("two variants of the product have"), "{field}: {became}");
            assert!(became.starts_with("Dead variants.1."), "{field}: {became}");
        }
        let mut cheap = product(20, json!({}));
        cheap["variants"][0]["price"] = json!("-1.00");
        let became = shopify.tells("products/update", 20, cheap).await;
        assert!(became.starts_with("Dead"), "{became}");
        shopify.shop.check().await;
    }
}

//! Price lists, and how products do.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{each, made, outcomes, segment, told};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

const PRICES: &str =
    "results { price { id price compareAtPrice minQuantity segmentId version } userErrors { code path } }";
const METRICS: &str = "results { productMetric { id views addToCarts purchases revenue conversionRate averageOrderValue } userErrors { code path } }";

on_both_engines! {
    async fn prices_are_set_changed_and_removed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let segment = segment(db).await;
        let small = each(&made(&shop, "quiet").await, "id")[0].clone();
        let dollars = json!({ "variantId": small, "currency": "USD" });
        let set = async |changes: Value| {
            let item = with(dollars.clone(), changes);
            shop.done("setPrices", json!({ "items": [item] }), PRICES).await["results"][0].take()
        };
        let made = set(json!({ "price": "9.5", "compareAtPrice": "12", "expectedVersion": 0 })).await["price"].take();
        assert_eq!(made, json!({ "id": made["id"], "price": "9.50", "compareAtPrice": "12.00", "minQuantity": 1, "segmentId": null, "version": 1 }));
        let of_segment = set(json!({ "price": "9", "segmentId": segment, "minQuantity": 10 })).await["price"].take();
        assert_eq!((&of_segment["segmentId"], &of_segment["minQuantity"]), (&json!(segment), &json!(10)));
        assert_ne!(of_segment["id"], made["id"]);
        let changed = set(json!({ "price": "9.4", "expectedVersion": 1 })).await["price"].take();
        assert_eq!(changed, with(made.clone(), json!({ "price": "9.40", "version": 2 })));
        let compared = set(json!({ "compareAtPrice": "0" })).await["price"].take();
        assert_eq!(compared, with(changed, json!({ "compareAtPrice": null, "version": 3 })));
        assert_eq!(set(json!({ "price": "9.40" })).await["price"], compared, "nothing changed");
        assert_eq!(set(json!({ "price": null })).await, json!({ "price": null, "userErrors": [] }));
        assert_eq!(set(json!({ "price": null })).await, json!({ "price": null, "userErrors": [] }), "it is gone already");
        assert_eq!(told(db).await, ["product.created 1", "product.updated 2", "product.updated 3", "product.updated 4", "product.updated 5", "product.updated 6"]);
        let left = shop.query("{ variantPrices { nodes { id } } }", json!({})).await;
        assert_eq!(left["variantPrices"]["nodes"], json!([{ "id": of_segment["id"] }]));
        shop.check().await;
    }

    async fn what_is_no_price_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let small = each(&made(&shop, "quiet").await, "id")[0].clone();
        let right = json!({ "variantId": small, "currency": "USD", "price": "9" });
        for (changes, code) in [
            (json!({ "variantId": NOBODY }), "NOT_FOUND items.0.variantId"),
            (json!({ "segmentId": NOBODY }), "NOT_FOUND items.0.segmentId"),
            (json!({ "currency": "EURO" }), "INVALID items.0.currency"),
            (json!({ "minQuantity": 0 }), "INVALID items.0.minQuantity"),
            (json!({ "price": "-1" }), "INVALID items.0.price"),
            (json!({ "currency": "JPY", "price": "9.5" }), "INVALID items.0.price"),
            (json!({ "compareAtPrice": "9.999" }), "INVALID items.0.compareAtPrice"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT items.0.expectedVersion"),
        ] {
            let item = with(right.clone(), changes.clone());
            assert_eq!(outcomes(&shop, "setPrices", json!([item])).await, [code], "{changes}");
        }
        let unsaid = json!([{ "variantId": small, "currency": "USD", "compareAtPrice": "9" }]);
        assert_eq!(outcomes(&shop, "setPrices", unsaid).await, ["INVALID items.0.price"]);
        let all = json!({ "items": [right, with(right.clone(), json!({ "currency": "?" }))], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("setPrices", all).await, "INVALID items.1.currency");
        let left = shop.query("{ variantPrices { totalCount } }", json!({})).await;
        assert_eq!(left["variantPrices"]["totalCount"], 0);
        assert_eq!(outcomes(&shop, "setPrices", json!([right, right])).await, ["done", "INVALID items.1.variantId"]);
        shop.check().await;
    }

    async fn figures_of_a_period_are_kept_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let item = |changes: Value| {
            let period = json!({ "productId": shop.product, "periodStart": "2026-10-01", "periodEnd": "2026-10-31" });
            with(period, changes)
        };
        let record = async |changes: Value| {
            shop.done("recordProductMetrics", json!({ "items": [item(changes)] }), METRICS).await["results"][0]["productMetric"].take()
        };
        let first = record(json!({ "views": 300, "purchases": 0 })).await;
        assert_eq!(first, json!({
            "id": first["id"], "views": 300, "addToCarts": 0, "purchases": 0, "revenue": "0.00", "conversionRate": "0.0000", "averageOrderValue": null,
        }));
        let second = record(json!({ "purchases": 7, "revenue": "100", "addToCarts": 9 })).await;
        assert_eq!(second, json!({
            "id": first["id"], "views": 300, "addToCarts": 9, "purchases": 7, "revenue": "100.00", "conversionRate": "0.0233", "averageOrderValue": "14.29",
        }));
        assert_eq!(record(json!({ "views": 0 })).await["conversionRate"], Value::Null);
        assert_eq!(record(json!({ "views": 3 })).await["conversionRate"], "1.0000");
        for (changes, code) in [
            (json!({ "productId": NOBODY }), "NOT_FOUND items.0.productId"),
            (json!({ "periodEnd": "2026-09-30" }), "INVALID items.0.periodEnd"),
            (json!({ "views": -1 }), "INVALID items.0.views"),
            (json!({ "addToCarts": -1 }), "INVALID items.0.addToCarts"),
            (json!({ "purchases": -1 }), "INVALID items.0.purchases"),
            (json!({ "revenue": "-1" }), "INVALID items.0.revenue"),
            (json!({ "revenue": "0.001" }), "INVALID items.0.revenue"),
        ] {
            assert_eq!(outcomes(&shop, "recordProductMetrics", json!([item(changes.clone())])).await, [code], "{changes}");
        }
        let day = item(json!({ "periodEnd": "2026-10-01", "views": 1 }));
        assert_eq!(outcomes(&shop, "recordProductMetrics", json!([day, day])).await, ["done", "INVALID items.1.periodStart"]);
        let all = json!({ "items": [item(json!({ "views": 9 })), item(json!({ "productId": NOBODY }))], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("recordProductMetrics", all).await, "NOT_FOUND items.1.productId");
        let kept = shop.query("{ productMetrics { nodes { views periodEnd } } }", json!({})).await;
        let mut kept = kept["productMetrics"]["nodes"].as_array().expect("a list").clone();
        kept.sort_by_key(|row| row["periodEnd"].to_string());
        assert_eq!(kept, [json!({ "views": 1, "periodEnd": "2026-10-01" }), json!({ "views": 3, "periodEnd": "2026-10-31" })]);
        shop.check().await;
    }
}

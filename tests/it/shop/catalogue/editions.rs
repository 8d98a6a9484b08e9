//! Limited editions.

use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{outcomes, told};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn an_edition_holds_what_is_in_stock_and_sold(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant_with(db, "PRINT", |row| row.edition_sold = Set(2)).await;
        shop.stock("PRINT", "main", 3).await;
        let lines = json!({ "lines": [{ "variantId": print, "quantity": 1 }] });
        shop.done("reserveStock", lines, "hold { id }").await;
        let resize = |more: Value| json!([with(json!({ "id": print }), more)]);
        let small = resize(json!({ "editionSize": 4 }));
        assert_eq!(outcomes(&shop, "updateVariants", small).await, ["INVALID items.0.editionSize"]);
        let waiting = resize(json!({ "editionSize": 5, "stockPolicy": "BACKORDER" }));
        assert_eq!(outcomes(&shop, "updateVariants", waiting).await, ["INVALID items.0.editionSize"]);
        assert_eq!(outcomes(&shop, "updateVariants", resize(json!({ "editionSize": 5 }))).await, ["done"]);
        let waiting = resize(json!({ "stockPolicy": "BACKORDER" }));
        assert_eq!(outcomes(&shop, "updateVariants", waiting).await, ["INVALID items.0.stockPolicy"]);
        assert_eq!(outcomes(&shop, "updateVariants", resize(json!({ "editionSize": null }))).await, ["done"]);
        shop.check().await;
    }

    async fn an_edition_that_is_sold_out_has_ended(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant_with(db, "PRINT", |row| row.edition_sold = Set(91)).await;
        let resize = |more: Value| json!([with(json!({ "id": print }), more)]);
        assert_eq!(outcomes(&shop, "updateVariants", resize(json!({ "editionSize": 200 }))).await, ["done"]);
        assert_eq!(told(db).await, ["product.updated 2"]);
        assert_eq!(outcomes(&shop, "updateVariants", resize(json!({ "editionSize": 100 }))).await, ["done"]);
        assert_eq!(told(db).await[1..], ["variant.edition_low 0", "product.updated 3"]);
        assert_eq!(outcomes(&shop, "updateVariants", resize(json!({ "editionSize": 91 }))).await, ["done"]);
        assert_eq!(told(db).await[3..], ["variant.sold_out 0", "product.updated 4"]);
        let query = "{ productVariantBySku(sku: \"PRINT\") { isAvailable version } }";
        let variant = shop.query(query, json!({})).await["productVariantBySku"].take();
        assert_eq!(variant, json!({ "isAvailable": false, "version": 4 }));
        for (change, code) in [
            (json!({ "isAvailable": true }), "INVALID items.0.isAvailable"),
            (json!({ "editionSize": 92 }), "INVALID items.0.editionSize"),
            (json!({ "editionSize": null }), "INVALID items.0.editionSize"),
            (json!({ "price": "7" }), "done"),
        ] {
            assert_eq!(outcomes(&shop, "updateVariants", resize(change.clone())).await, [code], "{change}");
        }
        for status in ["DRAFT", "ACTIVE"] {
            shop.done("setProductStatus", json!({ "id": shop.product, "status": status }), "replayed").await;
        }
        let variant = shop.query(query, json!({})).await["productVariantBySku"].take();
        assert_eq!(variant["isAvailable"], false);
        shop.check().await;
    }
}

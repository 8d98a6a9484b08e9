//! Jobs that only try what they would do.

use entity::stock_movements;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use tests::on_both_engines;

use super::{lines_of, ran};
use crate::shop::fixture::ShopFixture;

const COUNTED: &str = "{\"sku\": \"A\", \"location\": \"main\", \"available\": 5, \"changeFromQuantity\": null}\n\
                       {\"sku\": \"unknown\", \"location\": \"main\", \"available\": 1, \"changeFromQuantity\": null}\n\
                       {\"sku\": \"A\", \"location\": \"back\", \"available\": 7, \"changeFromQuantity\": null}\n";

on_both_engines! {
    async fn each_unit_is_undone_by_itself(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let shelf = |place| format!("shelf {place}");
        let line = |place| json!({ "sku": "A", "location": shelf(place), "available": 1, "changeFromQuantity": null });
        // More than one unit may have.
        let file: String = (0..10_500).map(|place| format!("{}\n", line(place))).collect();
        let (id, job) = ran(&shop, "SET_STOCK", json!({ "dryRun": true }), &file).await;
        assert_eq!(job["status"], "COMPLETED", "{job}");
        assert_eq!((&job["doneRows"], &job["counts"]), (&json!(10_500), &json!({ "done": 10_500, "refused": 0 })));
        assert_eq!(lines_of(&shop, id).await.len(), 10_500);
        assert_eq!(stock_movements::Entity::find().count(db.connection()).await.expect("counted"), 0);
        assert_eq!(shop.shelf("A").await.len(), 0);
        shop.check().await;
    }

    async fn what_was_found_before_a_refusal_is_told(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        for on_error in ["STOP", "REJECT_ALL"] {
            let (id, job) = ran(&shop, "SET_STOCK", json!({ "dryRun": true, "onError": on_error }), COUNTED).await;
            let counts = json!({ "done": 1, "refused": 1 });
            assert_eq!((&job["status"], &job["counts"]), (&json!("FAILED"), &counts), "{job}");
            let outcomes: Vec<_> = lines_of(&shop, id).await.iter().map(|line| line["outcome"].clone()).collect();
            assert_eq!(outcomes, ["DONE", "REFUSED"], "{on_error}");
            assert_eq!(shop.shelf("A").await.len(), 0);
        }
        shop.check().await;
    }

    async fn products_are_tried_one_by_one(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let rows: String = (0..600).map(|place| format!("print-{place},Print,P-{place},10.00\n")).collect();
        let file = format!("Handle,Title,Variant SKU,Variant Price\n{rows}print-x,Print,P-x,free\n");
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({ "dryRun": true }), &file).await;
        assert_eq!(job["counts"]["products"], json!({ "created": 600, "refused": 1 }), "{job}");
        assert_eq!((&job["status"], &job["doneRows"]), (&json!("COMPLETED"), &json!(601)));
        let found = shop.query("{ productByHandle(handle: \"print-1\") { id } }", json!({})).await;
        assert_eq!(found["productByHandle"], json!(null));
        shop.check().await;
    }
}

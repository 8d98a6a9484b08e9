//! Jobs that read and write the files of shops.

use entity::{product_variants, products};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use tests::{TestDatabase, on_both_engines};

use super::{lines_of, ran, result};
use crate::shop::fixture::ShopFixture;

const PRODUCTS: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n\
                        tide,Tide,Size,24x36,T-1,100.00\n\
                        tide,,,36x48,T-2,200.00\n\
                        dune,Dune,Size,24x36,D-1,free\n\
                        reef,Reef,Size,24x36,R-1,50.00\n";

async fn imported(db: &TestDatabase) -> u64 {
    let handles = products::Column::Handle.is_in(["tide", "dune", "reef"]);
    products::Entity::find().filter(handles).count(db.connection()).await.expect("counted")
}

on_both_engines! {
    async fn an_import_tells_of_each_product(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (id, job) = ran(&shop, "IMPORT_PRODUCTS", json!({}), PRODUCTS).await;
        assert_eq!((&job["status"], &job["doneRows"], &job["totalRows"]), (&json!("COMPLETED"), &json!(4), &json!(4)));
        assert_eq!(job["counts"]["products"], json!({ "created": 2, "refused": 1 }), "{job}");
        let error = &job["firstErrors"][0];
        assert_eq!((&error["row"], &error["column"]), (&json!(4), &json!("Variant Price")));
        let lines = lines_of(&shop, id).await;
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!((&lines[0]["row"], &lines[0]["rows"]), (&json!(2), &json!(2)));
        assert_eq!(lines[0]["counts"], json!({ "products": { "created": 1 }, "variants": { "created": 2 } }));
        assert_eq!(lines[1]["errors"][0]["value"], "free");
        // The same again changes nothing.
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({}), PRODUCTS).await;
        assert_eq!(job["counts"]["products"], json!({ "unchanged": 2, "refused": 1 }), "{job}");
    }

    async fn a_refusal_ends_an_import_that_is_to_stop(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({ "onError": "STOP" }), PRODUCTS).await;
        assert_eq!((&job["status"], imported(db).await), (&json!("FAILED"), 1), "{job}");
    }

    async fn all_or_nothing_imports_nothing_after_a_refusal(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({ "onError": "REJECT_ALL" }), PRODUCTS).await;
        assert_eq!((&job["status"], imported(db).await), (&json!("FAILED"), 0), "{job}");
        let good = PRODUCTS.replace("free", "75.00");
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({ "onError": "REJECT_ALL" }), &good).await;
        assert_eq!((&job["status"], imported(db).await), (&json!("COMPLETED"), 3), "{job}");
        assert_eq!(product_variants::Entity::find().count(db.connection()).await.expect("counted"), 4);
    }

    async fn a_dry_run_imports_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({ "dryRun": true }), PRODUCTS).await;
        assert_eq!(job["counts"]["products"], json!({ "created": 2, "refused": 1 }), "{job}");
        assert_eq!((&job["status"], imported(db).await), (&json!("COMPLETED"), 0));
        let customers = "Customer ID,First Name,Last Name,Email\n7001,Ann,Quill,ann@example.com\n";
        let (_, job) = ran(&shop, "IMPORT_CUSTOMERS", json!({ "dryRun": true }), customers).await;
        assert_eq!(job["counts"]["customers"], json!({ "created": 1 }), "{job}");
        let found = shop.query("{ customers { nodes { id } } }", json!({})).await;
        assert_eq!(found["customers"]["nodes"], json!([]));
    }

    async fn a_file_that_is_something_else_fails(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for (kind, file, message) in [
            ("IMPORT_PRODUCTS", "", "the file is empty"),
            ("IMPORT_PRODUCTS", "Handle,Title", "these columns are missing"),
            ("IMPORT_INVENTORY", PRODUCTS, "this is a product export"),
            ("IMPORT_ORDERS", PRODUCTS, "this is a product export"),
            ("IMPORT_SUBSCRIBERS", PRODUCTS, "these columns are missing"),
        ] {
            let (_, job) = ran(&shop, kind, json!({}), file).await;
            let told = job["errorMessage"].as_str().unwrap_or_default();
            assert_eq!(job["status"], "FAILED");
            assert!(told.starts_with(message), "{kind}: {told}");
        }
    }

    async fn an_export_is_what_an_import_takes(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let good = PRODUCTS.replace("free", "75.00");
        ran(&shop, "IMPORT_PRODUCTS", json!({}), &good).await;
        products::Entity::delete_by_id(shop.product).exec(db.connection()).await.expect("deleted");
        shop.stock("T-1", "main", 5).await;
        let (id, job) = ran(&shop, "EXPORT_PRODUCTS", json!({}), "").await;
        assert_eq!((&job["status"], &job["doneRows"]), (&json!("COMPLETED"), &json!(4)));
        let file = result(&shop, id).await;
        assert!(file.starts_with("Handle,Title"), "{file}");
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({}), &file).await;
        assert_eq!(job["counts"]["products"], json!({ "unchanged": 3 }), "{job}");
        let (id, _) = ran(&shop, "EXPORT_INVENTORY", json!({}), "").await;
        let file = result(&shop, id).await;
        let (_, job) = ran(&shop, "IMPORT_INVENTORY", json!({}), &file).await;
        assert_eq!(job["counts"]["stock"]["unchanged"], json!(1), "{job}");
    }

    async fn a_file_of_several_pieces_is_read_as_one(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        // Two megabytes, with a row across the end of a piece.
        let body = "long ".repeat(300_000);
        let file = format!("Handle,Title,Body (HTML),Variant Price\na,A,\"{body}\n\"\"quoted\"\"\",1.00\nb,B,x,2.00\n");
        let (_, job) = ran(&shop, "IMPORT_PRODUCTS", json!({}), &file).await;
        assert_eq!(job["counts"]["products"], json!({ "created": 2 }), "{job}");
        let stored = products::Entity::find().filter(products::Column::Handle.eq("a")).one(db.connection()).await;
        let stored = stored.expect("read").expect("a product").description.expect("a text");
        assert_eq!(stored.len(), format!("{body}\n\"quoted\"").trim().len());
    }
}

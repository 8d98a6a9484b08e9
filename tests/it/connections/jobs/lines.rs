//! Jobs whose file has a change on each line.

use entity::{prices, product_variants, stock_movements};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{lines_of, local, prepared, ran, shown};
use crate::shop::fixture::{NOBODY, ShopFixture};

/// Three lines of which the second names nothing.
const COUNTED: &str = "{\"sku\": \"A\", \"available\": 5, \"changeFromQuantity\": null}\n\
                       {\"sku\": \"unknown\", \"available\": 1, \"changeFromQuantity\": null}\n\
                       \n{\"sku\": \"B\", \"onHand\": 7, \"changeFromQuantity\": null}\n";

async fn open(db: &tests::TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "A").await;
    shop.variant(db, "B").await;
    shop
}

/// Options of a job, with the location of its lines.
fn at_main(more: Value) -> Value {
    crate::shop::fixture::with(json!({ "options": { "location": "main" } }), more)
}

on_both_engines! {
    async fn a_refused_line_stops_no_other(db: &TestDatabase) {
        let shop = open(db).await;
        let (id, job) = ran(&shop, "SET_STOCK", at_main(json!({})), COUNTED).await;
        assert_eq!((&job["status"], &job["doneRows"]), (&json!("COMPLETED"), &json!(4)));
        assert_eq!((&job["counts"], &job["errorMessage"]), (&json!({ "done": 2, "refused": 1 }), &Value::Null));
        let error = &job["firstErrors"][0];
        assert_eq!((&error["row"], &error["code"], &error["path"]), (&json!(2), &json!("NOT_FOUND"), &json!(["sku"])));
        let lines = lines_of(&shop, id).await;
        let told: Vec<_> = lines.iter().map(|line| (&line["row"], &line["outcome"])).collect();
        let (done, refused) = (json!("DONE"), json!("REFUSED"));
        assert_eq!(told, [(&json!(1), &done), (&json!(2), &refused), (&json!(4), &done)]);
        assert_eq!(shop.shelf("A").await, ["main 5 + 0 reserved"]);
        assert_eq!(shop.shelf("B").await, ["main 7 + 0 reserved"]);
        shop.check().await;
    }

    async fn stop_keeps_what_stood_before(db: &TestDatabase) {
        let shop = open(db).await;
        let (id, job) = ran(&shop, "SET_STOCK", at_main(json!({ "onError": "STOP" })), COUNTED).await;
        assert_eq!((&job["status"], &job["doneRows"]), (&json!("FAILED"), &json!(2)));
        let message = job["errorMessage"].as_str().expect("a message");
        assert!(message.starts_with("line 2 was refused, it stopped there"), "{message}");
        assert_eq!(job["counts"], json!({ "done": 1, "refused": 1 }));
        assert_eq!(lines_of(&shop, id).await.len(), 2);
        assert_eq!((shop.shelf("A").await.len(), shop.shelf("B").await.len()), (1, 0));
        shop.check().await;
    }

    async fn all_or_nothing_is_nothing_after_a_refusal(db: &TestDatabase) {
        let shop = open(db).await;
        let (_, job) = ran(&shop, "SET_STOCK", at_main(json!({ "onError": "REJECT_ALL" })), COUNTED).await;
        assert_eq!(job["status"], "FAILED");
        let message = job["errorMessage"].as_str().expect("a message");
        assert!(message.starts_with("line 2 was refused, nothing was changed"), "{message}");
        assert_eq!(shop.shelf("A").await.len(), 0);
        let good = COUNTED.replace("unknown", "A");
        let (_, job) = ran(&shop, "SET_STOCK", at_main(json!({ "onError": "REJECT_ALL" })), &good).await;
        assert_eq!((&job["status"], &job["counts"]), (&json!("COMPLETED"), &json!({ "done": 3, "refused": 0 })));
        assert_eq!(shop.shelf("A").await, ["main 1 + 0 reserved"]);
        shop.check().await;
    }

    async fn a_dry_run_changes_nothing(db: &TestDatabase) {
        let shop = open(db).await;
        let (id, job) = ran(&shop, "SET_STOCK", at_main(json!({ "dryRun": true })), COUNTED).await;
        assert_eq!((&job["status"], &job["counts"]), (&json!("COMPLETED"), &json!({ "done": 2, "refused": 1 })));
        assert_eq!(lines_of(&shop, id).await.len(), 3);
        assert_eq!((shop.shelf("A").await.len(), shop.shelf("B").await.len()), (0, 0));
        assert_eq!(stock_movements::Entity::find().count(db.connection()).await.expect("counted"), 0);
        shop.check().await;
    }

    async fn a_line_that_cannot_be_read_is_refused_alone(db: &TestDatabase) {
        let shop = open(db).await;
        let deep = "[".repeat(5000);
        let odd = [
            "{", "[]", "null", "7", "\"x\"", deep.as_str(), "{\"sku\": 1}", "{\"sku\": \"A\"}",
            "{\"sku\": \"A\", \"available\": 1}",
            "{\"sku\": \"A\", \"available\": 1, \"changeFromQuantity\": null, \"color\": \"red\"}",
            "{\"sku\": \"A\", \"available\": 2147483648, \"changeFromQuantity\": null}",
            "{\"sku\": \"A\\u0000\", \"available\": 1, \"changeFromQuantity\": null}",
            "{\"variantId\": \"x\", \"available\": 1, \"changeFromQuantity\": null}",
            "{\"sku\": \"A\", \"available\": 1, \"changeFromQuantity\": 3}",
            "{\"\\u0000\": 1}",
        ];
        let good = json!({ "sku": "B", "available": 2, "changeFromQuantity": null });
        let file = format!("\u{feff}{good}\r\n{}", odd.join("\r\n"));
        let (id, job) = ran(&shop, "SET_STOCK", at_main(json!({})), &file).await;
        assert_eq!(job["status"], "COMPLETED");
        assert_eq!(job["counts"], json!({ "done": 1, "refused": odd.len() }));
        let lines = lines_of(&shop, id).await;
        assert_eq!(lines[14]["errors"][0]["code"], "STALE_QUANTITY", "{}", lines[14]);
        assert_eq!(shop.shelf("B").await, ["main 2 + 0 reserved"]);
        shop.check().await;
    }

    async fn many_lines_are_done_in_several_units(db: &TestDatabase) {
        let shop = open(db).await;
        let lines: String = (0..2500)
            .map(|place| {
                let location = format!("shelf {place}");
                let line = json!({ "sku": "A", "location": location, "available": 1, "changeFromQuantity": null });
                format!("{line}\n")
            })
            .collect();
        let (id, job) = ran(&shop, "SET_STOCK", json!({}), &lines).await;
        assert_eq!((&job["totalRows"], &job["doneRows"]), (&json!(2500), &json!(2500)));
        assert_eq!(lines_of(&shop, id).await.len(), 2500);
        assert_eq!(stock_movements::Entity::find().count(db.connection()).await.expect("counted"), 2500);
        shop.check().await;
    }

    async fn prices_are_set_by_sku(db: &TestDatabase) {
        let shop = open(db).await;
        let file = format!(
            "{{\"sku\": \"A\", \"price\": \"90.50\"}}\n\
             {{\"sku\": \"B\", \"price\": 80, \"minQuantity\": 10, \"currency\": \"EUR\"}}\n\
             {{\"sku\": \"unknown\", \"price\": \"1\"}}\n\
             {{\"variantId\": \"{NOBODY}\", \"price\": \"1\"}}\n\
             {{\"sku\": \"A\"}}\n\
             {{\"sku\": \"A\", \"variantId\": \"{NOBODY}\", \"price\": \"1\"}}\n\
             {{\"sku\": \"A\", \"price\": \"-1\"}}\n"
        );
        let options = json!({ "options": { "currency": "USD" } });
        let (id, job) = ran(&shop, "SET_PRICES", options.clone(), &file).await;
        assert_eq!(job["counts"], json!({ "done": 2, "refused": 5 }));
        let refused = lines_of(&shop, id).await.into_iter().skip(2).map(|line| line["errors"][0]["path"].clone());
        let paths = ["sku", "variantId", "price", "variantId", "price"].map(|field| json!([field]));
        assert_eq!(refused.collect::<Vec<_>>(), paths);
        assert_eq!(prices::Entity::find().count(db.connection()).await.expect("counted"), 2);
        let (_, job) = ran(&shop, "SET_PRICES", options, "{\"sku\": \"A\", \"price\": null}\n").await;
        assert_eq!(job["counts"], json!({ "done": 1, "refused": 0 }));
        assert_eq!(prices::Entity::find().count(db.connection()).await.expect("counted"), 1);
        assert_eq!(product_variants::Entity::find().count(db.connection()).await.expect("counted"), 2);
    }

    async fn options_are_those_of_the_kind(db: &TestDatabase) {
        let shop = open(db).await;
        for (kind, options) in [
            ("SET_STOCK", json!({ "currency": "USD" })),
            ("SET_PRICES", json!({ "location": "main" })),
            ("IMPORT_PRODUCTS", json!({ "location": "main" })),
            ("EXPORT_PRODUCTS", json!([])),
        ] {
            let input = json!({ "kind": kind, "options": options });
            assert_eq!(shop.code_and_path("createBulkJob", input).await, "INVALID options", "{kind}");
        }
    }

    async fn a_job_starts_once_and_with_its_file(db: &TestDatabase) {
        let shop = open(db).await;
        let made = shop.done("createBulkJob", json!({ "kind": "SET_STOCK" }), "uploadUrl bulkJob { id }").await;
        let id = made["bulkJob"]["id"].as_str().expect("an id").to_owned();
        assert_eq!(made["uploadUrl"], format!("https://shop.example/bulk/{id}/input"));
        assert_eq!(shop.code_and_path("startBulkJob", json!({ "id": id })).await, "INVALID_TRANSITION id");
        let id = prepared(&shop, "SET_STOCK", json!({}), COUNTED).await;
        let old = json!({ "id": id, "expectedVersion": 7 });
        assert_eq!(shop.code_and_path("startBulkJob", old).await, "VERSION_CONFLICT expectedVersion");
        shop.done("startBulkJob", json!({ "id": id }), "replayed").await;
        assert_eq!(shop.code_and_path("startBulkJob", json!({ "id": id })).await, "INVALID_TRANSITION id");
        assert!(shop.service.begin_upload(&local(), id).await.is_err(), "it has its file");
        assert!(shop.service.begin_download(&local(), id).await.is_err(), "it has no result yet");
        shop.done("cancelBulkJob", json!({ "id": id }), "replayed").await;
        assert_eq!(shown(&shop, id).await["status"], "CANCELLED");
        assert_eq!(shop.code_and_path("cancelBulkJob", json!({ "id": id })).await, "INVALID_TRANSITION id");
        assert_eq!(service::jobs::run_due(&shop.service).await.expect("run"), 0);
        shop.check().await;
    }
}

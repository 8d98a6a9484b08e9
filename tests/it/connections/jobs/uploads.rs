//! Files that are sent more than once.

use serde_json::json;
use tests::on_both_engines;

use super::{lines_of, local, prepared, result, send, shown};
use crate::shop::fixture::ShopFixture;

const LINES: &str = "{}\n{}\n{}\n";

on_both_engines! {
    async fn the_last_file_counts(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let id = prepared(&shop, "SET_STOCK", json!({}), LINES).await;
        let mut first = shop.service.begin_upload(&local(), id).await.expect("begun");
        first.add(LINES.as_bytes()).await.expect("added");
        // Only a whole file can be started.
        assert_eq!(shop.code_and_path("startBulkJob", json!({ "id": id })).await, "INVALID_TRANSITION id");
        send(&shop, id, "{}\n").await;
        let late = first.finish().await.expect_err("another one came").to_string();
        assert!(late.contains("another upload"), "{late}");
        shop.done("startBulkJob", json!({ "id": id }), "replayed").await;
        assert_eq!(shown(&shop, id).await["totalRows"], json!(1));
        service::jobs::run_due(&shop.service).await.expect("run");
        assert_eq!(lines_of(&shop, id).await.len(), 1);
        assert!(result(&shop, id).await.contains("REFUSED"));
        shop.check().await;
    }

    async fn all_or_nothing_has_fewer_rows(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let long = "{}\n".repeat(10_001);
        let id = prepared(&shop, "SET_STOCK", json!({ "onError": "REJECT_ALL" }), &long).await;
        let refused = shop.refused("startBulkJob", json!({ "id": id })).await;
        assert_eq!((&refused["code"], &refused["path"]), (&json!("LIMIT_REACHED"), &json!(["id"])));
        let message = refused["message"].as_str().expect("a message");
        assert!(message.contains("use SKIP or STOP, or split the file"), "{message}");
        send(&shop, id, "{}\n").await;
        shop.done("startBulkJob", json!({ "id": id }), "replayed").await;
    }
}

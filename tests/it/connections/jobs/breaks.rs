//! Work that is broken off, that two servers do, and that is cancelled: each unit of it is done once.

use chrono::TimeDelta;
use entity::{bulk_jobs, products, sea_orm_active_enums::BulkJobStatus, stock_movements};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use service::jobs;
use tests::{TestDatabase, on_both_engines};
use tokio::task::yield_now;
use uuid::Uuid;

use super::{lines_of, shown, started};
use crate::{client::Client, shop::fixture::ShopFixture};

/// Some lines, each about another location.
fn stock(count: usize) -> String {
    let line = |place: String| json!({ "sku": "A", "location": place, "available": 1, "changeFromQuantity": null });
    (0..count).map(|place| format!("{}\n", line(format!("shelf {place}")))).collect()
}

/// A file with some products, which names the first one again at its end.
fn catalogue(count: usize) -> String {
    let row = |place| format!("product-{place},Product {place},P-{place},{}.50\n", place + 1);
    let rows: String = (0..count).map(row).collect();
    format!("Handle,Title,Variant SKU,Variant Price\n{rows}product-0,Again,P-0,9.50\n")
}

/// Waits until a job is a little on its way, or has ended.
async fn on_its_way(client: &Client, id: Uuid) {
    loop {
        let found = bulk_jobs::Entity::find_by_id(id).one(client.service.database().reader()).await;
        let row = found.expect("read").expect("a job");
        if row.done_rows > 0 || row.ended_at.is_some() {
            return;
        }
        yield_now().await;
    }
}

/// Runs a job on a server that crashes in the middle, and then on another one.
async fn broken_off(client: &Client, id: Uuid) -> Value {
    tokio::select! {
        ran = jobs::run_due(&client.service) => assert!(ran.is_ok(), "{ran:?}"),
        () = on_its_way(client, id) => {}
    }
    // Nobody else takes it before its lease is over.
    assert_eq!(jobs::run_due(&client.service).await.expect("looked for"), 0);
    client.clock().advance(TimeDelta::seconds(61));
    jobs::run_due(&client.service).await.expect("run");
    shown(client, id).await
}

/// Runs a job on a server that crashes as soon as it has begun.
async fn killed_at_once(client: &Client, id: Uuid) {
    let begun = async {
        loop {
            let found = bulk_jobs::Entity::find_by_id(id).one(client.service.database().reader()).await;
            let lease = found.expect("read").expect("a job").leased_until;
            if lease.is_some_and(|end| end.to_utc() > client.clock().now()) {
                return;
            }
            yield_now().await;
        }
    };
    tokio::select! {
        ran = jobs::run_due(&client.service) => panic!("it was to be killed before: {ran:?}"),
        () = begun => {}
    }
    client.clock().advance(TimeDelta::seconds(61));
}

async fn movements(db: &TestDatabase) -> u64 {
    stock_movements::Entity::find().count(db.connection()).await.expect("counted")
}

on_both_engines! {
    async fn lines_are_done_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let id = started(&shop, "SET_STOCK", json!({}), &stock(4000)).await;
        let job = broken_off(&shop, id).await;
        assert_eq!((&job["status"], &job["counts"]), (&json!("COMPLETED"), &json!({ "done": 4000, "refused": 0 })));
        assert_eq!((movements(db).await, lines_of(&shop, id).await.len()), (4000, 4000));
        shop.check().await;
    }

    async fn two_servers_do_nothing_twice(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let id = started(&shop, "SET_STOCK", json!({}), &stock(5000)).await;
        let (first, second) = tokio::join!(jobs::run_due(&shop.service), async {
            on_its_way(&shop, id).await;
            // As if the first one had been silent for so long: one of the two goes on.
            shop.clock().advance(TimeDelta::seconds(61));
            jobs::run_due(&shop.service).await
        });
        assert!(first.is_ok() && second.is_ok(), "{first:?} {second:?}");
        // Each may have left it to the other: then it goes on when its lease has ended.
        shop.clock().advance(TimeDelta::seconds(61));
        jobs::run_due(&shop.service).await.expect("run");
        let job = shown(&shop, id).await;
        assert_eq!((&job["status"], &job["counts"]), (&json!("COMPLETED"), &json!({ "done": 5000, "refused": 0 })));
        assert_eq!((movements(db).await, lines_of(&shop, id).await.len()), (5000, 5000));
        shop.check().await;
    }

    async fn a_job_that_kills_servers_fails(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let id = started(&shop, "SET_STOCK", json!({ "onError": "REJECT_ALL" }), &stock(4000)).await;
        for _ in 0..3 {
            killed_at_once(&shop, id).await;
        }
        assert_eq!(jobs::run_due(&shop.service).await.expect("run"), 1);
        let job = shown(&shop, id).await;
        let message = job["errorMessage"].as_str().expect("a message");
        assert!(job["status"] == "FAILED" && message.starts_with("3 times the server"), "{job}");
        assert_eq!(movements(db).await, 0);
        shop.check().await;
    }

    async fn products_are_imported_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let id = started(&shop, "IMPORT_PRODUCTS", json!({}), &catalogue(60)).await;
        let job = broken_off(&shop, id).await;
        assert_eq!(job["status"], "COMPLETED", "{job}");
        assert_eq!(job["counts"]["products"], json!({ "created": 60, "refused": 1 }), "{job}");
        assert_eq!((&job["totalRows"], &job["doneRows"]), (&json!(61), &json!(61)));
        // What stood before the break is known after it.
        assert_eq!((&job["firstErrors"][0]["row"], &job["firstErrors"][0]["column"]), (&json!(62), &json!("Handle")));
        let named = products::Entity::find().filter(products::Column::Handle.starts_with("product-"));
        let imported = named.filter(products::Column::Version.eq(1));
        assert_eq!(imported.count(db.connection()).await.expect("counted"), 60);
        assert_eq!(lines_of(&shop, id).await.len(), 61);
    }

    async fn what_is_cancelled_ends_between_two_units(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let id = started(&shop, "SET_STOCK", json!({}), &stock(5000)).await;
        let (ran, ()) = tokio::join!(jobs::run_due(&shop.service), async {
            on_its_way(&shop, id).await;
            // It may have ended by now.
            shop.mutate("cancelBulkJob", json!({ "id": id }), "replayed").await;
        });
        assert_eq!(ran.expect("run"), 1);
        let row = bulk_jobs::Entity::find_by_id(id).one(db.connection()).await.expect("read").expect("a job");
        assert!([BulkJobStatus::Cancelled, BulkJobStatus::Completed].contains(&row.status), "{row:?}");
        assert_eq!(movements(db).await, u64::try_from(row.done_rows).expect("a number"));
        assert_eq!(lines_of(&shop, id).await.len(), usize::try_from(row.done_rows).expect("a number"));
        shop.check().await;
    }
}

//! How long the files of jobs are kept.

use chrono::TimeDelta;
use entity::{bulk_chunks, bulk_jobs, sea_orm_active_enums::BulkPart};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, ModelTrait, PaginatorTrait,
    QueryFilter,
};
use serde_json::json;
use service::retention::{Kind, Retention};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{local, prepared, ran, send};
use crate::shop::fixture::{ShopFixture, start, text};

const CUSTOMERS: &str =
    "Customer ID,First Name,Last Name,Email\n7001,Ann,Quill,Ann@Example.com\n7002,Bo,Lark,bo@example.com\n";

async fn pieces(db: &TestDatabase) -> u64 {
    bulk_chunks::Entity::find().count(db.connection()).await.expect("counted")
}

on_both_engines! {
    async fn files_go_a_month_after_the_end(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (id, _) = ran(&shop, "SET_STOCK", json!({}), "{}\n").await;
        prepared(&shop, "SET_STOCK", json!({}), "{}\n").await;
        assert_eq!(pieces(db).await, 3);
        let remove = async || shop.service.remove_old(Kind::JobFiles, Retention::default()).await.expect("removed");
        shop.clock().advance(TimeDelta::days(29));
        assert_eq!(remove().await, 0);
        shop.clock().advance(TimeDelta::days(1));
        assert_eq!(shop.service.count_old(Kind::JobFiles, Retention::default()).await.expect("counted"), 3);
        assert_eq!((remove().await, remove().await), (3, 0));
        let gone = shop.service.begin_download(&local(), id).await.expect_err("it is gone").to_string();
        assert!(gone.contains("30 days"), "{gone}");
    }

    async fn a_result_of_which_a_piece_is_gone_breaks_off(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (id, _) = ran(&shop, "SET_STOCK", json!({}), "{}\n").await;
        let job = bulk_jobs::Entity::find_by_id(id).one(db.connection()).await.expect("read").expect("a job");
        let mut checkpoint = job.checkpoint.clone();
        checkpoint["results"] = json!(2);
        bulk_jobs::ActiveModel { checkpoint: Set(checkpoint), ..job.into_active_model() }
            .update(db.connection())
            .await
            .expect("updated");
        let second = bulk_chunks::Model {
            job_id: id,
            part: BulkPart::Result,
            number: 1,
            content: "{}\n".to_owned(),
            created_at: start().into(),
        };
        bulk_chunks::Entity::insert(second.clone().into_active_model())
            .exec_without_returning(db.connection())
            .await
            .expect("inserted");
        let mut download = shop.service.begin_download(&local(), id).await.expect("a result");
        second.delete(db.connection()).await.expect("deleted");
        assert!(download.next().await.is_err(), "the second piece is missing");
    }

    async fn large_files_go_at_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let job_id = prepared(&shop, "SET_STOCK", json!({}), "{}\n").await;
        let piece = |number| bulk_chunks::Model {
            job_id,
            part: BulkPart::Input,
            number,
            content: "{}\n".to_owned(),
            created_at: start().into(),
        };
        let more = (1..250).map(|number| piece(number).into_active_model());
        bulk_chunks::Entity::insert_many(more).exec_without_returning(db.connection()).await.expect("inserted");
        shop.clock().advance(TimeDelta::days(30));
        assert_eq!(shop.service.remove_old(Kind::JobFiles, Retention::default()).await.expect("removed"), 250);
        assert_eq!(pieces(db).await, 0);
    }

    async fn files_of_people_go_when_one_is_erased(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ended, job) = ran(&shop, "IMPORT_CUSTOMERS", json!({}), &format!("{CUSTOMERS}7003,Cy,Dor,nobody\n")).await;
        assert_eq!(job["firstErrors"][0]["column"], "Email", "{job}");
        let (other, _) = ran(&shop, "SET_STOCK", json!({}), "{}\n").await;
        let open = prepared(&shop, "IMPORT_CUSTOMERS", json!({}), CUSTOMERS).await;
        let query = "{ customers(filter: { email: { eq: \"ann@example.com\" } }) { nodes { id } } }";
        let found = shop.query(query, json!({})).await;
        let erase = json!({ "id": found["customers"]["nodes"][0]["id"], "reason": "asked for" });
        shop.done("eraseCustomer", erase, "customer { id }").await;
        let ended_job = bulk_jobs::Entity::find_by_id(ended).one(db.connection()).await.expect("read");
        assert_eq!(ended_job.expect("a job").first_errors, json!([]));
        shop.clock().advance(TimeDelta::seconds(1));
        let (later, _) = ran(&shop, "IMPORT_CUSTOMERS", json!({}), &CUSTOMERS.replace("Ann@", "amy@")).await;
        let remove = async || shop.service.remove_old(Kind::JobFiles, Retention::default()).await.expect("removed");
        let kept = async |id: Uuid| {
            let pieces = bulk_chunks::Entity::find().filter(bulk_chunks::Column::JobId.eq(id));
            pieces.count(db.connection()).await.expect("counted") > 0
        };
        assert!(remove().await > 0);
        for (id, is_kept) in [(ended, false), (other, true), (open, false), (later, true)] {
            assert_eq!(kept(id).await, is_kept);
        }
        // What was not started yet needs its file again, which then stays.
        let refused = shop.refused("startBulkJob", json!({ "id": open })).await;
        assert!(text(&refused["message"]).contains("send it again"), "{refused}");
        shop.clock().advance(TimeDelta::seconds(1));
        send(&shop, open, CUSTOMERS).await;
        assert_eq!((remove().await, kept(open).await), (0, true));
        shop.done("startBulkJob", json!({ "id": open }), "replayed").await;
        shop.check().await;
    }
}

//! Rows for load tests.

use sea_orm::{DatabaseConnection, EntityTrait, PaginatorTrait, QueryOrder};
use service::{
    Error,
    seed::{self, Plan, Progress, Summary},
};
use tests::on_both_engines;

use super::{assert_consistent, at};
use crate::client::connect;
use entity::{orders, tasks};

const NOW: &str = "2026-03-14T15:09:26Z";

async fn fill(database: &service::database::Database, seed: u32) -> Result<Summary, Error> {
    seed::scale(database, &Plan { factor: 0.01, seed }, at(NOW), &mut |_| {}).await
}

async fn orders(db: &DatabaseConnection) -> Vec<orders::Model> {
    orders::Entity::find().order_by_asc(orders::Column::OrderNumber).all(db).await.expect("orders")
}

on_both_engines! {
    async fn is_consistent_in_an_empty_database(db: &TestDatabase) {
        let database = connect(db).await;
        let mut seen = Vec::new();
        let plan = Plan { factor: 0.01, seed: 7 };
        let summary = seed::scale(&database, &plan, at(NOW), &mut |progress| seen.push(progress)).await.expect("filled");
        assert_eq!(summary.rows.len(), 51, "{summary:?}");
        assert_consistent(&database).await;
        assert_eq!(tasks::Entity::find().count(database.reader()).await.expect("counted"), 2_000);

        assert!(seen.is_sorted_by_key(|progress: &Progress| progress.done));
        let (first, last) = (seen[0], seen[seen.len() - 1]);
        assert_eq!((last.done, last.total), (summary.total(), summary.total()));
        assert!(first.total.abs_diff(last.total) < last.total / 10, "estimated {}, was {}", first.total, last.total);
    }

    async fn is_consistent_beside_the_demo_and_itself(db: &TestDatabase) {
        let database = connect(db).await;
        seed::demo(&database, at(NOW)).await.expect("inserted").expect("it was empty");
        fill(&database, 1).await.expect("filled");
        fill(&database, 2).await.expect("filled");
        assert_consistent(&database).await;
        let again = fill(&database, 2).await.expect_err("the seed was used");
        assert!(matches!(&again, Error::Invalid(text) if text.contains("choose another")), "{again:?}");
        assert_consistent(&database).await;
    }

    async fn is_the_same_for_the_same_seed(db: &TestDatabase) {
        let first = connect(db).await;
        fill(&first, 3).await.expect("filled");
        let other = tests::TestDatabase::migrated(db.engine()).await.expect("a second database");
        let second = connect(&other).await;
        fill(&second, 3).await.expect("filled");
        assert_eq!(orders(first.reader()).await, orders(second.reader()).await);
        second.close().await;
        other.remove().await;
    }

    async fn refuses_a_factor_that_means_nothing(db: &TestDatabase) {
        let database = connect(db).await;
        for factor in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let refused = seed::scale(&database, &Plan { factor, seed: 1 }, at(NOW), &mut |_| {}).await;
            assert!(matches!(refused, Err(Error::Invalid(_))), "{factor}: {refused:?}");
        }
        assert!(seed::is_empty(&database).await.expect("counted"));
    }

    async fn takes_a_seed_once_from_many_at_once(db: &TestDatabase) {
        let runs = (0..3).map(async |_| fill(&connect(db).await, 5).await);
        let runs = futures::future::join_all(runs).await;
        assert_eq!(runs.iter().filter(|run| run.is_ok()).count(), 1, "{runs:?}");
        assert!(runs.iter().flat_map(|run| run.as_ref().err()).all(|error| matches!(error, Error::Invalid(_))));
        assert_consistent(&connect(db).await).await;
    }
}

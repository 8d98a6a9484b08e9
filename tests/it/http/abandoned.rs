//! Statements that nobody waits for any more, or that take too long.

use std::{future::pending, time::Duration};

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use service::{
    Error,
    database::{Database, Requester, Settings, Sql},
};
use tests::{Engine, http::Connection, on_both_engines};
use tokio::time::timeout;

use super::Served;
use crate::client::{connect, settings};

/// One without an end.
pub(super) fn endless(database: &Database) -> Sql {
    let mut sql = Sql::new(database.engine());
    sql.push("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n");
    sql
}

fn short(database: &Database) -> Sql {
    let mut sql = Sql::new(database.engine());
    sql.push("SELECT 1");
    sql
}

on_both_engines! {
    async fn a_statement_that_is_given_up_ends(db: &TestDatabase) {
        let database = connect(db).await;
        // As many as there are connections, several times.
        for round in 0..3 {
            let all = futures::future::join_all((0..8).map(|_| database.read(endless(&database))));
            assert!(timeout(Duration::from_millis(100), all).await.is_err(), "round {round}");
            assert_eq!(database.read(short(&database)).await.expect("a free connection").len(), 1);
        }
    }

    async fn a_statement_has_a_time_limit(db: &TestDatabase) {
        let settings = Settings { query_timeout: Duration::from_millis(200), ..settings(db) };
        let database = Database::connect(&settings).await.expect("open");
        let error = database.read(endless(&database)).await.expect_err("it has no end");
        assert!(matches!(error, Error::Timeout), "{error:?}");
        assert_eq!(database.read(short(&database)).await.expect("read").len(), 1);
    }

    async fn heavy_statements_leave_connections_to_others(db: &TestDatabase) {
        let database = connect(db).await;
        let heavy = Requester { client: Some("many".into()), is_heavy: true };
        let heavy = heavy.scope(futures::future::join_all((0..50).map(|_| database.read(endless(&database)))));
        let calm = async {
            for _ in 0..20 {
                assert_eq!(database.read(short(&database)).await.expect("a connection").len(), 1);
            }
        };
        tokio::select! {
            _ = heavy => panic!("a statement without end has ended"),
            () = calm => {}
        }
    }

    async fn who_asks_much_waits_behind_who_asks_little(db: &TestDatabase) {
        let database = connect(db).await;
        let many = Requester { client: Some("many".into()), is_heavy: false };
        let many = many.scope(async {
            let slow = || async { timeout(Duration::from_millis(50), database.read(endless(&database))).await.is_err() };
            loop {
                futures::future::join_all((0..40).map(|_| slow())).await;
            }
        });
        let calm = Requester { client: Some("calm".into()), is_heavy: false };
        let calm = calm.scope(async {
            for _ in 0..5 {
                assert_eq!(database.read(short(&database)).await.expect("a turn").len(), 1);
            }
        });
        tokio::select! {
            () = many => pending().await,
            () = calm => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_hang_up_leave_no_statements_on_postgres() {
    tests::run(Engine::Postgres, async |db| {
        let served = Served::start(db).await;
        let holder = db.connection().begin().await.expect("a transaction");
        holder.execute_unprepared("LOCK TABLE system_events IN ACCESS EXCLUSIVE MODE").await.expect("locked");
        let body = json!({ "query": "{ systemEvents { totalCount } }" }).to_string();
        let gone: Vec<_> = (0..20)
            .map(|_| {
                let mut connection = Connection::open(&served.address);
                connection.send("POST /graphql", &[("content-type", "application/json")], body.as_bytes());
                connection
            })
            .collect();
        let waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
                       AND wait_event_type = 'Lock' AND query LIKE '%system_events%'";
        let count = async || {
            let statement = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, waiting);
            let row = db.connection().query_one_raw(statement).await.expect("read").expect("a row");
            row.try_get::<i64>("", "n").expect("a number")
        };
        while count().await == 0 {
            tokio::task::yield_now().await;
        }
        drop(gone);
        let answer = served.ask("{ agents { totalCount } }", json!({}));
        assert_eq!(answer.json()["data"]["agents"]["totalCount"], 0, "{}", answer.text());
        // PostgreSQL looks for its clients once a second; all of this while the lock is held.
        while count().await > 0 {
            tokio::task::yield_now().await;
        }
        holder.rollback().await.expect("free");
    })
    .await;
}

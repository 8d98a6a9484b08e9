//! What a client learns about errors, and what it does not.

use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use service::{
    Actor, Service,
    clock::Clock,
    database::{self, Database, Sql},
};
use tests::on_both_engines;

use super::Served;
use crate::client::settings;

on_both_engines! {
    async fn internal_causes_stay_inside(db: &TestDatabase) {
        let served = Served::start(db).await;
        db.connection().execute_unprepared("DROP TABLE kpi_measurements").await.expect("it goes");
        let answer = served.ask("{ kpiMeasurements { nodes { value } } agents { nodes { name } } }", json!({}));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let (code, message) = answer.error();
        assert_eq!((code.as_str(), message.as_str()), ("INTERNAL", "internal error"));
        assert!(answer.json().pointer("/errors/0/extensions/id").is_some_and(serde_json::Value::is_string));
        assert!(!answer.text().contains("kpi_measurements"), "{}", answer.text());
    }

    async fn input_that_cannot_be_meant_is_explained(db: &TestDatabase) {
        let served = Served::start(db).await;
        for (query, variables) in [
            ("{ agent(id: \"x\") { name } }", json!({})),
            ("query($id: ID!) { agent(id: $id) { name } }", json!({ "id": "x" })),
            ("{ agents(after: \"x\") { nodes { name } } }", json!({})),
            ("{ agents(first: 251) { nodes { name } } }", json!({})),
            ("{ agents(first: -1) { nodes { name } } }", json!({})),
            ("{ agents(first: 1, last: 1) { nodes { name } } }", json!({})),
            ("{ orders(filter: {totalAmount: {gt: \"much\"}}) { nodes { id } } }", json!({})),
            (
                "query($at: DateTime) { orders(filter: {createdAt: {gt: $at}}) { nodes { id } } }",
                json!({ "at": "yesterday" }),
            ),
        ] {
            let answer = served.ask(query, variables);
            let (code, message) = answer.error();
            assert!(["BAD_USER_INPUT", "LIMIT_EXCEEDED"].contains(&code.as_str()), "{query}: {}", answer.text());
            assert!(!message.is_empty() && message != "internal error", "{query}: {message}");
        }
    }

    async fn without_its_database_a_server_is_not_ready(db: &TestDatabase) {
        let served = Served::start(db).await;
        assert_eq!(served.ready().await.status, 200);
        served.database.close().await;
        assert_eq!(served.get("/healthz").status, 200);
        // What was found is kept until the next check.
        assert_eq!(served.get("/readyz").status, 200);
        let answer = served.ready().await;
        assert_eq!((answer.status, answer.json()["ready"].as_bool()), (503, Some(false)));
        let answer = served.ask("{ agents { nodes { name } } }", json!({}));
        let (code, message) = answer.error();
        assert_eq!((code.as_str(), message.as_str()), ("UNAVAILABLE", "the database is closed: its file was removed, or the server stops"));
    }
}

/// As when PostgreSQL is started again: nobody learns of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_connections_are_replaced_on_postgres() {
    tests::run(tests::Engine::Postgres, async |db| {
        let close = "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let settings = settings(db);
        // Tried before they are used, and trusted because they have just been used.
        for trusted in [Duration::ZERO, Duration::MAX] {
            let settings = database::Settings { trusted, ..settings.clone() };
            let service = Service::new(Database::connect(&settings).await.expect("it opens"), Clock::system());
            for _ in 0..3 {
                service.begin(&Actor::server()).await.expect("a connection").undo().await;
                assert_eq!(service.database().read(products()).await.expect("a query").len(), 0);
                db.connection().execute_unprepared(close).await.expect("they are closed");
                service.begin(&Actor::server()).await.expect("another connection").undo().await;
                assert_eq!(service.database().read(products()).await.expect("another connection").len(), 0);
            }
            service.database().close().await;
        }
    })
    .await;
}

/// The server reads keys and schedules while all connections for queries wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_have_connections_of_their_own_on_postgres() {
    tests::run(tests::Engine::Postgres, async |db| {
        let settings = database::Settings { connections: 1, ..settings(db) };
        let database = Database::connect(&settings).await.expect("it opens");
        let blocker = db.connection().begin().await.expect("a transaction");
        blocker.execute_unprepared("LOCK TABLE products IN ACCESS EXCLUSIVE MODE").await.expect("locked");
        let queries = [(); 3].map(|()| {
            let database = database.clone();
            tokio::spawn(async move { database.read(products()).await })
        });
        for _ in 0..3 {
            database.reader().execute_unprepared("SELECT 1").await.expect("a connection");
        }
        assert!(queries.iter().all(|query| !query.is_finished()));
        blocker.rollback().await.expect("unlocked");
        for query in queries {
            assert_eq!(query.await.expect("no panic").expect("a query").len(), 0);
        }
        database.close().await;
        assert!(database.read(products()).await.is_err());
    })
    .await;
}

fn products() -> Sql {
    let mut sql = Sql::new(database::Engine::Postgres);
    sql.push("SELECT id FROM products");
    sql
}

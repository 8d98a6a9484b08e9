//! A database that can do nothing for a while: what it refuses is not there, and what it acknowledges is.

use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use entity::system_events;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use service::{
    Actor, Service,
    clock::Clock,
    database::{Database, Settings},
};
use tests::{Engine, TestDatabase};

use super::Served;
use crate::client::settings;

/// The code of the error with which a record is refused, or nothing when it is acknowledged.
fn record(served: &Served, message: &str, agent: Option<&str>) -> Option<(String, String)> {
    let query = "mutation($message: String!, $agent: ID) { \
                 recordSystemEvent(input: { eventType: \"test\", message: $message, sourceAgentId: $agent }) \
                 { systemEvent { id } userErrors { message } } }";
    let answer = served.ask(query, json!({ "message": message, "agent": agent }));
    match answer.json().pointer("/data/recordSystemEvent/systemEvent/id") {
        Some(id) if id.is_string() => None,
        _ => Some(answer.error()),
    }
}

/// What anybody else reads in the database.
async fn recorded(db: &TestDatabase) -> Vec<String> {
    let events = system_events::Entity::find().filter(system_events::Column::EventType.eq("test"));
    let messages = events.select_only().column(system_events::Column::Message).order_by_asc(system_events::Column::Id);
    messages.into_tuple().all(db.connection()).await.expect("read")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_that_was_acknowledged() {
    tests::run(Engine::Sqlite, async |db| {
        let served = Served::start(db).await;
        let writer = served.database.writer();
        let mut acknowledged = Vec::new();
        for round in 0..3 {
            // No page more than there is: as on a full disk, SQLite rolls the transaction back by itself.
            writer.execute_unprepared("PRAGMA max_page_count = 1").await.expect("limited");
            let long = "x".repeat(5_000);
            let mut refused = 0;
            for number in 0..100 {
                let message = format!("{round}, {number}: {long}");
                match record(&served, &message, None) {
                    None => acknowledged.push(message),
                    Some((code, reason)) => {
                        assert_eq!(code, "UNAVAILABLE", "{reason}");
                        assert!(reason.contains("disk is full"), "{reason}");
                        refused += 1;
                        break;
                    }
                }
            }
            assert_eq!(refused, 1);
            writer.execute_unprepared("PRAGMA max_page_count = 4294967294").await.expect("room");
            // A refusal of the domain is a rollback.
            let nobody = "01940000-0000-7000-8000-000000000000";
            assert!(record(&served, "by nobody", Some(nobody)).is_some());
            for number in 0..5 {
                let message = format!("{round}, with room, {number}");
                assert_eq!(record(&served, &message, None), None);
                acknowledged.push(message);
            }
            assert_eq!(recorded(db).await, acknowledged);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_reserved_for_a_full_disk_is_for_the_server_alone() {
    tests::run(Engine::Sqlite, async |db| {
        let settings = Settings { reserve: 1 << 20, ..settings(db) };
        let database = Database::connect(&settings).await.expect("it opens");
        let service = Service::new(database.clone(), Clock::system());
        let served = Served::over(database.clone(), ::api::http::Settings::default(), Clock::system()).await;
        let reserve = format!("{}-reserve", db.url().trim_start_matches("sqlite://"));
        assert!(!fs::exists(&reserve).expect("known"));
        database.make_room().await.expect("made");
        let made = fs::metadata(&reserve).expect("it is there");
        assert_eq!((made.len(), made.permissions().mode() & 0o777), (1 << 20, 0o600));
        assert_eq!(served.ready().await.status, 200);

        let writer = database.writer();
        writer.execute_unprepared("PRAGMA max_page_count = 1").await.expect("limited");
        let long = "x".repeat(5_000);
        let refused = (0..100).find_map(|_| record(&served, &long, None)).expect("refused");
        assert_eq!(refused.0, "UNAVAILABLE", "{}", refused.1);
        assert!(!fs::exists(&reserve).expect("known"));
        let ready = served.ready().await;
        let reason = "the database cannot write: its disk is full";
        assert_eq!((ready.status, ready.json()["reason"].as_str()), (503, Some(reason)));
        assert_eq!(served.ask("{ agents { totalCount } }", json!({})).json()["data"]["agents"]["totalCount"], json!(0));

        writer.execute_unprepared("PRAGMA max_page_count = 4294967294").await.expect("room");
        assert_eq!(record(&served, "by a client", None), Some(("UNAVAILABLE".to_owned(), reason.to_owned())));
        service.begin(&Actor::server()).await.expect("for the server").commit().await.expect("committed");
        database.make_room().await.expect("made again");
        assert!(fs::exists(&reserve).expect("known"));
        assert_eq!(record(&served, "by a client", None), None);
        assert_eq!(served.ready().await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_gone_takes_no_writes_and_is_not_made_anew() {
    tests::run(Engine::Sqlite, async |db| {
        let served = Served::start(db).await;
        let path = db.url().trim_start_matches("sqlite://");
        let away = format!("{path}.away");
        assert_eq!(record(&served, "before", None), None);
        let agents = || served.ask("{ agents { totalCount } }", json!({}));
        let is_refused = async |what: &str| {
            assert_eq!(record(&served, what, None).expect("refused").0, "UNAVAILABLE");
            assert_eq!(agents().error().0, "UNAVAILABLE");
            let ready = served.ready().await;
            assert_eq!(
                (ready.status, ready.json()["reason"].as_str()),
                (503, Some("the database file was removed or replaced"))
            );
        };
        fs::rename(path, &away).expect("moved");
        is_refused("while it is gone").await;
        assert!(!fs::exists(path).expect("known"));
        fs::copy(&away, path).expect("copied");
        is_refused("while another is in its place").await;
        // The same file again.
        fs::rename(&away, path).expect("moved back");
        assert_eq!(record(&served, "after", None), None);
        assert_eq!(agents().json()["data"]["agents"]["totalCount"], json!(0));
        assert_eq!(recorded(db).await, ["before", "after"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_of_another_program_is_an_outage() {
    tests::run(Engine::Sqlite, async |db| {
        let settings = Settings { acquire_timeout: Duration::from_secs(1), ..settings(db) };
        let database = Database::connect(&settings).await.expect("it opens");
        let other = Database::connect(&settings).await.expect("it opens");
        let held = other.begin().await.expect("the lock");
        let refused = database.begin().await.expect_err("refused");
        assert!(matches!(refused, service::Error::Unavailable(_)), "{refused:?}");
        assert_eq!(refused.to_string(), "the database is locked by another program");
        held.rollback().await.expect("free");
        database.begin().await.expect("the lock").commit().await.expect("committed");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_is_an_outage_for_writes() {
    tests::run(Engine::Postgres, async |db| {
        let read_only = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', \
                         current_database()); END $$";
        db.connection().execute_unprepared(read_only).await.expect("set for new connections");
        let served = Served::start(db).await;
        let (code, reason) = record(&served, "never", None).expect("refused");
        assert_eq!((code.as_str(), reason.as_str()), ("UNAVAILABLE", "the database is read-only"));
        assert_eq!(served.ask("{ agents { totalCount } }", json!({})).json()["data"]["agents"]["totalCount"], json!(0));
        let ready = served.ready().await;
        assert_eq!((ready.status, ready.json()["reason"].as_str()), (503, Some("the database is read-only")));

        // Connections that were opened meanwhile stay read-only: they are replaced.
        let writable =
            read_only.replace("SET default_transaction_read_only = on", "RESET default_transaction_read_only");
        db.connection().execute_unprepared(&writable).await.expect("reset for new connections");
        while record(&served, "again", None).is_some() {
            tokio::task::yield_now().await;
        }
        while served.ready().await.status != 200 {
            tokio::task::yield_now().await;
        }
        assert_eq!(recorded(db).await, ["again"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_of_the_server_is_told_until_there_is_room() {
    tests::run(Engine::Postgres, async |db| {
        let full = "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                    RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$; \
                    CREATE TRIGGER is_full BEFORE INSERT ON system_events EXECUTE FUNCTION is_full()";
        let served = Served::start(db).await;
        let reason = "the database cannot write: its disk is full";
        for by_itself in [false, true] {
            assert_eq!(served.ready().await.status, 200);
            db.connection().execute_unprepared(full).await.expect("full");
            assert_eq!(record(&served, "never", None), Some(("UNAVAILABLE".to_owned(), reason.to_owned())));
            let ready = served.ready().await;
            assert_eq!((ready.status, ready.json()["reason"].as_str()), (503, Some(reason)));
            // A transaction without a change needs no room, and tells nothing of it.
            let service = Service::new(served.database.clone(), Clock::system());
            service.begin(&Actor::server()).await.expect("begun").commit().await.expect("committed");
            assert_eq!(served.ready().await.status, 503);
            let room = "DROP TRIGGER is_full ON system_events; DROP FUNCTION is_full()";
            db.connection().execute_unprepared(room).await.expect("room");
            match by_itself {
                true => service.heartbeat().await.expect("written"),
                false => assert_eq!(record(&served, "again", None), None),
            }
        }
        assert_eq!(served.ready().await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_missing_is_made_only_on_demand() {
    tests::run(Engine::Sqlite, async |db| {
        let path = format!("{}.other", db.url().trim_start_matches("sqlite://"));
        let settings = Settings::new(format!("sqlite://{path}").parse().expect("a URL"));
        let refused = Database::connect(&settings).await.expect_err("refused");
        assert!(refused.to_string().contains("there is no such file"), "{refused}");
        assert!(!fs::exists(&path).expect("known"));
        Database::connect(&Settings { create: true, ..settings }).await.expect("made").close().await;
        assert!(fs::exists(&path).expect("known"));
    })
    .await;
}

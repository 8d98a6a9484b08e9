//! What is old goes, and nothing else.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use service::{
    Actor, Service,
    clock::Clock,
    retention::{Kind, Retention},
};
use tests::{Engine, TestDatabase, on_both_engines};

use super::{catalog::count, rows::Row};
use crate::client::connect;

fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// A time as a literal.
fn literal(at: DateTime<Utc>) -> String {
    format!("'{}'", at.to_rfc3339_opts(SecondsFormat::Micros, false))
}

/// System events, one a second, the last of them so many days old.
async fn system_events(db: &TestDatabase, count: usize, severity: &str, days: i64) {
    let last = Utc::now() - TimeDelta::days(days);
    let rows = (1_i64..).zip(11..11 + count).map(|(seconds, number)| {
        let row = Row::new("system_events", number).set("severity", &format!("'{severity}'"));
        row.set("created_at", &literal(last - TimeDelta::seconds(seconds))).sql(db) + ";"
    });
    let sql = format!("BEGIN;{}COMMIT;", rows.collect::<String>());
    db.connection().execute_unprepared(&sql).await.expect("inserted");
}

on_both_engines! {
    async fn each_kind_has_its_time(db: &TestDatabase) {
        let service = Service::new(connect(db).await, Clock::system());
        for (number, table, severity, days) in [
            (1, "system_events", Some("'info'"), 29),
            (2, "system_events", Some("'info'"), 31),
            (3, "system_events", Some("'debug'"), 500),
            (4, "system_events", Some("'warning'"), 31),
            (5, "system_events", Some("'error'"), 401),
            (6, "audit_entries", None, 399),
            (7, "audit_entries", None, 401),
        ] {
            let row = Row::new(table, number).set("created_at", &literal(Utc::now() - TimeDelta::days(days)));
            let row = severity.iter().fold(row, |row, severity| row.set("severity", severity));
            row.insert(db).await.expect("inserted");
        }
        for kind in Kind::ALL {
            assert_eq!(service.remove_old(kind, Retention::default()).await.expect("nothing is old"), 0, "{kind:?}");
        }
        let retention = Retention {
            minor_system_events: days(30),
            system_events: days(400),
            audit: days(400),
            ..Retention::default()
        };
        for (kind, old) in [(Kind::MinorSystemEvents, 2), (Kind::SystemEvents, 1), (Kind::AuditEntries, 1)] {
            assert_eq!(service.count_old(kind, retention).await.expect("counted"), old, "{kind:?}");
            assert_eq!(service.remove_old(kind, retention).await.expect("removed"), old, "{kind:?}");
            assert_eq!(service.count_old(kind, retention).await.expect("counted"), 0, "{kind:?}");
        }
        assert_eq!(count(db, "system_events", "severity IN ('info', 'warning')").await, 2);
        assert_eq!((count(db, "system_events", "TRUE").await, count(db, "audit_entries", "TRUE").await), (2, 1));
    }

    async fn ended_baskets_go_and_nothing_else_of_the_stock(db: &TestDatabase) {
        let service = Service::new(connect(db).await, Clock::system());
        for table in ["products", "product_variants", "inventory", "orders"] {
            Row::new(table, 1).insert(db).await.expect("inserted");
        }
        for (number, status, expires_at, order, days) in [
            (1, "'released'", "NULL", "NULL", 31),
            (2, "'expired'", "NULL", "NULL", 31),
            (3, "'released'", "NULL", "NULL", 29),
            (4, "'released'", "NULL", "@orders", 31),
            (5, "'held'", "'2026-05-04T03:02:01+00:00'", "NULL", 31),
        ] {
            let row = Row::new("stock_reservations", number).set("order_item_id", "NULL").set("status", status);
            let row = row.set("expires_at", expires_at).set("order_id", order);
            let row = row.set("updated_at", &literal(Utc::now() - TimeDelta::days(days)));
            row.insert(db).await.expect("inserted");
        }
        let retention = Retention::default();
        assert_eq!(service.count_old(Kind::EndedReservations, retention).await.expect("counted"), 2);
        assert_eq!(service.remove_old(Kind::EndedReservations, retention).await.expect("removed"), 2);
        assert_eq!(count(db, "stock_reservations", "TRUE").await, 3);
    }

    async fn numbers_of_orders_go_but_the_last(db: &TestDatabase) {
        let service = Service::new(connect(db).await, Clock::system());
        let draw = async |hours: i64| {
            let row = Row::new("order_numbers", 1);
            row.set("created_at", &literal(Utc::now() - TimeDelta::hours(hours))).insert(db).await.expect("inserted");
        };
        let retention = Retention::default();
        let removed = async || service.remove_old(Kind::OrderNumbers, retention).await.expect("removed");
        draw(50).await;
        draw(25).await;
        assert_eq!(service.count_old(Kind::OrderNumbers, retention).await.expect("counted"), 1);
        assert_eq!((removed().await, removed().await), (1, 0));
        draw(23).await;
        draw(22).await;
        assert_eq!(removed().await, 1);
        assert_eq!(count(db, "order_numbers", "position IN (10003, 10004)").await, 2);
        assert_eq!(count(db, "order_numbers", "TRUE").await, 2);
    }

    async fn many_go_in_several_steps(db: &TestDatabase) {
        let service = Service::new(connect(db).await, Clock::system());
        system_events(db, 2_100, "debug", 40).await;
        let retention = Retention { minor_system_events: days(30), ..Retention::default() };
        assert_eq!(service.remove_old(Kind::MinorSystemEvents, retention).await.expect("removed"), 2_100);
        assert_eq!(count(db, "system_events", "TRUE").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_server_removes_at_a_time() {
    tests::run(Engine::Postgres, async |db| {
        let service = Service::new(connect(db).await, Clock::system());
        system_events(db, 3, "info", 40).await;
        let retention = Retention { minor_system_events: days(30), ..Retention::default() };
        let other = service.begin(&Actor::server()).await.expect("it begins");
        other.lock_name("retention").await.expect("it removes");
        assert_eq!(service.remove_old(Kind::MinorSystemEvents, retention).await.expect("left alone"), 0);
        other.undo().await;
        assert_eq!(service.remove_old(Kind::MinorSystemEvents, retention).await.expect("removed"), 3);
    })
    .await;
}

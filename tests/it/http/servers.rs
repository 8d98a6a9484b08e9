//! Several servers on one database: how many there are, whose clock is wrong, and what each gives to a client.

use std::{sync::Arc, time::Duration};

use ::api::{
    http::{Settings, router},
    metrics::Metrics,
    schema::schema,
};
use chrono::{TimeDelta, Utc};
use entity::servers;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use service::{Service, clock::Clock, principal::Role};
use tests::{Engine, TestDatabase, on_both_engines};

use super::{Served, cost::send, identity::key};
use crate::client::connect;

/// A server of its own.
async fn server(db: &TestDatabase, clock: Clock) -> Service {
    Service::new(connect(db).await, clock)
}

/// How many servers there are, as one finds.
async fn live(server: &Service) -> u32 {
    server.heartbeat().await.expect("noted");
    server.servers().live()
}

/// Lets a server have said nothing for so long.
async fn silence(db: &TestDatabase, server: &Service, seconds: i64) {
    let seen_at = Set((Utc::now() - TimeDelta::seconds(seconds)).fixed_offset());
    let silent = servers::Entity::update_many().set(servers::ActiveModel { seen_at, ..Default::default() });
    let silent = silent.filter(servers::Column::Id.eq(server.servers().id()));
    assert_eq!(silent.exec(db.connection()).await.expect("written").rows_affected, 1);
}

async fn rows(db: &TestDatabase) -> u64 {
    servers::Entity::find().count(db.connection()).await.expect("counted")
}

on_both_engines! {
    async fn servers_count_each_other(db: &TestDatabase) {
        let (one, other) = (server(db, Clock::system()).await, server(db, Clock::system()).await);
        assert_eq!((live(&one).await, live(&one).await), (1, 1));
        assert_eq!((live(&other).await, live(&one).await), (2, 2));
        let figures = Metrics::new(one.database()).text();
        assert!(figures.lines().any(|line| line == "vividwalls_servers_live 2"), "{figures}");
        other.leave().await.expect("gone");
        assert_eq!((live(&one).await, rows(db).await), (1, 1));
    }

    async fn one_that_was_killed_is_soon_not_counted(db: &TestDatabase) {
        let (one, killed) = (server(db, Clock::system()).await, server(db, Clock::system()).await);
        assert_eq!((live(&killed).await, live(&one).await), (1, 2));
        silence(db, &killed, 10).await;
        assert_eq!(live(&one).await, 2);
        silence(db, &killed, 16).await;
        assert_eq!((live(&one).await, rows(db).await), (1, 2));
        // It only hung.
        assert_eq!((live(&killed).await, live(&one).await), (2, 2));
        silence(db, &killed, 601).await;
        assert_eq!((live(&one).await, rows(db).await), (1, 1));
        assert_eq!((live(&killed).await, rows(db).await), (2, 2));
    }

    async fn what_is_known_stays_when_a_heartbeat_fails(db: &TestDatabase) {
        let (one, other) = (server(db, Clock::system()).await, server(db, Clock::system()).await);
        assert_eq!((live(&other).await, live(&one).await), (1, 2));
        one.database().close().await;
        one.heartbeat().await.expect_err("there is no database");
        service::servers::announce(&one).await;
        assert_eq!(one.servers().live(), 2);
    }

    async fn each_server_gives_its_part(db: &TestDatabase) {
        let (one, other) = (server(db, Clock::system()).await, server(db, Clock::system()).await);
        let metrics = Arc::new(Metrics::new(one.database()));
        let served = Served::serve(one.database().clone(), router(schema(one.clone()), Settings::default(), metrics)).await;
        let (_, viewer) = key(&served, Clock::system(), Role::Viewer).await;
        let throttle = || {
            let answer = send(&served, Some(&viewer), "{ __typename }", &[("vividwalls-cost", "1")], json!({})).json();
            let throttle = &answer["extensions"]["cost"]["throttle"];
            (throttle["capacity"].clone(), throttle["restoreRate"].clone())
        };
        assert_eq!(live(&one).await, 1);
        assert_eq!(throttle(), (json!(100_000), json!(10_000)));
        assert_eq!((live(&other).await, live(&one).await), (2, 2));
        assert_eq!(throttle(), (json!(100_000), json!(5_000)));
        other.leave().await.expect("gone");
        assert_eq!(live(&one).await, 1);
        assert_eq!(throttle(), (json!(100_000), json!(10_000)));
    }

    async fn a_server_whose_clock_is_wrong_is_not_ready(db: &TestDatabase) {
        let clock = Clock::standing(Utc::now());
        let one = server(db, clock.clone()).await;
        for wrong in [TimeDelta::hours(1), TimeDelta::hours(-1)] {
            clock.advance(Utc::now() - clock.now() + wrong);
            one.heartbeat().await.expect("noted");
            let (skew, obstacle) = (one.servers().skew(), one.readiness().await.expect("an answer").obstacle);
            match db.engine() {
                Engine::Postgres => {
                    assert!(skew > Duration::from_secs(3_000) && skew < Duration::from_secs(4_200), "{skew:?}");
                    let says = "the clocks of this server and of the database differ by 3";
                    assert!(obstacle.as_ref().is_some_and(|obstacle| obstacle.starts_with(says)), "{obstacle:?}");
                    let figures = Metrics::new(one.database()).text();
                    assert!(figures.contains("\nvividwalls_clock_skew_seconds 3"), "{figures}");
                }
                // Its clock is that of the machine.
                Engine::Sqlite => assert_eq!((skew, obstacle), (Duration::ZERO, None)),
            }
        }
        clock.advance(Utc::now() - clock.now());
        one.heartbeat().await.expect("noted");
        assert!(!one.servers().is_skewed());
        assert_eq!(one.readiness().await.expect("an answer").obstacle, None);
    }
}

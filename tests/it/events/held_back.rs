//! Events that wait for a transaction that is still open.

use std::time::Duration;

use chrono::TimeDelta;
use tests::Engine;

use super::{event, open, somebody, write};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_known_for_how_long() {
    tests::run(Engine::Postgres, async |db| {
        let service = open(db).await;
        let log = service.log();
        let unit = service.begin(&somebody()).await.expect("it begins");
        let mut sql = unit.sql();
        sql.push("SELECT ").transaction_number();
        unit.rows(sql).await.expect("it has its id");
        assert_eq!(log.held_back(service.clock().now()).await.expect("known"), Duration::ZERO);
        write(&service, [event(1)]).await;
        service.clock().advance(TimeDelta::seconds(7));
        let now = service.clock().now();
        assert_eq!(log.held_back(now).await.expect("known"), Duration::from_secs(7));
        let readiness = service.readiness().await.expect("known");
        assert_eq!(readiness.obstacle, None);
        assert!(readiness.warnings[0].starts_with("events have been held back for 7 s"), "{readiness:?}");
        unit.undo().await;
        // Other tests on the server may hold them back.
        while log.held_back(now).await.expect("known") > Duration::ZERO {
            tokio::task::yield_now().await;
        }
        assert!(service.readiness().await.expect("known").warnings.is_empty());
    })
    .await;
}

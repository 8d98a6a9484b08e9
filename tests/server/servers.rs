//! A server process is listed in its database as long as it serves.

use entity::servers;
use sea_orm::EntityTrait;
use tests::{TestDatabase, on_both_engines};

use crate::process::Server;

async fn listed(db: &TestDatabase) -> Vec<servers::Model> {
    servers::Entity::find().all(db.connection()).await.expect("rows")
}

on_both_engines! {
    async fn a_server_is_listed_until_it_stops(db: &TestDatabase) {
        let first = Server::start(&["--database-url", db.url()]);
        let second = Server::start(&["--database-url", db.url()]);
        let rows = listed(db).await;
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.version == env!("CARGO_PKG_VERSION")));
        for (server, left) in [(first, 1), (second, 0)] {
            server.signal("TERM");
            let (code, log) = server.end();
            assert_eq!(code, 0, "{log}");
            assert_eq!(listed(db).await.len(), left, "{log}");
        }
    }
}

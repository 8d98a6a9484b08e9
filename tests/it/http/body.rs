//! A body that comes too slowly.

use std::time::Duration;

use ::api::http::Settings;
use tests::{Engine, http::Connection};
use tokio::task::block_in_place;

use super::Served;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_come_is_given_up() {
    tests::run(Engine::Sqlite, async |db| {
        let settings = Settings { body_grace: Duration::from_millis(20), ..Settings::default() };
        let served = Served::start_with(db, settings).await;
        block_in_place(|| {
            for path in ["/graphql", "/graphql/stream"] {
                let mut connection = Connection::open(&served.address);
                connection.write(
                    format!(
                        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
                         accept: text/event-stream, application/json\r\ncontent-length: 100\r\n\r\n{{"
                    )
                    .as_bytes(),
                );
                let answer = connection.answer();
                assert_eq!((answer.status, answer.header("connection")), (408, Some("close")), "{path}");
                assert_eq!(answer.error().0, "TIMEOUT");
            }
        });
    })
    .await;
}

//! Several processes that migrate one database.

use futures::future::join_all;
use tests::{Engine, TestDatabase};

use crate::client::connect;

async fn at_once(engine: Engine) {
    let Some(bare) = TestDatabase::bare(engine).await else { return };
    // Each with pools of its own, as processes have.
    let databases = join_all((0..4).map(|_| connect(&bare))).await;
    let applied = join_all(databases.iter().map(|database| database.migrate())).await;
    let all = databases[0].migrations().await.expect("the list").len();
    let mut counts: Vec<_> = applied.into_iter().map(|names| names.expect("it migrates").len()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [0, 0, 0, all]);
    assert!(databases[1].migrations().await.expect("the list").iter().all(|migration| migration.applied));
    for database in databases {
        database.close().await;
    }
    bare.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_works_and_the_others_wait_on_sqlite() {
    at_once(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_works_and_the_others_wait_on_postgres() {
    at_once(Engine::Postgres).await;
}

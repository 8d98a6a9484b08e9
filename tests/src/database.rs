//! The database that a test is given.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, resume_unwind},
    path::PathBuf,
};

use futures::FutureExt;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, Statement};
use tokio::{sync::OnceCell, task::JoinHandle};
use uuid::Uuid;

use crate::cluster::Cluster;

/// Name of the migrated database that the others are copied from.
const TEMPLATE: &str = "template_migrated";

/// The engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own in the shared [`Cluster`].
    Postgres,
}

/// A database of one test: migrated, empty, and gone when the test ends.
pub struct TestDatabase {
    engine: Engine,
    url: String,
    connection: DatabaseConnection,
    /// Removed at the end; SQLite only.
    folder: Option<PathBuf>,
}

impl TestDatabase {
    /// `sqlite://…` or `postgres://…`, for whatever opens the database itself.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A pool of a few connections, with foreign keys on.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// For the few tests that must know.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Waits until a call waits for a lock that the test holds, or has ended. On SQLite, which has one writer, the call
    /// has not even begun.
    pub async fn until_blocked<T>(&self, call: &JoinHandle<T>) {
        while self.engine == Engine::Postgres && !call.is_finished() && !self.is_blocked().await {
            tokio::task::yield_now().await;
        }
    }

    /// Whether somebody waits for a lock in this database of PostgreSQL.
    async fn is_blocked(&self) -> bool {
        let waiting =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let statement = Statement::from_string(DatabaseBackend::Postgres, waiting);
        !self.connection.query_all_raw(statement).await.expect("rows").is_empty()
    }

    /// A migrated database; `None` when PostgreSQL is missing and not required.
    pub async fn migrated(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::sqlite(sqlite_template().await).await),
            Engine::Postgres => Some(Self::postgres(postgres_template().await?, TEMPLATE).await),
        }
    }

    /// A database without a single table; `None` as above.
    pub async fn bare(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(Self::sqlite(&[]).await),
            Engine::Postgres => Some(Self::postgres(Cluster::shared().await?, "template0").await),
        }
    }

    async fn sqlite(content: &[u8]) -> Self {
        let folder = env::temp_dir().join(format!("vividwalls-{}", Uuid::now_v7().simple()));
        fs::create_dir(&folder).expect("a folder for the database");
        let file = folder.join("test.db");
        fs::write(&file, content).expect("a copy of the template");
        let url = format!("sqlite://{}", file.display());
        let connection = connect(&url).await;
        Self { engine: Engine::Sqlite, url, connection, folder: Some(folder) }
    }

    async fn postgres(cluster: &Cluster, template: &str) -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let create = format!(r#"CREATE DATABASE "{name}" TEMPLATE "{template}""#);
        administer(cluster, &create).await;
        let url = cluster.url(&name);
        let connection = connect(&url).await;
        Self { engine: Engine::Postgres, url, connection, folder: None }
    }

    /// Closes the connections and removes the database.
    pub async fn remove(self) {
        self.connection.close_by_ref().await.ok();
        if let (Engine::Postgres, Some(cluster)) = (self.engine, Cluster::shared().await) {
            let name = self.url.split(['/', '?']).nth(3).unwrap_or_default();
            administer(cluster, &format!(r#"DROP DATABASE "{name}" WITH (FORCE)"#)).await;
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            fs::remove_dir_all(folder).ok();
        }
    }
}

/// Runs a test on a migrated database and removes it, also when the test panics.
pub async fn run(engine: Engine, test: impl AsyncFnOnce(&TestDatabase)) {
    let Some(database) = TestDatabase::migrated(engine).await else { return };
    let outcome = AssertUnwindSafe(test(&database)).catch_unwind().await;
    database.remove().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The bytes of a migrated SQLite file.
async fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let make = async || {
        let database = TestDatabase::sqlite(&[]).await;
        Migrator::up(&database.connection, None).await.expect("SQLite is migrated");
        database.connection.close_by_ref().await.expect("the file is written");
        fs::read(database.url.trim_start_matches("sqlite://")).expect("the file is read")
    };
    TEMPLATE.get_or_init(make).await
}

/// The cluster, once it holds a migrated template.
async fn postgres_template() -> Option<&'static Cluster> {
    static MIGRATED: OnceCell<()> = OnceCell::const_new();
    let cluster = Cluster::shared().await?;
    let make = async || {
        administer(cluster, &format!(r#"CREATE DATABASE "{TEMPLATE}""#)).await;
        let connection = connect(&cluster.url(TEMPLATE)).await;
        Migrator::up(&connection, None).await.expect("PostgreSQL is migrated");
        connection.close().await.expect("the template is free to be copied");
    };
    MIGRATED.get_or_init(make).await;
    Some(cluster)
}

async fn administer(cluster: &Cluster, statement: &str) {
    let connection = connect(&cluster.url("postgres")).await;
    connection.execute_unprepared(statement).await.expect("the cluster obeys");
    connection.close().await.ok();
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).sqlx_logging(false);
    Database::connect(options).await.expect("the database opens")
}

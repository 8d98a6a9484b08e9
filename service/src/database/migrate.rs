//! The tables, brought up to date or taken back.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};

use super::{Database, Engine, Transaction};
use crate::{Error, Result};

/// What [`Database::migrate`] holds while it runs: every process asks for the same number.
const LOCK: i64 = 0x7669_7669_6477_616c;

/// One step of the database schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// Its name.
    pub name: String,
    /// Whether this database has it.
    pub applied: bool,
}

impl Database {
    /// Applies every pending migration, all of them or none; says which they were. Of several
    /// processes that migrate at once one works and the others wait for it.
    pub async fn migrate(&self) -> Result<Vec<String>> {
        // The common case costs one statement and no lock.
        let mut pending = pending(self.migrations().await?);
        if !pending.is_empty() {
            self.check_rights().await?;
            let txn = self.begin_migration().await?;
            pending = self::pending(migrations(self.engine, &*txn).await?);
            Migrator::up(&*txn, None).await?;
            txn.commit().await?;
        }
        Ok(pending)
    }

    /// Takes back the last `steps` migrations, or all of them, with the data in their tables.
    pub async fn revert(&self, steps: Option<u32>) -> Result<Vec<String>> {
        let txn = self.begin_migration().await?;
        let before = migrations(self.engine, &*txn).await?;
        Migrator::down(&*txn, steps).await?;
        let after = migrations(self.engine, &*txn).await?;
        txn.commit().await?;
        let gone = before.into_iter().zip(after).filter(|(before, after)| before.applied && !after.applied);
        Ok(gone.map(|(before, _)| before.name).collect())
    }

    /// Every migration that this program knows, in order. Reads only.
    pub async fn migrations(&self) -> Result<Vec<Migration>> {
        self.check_file()?;
        migrations(self.engine, &self.reader).await
    }

    /// Refuses when the user may not create tables.
    async fn check_rights(&self) -> Result<()> {
        if self.engine == Engine::Sqlite {
            return Ok(());
        }
        let sql = "SELECT current_user::text AS user_name, current_schema()::text AS schema_name, \
                   COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE) AS may_create";
        let row = self.writer.query_one_raw(Statement::from_string(self.engine.backend(), sql)).await?;
        let row = row.ok_or_else(|| Error::internal("a SELECT without FROM has no row"))?;
        let (user, schema): (String, Option<String>) = (row.try_get_by("user_name")?, row.try_get_by("schema_name")?);
        match (schema, row.try_get_by("may_create")?) {
            (Some(_), true) => Ok(()),
            (Some(schema), false) => Err(Error::invalid(format!(
                "the user \"{user}\" may not create tables in the schema \"{schema}\"; its owner can allow it: \
                 GRANT CREATE ON SCHEMA \"{schema}\" TO \"{user}\""
            ))),
            (None, _) => Err(Error::invalid(format!("the user \"{user}\" cannot use any schema in the search path"))),
        }
    }

    async fn begin_migration(&self) -> Result<Transaction> {
        let txn = self.begin().await?;
        match self.engine {
            // The transaction has the file's only write lock.
            Engine::Sqlite => {}
            Engine::Postgres => {
                // Building an index, or waiting for another process, may take long.
                txn.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
                txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
            }
        }
        Ok(txn)
    }
}

async fn migrations(engine: Engine, connection: &impl ConnectionTrait) -> Result<Vec<Migration>> {
    let exists = match engine {
        Engine::Sqlite => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'",
        Engine::Postgres => "SELECT 1 WHERE to_regclass('seaql_migrations') IS NOT NULL",
    };
    let query = |sql: &str| connection.query_all_raw(Statement::from_string(engine.backend(), sql));
    let mut applied: Vec<String> = Vec::new();
    if !query(exists).await?.is_empty() {
        for row in query("SELECT version FROM seaql_migrations").await? {
            applied.push(row.try_get_by("version")?);
        }
    }
    let known = Migrator::migrations();
    let names = known.iter().map(|migration| migration.name().to_owned());
    Ok(names.map(|name| Migration { applied: applied.contains(&name), name }).collect())
}

fn pending(migrations: Vec<Migration>) -> Vec<String> {
    migrations.into_iter().filter(|migration| !migration.applied).map(|migration| migration.name).collect()
}

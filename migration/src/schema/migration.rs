//! A migration that creates the tables of one domain, adds to older ones, and takes all of it back.

use sea_orm_migration::{
    DbErr, MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::ConnectionTrait,
};

use super::{Addition, Enum, Table, Widening, comments::comments};
use crate::engine::{Engine, Hashing, hash_addresses};

/// The migration of one domain's tables.
pub(crate) struct TablesOf {
    name: &'static str,
    enums: &'static [&'static Enum],
    widenings: &'static [&'static Widening],
    tables: fn() -> Vec<Table>,
    additions: fn() -> Vec<Addition>,
    hashings: &'static [Hashing],
    fill: fn(Engine) -> Vec<String>,
    comments: &'static [&'static str],
}

impl TablesOf {
    /// What tables of earlier migrations get, after the new ones are there.
    pub(crate) fn adding(self, additions: fn() -> Vec<Addition>) -> Self {
        Self { additions, ..self }
    }

    /// Addresses that get their hashes, after all columns are there.
    pub(crate) fn hashing(self, hashings: &'static [Hashing]) -> Self {
        Self { hashings, ..self }
    }

    /// Statements that fill tables from rows which are there, after addresses have their hashes.
    pub(crate) fn filling(self, fill: fn(Engine) -> Vec<String>) -> Self {
        Self { fill, ..self }
    }

    /// What closed vocabularies of earlier migrations get. Rows have the new values after all pending migrations.
    pub(crate) fn widening(self, widenings: &'static [&'static Widening]) -> Self {
        Self { widenings, ..self }
    }

    /// What the tables and columns are for, in the form of [`super::comments`]; taken back, they have no comments.
    pub(crate) fn commenting(self, comments: &'static [&'static str]) -> Self {
        Self { comments, ..self }
    }

    /// The statements that set all comments or remove them; they are many and go to the database at once.
    fn comment(&self, engine: Engine, present: bool) -> Result<String, DbErr> {
        let mut script = String::new();
        for text in self.comments {
            for comment in comments(text)? {
                script.extend(engine.comment(&comment, present).map(|statement| statement + ";\n"));
            }
        }
        Ok(script)
    }
}

/// Creates the enums, then the tables in the order given; `name` is recorded in the database and never changes.
pub(crate) fn tables_of(name: &'static str, enums: &'static [&'static Enum], tables: fn() -> Vec<Table>) -> TablesOf {
    TablesOf {
        name,
        enums,
        widenings: &[],
        tables,
        additions: Vec::new,
        hashings: &[],
        fill: |_| Vec::new(),
        comments: &[],
    }
}

impl MigrationName for TablesOf {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for TablesOf {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let engine = Engine::of(manager)?;
        for of in self.enums {
            if let Some(statement) = engine.create_enum(of) {
                db.execute_unprepared(&statement).await?;
            }
        }
        for widening in self.widenings {
            engine.widen_enum(db, widening).await?;
        }
        for table in (self.tables)() {
            for statement in table.create(engine) {
                db.execute_unprepared(&statement).await?;
            }
        }
        for addition in (self.additions)() {
            for statement in addition.create(engine) {
                db.execute_unprepared(&statement).await?;
            }
        }
        for hashing in self.hashings {
            hash_addresses(db, hashing).await?;
        }
        for statement in (self.fill)(engine) {
            db.execute_unprepared(&statement).await?;
        }
        let comments = self.comment(engine, true)?;
        if !comments.is_empty() {
            db.execute_unprepared(&comments).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let engine = Engine::of(manager)?;
        let comments = self.comment(engine, false)?;
        if !comments.is_empty() {
            db.execute_unprepared(&comments).await?;
        }
        for widening in self.widenings {
            db.execute_unprepared(&widening.vacate()).await?;
        }
        for addition in (self.additions)().iter().rev() {
            for statement in addition.drop(engine) {
                db.execute_unprepared(&statement).await?;
            }
        }
        for table in (self.tables)().iter().rev() {
            db.execute_unprepared(&format!(r#"DROP TABLE "{}""#, table.name)).await?;
            if let Some(statement) = engine.allow_changes(table) {
                db.execute_unprepared(&statement).await?;
            }
        }
        for of in self.enums {
            if let Some(statement) = engine.drop_enum(of) {
                db.execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    /// SQLite too: a process killed in the middle leaves no half of a domain behind.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

//! What differs between the two engines.
//!
//! PostgreSQL's types refuse what does not fit; SQLite is given checks that refuse the same. Text is ordered by its
//! bytes on both (`COLLATE "C"` here, the default there), so that pages, comparisons and indexes agree.

mod append_only;
mod fill;
mod hash;
mod types;
mod widen_enum;

use sea_orm_migration::{DbErr, SchemaManager, sea_orm::DbBackend};

use crate::schema::{Comment, Enum};
pub(crate) use append_only::Guarded;
pub(crate) use hash::{Address, Hashing, hash_addresses};
use types::literals;

/// The engine that a migration runs on.
#[derive(Clone, Copy)]
pub(crate) enum Engine {
    Postgres,
    Sqlite,
}

impl Engine {
    pub(crate) fn of(manager: &SchemaManager) -> Result<Self, DbErr> {
        match manager.get_database_backend() {
            DbBackend::Postgres => Ok(Self::Postgres),
            DbBackend::Sqlite => Ok(Self::Sqlite),
            other => Err(DbErr::Migration(format!("{other:?} is not supported"))),
        }
    }

    /// `STRICT` makes SQLite refuse a value of another storage class.
    pub(crate) fn table_options(self) -> &'static str {
        match self {
            Self::Postgres => "",
            Self::Sqlite => " STRICT",
        }
    }

    pub(crate) fn create_enum(self, of: &Enum) -> Option<String> {
        match self {
            Self::Postgres => Some(format!(r#"CREATE TYPE "{}" AS ENUM ({})"#, of.name, literals(of))),
            Self::Sqlite => None,
        }
    }

    pub(crate) fn drop_enum(self, of: &Enum) -> Option<String> {
        match self {
            Self::Postgres => Some(format!(r#"DROP TYPE "{}""#, of.name)),
            Self::Sqlite => None,
        }
    }

    /// Membership in a list of strings, which only PostgreSQL can index.
    pub(crate) fn list_index(self, table: &str, column: &str) -> Option<String> {
        match self {
            Self::Postgres => Some(format!(
                r#"CREATE INDEX "{table}_{column}_idx" ON "{table}" USING gin ("{column}" jsonb_path_ops)"#
            )),
            Self::Sqlite => None,
        }
    }

    /// Descending with NULL at the end; SQLite puts it there by itself and takes no word for it in an index.
    pub(crate) fn latest_first(self, column: &str) -> String {
        let nulls = match self {
            Self::Postgres => " NULLS LAST",
            Self::Sqlite => "",
        };
        format!(r#""{column}" DESC{nulls}, "id" DESC"#)
    }

    /// Makes these columns the primary key, with what follows for other indexes. SQLite finds a row by its number, which
    /// stays the key and costs nothing.
    pub(crate) fn change_key(self, table: &str, columns: &str, follows: &[String]) -> Vec<String> {
        match self {
            Self::Postgres => {
                let change = format!(
                    r#"ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey", ADD CONSTRAINT "{table}_pkey" PRIMARY KEY ({columns})"#
                );
                std::iter::once(change).chain(follows.iter().cloned()).collect()
            }
            Self::Sqlite => Vec::new(),
        }
    }

    /// Says what a table or column is for, or no longer says it. SQLite has no place for it.
    pub(crate) fn comment(self, on: &Comment, present: bool) -> Option<String> {
        let table = on.table;
        let object = match on.column {
            Some(column) => format!(r#"COLUMN "{table}"."{column}""#),
            None => format!(r#"TABLE "{table}""#),
        };
        let text = if present { format!("'{}'", on.text.replace('\'', "''")) } else { "NULL".to_owned() };
        match self {
            Self::Postgres => Some(format!("COMMENT ON {object} IS {text}")),
            Self::Sqlite => None,
        }
    }
}

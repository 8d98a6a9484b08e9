//! What differs between the two engines.
//!
//! PostgreSQL's types refuse what does not fit; SQLite is given checks that refuse the same. Text is ordered by its
//! bytes on both (`COLLATE "C"` here, the default there), so that pages, comparisons and indexes agree.

mod widen_enum;

use sea_orm_migration::{DbErr, SchemaManager, sea_orm::DbBackend};

use crate::schema::{Column, Comment, Enum, Kind, Table};

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

    pub(crate) fn column_type(self, kind: Kind) -> String {
        match self {
            Self::Postgres => postgres_type(kind),
            Self::Sqlite => sqlite_type(kind).to_owned(),
        }
    }

    /// What a column refuses beyond its type.
    pub(crate) fn type_check(self, column: &Column) -> Option<String> {
        let name = format!(r#""{}""#, column.name);
        match self {
            Self::Postgres => postgres_check(&name, column.kind),
            Self::Sqlite => sqlite_check(&name, column.kind),
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
    pub(crate) fn json_indexes(self, table: &str, columns: &[Column]) -> Vec<String> {
        let lists = columns.iter().filter(|column| matches!(column.kind, Kind::List));
        match self {
            Self::Postgres => lists
                .map(|Column { name, .. }| {
                    format!(r#"CREATE INDEX "{table}_{name}_idx" ON "{table}" USING gin ("{name}" jsonb_path_ops)"#)
                })
                .collect(),
            Self::Sqlite => Vec::new(),
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

    /// The moment so many minutes after another one.
    pub(crate) fn minutes_after(self, moment: &str, minutes: &str) -> String {
        match self {
            Self::Postgres => format!("{moment} + {minutes} * INTERVAL '1 minute'"),
            // Seconds and their fractions stay as they are written.
            Self::Sqlite => format!(
                "strftime('%Y-%m-%dT%H:%M', {moment}, {minutes} || ' minutes') || substr({moment}, {})",
                "2026-05-04T03:02".len() + 1
            ),
        }
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

    /// Triggers that refuse every change but the nulling of a reference whose target is gone.
    pub(crate) fn refuse_changes(self, table: &str, columns: &[&str], references: &[(&str, &str)]) -> Vec<String> {
        let allowed = allowed_update(columns, references);
        match self {
            Self::Postgres => vec![
                format!(
                    "CREATE FUNCTION \"{table}_refuse_change\"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; \
                     RAISE EXCEPTION '{table} is append-only' \
                     USING ERRCODE = 'check_violation', TABLE = '{table}', CONSTRAINT = '{table}_append_only_check'; \
                     END $$"
                ),
                postgres_trigger(table, "UPDATE OR DELETE"),
            ],
            Self::Sqlite => vec![
                format!(
                    "CREATE TRIGGER \"{table}_append_only_update\" BEFORE UPDATE ON \"{table}\" WHEN NOT ({allowed}) \
                     BEGIN SELECT RAISE(ABORT, '{table}_append_only_check'); END"
                ),
                sqlite_delete_trigger(table),
            ],
        }
    }

    /// Has the triggers of [`Self::refuse_changes`] let rows go that are older than a number of days, an expression over
    /// `OLD`.
    pub(crate) fn allow_removal(self, table: &str, days: &str) -> Vec<String> {
        match self {
            Self::Postgres => vec![
                format!(r#"DROP TRIGGER "{table}_append_only" ON "{table}""#),
                postgres_trigger(table, "UPDATE"),
                format!(
                    "CREATE TRIGGER \"{table}_append_only_delete\" BEFORE DELETE ON \"{table}\" FOR EACH ROW \
                     WHEN (OLD.created_at > now() - ({days}) * INTERVAL '1 day') \
                     EXECUTE FUNCTION \"{table}_refuse_change\"()"
                ),
            ],
            Self::Sqlite => vec![
                format!(r#"DROP TRIGGER "{table}_append_only_delete""#),
                format!(
                    "CREATE TRIGGER \"{table}_append_only_delete\" BEFORE DELETE ON \"{table}\" \
                     WHEN OLD.created_at > strftime('%Y-%m-%dT%H:%M:%S', 'now', '-' || ({days}) || ' days') \
                     BEGIN SELECT RAISE(ABORT, '{table}_append_only_check'); END"
                ),
            ],
        }
    }

    /// Takes [`Self::allow_removal`] back.
    pub(crate) fn refuse_removal(self, table: &str) -> Vec<String> {
        match self {
            Self::Postgres => vec![
                format!(r#"DROP TRIGGER "{table}_append_only_delete" ON "{table}""#),
                format!(r#"DROP TRIGGER "{table}_append_only" ON "{table}""#),
                postgres_trigger(table, "UPDATE OR DELETE"),
            ],
            Self::Sqlite => {
                vec![format!(r#"DROP TRIGGER "{table}_append_only_delete""#), sqlite_delete_trigger(table)]
            }
        }
    }

    /// What outlives a dropped table of [`Self::refuse_changes`].
    pub(crate) fn allow_changes(self, table: &Table) -> Option<String> {
        match self {
            Self::Postgres if table.is_append_only() => {
                Some(format!(r#"DROP FUNCTION "{}_refuse_change"()"#, table.name))
            }
            _ => None,
        }
    }
}

fn postgres_trigger(table: &str, changes: &str) -> String {
    format!(
        "CREATE TRIGGER \"{table}_append_only\" BEFORE {changes} ON \"{table}\" \
         FOR EACH ROW EXECUTE FUNCTION \"{table}_refuse_change\"()"
    )
}

fn sqlite_delete_trigger(table: &str) -> String {
    format!(
        "CREATE TRIGGER \"{table}_append_only_delete\" BEFORE DELETE ON \"{table}\" \
         BEGIN SELECT RAISE(ABORT, '{table}_append_only_check'); END"
    )
}

/// Every column stays as it is, except references that become NULL because their target is gone.
fn allowed_update(columns: &[&str], references: &[(&str, &str)]) -> String {
    let unchanged = |column: &str| format!(r#"NEW."{column}" IS NOT DISTINCT FROM OLD."{column}""#);
    let conditions = columns.iter().map(|column| match references.iter().find(|(reference, _)| reference == column) {
        Some((_, target)) => format!(
            r#"({} OR (NEW."{column}" IS NULL AND NOT EXISTS (SELECT 1 FROM "{target}" WHERE "id" = OLD."{column}")))"#,
            unchanged(column)
        ),
        None => unchanged(column),
    });
    conditions.collect::<Vec<_>>().join(" AND ")
}

fn postgres_type(kind: Kind) -> String {
    match kind {
        Kind::Uuid => "uuid".to_owned(),
        Kind::Varchar(length) => format!(r#"varchar({length}) COLLATE "C""#),
        Kind::Text => r#"text COLLATE "C""#.to_owned(),
        Kind::Enum(of) => format!(r#""{}""#, of.name),
        Kind::Decimal(precision, scale) => format!("decimal({precision}, {scale})"),
        Kind::Integer => "integer".to_owned(),
        Kind::BigInteger => "bigint".to_owned(),
        Kind::Position => "bigint GENERATED BY DEFAULT AS IDENTITY".to_owned(),
        Kind::Boolean => "boolean".to_owned(),
        Kind::Timestamp => "timestamp with time zone".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Currency => r#"char(3) COLLATE "C""#.to_owned(),
        Kind::List | Kind::Object | Kind::Json => "jsonb".to_owned(),
    }
}

fn postgres_check(name: &str, kind: Kind) -> Option<String> {
    match kind {
        Kind::Currency => Some(format!("{name} ~ '^[A-Z]{{3}}$'")),
        Kind::List => Some(format!("jsonb_typeof({name}) = 'array'")),
        Kind::Object => Some(format!("jsonb_typeof({name}) = 'object'")),
        _ => None,
    }
}

fn sqlite_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Uuid => "BLOB",
        Kind::Decimal(..) => "REAL",
        // As a primary key SQLite counts it up.
        Kind::Integer | Kind::BigInteger | Kind::Position | Kind::Boolean => "INTEGER",
        _ => "TEXT",
    }
}

fn sqlite_check(name: &str, kind: Kind) -> Option<String> {
    Some(match kind {
        Kind::Uuid => format!("length({name}) = 16"),
        Kind::Varchar(length) => format!("length({name}) <= {length}"),
        Kind::Text | Kind::BigInteger | Kind::Position => return None,
        Kind::Enum(of) => format!("{name} IN ({})", literals(of)),
        Kind::Decimal(precision, scale) => {
            format!("{name} = ROUND({name}, {scale}) AND ABS({name}) < 1e{}", precision - scale)
        }
        Kind::Integer => format!("{name} BETWEEN -2147483648 AND 2147483647"),
        Kind::Boolean => format!("{name} IN (FALSE, TRUE)"),
        // Text of one zone only: its order is then the order of time.
        Kind::Timestamp => format!("{name} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*+00:00'"),
        Kind::Date => format!("{name} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"),
        Kind::Currency => format!("{name} GLOB '[A-Z][A-Z][A-Z]'"),
        Kind::List => format!("json_valid({name}) AND json_type({name}) = 'array'"),
        Kind::Object => format!("json_valid({name}) AND json_type({name}) = 'object'"),
        Kind::Json => format!("json_valid({name})"),
    })
}

fn literals(of: &Enum) -> String {
    of.values.iter().map(|value| format!("'{value}'")).collect::<Vec<_>>().join(", ")
}

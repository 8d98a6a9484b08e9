//! Tables that are only added to.

use super::Engine;
use crate::schema::Table;

/// The columns of such a table, and which of them are references `(column, table)` that may become NULL.
#[derive(Clone, Copy)]
pub(crate) struct Guarded<'a> {
    pub(crate) table: &'a str,
    pub(crate) columns: &'a [&'a str],
    pub(crate) references: &'a [(&'a str, &'a str)],
    /// Whether references to customers may also become that of the customer into whom theirs was merged.
    pub(crate) follows_merges: bool,
}

impl Guarded<'_> {
    /// Every column stays as it is, except references that become NULL because their target is gone, or follow a merge.
    fn allowed_update(&self, engine: Engine) -> String {
        let unchanged = |column: &str| format!(r#"NEW."{column}" IS NOT DISTINCT FROM OLD."{column}""#);
        let target = |column: &str| self.references.iter().find(|(reference, _)| *reference == column);
        let conditions = self.columns.iter().map(|column| match target(column) {
            Some((_, target)) => format!(
                r#"({} OR (NEW."{column}" IS NULL AND NOT EXISTS (SELECT 1 FROM "{target}" WHERE "id" = OLD."{column}")){})"#,
                unchanged(column),
                self.merged(column, target, engine).unwrap_or_default()
            ),
            None => unchanged(column),
        });
        conditions.collect::<Vec<_>>().join(" AND ")
    }

    /// That the new customer is the one into whom the old one was merged.
    fn merged(&self, column: &str, target: &str, engine: Engine) -> Option<String> {
        let old = engine.uuid_text(&format!(r#"OLD."{column}""#));
        (self.follows_merges && target == "customers").then(|| {
            format!(
                " OR EXISTS (SELECT 1 FROM \"customer_aliases\" AS a WHERE a.\"kind\" = 'customer' \
                 AND a.\"value\" = {old} AND a.\"customer_id\" = NEW.\"{column}\")"
            )
        })
    }

    fn postgres_function(&self) -> String {
        let (table, allowed) = (self.table, self.allowed_update(Engine::Postgres));
        format!(
            "CREATE OR REPLACE FUNCTION \"{table}_refuse_change\"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             IF TG_OP = 'UPDATE' THEN IF {allowed} THEN RETURN NEW; END IF; END IF; \
             RAISE EXCEPTION '{table} is append-only' \
             USING ERRCODE = 'check_violation', TABLE = '{table}', CONSTRAINT = '{table}_append_only_check'; \
             END $$"
        )
    }

    fn sqlite_update_trigger(&self) -> String {
        let (table, allowed) = (self.table, self.allowed_update(Engine::Sqlite));
        format!(
            "CREATE TRIGGER \"{table}_append_only_update\" BEFORE UPDATE ON \"{table}\" WHEN NOT ({allowed}) \
             BEGIN SELECT RAISE(ABORT, '{table}_append_only_check'); END"
        )
    }
}

impl Engine {
    /// Triggers that refuse every change but those of references, as [`Guarded`] says.
    pub(crate) fn refuse_changes(self, guarded: &Guarded) -> Vec<String> {
        let table = guarded.table;
        match self {
            Self::Postgres => vec![guarded.postgres_function(), postgres_trigger(table, "UPDATE OR DELETE")],
            Self::Sqlite => vec![guarded.sqlite_update_trigger(), sqlite_delete_trigger(table)],
        }
    }

    /// Has the triggers of [`Self::refuse_changes`] guard in another way than before.
    pub(crate) fn guard(self, guarded: &Guarded) -> Vec<String> {
        let table = guarded.table;
        match self {
            Self::Postgres => vec![guarded.postgres_function()],
            Self::Sqlite => {
                vec![format!(r#"DROP TRIGGER "{table}_append_only_update""#), guarded.sqlite_update_trigger()]
            }
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

//! Transactions that fail at a row of the test's choice.

use sea_orm::{ConnectionTrait, TransactionTrait};
use tests::{Engine, TestDatabase};

use crate::schema::{catalog::texts, rows::TABLES};

/// Triggers that note each row which a transaction writes, and refuse the one with a number.
pub(super) struct Failures<'a>(&'a TestDatabase);

impl<'a> Failures<'a> {
    /// Failing at none yet.
    pub(super) async fn install(db: &'a TestDatabase) -> Self {
        let mut statements = vec![
            "CREATE TABLE written (what text NOT NULL)".to_owned(),
            "CREATE TABLE fails_at (number bigint NOT NULL)".to_owned(),
            "INSERT INTO fails_at (number) VALUES (0)".to_owned(),
        ];
        match db.engine() {
            Engine::Postgres => {
                statements.push(
                    "CREATE FUNCTION note_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                     INSERT INTO written (what) VALUES (TG_TABLE_NAME || ' ' || TG_OP); \
                     IF (SELECT COUNT(*) FROM written) = (SELECT number FROM fails_at) THEN \
                     RAISE EXCEPTION 'aborted'; END IF; RETURN NULL; END $$"
                        .to_owned(),
                );
                statements.extend(TABLES.map(|table| {
                    format!(
                        "CREATE TRIGGER note_row AFTER INSERT OR UPDATE OR DELETE ON \"{table}\" \
                         FOR EACH ROW EXECUTE FUNCTION note_row()"
                    )
                }));
            }
            Engine::Sqlite => {
                for table in TABLES {
                    statements.extend(["INSERT", "UPDATE", "DELETE"].map(|act| {
                        format!(
                            "CREATE TRIGGER note_{act}_{table} AFTER {act} ON \"{table}\" BEGIN \
                             INSERT INTO written (what) VALUES ('{table} {act}'); \
                             SELECT RAISE(ABORT, 'aborted') \
                             WHERE (SELECT COUNT(*) FROM written) = (SELECT number FROM fails_at); END"
                        )
                    }));
                }
            }
        }
        let transaction = db.connection().begin().await.expect("begun");
        for statement in statements {
            transaction.execute_unprepared(&statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        transaction.commit().await.expect("installed");
        Self(db)
    }

    /// Lets the next transaction fail at the row with this number, from 1; 0: at none.
    pub(super) async fn at(&self, number: usize) {
        self.execute(&format!("UPDATE fails_at SET number = {number}")).await;
    }

    /// What was written since this was asked last, in no order: `orders INSERT`. A transaction that failed has written
    /// nothing.
    pub(super) async fn written(&self) -> Vec<String> {
        let mut written = texts(self.0, "SELECT what FROM written").await;
        self.execute("DELETE FROM written").await;
        written.sort();
        written
    }

    async fn execute(&self, statement: &str) {
        self.0.connection().execute_unprepared(statement).await.expect("done");
    }
}

//! Something that is written, in the words of each engine.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value, sea_query::ArrayType,
};
use serde_json::json;
use uuid::Uuid;

/// Statements that are one transaction. `$1` is the time; each takes what it needs of the other parameters.
pub(crate) struct Act {
    pub(crate) postgres: &'static str,
    pub(crate) sqlite: &'static [&'static str],
}

impl Act {
    /// Does it with these parameters behind the time.
    pub(crate) async fn run(
        &self,
        connection: &DatabaseConnection,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<(), DbErr> {
        let engine = connection.get_database_backend();
        let mut all = vec![Value::from(chrono::Utc::now())];
        all.extend(values);
        if engine == DbBackend::Postgres {
            let statement = Statement::from_sql_and_values(engine, self.postgres, all);
            return connection.execute_raw(statement).await.map(drop);
        }
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = connection.begin_with_options(options).await?;
        for sql in self.sqlite {
            transaction.execute_raw(Statement::from_sql_and_values(engine, *sql, all.clone())).await?;
        }
        transaction.commit().await
    }
}

/// Columns of ids as parameters: a list for each column on PostgreSQL, one document with a list for each row on SQLite.
pub(super) fn ids(connection: &DatabaseConnection, columns: &[&[Uuid]]) -> Vec<Value> {
    if connection.get_database_backend() == DbBackend::Postgres {
        let list = |ids: &&[Uuid]| {
            let ids = ids.iter().map(|id| Value::from(*id)).collect();
            Value::Array(ArrayType::Uuid, Some(Box::new(ids)))
        };
        return columns.iter().map(list).collect();
    }
    let length = columns.first().map_or(0, |ids| ids.len());
    let row = |row: usize| columns.iter().map(|ids| ids[row].simple().to_string()).collect::<Vec<_>>();
    let rows: Vec<_> = (0..length).map(row).collect();
    vec![json!(rows).to_string().into()]
}

/// So many new ids, in their order.
pub(super) fn new_ids(count: usize) -> Vec<Uuid> {
    (0..count).map(|_| Uuid::now_v7()).collect()
}

//! Removing what is old from the log.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::{
    Cursor, Log,
    store::{PRUNED, Store},
};
use crate::{
    Result,
    retention::{CHUNK, in_steps, write_hold},
};

impl Log {
    /// Removes the events from the start of the log that happened before a time; says how many. The last one of them
    /// stays as the mark of where the log begins: cursors before it are refused from now on.
    pub async fn prune(&self, before: DateTime<Utc>) -> Result<u64> {
        in_steps(CHUNK, || self.store().prune_some(before)).await
    }

    /// Gives a log that comes from another PostgreSQL cluster, out of a dump, numbers that this one can go on from;
    /// says whether it had to. Cursors of before are worth nothing then.
    pub async fn adopt(&self) -> Result<bool> {
        let store = self.store();
        let mut adopted = 0;
        // What webhooks remember of the log goes first: the events themselves show that there is something to do.
        for (table, column) in [
            ("webhook_deliveries", "transaction_number"),
            ("webhook_endpoints", "cursor_transaction"),
            ("events", "transaction_number"),
        ] {
            let mut sql = store.sql();
            sql.write(format_args!("UPDATE {table} SET {column} = 0 WHERE {column} <> 0 AND EXISTS "));
            sql.push("(SELECT 1 FROM events WHERE transaction_number >= ").next_transaction().push(")");
            adopted = store.database.writer().execute_raw(sql.into_statement()?).await?.rows_affected();
        }
        Ok(adopted > 0)
    }
}

impl Store {
    /// Nothing while another server removes something.
    async fn prune_some(&self, before: DateTime<Utc>) -> Result<Option<u64>> {
        let Some(mark) = self.last_before(before).await? else { return Ok(Some(0)) };
        let txn = self.database.begin().await?;
        let mut sql = self.sql();
        write_hold(&mut sql);
        if txn.query_all_raw(sql.into_statement()?).await?.is_empty() {
            return Ok(None);
        }
        let mut sql = self.sql();
        sql.push("UPDATE events SET kind = ").bind(PRUNED).push(" WHERE ");
        mark.compare(&mut sql, "=");
        txn.execute_raw(sql.into_statement()?).await?;
        let mut sql = self.sql();
        sql.push("DELETE FROM events WHERE ");
        mark.compare(&mut sql, "<");
        let removed = txn.execute_raw(sql.into_statement()?).await?.rows_affected();
        txn.commit().await?;
        Ok(Some(removed))
    }

    /// The last of the first rows that are all older, and that nothing can come before any more.
    async fn last_before(&self, before: DateTime<Utc>) -> Result<Option<Cursor>> {
        let mut sql = self.sql();
        sql.push("SELECT transaction_number, position, created_at FROM events WHERE transaction_number < ");
        sql.settled_transactions();
        sql.write(format_args!(" ORDER BY transaction_number, position LIMIT {CHUNK}"));
        let mut last = None;
        for row in self.rows(sql).await? {
            if row.try_get_by::<DateTime<Utc>, _>("created_at")? >= before {
                break;
            }
            last = Some(Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?));
        }
        Ok(last)
    }
}

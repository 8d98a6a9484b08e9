//! The table of events.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{Cursor, Filter, Logged, filter::Expanded};
use crate::{
    Error, Result,
    database::{Database, Sql, row},
};

/// What the kind of the first row is when events before it were removed: it marks the place.
pub(crate) const PRUNED: &str = "log.pruned";

/// The table of events. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) database: Database,
}

/// Which cursors the log answers for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Everything after it is kept.
    pub(super) start: Cursor,
    /// The last event that nothing can come before any more.
    pub(super) end: Cursor,
}

/// Where a part of the log ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Until {
    /// With the event of this cursor.
    At(Cursor),
    /// With the one before it.
    Before(Cursor),
}

/// What the live end of the log has.
#[derive(Debug)]
pub(super) struct Fresh {
    pub(super) events: Vec<Arc<Logged>>,
    /// Something was committed that a running transaction may still come before.
    pub(super) held_back: bool,
}

impl Store {
    pub(super) fn new(database: Database) -> Self {
        Self { database }
    }

    /// The first events between two cursors; backward the last ones, latest first.
    pub(super) async fn page(
        &self,
        after: Cursor,
        to: Until,
        limit: u32,
        backward: bool,
        filter: &Expanded,
    ) -> Result<Vec<Logged>> {
        let mut sql = self.sql();
        sql.write(format_args!("SELECT {} FROM events WHERE ", Logged::COLUMNS));
        let compare = if filter.names_objects() { Cursor::compare_row } else { Cursor::compare };
        compare(after, &mut sql, ">");
        sql.push(" AND ");
        match to {
            Until::At(end) => compare(end, &mut sql, "<="),
            Until::Before(end) => compare(end, &mut sql, "<"),
        }
        filter.write(&mut sql);
        let order = if backward { "DESC" } else { "ASC" };
        sql.write(format_args!(" ORDER BY transaction_number {order}, position {order} LIMIT {limit}"));
        let page = self.rows(sql).await?.iter().map(Logged::read).collect::<Result<_>>()?;
        // Asked afterwards: what is still kept now was there when the page was read.
        self.bounds().await?.check("after", after)?;
        Ok(page)
    }

    /// The first events after a cursor that nothing can come before any more; nothing when some were removed.
    pub(super) async fn fresh(&self, after: Cursor, limit: u32) -> Result<Option<Fresh>> {
        let mut sql = self.sql();
        sql.write(format_args!("SELECT {}, CASE WHEN transaction_number < ", Logged::COLUMNS)).settled_transactions();
        sql.push(" THEN 1 ELSE 0 END AS settled FROM events WHERE ");
        after.compare(&mut sql, ">");
        sql.write(format_args!(" ORDER BY transaction_number, position LIMIT {limit}"));
        let mut fresh = Fresh { events: Vec::new(), held_back: false };
        for row in self.rows(sql).await? {
            let settled: i32 = row.try_get_by("settled")?;
            if settled == 0 {
                fresh.held_back = true;
                break;
            }
            if fresh.events.is_empty() && row.try_get_by::<String, _>("kind")? == PRUNED {
                return Ok(None);
            }
            fresh.events.push(Arc::new(Logged::read(&row)?));
        }
        Ok(Some(fresh))
    }

    pub(super) async fn expand(&self, filter: Filter) -> Result<Expanded> {
        let mut agents: Option<HashSet<Uuid>> = filter.agent_ids.as_ref().map(|ids| ids.iter().copied().collect());
        if let Some(root) = filter.agent_subtree {
            let mut sql = self.sql();
            sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM agents WHERE id = ").bind(root);
            sql.push(
                " UNION SELECT agents.id FROM agents JOIN tree ON agents.parent_id = tree.id) SELECT id FROM tree",
            );
            let below: Vec<Uuid> = row::ids(&self.rows(sql).await?)?;
            agents.get_or_insert_default().extend(below);
        }
        Ok(Expanded { filter, agents })
    }

    pub(super) async fn bounds(&self) -> Result<Bounds> {
        let mut sql = self.sql();
        Bounds::write(&mut sql);
        Bounds::read(&self.rows(sql).await?)
    }

    /// The events behind which these places are, as far as they are kept; in no order.
    pub(super) async fn at(&self, places: &[Cursor]) -> Result<Vec<Logged>> {
        let mut sql = self.sql();
        sql.write(format_args!("SELECT {} FROM events WHERE position IN ", Logged::COLUMNS));
        sql.list(places, |sql, place| {
            sql.bind(place.numbers().1);
        });
        // The key of PostgreSQL begins with it.
        sql.push(" AND transaction_number IN ");
        sql.list(places, |sql, place| {
            sql.bind(place.numbers().0);
        });
        self.rows(sql).await?.iter().map(Logged::read).collect()
    }

    /// When the first event was written that a running transaction may still come before.
    pub(super) async fn first_held_back(&self) -> Result<Option<DateTime<Utc>>> {
        let mut sql = self.sql();
        sql.push("SELECT created_at FROM events WHERE transaction_number >= ").settled_transactions();
        sql.push(" ORDER BY transaction_number, position LIMIT 1");
        // Beside queries, however long these take.
        let row = self.database.reader().query_one_raw(sql.into_statement()?).await?;
        Ok(row.map(|row| row.try_get_by("created_at")).transpose()?)
    }

    pub(super) fn sql(&self) -> Sql {
        Sql::new(self.database.engine())
    }

    pub(super) async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        self.database.read(sql).await
    }
}

impl Bounds {
    /// Writes the query that they are read from.
    pub(super) fn write(sql: &mut Sql) {
        const ROW: &str = "transaction_number, position, kind FROM events";
        sql.write(format_args!(
            "SELECT * FROM (SELECT 0 AS is_last, {ROW} ORDER BY transaction_number, position LIMIT 1) AS f"
        ));
        sql.write(format_args!(" UNION ALL SELECT * FROM (SELECT 1, {ROW} WHERE transaction_number < "));
        sql.settled_transactions().push(" ORDER BY transaction_number DESC, position DESC LIMIT 1) AS l");
    }

    /// Reads them from its rows.
    pub(super) fn read(rows: &[QueryResult]) -> Result<Self> {
        let mut bounds = Self { start: Cursor::START, end: Cursor::START };
        for row in rows {
            let (is_last, kind): (i32, String) = (row.try_get_by("is_last")?, row.try_get_by("kind")?);
            let cursor = Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?);
            if is_last == 1 {
                bounds.end = cursor;
            } else if kind == PRUNED {
                bounds.start = cursor;
            }
        }
        Ok(bounds)
    }

    /// The cursor, if everything after it is kept; `argument` names it in the error.
    pub(super) fn check(self, argument: &str, cursor: Cursor) -> Result<Cursor> {
        if cursor < self.start {
            return Err(Error::CursorExpired(
                "events after this cursor were removed from the log: read the current state and subscribe again from now on"
                    .to_owned(),
            ));
        }
        if cursor > self.end {
            return Err(Error::invalid(format!(
                "`{argument}` is not a cursor of this event log: it is past the end of the log"
            )));
        }
        Ok(cursor)
    }
}

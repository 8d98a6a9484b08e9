//! What of the finished work goes together, and when.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveEnum, sea_query::Enum};
use uuid::Uuid;

use crate::{
    database::Sql,
    work::state::{OPEN_EXECUTIONS, OPEN_TASKS},
};

/// What goes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// An execution with its tasks.
    Execution,
    /// A task that belongs to no execution, with its parts.
    Tree,
}

/// What goes of a unit in one transaction.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) unit: Uuid,
    /// Tasks of it, with all that are parts of them.
    pub(super) tasks: Vec<Uuid>,
    pub(super) extent: Extent,
}

/// How much of a unit that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// The tasks, with what hangs on them.
    Tasks,
    /// Some of what hangs on the one task.
    Attachments,
}

/// Which of the old units.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    /// The first ones after a place, in order, up to a number.
    After(Option<Place>, usize),
    /// Those among these.
    These(&'a [Uuid]),
}

/// When something was made, and its id.
pub(super) type Place = (DateTime<Utc>, Uuid);

impl Unit {
    pub(super) const ALL: [Self; 2] = [Self::Execution, Self::Tree];

    /// The table of its first row.
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Execution => "workflow_executions",
            Self::Tree => "tasks",
        }
    }

    /// Its rows that neither are tasks nor hang on one.
    pub(super) fn own_rows(self) -> u32 {
        match self {
            Self::Execution => 1,
            Self::Tree => 0,
        }
    }

    /// Writes the query of those that ended up to a time, as all their tasks did.
    pub(super) fn write_old(self, sql: &mut Sql, until: DateTime<Utc>, which: Which<'_>) {
        sql.write(format_args!("SELECT u.id, u.created_at FROM {} AS u WHERE ", self.table()));
        match self {
            Self::Execution => {
                write_ended(sql, "u", OPEN_EXECUTIONS, until);
                sql.push(" AND NOT EXISTS (SELECT 1 FROM tasks AS t WHERE t.workflow_execution_id = u.id AND ");
            }
            Self::Tree => {
                sql.push("u.workflow_execution_id IS NULL AND u.parent_task_id IS NULL AND ");
                write_ended(sql, "u", OPEN_TASKS, until);
                sql.push(" AND NOT EXISTS (WITH RECURSIVE tree(id) AS (SELECT u.id UNION ALL ");
                sql.push("SELECT c.id FROM tree JOIN tasks AS c ON c.parent_task_id = tree.id) ");
                sql.push("SELECT 1 FROM tree JOIN tasks AS t ON t.id = tree.id WHERE ");
            }
        }
        write_stays(sql, until);
        sql.push(")");
        match which {
            Which::After(after, limit) => {
                // Whatever has ended was made before. An index leads to the first ones.
                sql.push(" AND u.created_at <= ").bind(until);
                if let Some((created_at, id)) = after {
                    sql.push(" AND (u.created_at, u.id) > (").bind(created_at).push(", ").bind(id).push(")");
                }
                sql.write(format_args!(" ORDER BY u.created_at, u.id LIMIT {limit}"));
            }
            Which::These(ids) => {
                sql.push(" AND u.id").is_any(ids);
            }
        }
    }

    /// Writes the query of the first tasks of units, parts before what they are parts of: the place of the unit, the
    /// task, and how many rows go with it at most.
    pub(super) fn write_tasks(self, sql: &mut Sql, units: &[Uuid], limit: u32) {
        self.write_tree(sql, units);
        sql.write(format_args!("SELECT f.unit, f.id, {ATTACHED} + {DEPENDING} AS weight FROM "));
        sql.write(format_args!("(SELECT unit, id, depth FROM tree ORDER BY unit, depth DESC, id LIMIT {limit}) AS f "));
        sql.push("ORDER BY f.unit, f.depth DESC, f.id");
    }

    /// Writes the query of how many rows the tasks of units are, with what hangs on them.
    pub(super) fn write_count(self, sql: &mut Sql, units: &[Uuid]) {
        self.write_tree(sql, units);
        // A dependency is counted once, where the task is that waited.
        sql.write(format_args!("SELECT CAST(COALESCE(sum({ATTACHED}), 0) AS bigint) AS number FROM tree AS f"));
    }

    fn write_tree(self, sql: &mut Sql, units: &[Uuid]) {
        sql.push("WITH RECURSIVE tree(unit, id, depth) AS (SELECT k.n, t.id, 0 FROM ").keys(units);
        sql.push(match self {
            Self::Execution => " JOIN tasks AS t ON t.workflow_execution_id = k.id AND t.parent_task_id IS NULL",
            Self::Tree => " JOIN tasks AS t ON t.id = k.id",
        });
        sql.push(" UNION ALL SELECT tree.unit, c.id, tree.depth + 1 ");
        sql.push("FROM tree JOIN tasks AS c ON c.parent_task_id = tree.id) ");
    }
}

/// A task with what hangs on it alone.
const ATTACHED: &str = "1 + (SELECT count(*) FROM task_attempts AS a WHERE a.task_id = f.id) \
                        + (SELECT count(*) FROM approvals AS p WHERE p.task_id = f.id) \
                        + (SELECT count(*) FROM task_dependencies AS d WHERE d.task_id = f.id)";
/// The dependencies of others on it.
const DEPENDING: &str = "(SELECT count(*) FROM task_dependencies AS d WHERE d.depends_on_id = f.id)";

/// Writes that a row ended up to a time. Imported ones may not say when.
fn write_ended<S: ActiveEnum<Value = Enum>>(sql: &mut Sql, row: &str, open: &[S], until: DateTime<Utc>) {
    sql.write(format_args!("({row}.status NOT")).is_one_of(open);
    sql.write(format_args!(" AND COALESCE({row}.completed_at, {row}.updated_at) <= ")).bind(until).push(")");
}

/// Writes why a task `t` stays: it is open or young, it holds a unique key whose window is not over, a task that is open
/// or young waited for it, or a part of it or what it is a part of belongs elsewhere.
fn write_stays(sql: &mut Sql, until: DateTime<Utc>) {
    sql.push("(NOT ");
    write_ended(sql, "t", OPEN_TASKS, until);
    // Counted: instead of looking for each task whether there is one, PostgreSQL may read the whole table once.
    sql.push(" OR (SELECT count(*) FROM task_keys AS h WHERE h.task_id = t.id) > 0");
    sql.push(" OR (SELECT count(*) FROM task_dependencies AS d JOIN tasks AS w ON w.id = d.task_id ");
    sql.push("WHERE d.depends_on_id = t.id AND NOT ");
    write_ended(sql, "w", OPEN_TASKS, until);
    sql.push(") > 0 OR EXISTS (SELECT 1 FROM tasks AS o WHERE o.id = t.parent_task_id ");
    sql.push("AND o.workflow_execution_id IS DISTINCT FROM t.workflow_execution_id)");
    sql.push(" OR EXISTS (SELECT 1 FROM tasks AS o WHERE o.parent_task_id = t.id ");
    sql.push("AND o.workflow_execution_id IS DISTINCT FROM t.workflow_execution_id))");
}

//! A task in the hands of the engine: read under a lock, changed here, written back.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use entity::sea_orm_active_enums::{EventAggregate, TaskStatus, TaskWait};
use sea_orm::QueryResult;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::state;
use crate::{
    Result, UnitOfWork,
    database::{
        Column, Sql, columns,
        row::{enum_or_null, enum_value},
    },
    events::{Event, EventKind},
    refusal::{Code, Refusal},
};

/// Makes [`Task`] of its fields: the struct, what is selected for it, what reads that, and the columns that may change.
/// A field is the column of its name, or else of the one that is said; `as` says what reads it.
macro_rules! task {
    (
        $(#[$of_all:meta])*
        pub struct Task {
            stays { $($(#[$of_fixed:meta])* $fixed:ident: $fixed_type:ty $(= $from:tt)?,)+ }
            changes { $($(#[$of_field:meta])* $field:ident: $type:ty $(as $read:ident)? $(= $column:ident)?,)+ }
            is_written { $($(#[$of_written:meta])* $written:ident: $written_type:ty,)+ }
        }
    ) => {
        $(#[$of_all])*
        pub struct Task {
            $($(#[$of_fixed])* pub $fixed: $fixed_type,)+
            $($(#[$of_field])* pub $field: $type,)+
            $($(#[$of_written])* pub $written: $written_type,)+
        }

        /// What is selected: columns, or what begins with one.
        const SELECTED: &[&str] = &[$(task!(@select $fixed $($from)?),)+ $(task!(@select $field $($column)?),)+];

        /// The columns that may change.
        fn columns() -> Vec<Column<Task>> {
            let written = columns!(Task: $($written),+).map(Column::keeping);
            [$(task!(@column $field $($column)?)),+].into_iter().flatten().chain(written).collect()
        }

        fn from_row(found: &QueryResult) -> Result<Task> {
            Ok(Task {
                $($fixed: found.try_get_by(stringify!($fixed))?,)+
                $($field: task!(@read found $field $($read)?),)+
                $($written: None,)+
            })
        }
    };
    (@select $field:ident) => { stringify!($field) };
    (@select $field:ident $column:ident) => { concat!(stringify!($column), " AS ", stringify!($field)) };
    (@select $field:ident $expression:literal) => { concat!($expression, " AS ", stringify!($field)) };
    (@column $field:ident) => { columns!(Task: $field) };
    (@column $field:ident $column:ident) => { columns!(Task: $column = $field) };
    (@read $row:ident $field:ident) => { $row.try_get_by(stringify!($field))? };
    (@read $row:ident $field:ident $read:ident) => { $read($row, stringify!($field))? };
}

task! {
    /// What the engine knows of a task.
    #[derive(Clone, Debug)]
    pub struct Task {
        stays {
            /// Its key.
            id: Uuid,
            /// The execution it belongs to.
            execution: Option<Uuid> = workflow_execution_id,
            /// The task that it is a part of.
            parent: Option<Uuid> = parent_task_id,
            /// What is to be done.
            task_type: String,
            /// The wait after the first failed attempt.
            backoff_seconds: i32,
            /// The longest wait between attempts.
            backoff_cap_seconds: i32,
            /// How long one attempt may take.
            max_run_seconds: Option<i32>,
            /// How long it may wait for children.
            max_wait_seconds: Option<i32>,
            /// When it was made.
            created_at: DateTime<Utc>,
            /// Whether it holds a unique key.
            keyed: bool = "unique_key IS NOT NULL",
            /// Whether others can depend on it: by its reference, or because it holds a unique key that they ask for.
            named: bool = "reference IS NOT NULL",
        }
        changes {
            /// The agent who is to do it.
            agent: Uuid = assigned_agent_id,
            /// 1 is most urgent.
            priority: i32,
            /// Where it stands.
            status: TaskStatus as enum_value,
            /// Counts its changes.
            version: i32,
            /// Counts the attempts that were begun and not interrupted.
            attempt: i32,
            /// How many there may be.
            max_attempts: i32,
            /// How many tasks it waits for.
            open_dependencies: i32,
            /// Who holds it.
            lease_token: Option<Uuid>,
            /// Until when.
            lease_expires_at: Option<DateTime<Utc>>,
            /// For how long a heartbeat extends it.
            lease_seconds: Option<i32>,
            /// Who works on it, or did last.
            worker: Option<String>,
            /// When this attempt began.
            claimed_at: Option<DateTime<Utc>>,
            /// When the first attempt began.
            started_at: Option<DateTime<Utc>>,
            /// When it ended.
            completed_at: Option<DateTime<Utc>>,
            /// Not before.
            run_after: Option<DateTime<Utc>>,
            /// What it waits for.
            waiting_for: Option<TaskWait> as enum_or_null,
            /// When waiting ends without what it waits for.
            waits_until: Option<DateTime<Utc>>,
            /// Within how many minutes it is to be done.
            sla_minutes: i32,
            /// By when.
            deadline_at: Option<DateTime<Utc>>,
            /// Since when it is asked to stop.
            cancel_requested_at: Option<DateTime<Utc>>,
            /// What went wrong last.
            error_code: Option<String>,
            /// The same for people.
            error_message: Option<String>,
        }
        is_written {
            /// What it is given from now on, if that changes; what is there is not read.
            input_data: Option<Json>,
            /// What it produced now, if anything; what is there is not read.
            output_data: Option<Json>,
        }
    }
}

impl Task {
    /// What [`Task::read`] reads, of a table.
    pub(super) fn columns(table: &str) -> String {
        SELECTED.iter().map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn read(found: &QueryResult) -> Result<Self> {
        let mut task = from_row(found)?;
        task.named |= task.keyed;
        Ok(task)
    }

    /// Moves it to another state. What belongs to a lease or to waiting goes with the state that had it.
    pub(super) fn transition(&mut self, to: TaskStatus, now: DateTime<Utc>) -> Result<(), Refusal> {
        state::check(self.status, to)?;
        self.status = to;
        if to != TaskStatus::InProgress {
            self.lease_token = None;
            self.lease_expires_at = None;
        }
        if to != TaskStatus::Waiting {
            self.waiting_for = None;
            self.waits_until = None;
        }
        self.completed_at = state::is_terminal(to).then_some(now);
        if state::is_terminal(to) {
            self.cancel_requested_at = None;
        }
        Ok(())
    }

    /// Until when a lease lasts that is extended now: never longer than one attempt may take.
    pub(super) fn leased_until(&self, now: DateTime<Utc>, seconds: i32) -> DateTime<Utc> {
        let extended = now + Duration::seconds(seconds.into());
        self.runs_until().map_or(extended, |end| extended.min(end))
    }

    /// When the running attempt has taken too long.
    pub(super) fn runs_until(&self) -> Option<DateTime<Utc>> {
        Some(self.claimed_at? + Duration::seconds(self.max_run_seconds?.into()))
    }

    /// Refuses a token that does not hold the lease.
    pub(super) fn fence(&self, token: Uuid) -> Result<(), Refusal> {
        match self.lease_token == Some(token) {
            true => Ok(()),
            false => Err(Refusal::new(
                Code::StaleLease,
                format!("the lease on task {} is no longer held by this token", self.id),
            )
            .at(["token"])),
        }
    }

    /// Refuses what would let a task go on that is to be stopped: waiting, and handing parts of it on.
    pub(super) fn refuse_if_stopping(&self) -> Result<(), Refusal> {
        match self.cancel_requested_at {
            Some(_) => {
                let message = format!("task {} is being cancelled: complete, fail or release it", self.id);
                Err(state::refuse(self.status, TaskStatus::Waiting, message))
            }
            None => Ok(()),
        }
    }

    /// An interrupted attempt does not count.
    pub(super) fn uncount_attempt(&mut self) {
        self.attempt = (self.attempt - 1).max(0);
    }

    /// Opens the next attempt after a failed one, or ends the task when there were enough.
    pub(super) fn retry_or_fail(&mut self, now: DateTime<Utc>, permanent: bool) -> Result<EventKind, Refusal> {
        if self.cancel_requested_at.is_some() {
            self.transition(TaskStatus::Cancelled, now)?;
            return Ok(EventKind::TaskCancelled);
        }
        if permanent || self.attempt >= self.max_attempts {
            self.transition(TaskStatus::Failed, now)?;
            return Ok(EventKind::TaskFailed);
        }
        self.transition(TaskStatus::Pending, now)?;
        self.run_after = Some(now + self.backoff());
        Ok(EventKind::TaskRetrying)
    }

    /// The wait before the next attempt: doubled each time up to the cap, the second half of it random, so that what
    /// failed together does not come back together.
    fn backoff(&self) -> Duration {
        let doublings = u32::try_from(self.attempt - 1).unwrap_or(0).min(30);
        let whole = i64::from(self.backoff_seconds).saturating_mul(1 << doublings).min(self.backoff_cap_seconds.into());
        let millis = whole * 1000;
        // The last bytes of a fresh id are random.
        let random = Uuid::now_v7().as_u128() as u16;
        Duration::milliseconds(millis / 2 + millis / 2 * i64::from(random) / i64::from(u16::MAX))
    }

    /// By when it is to be done: counted from its start, or else from when it was made.
    pub(super) fn deadline(&self) -> DateTime<Utc> {
        self.started_at.unwrap_or(self.created_at) + Duration::minutes(self.sla_minutes.into())
    }

    /// What happened to it, with what changed. The version counts here.
    pub(super) fn event(&mut self, kind: EventKind, changes: Json) -> Event {
        self.version += 1;
        let mut changed = Map::new();
        changed.insert("status".to_owned(), state::name(&self.status).into());
        if let Json::Object(more) = changes {
            changed.extend(more);
        }
        Event {
            kind,
            aggregate_type: EventAggregate::Task,
            aggregate_id: self.id,
            aggregate_version: self.version,
            agent_id: Some(self.agent),
            execution_id: self.execution,
            changes: changed,
        }
    }
}

/// Reads tasks and locks them, in the order of their ids: parents were made before their children, so that nobody
/// waits in a circle. Their executions are locked first, because the end of a task may be the end of its execution.
pub(super) async fn lock(unit: &UnitOfWork, ids: &[Uuid]) -> Result<HashMap<Uuid, Task>> {
    read(unit, ids, |sql| {
        // Evaluated once, before the first task is looked at.
        sql.push(" AND (SELECT count(*) FROM (SELECT id FROM workflow_executions WHERE id IN ");
        sql.push("(SELECT workflow_execution_id FROM tasks WHERE id").is_any(ids).push(") ORDER BY id").for_update();
        sql.push(") AS locked) >= 0");
    })
    .await
}

/// Locks executions, in the order of their ids.
pub(super) async fn lock_executions(unit: &UnitOfWork, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflow_executions WHERE id").is_any(ids).push(" ORDER BY id").for_update();
    unit.rows(sql).await.map(drop)
}

/// Reads and locks tasks whose executions are locked already, or do not matter.
pub(super) async fn lock_tasks_only(unit: &UnitOfWork, ids: &[Uuid]) -> Result<HashMap<Uuid, Task>> {
    read(unit, ids, |_| {}).await
}

async fn read(unit: &UnitOfWork, ids: &[Uuid], before: impl FnOnce(&mut Sql)) -> Result<HashMap<Uuid, Task>> {
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT {} FROM tasks WHERE id", Task::columns("tasks"))).is_any(ids);
    before(&mut sql);
    sql.push(" ORDER BY id").for_update();
    let rows = unit.rows(sql).await?;
    rows.iter().map(|found| Task::read(found).map(|task| (task.id, task))).collect()
}

/// A task as it is, and as it was read.
pub(super) type Changed<'a> = (&'a Task, &'a Task);

/// Writes tasks back: the columns in which any of them changed.
pub(super) fn save<'a>(unit: &UnitOfWork, changed: impl IntoIterator<Item = Changed<'a>>) {
    let changed: Vec<Changed<'a>> = changed.into_iter().collect();
    if changed.is_empty() {
        return;
    }
    let differs = |column: &Column<Task>| changed.iter().any(|(task, before)| (column.differs)(task, before));
    let mut columns = Vec::from(columns!(Task: id));
    columns.extend(self::columns().into_iter().filter(differs));
    let same = [("updated_at", unit.now().into())];
    unit.write(|sql| {
        sql.update("tasks", &columns, &same, changed.iter().map(|(task, _)| *task));
    });
}

/// Writes until when leases last.
pub(super) fn extend<'a>(unit: &UnitOfWork, tasks: impl IntoIterator<Item = &'a Task>) {
    let tasks: Vec<&Task> = tasks.into_iter().collect();
    if tasks.is_empty() {
        return;
    }
    unit.write(|sql| {
        sql.update("tasks", &columns!(Task: id, lease_expires_at), &[], tasks.iter().copied());
    });
}

/// The tasks below `roots`, themselves included.
pub(super) async fn tree(unit: &UnitOfWork, roots: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM tasks WHERE id").is_any(roots);
    sql.push(" UNION SELECT tasks.id FROM tasks JOIN tree ON tasks.parent_task_id = tree.id) SELECT id FROM tree");
    unit.ids(sql).await
}

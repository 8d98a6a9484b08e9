//! The rows of finished work that one transaction archives and removes.

use entity::{approvals, task_attempts, task_dependencies, tasks, workflow_executions};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityName, EntityTrait, FromQueryResult, IdenStatic, Iterable,
    ModelTrait, QueryFilter, QuerySelect, sea_query::IntoCondition,
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    ROWS, check_removed,
    unit::{Extent, Part, Unit},
};
use crate::{Result, UnitOfWork, edit::stored};

/// Some rows, each table by itself.
#[derive(Debug, Default)]
pub(super) struct Batch {
    executions: Vec<workflow_executions::Model>,
    tasks: Vec<tasks::Model>,
    dependencies: Vec<task_dependencies::Model>,
    attempts: Vec<task_attempts::Model>,
    approvals: Vec<approvals::Model>,
}

impl Batch {
    /// Reads what was chosen, which is locked.
    pub(super) async fn read(unit: &UnitOfWork, kind: Unit, parts: &[Part]) -> Result<Self> {
        let db = unit.txn().await?;
        if let [Part { tasks, extent: Extent::Attachments, .. }] = parts
            && let [task] = tasks[..]
        {
            return Self::attached_to(db, task).await;
        }
        let whole = parts.iter().filter(|part| kind == Unit::Execution && part.extent == Extent::Whole);
        let executions: Vec<Uuid> = whole.map(|part| part.unit).collect();
        let ids: Vec<Uuid> = parts.iter().flat_map(|part| &part.tasks).copied().collect();
        Ok(Self {
            executions: all(db, workflow_executions::Column::Id.is_in(executions)).await?,
            tasks: all(db, tasks::Column::Id.is_in(ids.iter().copied())).await?,
            dependencies: all(
                db,
                Condition::any()
                    .add(task_dependencies::Column::TaskId.is_in(ids.iter().copied()))
                    .add(task_dependencies::Column::DependsOnId.is_in(ids.iter().copied())),
            )
            .await?,
            attempts: all(db, task_attempts::Column::TaskId.is_in(ids.iter().copied())).await?,
            approvals: all(db, approvals::Column::TaskId.is_in(ids)).await?,
        })
    }

    /// Some of what hangs on a task that has more of it than a transaction takes: of one sort.
    async fn attached_to(db: &DatabaseTransaction, task: Uuid) -> Result<Self> {
        let attempts: Vec<task_attempts::Model> = some(db, task_attempts::Column::TaskId.eq(task)).await?;
        if !attempts.is_empty() {
            return Ok(Self { attempts, ..Self::default() });
        }
        let approvals: Vec<approvals::Model> = some(db, approvals::Column::TaskId.eq(task)).await?;
        if !approvals.is_empty() {
            return Ok(Self { approvals, ..Self::default() });
        }
        let mut dependencies: Vec<task_dependencies::Model> =
            some(db, task_dependencies::Column::TaskId.eq(task)).await?;
        if dependencies.is_empty() {
            dependencies = some(db, task_dependencies::Column::DependsOnId.eq(task)).await?;
        }
        Ok(Self { dependencies, ..Self::default() })
    }

    /// How many rows they are.
    pub(super) fn len(&self) -> u64 {
        let attached = self.dependencies.len() + self.attempts.len() + self.approvals.len();
        (self.executions.len() + self.tasks.len() + attached) as u64
    }

    /// The rows as the archive has them, each after those that it refers to.
    pub(super) fn lines(&self) -> String {
        let mut lines = String::new();
        write_lines(&mut lines, &self.executions);
        write_lines(&mut lines, &self.tasks);
        write_lines(&mut lines, &self.dependencies);
        write_lines(&mut lines, &self.attempts);
        write_lines(&mut lines, &self.approvals);
        lines
    }

    /// Removes them. What hangs on a task goes with it.
    pub(super) async fn delete(&self, unit: &UnitOfWork) -> Result<()> {
        if self.executions.is_empty() && self.tasks.is_empty() {
            return self.delete_attached(unit).await;
        }
        let mut sql = unit.sql();
        sql.push("DELETE FROM tasks WHERE id").is_any(&ids(&self.tasks, |task| task.id));
        // All of them are locked. SQLite does not count parts that go with what they are parts of.
        unit.execute(sql).await?;
        let mut sql = unit.sql();
        sql.push("DELETE FROM workflow_executions WHERE id").is_any(&ids(&self.executions, |execution| execution.id));
        // A task that was not read would go with it.
        sql.push(" AND NOT EXISTS (SELECT 1 FROM tasks AS t WHERE t.workflow_execution_id = workflow_executions.id)");
        check_removed(unit.execute(sql).await?, self.executions.len())
    }

    async fn delete_attached(&self, unit: &UnitOfWork) -> Result<()> {
        let mut sql = unit.sql();
        let read = if !self.attempts.is_empty() {
            sql.push("DELETE FROM task_attempts WHERE id").is_any(&ids(&self.attempts, |attempt| attempt.id));
            self.attempts.len()
        } else if !self.approvals.is_empty() {
            sql.push("DELETE FROM approvals WHERE id").is_any(&ids(&self.approvals, |approval| approval.id));
            self.approvals.len()
        } else {
            // On one side of all of them is the same task.
            sql.push("DELETE FROM task_dependencies WHERE task_id");
            sql.is_any(&ids(&self.dependencies, |dependency| dependency.task_id)).push(" AND depends_on_id");
            sql.is_any(&ids(&self.dependencies, |dependency| dependency.depends_on_id));
            self.dependencies.len()
        };
        check_removed(unit.execute(sql).await?, read)
    }
}

/// The rows that meet a condition.
async fn all<M>(db: &DatabaseTransaction, condition: impl IntoCondition) -> Result<Vec<M>>
where
    M: ModelTrait + FromQueryResult,
    M::Entity: EntityTrait<Model = M>,
{
    Ok(M::Entity::find().filter(condition).all(db).await?)
}

/// The same, as many as a transaction takes.
async fn some<M>(db: &DatabaseTransaction, condition: impl IntoCondition) -> Result<Vec<M>>
where
    M: ModelTrait + FromQueryResult,
    M::Entity: EntityTrait<Model = M>,
{
    Ok(M::Entity::find().filter(condition).limit(u64::from(ROWS)).all(db).await?)
}

fn ids<M>(rows: &[M], id: impl Fn(&M) -> Uuid) -> Vec<Uuid> {
    rows.iter().map(id).collect()
}

/// Adds a line for each row: its table, and its columns as the database calls them.
fn write_lines<M: ModelTrait>(lines: &mut String, rows: &[M]) {
    let entity = M::Entity::default();
    let table = Json::from(entity.table_name());
    for row in rows {
        let columns = <M::Entity as EntityTrait>::Column::iter();
        let values: Map<String, Json> =
            columns.map(|column| (column.as_str().to_owned(), stored(&row.get(column)))).collect();
        lines.push_str(&format!("{{\"table\":{table},\"row\":{}}}\n", Json::Object(values)));
    }
}

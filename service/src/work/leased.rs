//! Tasks that callers hold: locked together, each changed by the items that name it, and written back.

use uuid::Uuid;

use super::{
    item::{Item, check_size},
    lease::LeaseRef,
    task_batch::TaskBatch,
};
use crate::{Result, UnitOfWork, Verb, access::Scope, refusal::At};

/// A call on tasks that its caller holds.
pub(super) trait LeaseCall: Verb {
    /// What it names.
    fn held(&self) -> impl Iterator<Item = LeaseRef> + Send;

    /// Does it to the locked tasks.
    fn apply(&self, tasks: &mut LeasedTasks, unit: &mut UnitOfWork) -> Result<Self::Outcome>;
}

/// Performs a call by itself.
pub(super) async fn perform<V: LeaseCall>(call: &V, unit: &mut UnitOfWork) -> Result<V::Outcome> {
    check_size("items", call.held().count())?;
    let mut tasks = LeasedTasks::take(unit, call.held()).await?;
    let done = call.apply(&mut tasks, unit)?;
    tasks.save(unit).await?;
    Ok(done)
}

/// Tasks that callers say they hold.
pub(super) struct LeasedTasks {
    pub(super) changes: TaskBatch,
    scope: Scope,
}

impl LeasedTasks {
    /// Locks tasks, their executions before them.
    pub(super) async fn take(unit: &UnitOfWork, held: impl Iterator<Item = LeaseRef>) -> Result<Self> {
        let ids: Vec<Uuid> = held.map(|held| held.task_id).collect();
        if ids.is_empty() {
            return Ok(Self { changes: TaskBatch::default(), scope: Scope::default() });
        }
        let changes = TaskBatch::lock(unit, &ids).await?;
        let scope = Scope::of(unit, changes.iter().map(|task| task.agent)).await?;
        Ok(Self { changes, scope })
    }

    /// Does something to each task that the principal acts for and whose lease the token holds.
    pub(super) fn each<'a, T: 'a>(
        &mut self,
        unit: &mut UnitOfWork,
        items: &'a [T],
        held: impl Fn(&T) -> LeaseRef,
        mut verb: impl FnMut(&mut TaskBatch, &mut UnitOfWork, &'a T) -> Result<()>,
    ) -> Result<Vec<Item>> {
        let mut done = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let LeaseRef { task_id: task, token } = held(item);
            let found = self.changes.get(task).and_then(|task| {
                self.scope.check(task.agent)?;
                Ok(task)
            });
            let fenced = found.at(["taskId"]).and_then(|task| Ok(task.fence(token)?));
            let result = fenced.and_then(|()| verb(&mut self.changes, unit, item));
            done.push(Item::of(index, task, result)?);
        }
        Ok(done)
    }

    /// Follows up on what ended, and writes everything.
    pub(super) async fn save(self, unit: &mut UnitOfWork) -> Result<()> {
        self.changes.save(unit).await
    }
}

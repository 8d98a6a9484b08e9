//! Tasks that callers hold: locked together, each changed by the items that name it, and written back.

use uuid::Uuid;

use super::{
    changes::Changes,
    item::{Item, check_size},
    lease::Held,
};
use crate::{Result, Unit, Verb, access::Scope, refusal::At};

/// A call on tasks that its caller holds.
pub(super) trait OnHeld: Verb {
    /// What it names.
    fn held(&self) -> impl Iterator<Item = Held> + Send;

    /// Does it to the tasks, which are in hand.
    fn apply(&self, hand: &mut Hand, unit: &mut Unit) -> Result<Self::Outcome>;
}

/// Performs a call by itself.
pub(super) async fn perform<V: OnHeld>(call: &V, unit: &mut Unit) -> Result<V::Outcome> {
    check_size(call.held().count())?;
    let mut hand = Hand::take(unit, call.held()).await?;
    let done = call.apply(&mut hand, unit)?;
    hand.save(unit).await?;
    Ok(done)
}

/// Tasks that callers say they hold.
pub(super) struct Hand {
    pub(super) changes: Changes,
    scope: Scope,
}

impl Hand {
    /// Locks tasks, their executions before them.
    pub(super) async fn take(unit: &Unit, held: impl Iterator<Item = Held>) -> Result<Self> {
        let ids: Vec<Uuid> = held.map(|held| held.task_id).collect();
        if ids.is_empty() {
            return Ok(Self { changes: Changes::default(), scope: Scope::default() });
        }
        let changes = Changes::lock(unit, &ids).await?;
        let scope = Scope::of(unit, changes.iter().map(|task| task.agent)).await?;
        Ok(Self { changes, scope })
    }

    /// Does something to each task that the principal acts for and whose lease the token holds.
    pub(super) fn each<'a, T: 'a>(
        &mut self,
        unit: &mut Unit,
        items: &'a [T],
        held: impl Fn(&T) -> Held,
        mut verb: impl FnMut(&mut Changes, &mut Unit, &'a T) -> Result<()>,
    ) -> Result<Vec<Item>> {
        let mut done = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let Held { task_id: task, token } = held(item);
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
    pub(super) async fn save(self, unit: &mut Unit) -> Result<()> {
        self.changes.save(unit).await
    }
}

//! What new tasks wait for.

use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};

use entity::sea_orm_active_enums::{DependencyFailure, TaskStatus};
use uuid::Uuid;

use super::{
    create::{NewTask, insert, placed},
    state::{self, OPEN_TASKS},
    task::Task,
};
use crate::{
    Error, Result, UnitOfWork,
    database::{columns, row::enum_value},
    refusal::{Code, Facts, Refusal},
};

/// The dependencies of a call's new tasks.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: Vec<Link>,
    open: HashMap<Uuid, i32>,
}

#[derive(Debug)]
struct Link {
    task: Uuid,
    on: Uuid,
    on_failure: DependencyFailure,
}

impl Links {
    /// Finds what the references stand for, in the call or else in the execution. `held` are the tasks that were there
    /// already under a unique key; they are in `ids` in the places of new ones.
    pub(super) async fn resolve(
        unit: &UnitOfWork,
        execution: Option<Uuid>,
        tasks: &[NewTask],
        ids: &[Uuid],
        held: &HashMap<usize, Task>,
    ) -> Result<Self> {
        let mut own: HashMap<&str, usize> = HashMap::new();
        for (index, task) in tasks.iter().enumerate() {
            if let Some(reference) = &task.r#ref
                && own.insert(reference, index).is_some()
            {
                return Err(taken(reference, index));
            }
        }
        check_cycles(tasks, &own)?;
        let there = earlier(unit, execution, tasks).await?;
        if let Some((reference, index)) =
            own.iter().find(|(name, index)| there.get(**name).is_some_and(|(id, _)| *id != ids[**index]))
        {
            return Err(taken(reference, *index));
        }
        let (mut links, mut unmade) = (Self::default(), HashMap::new());
        for (index, task) in tasks.iter().enumerate() {
            let mut seen = HashSet::new();
            for (place, dependency) in task.depends_on.iter().enumerate() {
                let name = dependency.r#ref.as_str();
                let refused = |refusal: Refusal| {
                    let path = ["dependsOn".to_owned(), place.to_string(), "ref".to_owned()];
                    Error::from(placed(refusal.at(path), index))
                };
                let (on, status) = match (own.get(name), there.get(name)) {
                    (Some(other), _) => (ids[*other], held.get(other).map_or(TaskStatus::Pending, |task| task.status)),
                    (None, Some(earlier)) => *earlier,
                    (None, None) => {
                        let message = format!("there is no task {name:?} to depend on");
                        return Err(refused(Refusal::new(Code::UnknownReference, message)));
                    }
                };
                if !seen.insert(on) {
                    continue;
                }
                let need = need(status, dependency.on_failure);
                match held.get(&index) {
                    Some(there) if need == Need::Wait => {
                        unmade.insert((there.id, on), index);
                    }
                    Some(_) => {}
                    None if need == Need::Never => {
                        let message = format!("the task {name:?} has ended as {}", state::name(&status));
                        return Err(refused(state::refuse_in(status, message)));
                    }
                    None => links.add(Link { task: ids[index], on, on_failure: dependency.on_failure }, need),
                }
            }
        }
        check_made(unit, unmade).await?;
        Ok(links)
    }

    fn add(&mut self, link: Link, need: Need) {
        if need == Need::Wait {
            *self.open.entry(link.task).or_default() += 1;
        }
        self.links.push(link);
    }

    /// Refuses new subtasks that wait, be it through others, for their parent or one of its ancestors.
    pub(super) async fn check_ancestors(&self, unit: &UnitOfWork, parent: Uuid) -> Result<()> {
        match waits_for_ancestor(unit, self.links.iter().map(|link| link.on).collect(), parent).await? {
            Some(refusal) => Err(placed(refusal.at(["dependsOn"]), 0).into()),
            None => Ok(()),
        }
    }

    /// For how many others a task waits.
    pub(super) fn open(&self, task: Uuid) -> i32 {
        self.open.get(&task).copied().unwrap_or_default()
    }

    /// Writes down what the new tasks wait for.
    pub(super) fn save(&self, unit: &UnitOfWork) {
        let columns = columns!(Link: task_id = task, depends_on_id = on, on_failure);
        insert(unit, "task_dependencies", &columns, &[("created_at", unit.now().into())], &self.links);
    }
}

/// What a task needs of one that it depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// It waits for its end.
    Wait,
    /// Nothing any more.
    Met,
    /// It ended in a way with which the task cannot begin.
    Never,
}

/// What a task needs of one in this state.
pub(super) fn need(status: TaskStatus, on_failure: DependencyFailure) -> Need {
    match status {
        status if !state::is_terminal(status) => Need::Wait,
        TaskStatus::Completed | TaskStatus::Skipped => Need::Met,
        _ if on_failure == DependencyFailure::Run => Need::Met,
        _ => Need::Never,
    }
}

fn taken(reference: &str, index: usize) -> Error {
    let refusal = Refusal::new(Code::AlreadyExists, format!("the reference {reference:?} is given twice"));
    placed(refusal.at(["ref"]), index).into()
}

/// Refuses tasks that are there already and do not wait for what the new ones would have waited for.
async fn check_made(unit: &UnitOfWork, mut unmade: HashMap<(Uuid, Uuid), usize>) -> Result<()> {
    if unmade.is_empty() {
        return Ok(());
    }
    let tasks: BTreeSet<Uuid> = unmade.keys().map(|(task, _)| *task).collect();
    let mut sql = unit.sql();
    sql.push("SELECT task_id, depends_on_id FROM task_dependencies WHERE task_id");
    sql.is_any(&tasks.into_iter().collect::<Vec<_>>());
    for found in unit.rows(sql).await? {
        unmade.remove(&(found.try_get_by("task_id")?, found.try_get_by("depends_on_id")?));
    }
    match unmade.into_iter().min_by_key(|(_, index)| *index) {
        Some(((task, on), index)) => {
            let message = format!("task {task}, which holds the unique key, does not wait for task {on}");
            Err(placed(Refusal::new(Code::AlreadyExists, message).at(["dependsOn"]), index).into())
        }
        None => Ok(()),
    }
}

/// The tasks of the execution that have a name which the call gives or refers to.
async fn earlier(
    unit: &UnitOfWork,
    execution: Option<Uuid>,
    tasks: &[NewTask],
) -> Result<HashMap<String, (Uuid, TaskStatus)>> {
    let references = tasks.iter().flat_map(|task| &task.depends_on).map(|dependency| dependency.r#ref.as_str());
    let names: HashSet<&str> = references.chain(tasks.iter().filter_map(|task| task.r#ref.as_deref())).collect();
    let Some(execution) = execution.filter(|_| !names.is_empty()) else { return Ok(HashMap::new()) };
    let mut sql = unit.sql();
    sql.push("SELECT reference, id, status FROM tasks WHERE workflow_execution_id = ").bind(execution);
    sql.push(" AND reference IS NOT NULL AND reference").is_any_text(&names.into_iter().collect::<Vec<_>>());
    let mut there = HashMap::new();
    for found in unit.rows(sql).await? {
        let status = enum_value(&found, "status")?;
        there.insert(found.try_get_by("reference")?, (found.try_get_by("id")?, status));
    }
    Ok(there)
}

/// Why a subtask cannot wait for others: these wait, be it through more, for its parent or one of its ancestors.
pub(super) async fn waits_for_ancestor(unit: &UnitOfWork, others: Vec<Uuid>, parent: Uuid) -> Result<Option<Refusal>> {
    let mut next = others;
    if next.is_empty() {
        return Ok(None);
    }
    let ancestors = with_ancestors(unit, parent).await?;
    // Of each that is waited for, the one that waits for it.
    let mut waits: HashMap<Uuid, Option<Uuid>> = next.iter().map(|id| (*id, None)).collect();
    while !next.is_empty() {
        if let Some(ancestor) = next.iter().find(|id| ancestors.contains(id)) {
            let message = format!("the task would wait for its own ancestor, task {ancestor}");
            let mut cycle = vec![ancestor.to_string()];
            let mut before = waits.get(ancestor).copied().flatten();
            while let Some(id) = before {
                cycle.push(id.to_string());
                before = waits.get(&id).copied().flatten();
            }
            cycle.push(ancestor.to_string());
            cycle.reverse();
            return Ok(Some(Refusal::new(Code::Cycle, message).with(Facts::Cycle(cycle))));
        }
        let mut sql = unit.sql();
        sql.push("SELECT task_id, depends_on_id FROM task_dependencies WHERE task_id").is_any(&next);
        sql.push(" UNION SELECT parent_task_id, id FROM tasks WHERE status")
            .is_one_of(OPEN_TASKS)
            .push(" AND parent_task_id")
            .is_any(&next);
        next.clear();
        for found in unit.rows(sql).await? {
            let (waiting, id): (Uuid, Uuid) = (found.try_get_by("task_id")?, found.try_get_by("depends_on_id")?);
            if let Entry::Vacant(place) = waits.entry(id) {
                place.insert(Some(waiting));
                next.push(id);
            }
        }
    }
    Ok(None)
}

/// A task and its ancestors.
async fn with_ancestors(unit: &UnitOfWork, task: Uuid) -> Result<HashSet<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE path(id) AS (SELECT id FROM tasks WHERE id = ").bind(task);
    sql.push(" UNION SELECT tasks.parent_task_id FROM tasks JOIN path ON tasks.id = path.id ");
    sql.push("WHERE tasks.parent_task_id IS NOT NULL) SELECT id FROM path");
    unit.ids(sql).await
}

/// Refuses a circle, with its members.
fn check_cycles(tasks: &[NewTask], own: &HashMap<&str, usize>) -> Result<(), Refusal> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; tasks.len()];
    for start in 0..tasks.len() {
        // Depth first, by hand: a chain may be as long as the call.
        let mut path: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((task, next)) = path.pop() {
            if marks[task] == Mark::Done {
                continue;
            }
            marks[task] = Mark::Open;
            let Some(dependency) = tasks[task].depends_on.get(next) else {
                marks[task] = Mark::Done;
                continue;
            };
            path.push((task, next + 1));
            let Some(other) = own.get(dependency.r#ref.as_str()).copied() else { continue };
            match marks[other] {
                Mark::Open => {
                    let from = path.iter().position(|(member, _)| *member == other).unwrap_or_default();
                    let name = |index: usize| tasks[index].r#ref.clone().unwrap_or_else(|| format!("tasks[{index}]"));
                    let mut cycle: Vec<String> = path[from..].iter().map(|(member, _)| name(*member)).collect();
                    cycle.push(name(other));
                    let message = format!("the tasks wait for each other: {}", cycle.join(" → "));
                    let refusal = Refusal::new(Code::Cycle, message).at(["dependsOn"]);
                    return Err(placed(refusal, other).with(Facts::Cycle(cycle)));
                }
                Mark::New => path.push((other, 0)),
                Mark::Done => {}
            }
        }
    }
    Ok(())
}

//! What new tasks wait for.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::sea_orm_active_enums::{DependencyFailure, TaskStatus};
use uuid::Uuid;

use super::{
    create::{NewTask, insert, placed},
    state,
    task::enum_value,
};
use crate::{
    Error, Result, Unit,
    database::columns,
    refusal::{Code, Facts, Refusal},
};

/// The dependencies of a call's tasks.
#[derive(Debug, Default)]
pub(super) struct Links(Vec<Link>);

#[derive(Clone, Debug)]
struct Link {
    task: Uuid,
    on: Uuid,
    on_failure: DependencyFailure,
    met: bool,
}

impl Links {
    /// Finds what the references stand for, in the call or else in the execution.
    pub(super) async fn resolve(unit: &Unit, execution: Option<Uuid>, tasks: &[NewTask], ids: &[Uuid]) -> Result<Self> {
        let mut own: HashMap<&str, usize> = HashMap::new();
        for (index, task) in tasks.iter().enumerate() {
            if let Some(reference) = &task.reference
                && own.insert(reference, index).is_some()
            {
                let refusal = Refusal::new(Code::AlreadyExists, format!("the reference {reference:?} is there twice"));
                return Err(placed(refusal.at(["ref"]), index).into());
            }
        }
        check_cycles(tasks, &own)?;
        let there = earlier(unit, execution, tasks, &own).await?;
        let mut links = Vec::new();
        for (index, task) in tasks.iter().enumerate() {
            let mut seen = HashSet::new();
            for dependency in &task.depends_on {
                let name = dependency.reference.as_str();
                let (on, status) = match (own.get(name), there.get(name)) {
                    (Some(other), _) => (ids[*other], TaskStatus::Pending),
                    (None, Some(earlier)) => *earlier,
                    (None, None) => {
                        let refusal =
                            Refusal::new(Code::UnknownReference, format!("there is no task {name:?} to depend on"));
                        return Err(placed(refusal.at(["dependsOn"]), index).into());
                    }
                };
                if !seen.insert(on) {
                    continue;
                }
                let met = matches!(status, TaskStatus::Completed | TaskStatus::Skipped)
                    || (state::is_terminal(status) && dependency.on_failure == DependencyFailure::Run);
                if state::is_terminal(status) && !met {
                    let message = format!("the task {name:?} has ended as {}", state::name(status));
                    return Err(placed(Refusal::new(Code::InvalidTransition, message).at(["dependsOn"]), index).into());
                }
                links.push(Link { task: ids[index], on, on_failure: dependency.on_failure, met });
            }
        }
        Ok(Self(links))
    }

    /// For how many others a task waits.
    pub(super) fn open(&self, task: Uuid) -> i32 {
        self.0.iter().filter(|link| link.task == task && !link.met).count().try_into().unwrap_or(i32::MAX)
    }

    /// Writes down what tasks that were made wait for.
    pub(super) fn save(&self, unit: &Unit, created: &[Uuid]) {
        let made = |link: &&Link| created.contains(&link.task);
        let made: Vec<Link> = self.0.iter().filter(made).cloned().collect();
        let columns = columns!(Link: task_id = task, depends_on_id = on, on_failure);
        insert(unit, "task_dependencies", &columns, &[("created_at", unit.now().into())], &made);
    }
}

/// The tasks of the execution that the call refers to and does not bring itself.
async fn earlier(
    unit: &Unit,
    execution: Option<Uuid>,
    tasks: &[NewTask],
    own: &HashMap<&str, usize>,
) -> Result<HashMap<String, (Uuid, TaskStatus)>> {
    let references = tasks.iter().flat_map(|task| &task.depends_on).map(|dependency| dependency.reference.as_str());
    let names: BTreeSet<&str> = references.filter(|name| !own.contains_key(name)).collect();
    let Some(execution) = execution.filter(|_| !names.is_empty()) else { return Ok(HashMap::new()) };
    let names: Vec<&str> = names.into_iter().collect();
    let mut sql = unit.sql();
    sql.push("SELECT t.reference, t.id, t.status FROM ")
        .texts(&names)
        .push(" JOIN tasks AS t ON t.reference = k.id AND t.workflow_execution_id = ");
    sql.bind(execution);
    let mut there = HashMap::new();
    for found in unit.rows(sql).await? {
        let status = enum_value(&found, 2)?.ok_or_else(|| Error::internal("a task without a status"))?;
        there.insert(found.try_get_by(0)?, (found.try_get_by(1)?, status));
    }
    Ok(there)
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
            let Some(other) = own.get(dependency.reference.as_str()).copied() else { continue };
            match marks[other] {
                Mark::Open => {
                    let from = path.iter().position(|(member, _)| *member == other).unwrap_or_default();
                    let name =
                        |index: usize| tasks[index].reference.clone().unwrap_or_else(|| format!("tasks[{index}]"));
                    let mut cycle: Vec<String> = path[from..].iter().map(|(member, _)| name(*member)).collect();
                    cycle.push(name(other));
                    let message = format!("the tasks wait for each other: {}", cycle.join(" → "));
                    return Err(Refusal::new(Code::Cycle, message).with(Facts::Cycle(cycle)));
                }
                Mark::New => path.push((other, 0)),
                Mark::Done => {}
            }
        }
    }
    Ok(())
}

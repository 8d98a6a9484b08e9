//! Which events somebody wants.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::{EventKind, Logged};
use crate::database::Sql;

/// Conditions on events: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// The sort of object.
    pub aggregate_types: Option<Vec<EventAggregate>>,
    /// The object.
    pub aggregate_ids: Option<Vec<Uuid>>,
    /// What happened.
    pub kinds: Option<Vec<EventKind>>,
    /// The agent it concerns; together with `agent_subtree` either.
    pub agent_ids: Option<Vec<Uuid>>,
    /// The agent it concerns, or one above it.
    pub agent_subtree: Option<Uuid>,
    /// The execution it belongs to.
    pub execution_ids: Option<Vec<Uuid>>,
    /// When it happened: at this time or later.
    pub occurred_from: Option<DateTime<Utc>>,
    /// When it happened: before this time.
    pub occurred_before: Option<DateTime<Utc>>,
    /// A member of its changes, and the texts that it may be.
    pub change: Option<(&'static str, Vec<String>)>,
}

/// A filter whose agents are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Expanded {
    pub(super) filter: Filter,
    pub(super) agents: Option<HashSet<Uuid>>,
}

impl Expanded {
    pub(super) fn passes(&self, event: &Logged) -> bool {
        let Filter {
            aggregate_types, aggregate_ids, kinds, execution_ids, occurred_from, occurred_before, change, ..
        } = &self.filter;
        let is_agent = event.aggregate_type == EventAggregate::Agent;
        admits(aggregate_types, |types| types.contains(&event.aggregate_type))
            && admits(aggregate_ids, |ids| ids.contains(&event.aggregate_id))
            && admits(kinds, |kinds| kinds.contains(&event.kind))
            && admits(&self.agents, |agents| {
                event.agent_id.is_some_and(|agent| agents.contains(&agent))
                    || is_agent && agents.contains(&event.aggregate_id)
            })
            && admits(execution_ids, |ids| event.execution_id.is_some_and(|id| ids.contains(&id)))
            && admits(occurred_from, |from| event.occurred_at >= *from)
            && admits(occurred_before, |before| event.occurred_at < *before)
            && admits(change, |(name, values)| {
                event
                    .changes
                    .get(name)
                    .and_then(|value| value.as_str())
                    .is_some_and(|is| values.iter().any(|v| v == is))
            })
    }

    /// Whether it leads to some events by an index.
    pub(super) fn names_objects(&self) -> bool {
        self.filter.aggregate_ids.is_some() || self.filter.execution_ids.is_some()
    }

    /// Writes the conditions, each after ` AND `.
    pub(super) fn write(&self, sql: &mut Sql) {
        let Filter {
            aggregate_types, aggregate_ids, kinds, execution_ids, occurred_from, occurred_before, change, ..
        } = &self.filter;
        if let Some(types) = aggregate_types {
            sql.push(" AND aggregate_type IN ").list(types, |sql, one| {
                sql.bind(one.to_value());
            });
        }
        if let Some(ids) = aggregate_ids {
            sql.push(" AND aggregate_id").is_any(ids);
        }
        if let Some(kinds) = kinds {
            let write = |sql: &mut Sql, kind: &EventKind| {
                sql.bind(kind.name());
            };
            sql.push(" AND (kind IN ").list(kinds, write);
            if kinds.contains(&EventKind::Other) {
                sql.push(" OR kind NOT IN ").list(EventKind::ALL, write);
            }
            sql.push(")");
        }
        if let Some(agents) = &self.agents {
            let agents: Vec<Uuid> = agents.iter().copied().collect();
            sql.push(" AND (agent_id").is_any(&agents);
            sql.push(" OR aggregate_type = ").bind(EventAggregate::Agent.to_value());
            sql.push(" AND aggregate_id").is_any(&agents).push(")");
        }
        if let Some(ids) = execution_ids {
            sql.push(" AND execution_id").is_any(ids);
        }
        if let Some(from) = occurred_from {
            sql.push(" AND created_at >= ").bind(*from);
        }
        if let Some(before) = occurred_before {
            sql.push(" AND created_at < ").bind(*before);
        }
        if let Some((name, values)) = change {
            sql.write(format_args!(" AND changes ->> '{name}' IN ")).list(values, |sql, value| {
                sql.bind(value.as_str());
            });
        }
    }
}

fn admits<T>(condition: &Option<T>, holds: impl FnOnce(&T) -> bool) -> bool {
    condition.as_ref().is_none_or(holds)
}

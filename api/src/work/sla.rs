//! How tasks stand to their deadlines.

use async_graphql::{Context, Enum, InputObject};
use chrono::{DateTime, Duration, Utc};
use service::{
    Result,
    database::{Alias, Col, Sql},
    work::state,
};

use super::TaskStatus;
use crate::{read::operators::Operators, write};

/// State of a task relative to its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum SlaState {
    /// Open, with at least a fifth of the time left.
    OnTrack,
    /// Open, with less than a fifth of the time left.
    AtRisk,
    /// Open past its deadline, or ended after it.
    Breached,
    /// Ended in time.
    Met,
}

/// The state of a task now.
pub(super) async fn of(
    ctx: &Context<'_>,
    status: TaskStatus,
    sla_minutes: i32,
    deadline_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    completed_at: Option<DateTime<Utc>>,
) -> Result<SlaState> {
    let time = Duration::minutes(sla_minutes.into());
    let begun = started_at.unwrap_or(created_at);
    let deadline = deadline_at.unwrap_or(begun + time);
    let late = |at: DateTime<Utc>| at > deadline;
    let now = write::service(ctx)?.clock().now();
    Ok(match state::is_terminal(status.into()) {
        true if completed_at.is_some_and(late) => SlaState::Breached,
        true => SlaState::Met,
        false if late(now) => SlaState::Breached,
        false if late(now + time / 5) => SlaState::AtRisk,
        false => SlaState::OnTrack,
    })
}

/// Conditions on a field of type `SlaState`; all that are given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, InputObject)]
pub struct SlaStateFilter {
    /// Equal to this value.
    eq: Option<SlaState>,
    /// Not equal to this value.
    ne: Option<SlaState>,
    /// One of these values; an empty list matches nothing.
    r#in: Option<Vec<SlaState>>,
    /// Not one of these values.
    not_in: Option<Vec<SlaState>>,
}

impl Operators for SlaStateFilter {
    fn write(&self, sql: &mut Sql, column: Col) {
        let mut among = |states: &[SlaState], wanted: bool| {
            state(sql.push(" AND (("), column.table);
            sql.push(") IN ").list(states, |sql, state| {
                sql.bind(format!("{state:?}"));
            });
            sql.push(if wanted { ")" } else { ") IS NOT TRUE" });
        };
        self.eq.iter().for_each(|state| among(&[*state], true));
        self.ne.iter().for_each(|state| among(&[*state], false));
        self.r#in.iter().for_each(|states| among(states, true));
        self.not_in.iter().for_each(|states| among(states, false));
    }
}

/// Writes the state of a task, as [`of`] finds it.
fn state(sql: &mut Sql, task: Alias) {
    let from_deadline = format!("{task}.deadline_at");
    let from_start = format!("COALESCE({task}.started_at, {task}.created_at)");
    // The deadline, or so much of the SLA before it, in seconds to the minute.
    let deadline = |sql: &mut Sql, before: u32| {
        sql.push("COALESCE(").later(&from_deadline, &format!("{task}.sla_minutes * -{before}"));
        sql.push(", ").later(&from_start, &format!("{task}.sla_minutes * {}", 60 - before)).push(")");
    };
    sql.write(format_args!("CASE WHEN {task}.status IN ('completed', 'failed', 'cancelled', 'skipped') THEN "));
    sql.write(format_args!("CASE WHEN {task}.completed_at > "));
    deadline(sql, 0);
    sql.push(" THEN 'Breached' ELSE 'Met' END WHEN ").now().push(" > ");
    deadline(sql, 0);
    sql.push(" THEN 'Breached' WHEN ").now().push(" > ");
    deadline(sql, 12);
    sql.push(" THEN 'AtRisk' ELSE 'OnTrack' END");
}

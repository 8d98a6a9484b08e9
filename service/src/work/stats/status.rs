//! What agents do now.

use std::collections::HashMap;

use chrono::Duration;
use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{Error, Result, database::Sql};

/// What an agent does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It takes no work.
    Inactive,
    /// It did nothing for [`LATELY_MINUTES`].
    #[default]
    Offline,
    /// It was active lately, and works on nothing.
    Idle,
    /// It holds a lease.
    Working,
    /// It holds none, and a task of it waits.
    Waiting,
}

/// For how long a sign of life counts, in minutes. The use of a key is noted once a minute, and a claim waits for less
/// than that.
pub const LATELY_MINUTES: i64 = 5;

/// Writes the statement that [`read`] reads.
///
/// A sign of life is an attempt that was begun, or that whoever worked on it ended; and the use of a key of the agent's
/// own, as by a worker that waits for tasks. A worker with a key for many agents counts as active by what it claims.
pub fn write(sql: &mut Sql, agents: &[Uuid]) {
    let lately = Duration::minutes(LATELY_MINUTES);
    sql.push("SELECT agents.id, CASE WHEN NOT agents.is_active THEN 'inactive' WHEN ");
    sql.push("EXISTS (SELECT 1 FROM tasks AS t WHERE t.assigned_agent_id = agents.id AND t.status = 'in_progress' ");
    sql.push("AND t.lease_expires_at > ").now().push(") THEN 'working' WHEN ");
    sql.push("EXISTS (SELECT 1 FROM tasks AS t WHERE t.assigned_agent_id = agents.id AND t.status = 'waiting') ");
    sql.push("THEN 'waiting' WHEN ");
    sql.push("EXISTS (SELECT 1 FROM task_attempts AS t WHERE t.agent_id = agents.id AND t.created_at >= ").ago(lately);
    sql.push(" AND (t.outcome IN ('completed', 'failed', 'released', 'waiting') OR t.started_at >= ").ago(lately);
    // A lease that lapsed and was not yet taken back.
    sql.push(
        ")) OR EXISTS (SELECT 1 FROM tasks AS t WHERE t.assigned_agent_id = agents.id AND t.status = 'in_progress' ",
    );
    sql.push("AND t.claimed_at >= ").ago(lately).push(") OR ");
    sql.push("EXISTS (SELECT 1 FROM api_keys AS t WHERE t.agent_id = agents.id AND t.last_used_at >= ").ago(lately);
    sql.push(") THEN 'idle' ELSE 'offline' END AS status FROM agents WHERE agents.id").is_any(agents);
}

/// What each agent does.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Status>> {
    let read = |row: &QueryResult| Ok((row.try_get_by("id")?, named(&row.try_get_by::<String, _>("status")?)?));
    rows.iter().map(read).collect()
}

fn named(name: &str) -> Result<Status> {
    Ok(match name {
        "inactive" => Status::Inactive,
        "offline" => Status::Offline,
        "idle" => Status::Idle,
        "working" => Status::Working,
        "waiting" => Status::Waiting,
        other => return Err(Error::internal(format!("there is no status {other}"))),
    })
}

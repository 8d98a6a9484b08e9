//! The turns of recipients: tasks for the agent of the campaign, spread evenly, as many a minute as may be.
//!
//! Each task has a time before which it is not claimed; the campaign has that of the next one. Tasks that workers did
//! not get to hold further ones up: otherwise they would all be sent at once as soon as there is a worker.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    campaigns,
    sea_orm_active_enums::{CampaignStatus, RecipientStatus},
};
use sea_orm::ActiveEnum;
use serde_json::json;
use uuid::Uuid;

use super::lock;
use crate::{
    Result, UnitOfWork,
    database::{Column, Sql, columns},
    followup::{self, FollowUp},
};

/// The type of the tasks.
const TASK: &str = "send_message";
/// How far ahead there are tasks, in seconds.
const AHEAD: i64 = 60;
/// The most tasks of one step.
const MOST: i64 = 1000;

/// Names the effect of writing to a recipient: the provider gets it, too.
pub(super) fn effect_key(recipient: Uuid) -> String {
    format!("send:{recipient}")
}

/// Writes the search for campaigns with recipients whose turn has not come: `id` and `due`.
pub(crate) fn write_waiting(sql: &mut Sql) -> &mut Sql {
    sql.push("SELECT c.id, c.launched_at AS due FROM campaigns AS c WHERE c.status = ");
    sql.literal(&CampaignStatus::Active);
    sql.push(" AND EXISTS (SELECT 1 FROM campaign_recipients AS r WHERE r.campaign_id = c.id AND r.status = ");
    sql.literal(&RecipientStatus::Pending).push(")")
}

/// Makes tasks for the next recipients of campaigns; how many.
pub(crate) async fn queue(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut queued = 0;
    for id in ids {
        let campaign = lock(unit, *id).await?;
        if campaign.status == CampaignStatus::Active {
            queued += queue_next(unit, &campaign).await?;
        }
    }
    Ok(queued)
}

async fn queue_next(unit: &mut UnitOfWork, campaign: &campaigns::Model) -> Result<usize> {
    let next_turn = campaign.next_turn_at.map(|at| at.to_utc());
    let mut turns = turns(unit.now(), next_turn, campaign.sends_per_minute);
    if !turns.is_empty() {
        turns.truncate(room(unit, campaign).await?);
    }
    if turns.is_empty() {
        return Ok(0);
    }
    let recipients = next(unit, campaign.id, turns.len()).await?;
    turns.truncate(recipients.len());
    let Some(last) = turns.last().copied() else { return Ok(0) };
    let follow_ups = recipients.iter().zip(turns).map(|(id, turn)| (follow_up(campaign, *id), turn)).collect();
    let Some(tasks) = followup::create_all(unit, follow_ups).await? else { return Ok(0) };
    let rows: Vec<Queued> = recipients.into_iter().zip(tasks).map(|(id, task_id)| Queued { id, task_id }).collect();
    let status = RecipientStatus::Queued.to_value().into();
    unit.update("campaign_recipients", &columns(), &[("status", status), ("updated_at", unit.now().into())], &rows);
    let mut sql = unit.sql();
    sql.push("UPDATE campaigns SET next_turn_at = ").bind(last + step(campaign.sends_per_minute));
    sql.push(" WHERE id = ").bind(campaign.id);
    unit.execute(sql).await?;
    Ok(rows.len())
}

/// A recipient and its task.
struct Queued {
    id: Uuid,
    task_id: Uuid,
}

fn columns() -> Vec<Column<Queued>> {
    columns!(Queued: id, task_id).into()
}

/// How many more tasks there may be: no more wait than are sent in a minute.
async fn room(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<usize> {
    let most = i64::from(campaign.sends_per_minute);
    let mut sql = unit.sql();
    sql.push("SELECT COUNT(*) AS waiting FROM (SELECT r.id FROM campaign_recipients AS r WHERE r.campaign_id = ");
    sql.bind(campaign.id).push(" AND r.status = ").literal(&RecipientStatus::Queued);
    sql.write(format_args!(" LIMIT {most}) AS q"));
    let rows = unit.rows(sql).await?;
    let waiting: i64 = rows.first().map_or(Ok(0), |row| row.try_get_by("waiting"))?;
    Ok(usize::try_from(most - waiting).unwrap_or_default())
}

/// How long after each other turns are.
fn step(per_minute: i32) -> TimeDelta {
    let per_minute = i64::from(per_minute.max(1));
    TimeDelta::microseconds((60_000_000 + per_minute - 1) / per_minute)
}

/// The next turns, each as long after the one before as the rate demands.
fn turns(now: DateTime<Utc>, next: Option<DateTime<Utc>>, per_minute: i32) -> Vec<DateTime<Utc>> {
    let step = step(per_minute);
    let end = now + TimeDelta::seconds(AHEAD);
    let mut turns = Vec::new();
    let mut turn = next.map_or(now, |next| now.max(next));
    for _ in 0..MOST {
        if turn >= end {
            break;
        }
        turns.push(turn);
        turn += step;
    }
    turns
}

/// The recipients whose turn comes next, locked. In no order: all that wait would be read for it.
async fn next(unit: &UnitOfWork, campaign: Uuid, count: usize) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT r.id FROM campaign_recipients AS r WHERE r.campaign_id = ").bind(campaign);
    sql.push(" AND r.status = ").literal(&RecipientStatus::Pending);
    sql.write(format_args!(" LIMIT {count}")).for_update_skip_locked("r");
    unit.ids(sql).await
}

fn follow_up(campaign: &campaigns::Model, recipient: Uuid) -> FollowUp {
    FollowUp {
        task_type: TASK,
        name: format!("Send a message of the campaign {:?}", campaign.name),
        payload: json!({
            "campaignId": campaign.id,
            "recipientId": recipient,
            "contentId": campaign.content_id,
        }),
        effect_key: effect_key(recipient),
        agent_hint: campaign.owner_agent_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn turns_are_spread_over_a_minute() {
        assert_eq!(turns(at(0), None, 4), [0, 15, 30, 45].map(at));
        assert!(turns(at(0), Some(at(60)), 4).is_empty());
        assert_eq!(turns(at(1), Some(at(60)), 4), [at(60)]);
        // Nothing is made up for.
        assert_eq!(turns(at(500), Some(at(60)), 4), [500, 515, 530, 545].map(at));
    }

    #[test]
    fn a_minute_has_never_more_turns_than_allowed() {
        for rate in [1, 7, 600, 999, 1000] {
            let turns = turns(at(0), None, rate);
            assert_eq!(i32::try_from(turns.len()), Ok(rate), "{rate}");
        }
        assert_eq!(turns(at(0), None, 60_000).len(), 1000);
    }
}

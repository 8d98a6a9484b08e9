//! Campaigns that have nothing left to do: everybody was written to, or their last day is over and there is nobody to
//! write to.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{CampaignStatus, CampaignType};
use serde_json::json;
use uuid::Uuid;

use super::{book, lock, state::OPEN, tell};
use crate::{
    Result, UnitOfWork,
    database::Sql,
    events::EventKind,
    settings::{self, Settings},
    state, zone,
};

/// Writes the search for such campaigns: `id` and `due`.
pub(crate) fn write_ended<'a>(sql: &'a mut Sql, settings: &Settings, now: DateTime<Utc>) -> &'a mut Sql {
    sql.push("SELECT c.id, c.launched_at AS due FROM campaigns AS c WHERE ");
    has_ended(sql, settings, now);
    sql
}

/// Completes those that still are so under their lock; how many.
pub(crate) async fn complete_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let settings = settings::load(unit).await?;
    let mut done = 0;
    for id in ids {
        let campaign = lock(unit, *id).await?;
        if campaign.status != CampaignStatus::Active {
            continue;
        }
        let now = unit.now();
        let mut sql = unit.sql();
        sql.push("UPDATE campaigns AS c SET status = ").literal(&CampaignStatus::Completed);
        sql.push(", ended_at = ").bind(now).push(", version = version + 1, updated_at = ").bind(now);
        sql.push(" WHERE c.id = ").bind(*id).push(" AND ");
        has_ended(&mut sql, &settings, now);
        if unit.execute(sql).await? == 0 {
            continue;
        }
        book::book(unit, &campaign, None).await?;
        let status = json!(state::name(&CampaignStatus::Completed));
        let changes = [("status", status), ("messageCount", json!(campaign.message_count))];
        tell(unit, EventKind::CampaignCompleted, &campaign, campaign.version.saturating_add(1), changes);
        done += 1;
    }
    Ok(done)
}

/// Writes that an active campaign `c` has nothing left to do: everybody was written to. One without recipients, or that
/// reaches nobody by name, waits for the end of its last day.
fn has_ended(sql: &mut Sql, settings: &Settings, now: DateTime<Utc>) {
    let today = zone::day_of(now, settings.time_zone);
    sql.push("c.status = ").literal(&CampaignStatus::Active);
    // PostgreSQL would read all recipients for a join with NOT EXISTS, and for EXISTS without an order.
    sql.push(" AND (SELECT r.id FROM campaign_recipients AS r WHERE r.campaign_id = c.id AND r.status");
    sql.is_one_of(OPEN).push(" LIMIT 1) IS NULL AND (c.end_date < ").bind(today).push(" OR (c.type");
    sql.is_one_of(&[CampaignType::Email, CampaignType::Sms]);
    sql.push(" AND (SELECT r.id FROM campaign_recipients AS r WHERE r.campaign_id = c.id ");
    sql.push("ORDER BY r.status, r.id LIMIT 1) IS NOT NULL))");
}

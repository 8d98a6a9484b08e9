//! Messages in the books: one expense for many. It is entered daily, and when a campaign is paused or ends.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{campaigns, sea_orm_active_enums::CampaignStatus};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{lock, ready::about_it};
use crate::{
    Result, UnitOfWork,
    database::Sql,
    finance::book::{self as books, Entry},
    settings::{self, Settings},
    zone,
};

/// The category of what campaigns cost.
pub(super) const CATEGORY: &str = "advertising";
/// How the description of such an expense begins.
const DESCRIPTION: &str = "Messages sent: ";

/// Enters the messages of a campaign that are not in the books yet, on a day or today. The campaign is locked; what it
/// has spent and booked is to be read again. The path of a refusal is `id`.
pub(super) async fn book(unit: &mut UnitOfWork, campaign: &campaigns::Model, day: Option<NaiveDate>) -> Result<()> {
    let count = campaign.message_count - campaign.booked_count;
    if count <= 0 {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("UPDATE campaigns SET booked_count = message_count WHERE id = ").bind(campaign.id);
    unit.execute(sql).await?;
    let amount = campaign.cost_per_message * Decimal::from(count);
    if amount.is_zero() {
        return Ok(());
    }
    let entry = Entry {
        day,
        description: Some(format!("{DESCRIPTION}{count}")),
        agent_id: campaign.owner_agent_id,
        campaign_id: Some(campaign.id),
        slice_id: campaign.budget_slice_id,
        is_fact: true,
        ..Entry::expense(CATEGORY, amount, &campaign.currency)
    };
    books::record(unit, entry).await.map(drop).map_err(about_it)
}

/// Writes the search for campaigns whose messages of the days before are not in the books: `id` and `due`.
pub(crate) fn write_unbooked<'a>(sql: &'a mut Sql, settings: &Settings, now: DateTime<Utc>) -> &'a mut Sql {
    let today = today(settings, now);
    sql.push("SELECT c.id, c.launched_at AS due FROM campaigns AS c WHERE c.status");
    sql.is_one_of(&[CampaignStatus::Active, CampaignStatus::Paused]);
    sql.push(" AND c.message_count > c.booked_count AND c.cost_per_message > 0 AND c.launched_at < ").bind(today);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM transactions AS t WHERE t.campaign_id = c.id AND t.created_at >= ");
    sql.bind(today).write(format_args!(" AND t.description LIKE '{DESCRIPTION}%')"))
}

/// Enters the messages of those campaigns on the day before; how many campaigns.
pub(crate) async fn book_due(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let settings = settings::load(unit).await?;
    let yesterday = zone::day_of(unit.now(), settings.time_zone).pred_opt();
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let (mut campaigns, mut done) = (Vec::new(), 0);
    // All of them before the first slice: who spends locks them in this order, too.
    for id in ids {
        campaigns.push(lock(unit, id).await?);
    }
    for campaign in campaigns {
        if campaign.message_count > campaign.booked_count {
            book(unit, &campaign, yesterday).await?;
            done += 1;
        }
    }
    Ok(done)
}

/// When today began where the shop is.
fn today(settings: &Settings, now: DateTime<Utc>) -> DateTime<Utc> {
    zone::start_of(zone::day_of(now, settings.time_zone), settings.time_zone)
}

//! To whom a campaign is sent: a row for each address.

use entity::{
    campaigns,
    sea_orm_active_enums::{CampaignType, RecipientStatus, SubscriptionStatus},
};

use super::fields::channel;
use crate::{Result, UnitOfWork};

/// Adds the customers of the campaign's segment, or the subscribers of its list, who are not there yet; how many. One
/// statement, whatever their number. What they allow is asked when they are written to.
pub(super) async fn add(unit: &UnitOfWork, campaign: &campaigns::Model) -> Result<i32> {
    if channel(campaign.r#type).is_none() {
        return Ok(0);
    }
    let (address, hash) = match campaign.r#type {
        CampaignType::Sms => ("c.phone", "c.phone_hash"),
        _ => ("c.email", "c.email_hash"),
    };
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("INSERT INTO campaign_recipients (id, campaign_id, customer_id, address, address_hash, status, ");
    sql.push("send_attempts, created_at, updated_at) SELECT ").random_id().push(", ").bind(campaign.id).push(", ");
    match campaign.target_list_id {
        Some(_) => sql.push("s.customer_id, s.email, s.address_hash, "),
        None => sql.write(format_args!("c.id, {address}, {hash}, ")),
    };
    sql.literal(&RecipientStatus::Pending).push(", 0, ").bind(now).push(", ").bind(now);
    match (campaign.target_list_id, campaign.target_segment_id) {
        (Some(list), _) => {
            sql.push(" FROM email_subscribers AS s WHERE s.list_id = ").bind(list);
            sql.push(" AND s.status = ").literal(&SubscriptionStatus::Subscribed);
            sql.push(" AND s.address_hash IS NOT NULL");
        }
        (None, Some(segment)) => {
            sql.push(" FROM customer_segment_members AS m JOIN customers AS c ON c.id = m.customer_id ");
            sql.push("WHERE m.segment_id = ").bind(segment);
            sql.write(format_args!(" AND c.erased_at IS NULL AND {address} IS NOT NULL AND {hash} IS NOT NULL"));
        }
        (None, None) => return Ok(0),
    }
    sql.push(" ON CONFLICT (campaign_id, address_hash) DO NOTHING");
    let added = unit.execute(sql).await?;
    Ok(i32::try_from(added).unwrap_or(i32::MAX))
}

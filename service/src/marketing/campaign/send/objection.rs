//! Whether a recipient wants the message, as far as is known now.

use std::iter;

use entity::{
    campaign_recipients, campaigns,
    sea_orm_active_enums::{ConsentChannel, ConsentState, SubscriptionStatus},
};
use uuid::Uuid;

use crate::{Result, UnitOfWork, customers::consent, marketing::campaign::fields::channel, state};

/// Why the recipient must not be written to; none if there is no reason.
pub(super) async fn objection(
    unit: &UnitOfWork,
    campaign: &campaigns::Model,
    to: &campaign_recipients::Model,
) -> Result<Option<String>> {
    let channel = channel(campaign.r#type).unwrap_or(ConsentChannel::Email);
    let own = to.address_hash.as_str();
    let other = other_address(unit, channel, to).await?;
    let addresses: Vec<(ConsentChannel, &str)> =
        iter::once(own).chain(other.as_deref()).map(|hash| (channel, hash)).collect();
    let said = consent::latest(unit, &addresses).await?;
    let state = |hash: &str| said.of(channel, hash).map(|said| said.state);
    match state(own) {
        Some(ConsentState::Granted) => {}
        Some(refused) => return Ok(Some(reason(refused))),
        None => return Ok(Some("no_consent".to_owned())),
    }
    if let Some(refused) = other.as_deref().and_then(state).filter(|state| concerns_person(*state)) {
        return Ok(Some(reason(refused)));
    }
    match campaign.target_list_id {
        Some(list) if !is_subscribed(unit, list, own).await? => Ok(Some("off_list".to_owned())),
        _ => Ok(None),
    }
}

fn reason(state: ConsentState) -> String {
    state::name(&state).to_lowercase()
}

/// Whether it concerns the person, whatever the address. A bounce concerns the address only.
fn concerns_person(state: ConsentState) -> bool {
    matches!(state, ConsentState::Withdrawn | ConsentState::Complained | ConsentState::Erased)
}

/// The hash of the address that the customer has now, if it is another one: customers are merged, and change their
/// addresses, after the launch.
async fn other_address(
    unit: &UnitOfWork,
    channel: ConsentChannel,
    to: &campaign_recipients::Model,
) -> Result<Option<String>> {
    let Some(customer) = to.customer_id else { return Ok(None) };
    let column = match channel {
        ConsentChannel::Email => "email_hash",
        ConsentChannel::Sms | ConsentChannel::Phone => "phone_hash",
    };
    let mut sql = unit.sql();
    sql.write(format_args!("SELECT {column} AS hash FROM customers WHERE id = ")).bind(customer);
    let rows = unit.rows(sql).await?;
    let hash: Option<String> = rows.first().map_or(Ok(None), |row| row.try_get_by("hash"))?;
    Ok(hash.filter(|hash| *hash != to.address_hash))
}

async fn is_subscribed(unit: &UnitOfWork, list: Uuid, hash: &str) -> Result<bool> {
    let mut sql = unit.sql();
    sql.push("SELECT list_id AS id FROM email_subscribers WHERE address_hash = ").bind(hash);
    sql.push(" AND list_id = ").bind(list).push(" AND status = ").literal(&SubscriptionStatus::Subscribed);
    Ok(!unit.rows(sql).await?.is_empty())
}

//! How subscriptions move, and who has the addresses.

use std::collections::HashMap;

use entity::{
    email_subscribers,
    sea_orm_active_enums::{ConsentState, SubscriptionStatus},
};
use uuid::Uuid;

use crate::{Result, UnitOfWork, customers::consent::Latest, state::State};

/// Whoever left comes back by the owner of the address only.
impl State for SubscriptionStatus {
    const NOUN: &'static str = "subscription";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Subscribed, Self::Unsubscribed],
            Self::Subscribed => &[Self::Unsubscribed, Self::Bounced, Self::Complained],
            Self::Unsubscribed | Self::Bounced | Self::Complained => &[Self::Pending, Self::Subscribed],
        }
    }
}

/// What the address said by leaving the list, if it did.
pub(super) fn left(row: &email_subscribers::Model) -> Option<Latest> {
    let state = said_by(row.status)?;
    let since = row.unsubscribed_at.unwrap_or(row.updated_at);
    Some(Latest { state, occurred_at: since.to_utc() })
}

/// What an address said by leaving a list; none if it did not leave.
fn said_by(status: SubscriptionStatus) -> Option<ConsentState> {
    match status {
        SubscriptionStatus::Pending | SubscriptionStatus::Subscribed => None,
        SubscriptionStatus::Unsubscribed => Some(ConsentState::Withdrawn),
        SubscriptionStatus::Bounced => Some(ConsentState::Bounced),
        SubscriptionStatus::Complained => Some(ConsentState::Complained),
    }
}

/// The status of an address on a list after a consent; none if it stays.
pub(super) fn left_by(state: ConsentState) -> Option<SubscriptionStatus> {
    match state {
        ConsentState::Granted => None,
        ConsentState::Withdrawn | ConsentState::Erased => Some(SubscriptionStatus::Unsubscribed),
        ConsentState::Bounced => Some(SubscriptionStatus::Bounced),
        ConsentState::Complained => Some(SubscriptionStatus::Complained),
    }
}

/// Locks the customers who have e-mail addresses with these hashes, in the order of their ids: by hash.
pub(super) async fn lock_owners(unit: &UnitOfWork, hashes: &[&str]) -> Result<HashMap<String, Uuid>> {
    let mut owners = HashMap::new();
    if hashes.is_empty() {
        return Ok(owners);
    }
    let mut sql = unit.sql();
    sql.push("SELECT id, email_hash FROM customers WHERE email_hash").is_any_text(hashes);
    sql.push(" ORDER BY id").for_update();
    for row in unit.rows(sql).await? {
        owners.insert(row.try_get_by("email_hash")?, row.try_get_by("id")?);
    }
    Ok(owners)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn who_leaves_says_so() {
        for status in SubscriptionStatus::iter() {
            assert_eq!(said_by(status).and_then(left_by).unwrap_or(status), status);
        }
        assert_eq!(left_by(ConsentState::Granted), None);
    }
}

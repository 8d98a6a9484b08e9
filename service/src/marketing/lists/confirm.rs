//! Confirming a subscription: who has the token has read what was sent to the address.

use entity::{
    email_lists, email_subscribers,
    sea_orm_active_enums::{ConsentChannel, ConsentState, SubscriptionStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    CountChange, add_to_counts,
    link::{self, Subject},
    subscription::lock_owners,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    customers::{
        consent::{self, Record},
        hold_addresses,
    },
    edit::check,
    events::EventKind,
    links::{self, Purpose},
    refusal::{At, Refusal},
    state,
};

/// Confirms a subscription.
#[derive(Clone, Debug, Serialize)]
pub struct Confirm {
    /// What `subscribe` gave for the owner of the address.
    pub token: String,
}

impl Verb for Confirm {
    /// The list.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ConfirmSubscription;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let links = links::required(unit).at(["token"])?;
        let subject = link::read(links, Purpose::ConfirmSubscription, &self.token);
        let Some(Subject { list: Some(list), hash }) = subject else {
            return Err(invalid("the token is not valid").into());
        };
        hold_addresses(unit, &[&hash]).await?;
        let owner = lock_owners(unit, &[&hash]).await?.get(&hash).copied();
        let found = email_lists::Entity::find_by_id(list).lock_exclusive().one(unit.txn().await?).await?;
        if found.is_none() {
            return Err(invalid("the email list was deleted").into());
        }
        let row = email_subscribers::Entity::find()
            .filter(email_subscribers::Column::ListId.eq(list))
            .filter(email_subscribers::Column::AddressHash.eq(hash.as_str()));
        let row = row.one(unit.txn().await?).await?;
        let row = row.ok_or_else(|| invalid("the address is not on the list any more: subscribe it again"))?;
        match row.status {
            SubscriptionStatus::Subscribed => return Ok(list),
            SubscriptionStatus::Pending => {}
            status => {
                let message = "the address left the list: subscribe it again";
                return Err(state::refuse(status, SubscriptionStatus::Subscribed, message).at(["token"]).into());
            }
        }
        let record = Record {
            channel: ConsentChannel::Email,
            hash,
            customer_id: owner,
            state: ConsentState::Granted,
            source: "customer".to_owned(),
            evidence: json!({ "confirmedListId": list }),
            occurred_at: unit.now(),
        };
        consent::record(unit, record).await.at(["token"])?;
        confirm(unit, &row).await?;
        Ok(list)
    }
}

/// Subscribes an address that waited for it.
async fn confirm(unit: &mut UnitOfWork, row: &email_subscribers::Model) -> Result<()> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("UPDATE email_subscribers SET status = ").literal(&SubscriptionStatus::Subscribed);
    sql.push(", confirmed_at = ").bind(now).push(", updated_at = ").bind(now);
    sql.push(" WHERE email = ").bind(row.email.as_str()).push(" AND list_id = ").bind(row.list_id);
    unit.execute(sql).await?;
    for counted in add_to_counts(unit, &[CountChange { list: row.list_id, added: 1 }]).await? {
        let changes: [(&str, Json); 1] = [("subscribed", 1.into())];
        counted.tell(unit, EventKind::ListSubscribed, changes);
    }
    Ok(())
}

fn invalid(message: &str) -> Refusal {
    check::invalid("token", message)
}

//! What follows from what recipients did.

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use sea_orm::ActiveEnum;
use serde_json::json;
use uuid::Uuid;

use super::Met;
use crate::{
    Result, UnitOfWork,
    customers::{
        self,
        consent::{self, Record},
        touch::{self, Touch},
    },
    marketing::{campaign::fields::channel, lists},
};

/// Who says so.
const SOURCE: &str = "campaign";

impl Met<'_> {
    fn channel(&self) -> ConsentChannel {
        channel(self.campaign.r#type).unwrap_or(ConsentChannel::Email)
    }
}

/// Records that addresses do not want messages any more, or cannot be reached. Gives the e-mail addresses for which this
/// is the latest word, by their hashes: their owners may have wanted messages again since then.
pub(super) async fn withdraw<'a>(unit: &mut UnitOfWork, new: &'a [Met<'_>]) -> Result<Vec<(&'a str, ConsentState)>> {
    let record = |met: &Met<'_>| {
        let state = met.kind.withdraws()?;
        Some(Record {
            channel: met.channel(),
            hash: met.recipient.address_hash.clone(),
            customer_id: met.recipient.customer_id,
            state,
            source: SOURCE.to_owned(),
            evidence: json!({ "campaignId": met.campaign.id, "recipientId": met.recipient.id }),
            occurred_at: met.at,
        })
    };
    let records: Vec<Record> = new.iter().filter_map(record).collect();
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let hashes: Vec<&str> = records.iter().map(|record| record.hash.as_str()).collect();
    customers::hold_addresses(unit, &hashes).await?;
    for recorded in consent::record_all(unit, &records).await? {
        recorded?;
    }
    let addresses: Vec<(ConsentChannel, &str)> =
        records.iter().map(|record| (record.channel, record.hash.as_str())).collect();
    let said = consent::latest(unit, &addresses).await?;
    let mut withdrawn = Vec::new();
    for met in new {
        let hash = met.recipient.address_hash.as_str();
        if let Some(state) = met.kind.withdraws()
            && met.channel() == ConsentChannel::Email
            && !said.is_granted(ConsentChannel::Email, hash)
        {
            withdrawn.push((hash, state));
        }
    }
    Ok(withdrawn)
}

/// Adds touchpoints of customers who opened a message or followed a link in it.
pub(super) async fn touch(unit: &UnitOfWork, new: &[Met<'_>]) -> Result<()> {
    let touch = |met: &Met<'_>| {
        let (kind, recipient) = (met.kind.touch()?, met.recipient.id);
        Some(Touch {
            customer_id: met.recipient.customer_id?,
            agent_id: met.campaign.owner_agent_id,
            campaign_id: Some(met.campaign.id),
            channel: met.channel().to_value().value.to_string(),
            kind: kind.to_owned(),
            occurred_at: met.at,
            external_id: Some(format!("{SOURCE}:{recipient}:{kind}")),
        })
    };
    let mut touches: Vec<Touch> = new.iter().filter_map(touch).collect();
    if touches.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = touches.iter().map(|touch| touch.customer_id).collect();
    let found = customers::find_all(unit, &ids).await?;
    // Of somebody who was erased nothing is written any more.
    touches.retain(|touch| found.get(&touch.customer_id).is_some_and(|customer| !customer.is_erased));
    touch::add_all(unit, &touches).await.map(drop)
}

/// Takes e-mail addresses off all lists, each for its reason.
pub(super) async fn leave(unit: &mut UnitOfWork, withdrawn: &[(&str, ConsentState)]) -> Result<()> {
    for said in [ConsentState::Bounced, ConsentState::Complained, ConsentState::Withdrawn] {
        let hashes: Vec<&str> = withdrawn.iter().filter(|(_, state)| *state == said).map(|(hash, _)| *hash).collect();
        if !hashes.is_empty() {
            lists::withdraw(unit, &hashes, said).await?;
        }
    }
    Ok(())
}

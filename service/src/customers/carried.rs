//! What customers who are merged said last stays said: whoever did not want messages any more gets none at another
//! address of the same person.

use entity::{
    customers,
    sea_orm_active_enums::{ConsentChannel, ConsentState},
};
use serde_json::json;

use super::consent::{self, LatestConsents, Record};
use crate::{Result, UnitOfWork};

/// The source of what is carried over.
const SOURCE: &str = "merge";

/// Carries a later withdrawal of those who go over to the customer who stays.
pub(super) async fn carry_over(
    unit: &mut UnitOfWork,
    into: &customers::Model,
    gone: &[customers::Model],
) -> Result<()> {
    let all = gone.iter().chain([into]);
    let addresses: Vec<(ConsentChannel, &str)> = all.flat_map(addresses).collect();
    let latest = consent::latest(unit, &addresses).await?;
    let records = withdrawals(into, &latest, gone);
    consent::record_all(unit, &records).await.map(drop)
}

/// The addresses of a customer, by their hashes.
pub(super) fn addresses(customer: &customers::Model) -> impl Iterator<Item = (ConsentChannel, &str)> {
    let (email, phone) = (customer.email_hash.as_deref(), customer.phone_hash.as_deref());
    let all = [(ConsentChannel::Email, email), (ConsentChannel::Sms, phone), (ConsentChannel::Phone, phone)];
    all.into_iter().filter_map(|(channel, hash)| Some((channel, hash?)))
}

/// The withdrawals that concern the customer who stays.
fn withdrawals(into: &customers::Model, latest: &LatestConsents, gone: &[customers::Model]) -> Vec<Record> {
    let withdrawn = |(channel, hash): (ConsentChannel, &str)| {
        let granted = latest.of(channel, hash).filter(|own| own.state == ConsentState::Granted)?;
        let said = gone.iter().flat_map(|customer| {
            let other = addresses(customer).find(|(other, _)| *other == channel);
            other.and_then(|(channel, hash)| latest.of(channel, hash)).map(|said| (customer.id, said))
        });
        // A bounce says something of the address, not of the person.
        let refused = said.filter(|(_, said)| matches!(said.state, ConsentState::Withdrawn | ConsentState::Complained));
        let (from, said) = refused.max_by_key(|(_, said)| said.occurred_at)?;
        (said.occurred_at > granted.occurred_at).then(|| Record {
            channel,
            hash: hash.to_owned(),
            customer_id: Some(into.id),
            state: ConsentState::Withdrawn,
            source: SOURCE.to_owned(),
            evidence: json!({ "fromId": from }),
            occurred_at: said.occurred_at,
        })
    };
    addresses(into).filter_map(withdrawn).collect()
}

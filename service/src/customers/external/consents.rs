//! What is recorded of the consents that another system names.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use uuid::Uuid;

use super::ExternalConsent;
use crate::customers::{
    address,
    consent::{self, Latest, LatestConsents, Record},
};

/// The latest consents of the addresses at hand, and those that are recorded in addition.
pub(super) struct Consents {
    latest: LatestConsents,
    pub(super) records: Vec<Record>,
}

/// What became of the consents of a customer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// Whether one is recorded.
    pub(super) is_recorded: bool,
    /// Whether one is not, because the person said no before.
    pub(super) is_suppressed: bool,
}

impl Consents {
    pub(super) fn new(latest: LatestConsents) -> Self {
        Self { latest, records: Vec::new() }
    }

    /// Whether an e-mail address allows marketing messages now.
    pub(super) fn accepts(&self, email: &str) -> bool {
        self.latest.is_granted(ConsentChannel::Email, &address::hash(ConsentChannel::Email, email))
    }

    /// Takes consents of a customer at these addresses.
    pub(super) fn take(
        &mut self,
        said: &[ExternalConsent],
        email: Option<&str>,
        phone: Option<&str>,
        customer: Uuid,
        now: DateTime<Utc>,
    ) -> Taken {
        let mut taken = Taken::default();
        for consent in said {
            let named = if consent.channel == ConsentChannel::Email { email } else { phone };
            let Some(named) = named else { continue };
            let hash = address::hash(consent.channel, named);
            let before = self.latest.of(consent.channel, &hash);
            let Some(occurred_at) = moment(consent, before, now) else { continue };
            let record = Record {
                channel: consent.channel,
                hash,
                customer_id: Some(customer),
                state: consent.state,
                source: consent.source.clone(),
                evidence: consent.evidence.clone(),
                occurred_at,
            };
            if consent::check(&record, before).is_err() {
                taken.is_suppressed = true;
                continue;
            }
            self.latest.take(&record, occurred_at);
            self.records.push(record);
            taken.is_recorded = true;
        }
        taken
    }
}

/// When a consent was decided, if it is to be recorded: what is known already is not.
fn moment(consent: &ExternalConsent, before: Option<Latest>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // A clock that is ahead must not win over a later decision made here.
    let occurred_at = consent.occurred_at.map(|at| at.min(now));
    let is_known = match (before, occurred_at) {
        (Some(before), Some(at)) => before.state == consent.state && at <= before.occurred_at,
        (Some(before), None) if consent.state == ConsentState::Granted => before.state == ConsentState::Granted,
        // A bounce or a complaint forbids no less.
        (Some(before), None) => before.state != ConsentState::Granted,
        (None, Some(_)) => false,
        // Who never allowed messages has nothing to take back.
        (None, None) => consent.state != ConsentState::Granted,
    };
    (!is_known).then(|| occurred_at.unwrap_or(now))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn said(state: ConsentState, source: &str, hour: Option<i64>) -> ExternalConsent {
        ExternalConsent {
            channel: ConsentChannel::Email,
            state,
            source: source.to_owned(),
            evidence: json!({ "system": "shopify" }),
            occurred_at: hour.map(at),
        }
    }

    /// What is recorded of consents that are named one after the other.
    fn recorded(all: &[ExternalConsent]) -> Vec<(ConsentState, DateTime<Utc>)> {
        let mut consents = Consents::new(LatestConsents::default());
        for consent in all {
            consents.take(std::slice::from_ref(consent), Some("ann@example.com"), None, Uuid::nil(), at(9));
        }
        consents.records.iter().map(|record| (record.state, record.occurred_at)).collect()
    }

    #[test]
    fn what_is_known_is_not_recorded_again() {
        use ConsentState::{Granted, Withdrawn};
        let file = |state| said(state, "import", None);
        assert_eq!(recorded(&[file(Granted), file(Granted)]), [(Granted, at(9))]);
        assert!(recorded(&[file(Withdrawn)]).is_empty());
        assert_eq!(recorded(&[file(Granted), file(Withdrawn)]), [(Granted, at(9)), (Withdrawn, at(9))]);
        let timed = |state, hour| said(state, "customer", Some(hour));
        assert_eq!(recorded(&[timed(Withdrawn, 3), timed(Withdrawn, 3)]), [(Withdrawn, at(3))]);
        assert_eq!(recorded(&[timed(Granted, 12)]), [(Granted, at(9))]);
    }

    #[test]
    fn only_the_person_lifts_a_withdrawal_and_only_later() {
        use ConsentState::{Granted, Withdrawn};
        let withdrawn = said(Withdrawn, "customer", Some(5));
        for (again, count) in [
            (said(Granted, "import", None), 1),
            (said(Granted, "customer", Some(4)), 1),
            (said(Granted, "customer", Some(6)), 2),
        ] {
            assert_eq!(recorded(&[withdrawn.clone(), again]).len(), count);
        }
    }
}

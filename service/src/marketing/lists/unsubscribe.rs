//! Leaving lists: by the token of a link, or by what the owner of an address said to an agent.

use entity::{
    email_lists,
    sea_orm_active_enums::{ConsentChannel, ConsentState, SubscriptionStatus},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{
    leave::leave,
    link::{self, Subject},
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    customers::{
        address,
        consent::{self, Record},
        hold_addresses,
    },
    edit::{self, check},
    links::{self, Purpose},
    refusal::At,
};

/// Takes an address off a list or off all: only its owner brings it back. It withdraws the consent to e-mails.
#[derive(Clone, Debug, Serialize)]
pub struct Unsubscribe {
    /// The token of a link; it says which address and which list.
    pub token: Option<String>,
    /// Or the address.
    pub email: Option<String>,
    /// The list.
    pub list_id: Option<Uuid>,
    /// Whether it leaves all lists.
    pub all: bool,
    /// Why.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Unsubscribed {
    /// The lists that the address was taken off.
    pub lists: Vec<Uuid>,
}

impl Verb for Unsubscribe {
    type Outcome = Unsubscribed;
    const OPERATION: Operation = Operation::Unsubscribe;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Unsubscribed> {
        if let Some(reason) = &self.reason {
            check::text("reason", reason, check::NAME)?;
        }
        let Subject { list, hash } = self.subject(unit)?;
        if let Some(list) = self.list_id {
            edit::find::<email_lists::Model>(unit, list).await.at(["listId"])?;
        }
        hold_addresses(unit, &[&hash]).await?;
        self.withdraw(unit, list, &hash).await?;
        let lists = leave(unit, &[&hash], list, SubscriptionStatus::Unsubscribed).await?;
        Ok(Unsubscribed { lists })
    }
}

impl Unsubscribe {
    /// Which address leaves which list.
    fn subject(&self, unit: &UnitOfWork) -> Result<Subject> {
        match (&self.token, &self.email) {
            (Some(token), None) if self.list_id.is_none() && !self.all => {
                let subject = link::read(links::required(unit).at(["token"])?, Purpose::Unsubscribe, token);
                Ok(subject.ok_or_else(|| check::invalid("token", "the token is not valid"))?)
            }
            (Some(_), _) => {
                let message = "`token` names the address and the list already: leave out `email`, `listId` and `all`";
                Err(check::invalid("token", message).into())
            }
            (None, Some(email)) => {
                if self.all == self.list_id.is_some() {
                    return Err(check::invalid("listId", "give either `listId`, or `all`: true").into());
                }
                let email = address::normal(email);
                address::check_email("email", &email)?;
                Ok(Subject { list: self.list_id, hash: address::hash(ConsentChannel::Email, &email) })
            }
            (None, None) => Err(check::invalid("email", "give either `token` or `email`").into()),
        }
    }

    /// Records that the owner does not want messages, unless that is known.
    async fn withdraw(&self, unit: &mut UnitOfWork, list: Option<Uuid>, hash: &str) -> Result<()> {
        let latest = consent::latest(unit, &[(ConsentChannel::Email, hash)]).await?;
        let said = latest.of(ConsentChannel::Email, hash);
        if said.is_some_and(|said| said.state != ConsentState::Granted) {
            return Ok(());
        }
        let source = if self.token.is_some() { "customer" } else { "api" };
        let mut evidence = Map::new();
        evidence.insert("listId".to_owned(), list.map(|list| list.to_string()).into());
        evidence.insert("reason".to_owned(), self.reason.clone().into());
        let record = Record {
            channel: ConsentChannel::Email,
            hash: hash.to_owned(),
            customer_id: None,
            state: ConsentState::Withdrawn,
            source: source.to_owned(),
            evidence: Json::Object(evidence),
            occurred_at: unit.now(),
        };
        consent::record(unit, record).await
    }
}

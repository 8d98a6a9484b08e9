//! What recipients did with the messages of campaigns: each time is kept once.
//!
//! Whoever could not be reached, complains or unsubscribes is not written to any more; who opens a message or follows a
//! link has met the campaign.

mod follow;
mod known;
mod times;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{campaign_recipients, campaigns, sea_orm_active_enums::ConsentState};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::known::Known;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
};

/// Records what recipients did.
#[derive(Clone, Debug, Serialize)]
pub struct RecordEngagement {
    /// What each did.
    pub items: Vec<Engagement>,
    /// What happens to the other items when one is refused.
    pub on_error: OnError,
}

/// What a recipient did.
#[derive(Clone, Debug, Serialize)]
pub struct Engagement {
    /// The recipient.
    pub recipient_id: Option<Uuid>,
    /// Or what the provider calls the message.
    pub provider_message_id: Option<String>,
    /// What.
    pub kind: EngagementKind,
    /// When; none for now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What can come of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum EngagementKind {
    /// It was delivered.
    Delivered,
    /// It was opened.
    Opened,
    /// A link in it was followed.
    Clicked,
    /// It came back.
    Bounced,
    /// It was reported as spam.
    Complained,
    /// The recipient unsubscribed.
    Unsubscribed,
}

impl EngagementKind {
    /// What it says about further messages.
    fn withdraws(self) -> Option<ConsentState> {
        match self {
            Self::Bounced => Some(ConsentState::Bounced),
            Self::Complained => Some(ConsentState::Complained),
            Self::Unsubscribed => Some(ConsentState::Withdrawn),
            Self::Delivered | Self::Opened | Self::Clicked => None,
        }
    }

    /// What it is called as a touchpoint.
    fn touch(self) -> Option<&'static str> {
        match self {
            Self::Opened => Some("opened"),
            Self::Clicked => Some("clicked"),
            _ => None,
        }
    }
}

/// What became of an item.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Engaged {
    /// The recipient.
    pub recipient: Uuid,
    /// Whether it was not known yet.
    pub applied: bool,
}

/// What a recipient did, as far as it is not known yet.
struct Met<'a> {
    recipient: &'a campaign_recipients::Model,
    campaign: &'a campaigns::Model,
    kind: EngagementKind,
    at: DateTime<Utc>,
}

impl Verb for RecordEngagement {
    type Outcome = Vec<ItemResult<Engaged>>;
    const OPERATION: Operation = Operation::RecordCampaignEngagement;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<ItemResult<Engaged>>> {
        batch::check_size("items", self.items.len())?;
        let known = Known::read(unit, &self.items).await?;
        let (mut new, mut seen, mut results) = (Vec::new(), HashSet::new(), Vec::with_capacity(self.items.len()));
        for item in &self.items {
            results.push(known.find(unit, item).map(|met| {
                let recipient = met.recipient.id;
                let applied = times::of(met.recipient, met.kind).is_none() && seen.insert((recipient, met.kind));
                if applied {
                    new.push(met);
                }
                Engaged { recipient, applied }
            }));
        }
        // Customers are locked first, then lists, then recipients.
        let withdrawn = follow::withdraw(unit, &new).await?;
        follow::touch(unit, &new).await?;
        follow::leave(unit, &withdrawn).await?;
        times::write(unit, &new).await?;
        batch::collect(self.on_error, results)
    }
}

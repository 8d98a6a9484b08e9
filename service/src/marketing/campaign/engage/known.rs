//! The recipients that items name, read at once.

use std::collections::HashMap;

use entity::{campaign_recipients, campaigns};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{Engagement, Met};
use crate::{
    Error, Result, UnitOfWork,
    access::Scope,
    edit::check,
    refusal::{At, Code, Located, Refusal},
    state,
};

/// What a recipient is called in a sentence.
const NOUN: &str = "campaign recipient";

/// Reads the recipients that have one of these ids, or whose message has one of these names at the provider. With an
/// empty list in the condition SQLite would read the whole table.
async fn recipients(unit: &UnitOfWork, ids: Vec<Uuid>, messages: Vec<&str>) -> Result<Vec<campaign_recipients::Model>> {
    let mut named = Condition::any();
    if !ids.is_empty() {
        named = named.add(campaign_recipients::Column::Id.is_in(ids));
    }
    if !messages.is_empty() {
        named = named.add(campaign_recipients::Column::ProviderMessageId.is_in(messages));
    }
    match named.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(campaign_recipients::Entity::find().filter(named).all(unit.txn().await?).await?),
    }
}

/// Recipients that items name, with their campaigns.
pub(super) struct Known {
    recipients: HashMap<Uuid, campaign_recipients::Model>,
    /// By what the provider calls the message; none if it calls several so.
    messages: HashMap<String, Option<Uuid>>,
    campaigns: HashMap<Uuid, campaigns::Model>,
    scope: Scope,
}

impl Known {
    pub(super) async fn read(unit: &UnitOfWork, items: &[Engagement]) -> Result<Self> {
        let ids: Vec<Uuid> = items.iter().filter_map(|item| item.recipient_id).collect();
        let messages: Vec<&str> = items.iter().filter_map(|item| item.provider_message_id.as_deref()).collect();
        let found = recipients(unit, ids, messages).await?;
        let of: Vec<Uuid> = found.iter().map(|row| row.campaign_id).collect();
        let of = campaigns::Entity::find().filter(campaigns::Column::Id.is_in(of)).all(unit.txn().await?).await?;
        let scope = Scope::of(unit, of.iter().filter_map(|campaign| campaign.owner_agent_id)).await?;
        let mut messages = HashMap::new();
        for row in &found {
            if let Some(message) = &row.provider_message_id {
                messages.entry(message.clone()).and_modify(|id| *id = None).or_insert(Some(row.id));
            }
        }
        Ok(Self {
            messages,
            recipients: found.into_iter().map(|row| (row.id, row)).collect(),
            campaigns: of.into_iter().map(|row| (row.id, row)).collect(),
            scope,
        })
    }

    /// Who did what; refuses what cannot have happened.
    pub(super) fn find(&self, unit: &UnitOfWork, item: &Engagement) -> Result<Met<'_>> {
        let (recipient, field) = self.named(item)?;
        let unknown = || Error::internal(format!("recipient {} has no campaign", recipient.id));
        let campaign = self.campaigns.get(&recipient.campaign_id).ok_or_else(unknown)?;
        if let Some(owner) = campaign.owner_agent_id {
            self.scope.check(owner).at([field])?;
        }
        if recipient.send_attempts == 0 {
            let refusal = state::refuse_in(recipient.status, "no message was sent to the recipient");
            return Err(refusal.at([field]).into());
        }
        let at = item.occurred_at.unwrap_or_else(|| unit.now());
        if at > unit.now() {
            return Err(check::invalid("occurredAt", "`occurredAt` is in the future").into());
        }
        if at < recipient.created_at.to_utc() {
            return Err(check::invalid("occurredAt", "`occurredAt` is before the campaign was launched").into());
        }
        Ok(Met { recipient, campaign, kind: item.kind, at })
    }

    /// The recipient of an item, and the field that names it.
    fn named(&self, item: &Engagement) -> Result<(&campaign_recipients::Model, &'static str)> {
        match (item.recipient_id, &item.provider_message_id) {
            (Some(id), None) => {
                let unknown = || Error::NotFound(NOUN, id).located(["recipientId"]);
                Ok((self.recipients.get(&id).ok_or_else(unknown)?, "recipientId"))
            }
            (None, Some(message)) => {
                let unknown = || {
                    let message = format!("no recipient has the message {message:?}");
                    Refusal::new(Code::NotFound, message).at(["providerMessageId"])
                };
                let id = self.messages.get(message).ok_or_else(unknown)?.ok_or_else(|| {
                    // A bounce must not end the consent of another person.
                    let refused = format!("several recipients have the message {message:?}: give `recipientId`");
                    check::invalid("providerMessageId", refused)
                })?;
                Ok((self.recipients.get(&id).ok_or_else(unknown)?, "providerMessageId"))
            }
            _ => Err(check::invalid("recipientId", "give either `recipientId` or `providerMessageId`").into()),
        }
    }
}

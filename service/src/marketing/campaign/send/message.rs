//! Where a message goes: read when it is shown, so that it is not kept with the answer to a call.

use entity::{campaign_recipients, campaigns, sea_orm_active_enums::CampaignType};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Result, Service, marketing::lists::link};

/// The address of a recipient; of none, if nothing is sent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Address(pub Option<Uuid>);

/// Where a recipient unsubscribes from the list of the campaign, or without one from all; of none, if nothing is sent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct UnsubscribeUrl(pub Option<Uuid>);

impl Address {
    /// Reads it; none if it was erased.
    pub async fn read(self, service: &Service) -> Result<Option<String>> {
        Ok(find(service, self.0).await?.and_then(|(recipient, _)| recipient.address))
    }
}

impl UnsubscribeUrl {
    /// Reads it; none for what is no e-mail, and if the server does not sign links.
    pub async fn read(self, service: &Service) -> Result<Option<String>> {
        let Some((recipient, Some(campaign))) = find(service, self.0).await? else { return Ok(None) };
        let links = service.links().filter(|_| campaign.r#type == CampaignType::Email);
        Ok(links.map(|links| link::unsubscribe_url(links, campaign.target_list_id, &recipient.address_hash)))
    }
}

/// A recipient, with its campaign.
async fn find(
    service: &Service,
    recipient: Option<Uuid>,
) -> Result<Option<(campaign_recipients::Model, Option<campaigns::Model>)>> {
    let Some(id) = recipient else { return Ok(None) };
    let found = campaign_recipients::Entity::find_by_id(id).find_also_related(campaigns::Entity);
    Ok(found.one(service.database().reader()).await?)
}

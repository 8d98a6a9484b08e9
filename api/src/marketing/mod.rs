//! Campaigns, their content, and the lists that e-mails go to.

mod campaign;
mod content;
mod list;
mod subscriber;

use async_graphql::MergedObject;

pub use campaign::{Campaign, CampaignStatus, CampaignType};
pub use content::{ContentItem, ContentStatus};
pub use list::{EmailList, EmailListType};
pub use subscriber::{EmailSubscriber, SubscriptionStatus};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct MarketingQuery(
    campaign::CampaignQuery,
    content::ContentItemQuery,
    list::EmailListQuery,
    subscriber::EmailSubscriberQuery,
);

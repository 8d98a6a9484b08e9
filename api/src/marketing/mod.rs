//! Campaigns, their content, and the lists that e-mails go to.

mod campaign;
mod content;
mod list;
mod recipient;
mod subscriber;

pub use campaign::{Campaign, CampaignStatus, CampaignType};
pub use content::{ContentItem, ContentStatus};
pub use list::{EmailList, EmailListType};
pub use recipient::{CampaignRecipient, RecipientStatus};
pub use subscriber::{EmailSubscriber, SubscriptionStatus};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] =
    &[Campaign::TABLE, CampaignRecipient::TABLE, ContentItem::TABLE, EmailList::TABLE, EmailSubscriber::TABLE];

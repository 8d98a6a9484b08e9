//! Campaigns, their content, and the lists that e-mails go to.

mod campaign;
mod content;
mod list;
mod subscriber;

pub use campaign::{Campaign, CampaignStatus, CampaignType};
pub use content::{ContentItem, ContentStatus};
pub use list::{EmailList, EmailListType};
pub use subscriber::{EmailSubscriber, SubscriptionStatus};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Campaign::TABLE, ContentItem::TABLE, EmailList::TABLE, EmailSubscriber::TABLE];

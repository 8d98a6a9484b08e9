//! The shop's connections to other systems: webhooks in and out, and bulk jobs.

mod delivery;
mod endpoint;
mod inbound;
mod job;

pub use delivery::{DeliveryStatus, WebhookDelivery};
pub use endpoint::WebhookEndpoint;
pub use inbound::{InboundStatus, InboundWebhook};
pub use job::{BulkJob, BulkJobKind, BulkJobStatus, BulkOnError};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] =
    &[InboundWebhook::TABLE, WebhookEndpoint::TABLE, WebhookDelivery::TABLE, BulkJob::TABLE];

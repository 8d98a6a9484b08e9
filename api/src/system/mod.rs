//! What happened in the system, and how it is set.

mod configuration;
mod event;

use async_graphql::MergedObject;

pub use configuration::Configuration;
pub use event::{EventSeverity, SystemEvent};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct SystemQuery(event::SystemEventQuery, configuration::ConfigurationQuery);

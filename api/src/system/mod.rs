//! What happened in the system, and how it is set.

mod configuration;
mod event;
mod mutation;

use async_graphql::MergedObject;

pub use configuration::Configuration;
pub use event::{EventSeverity, SystemEvent};
pub use mutation::SystemMutation;

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct SystemQuery(event::SystemEventQuery, configuration::ConfigurationQuery);

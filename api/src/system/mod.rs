//! What happened in the system, and how it is set.

mod configuration;
mod event;

pub use configuration::Configuration;
pub use event::{EventSeverity, SystemEvent};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[SystemEvent::TABLE, Configuration::TABLE];

//! Who may use the API, and what was done with it. But for [`Me`], only administrators read this, and only through its
//! root fields: no other type leads here, and `node` does not either.

mod api_key;
mod audit_entry;
mod me;

pub use api_key::{ApiKey, Role};
pub use audit_entry::AuditEntry;
pub use me::Me;
pub(crate) use me::MeQuery;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[ApiKey::TABLE, AuditEntry::TABLE];

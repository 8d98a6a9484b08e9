//! Who may use the API, and what was done with it. But for [`Me`], only administrators read this, and only through its
//! root fields: no other type leads here, and `node` does not either.

mod api_key;
mod audit_entry;
mod me;

use async_graphql::MergedObject;

pub use api_key::{ApiKey, Role};
pub use audit_entry::AuditEntry;
pub use me::Me;

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct IdentityQuery(api_key::ApiKeyQuery, audit_entry::AuditEntryQuery, me::MeQuery);

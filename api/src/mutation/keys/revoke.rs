//! Revoking an API key.

use crate::mutation::prelude::*;

verbs! {
    /// Revokes an API key at once and for good. Revoking it again changes nothing.
    revoke_api_key = perform(service::keys::Revoke) {
        /// The key.
        id: Id,
    } -> api_key: ApiKey;
}

//! The secrets of endpoints, and what is signed with them. None is stored: each follows from the secret of the server,
//! the endpoint and its generation.

use std::fmt;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::{Error, Result, Service, links::Links};

/// Names a secret. The outcome of a call keeps the name, not the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretName {
    /// The endpoint.
    pub endpoint: Uuid,
    /// How often its secret was made: from 1.
    pub generation: i32,
}

/// A secret of an endpoint.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl SecretName {
    fn secret(self, links: &Links) -> Secret {
        let mut object = b"webhook endpoint\0".to_vec();
        object.extend_from_slice(self.endpoint.as_bytes());
        object.extend_from_slice(&self.generation.to_be_bytes());
        Secret(links.derive(&object))
    }
}

impl Secret {
    /// Its bytes, for the one who verifies signatures.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// The signature of a message, as Standard Webhooks defines it: of its id, the time in seconds and its body.
    pub fn sign(&self, id: Uuid, at: DateTime<Utc>, body: &[u8]) -> Result<[u8; 32]> {
        let signer = Hmac::<Sha256>::new_from_slice(&self.0);
        let signer = signer.map_err(|error| Error::internal(format!("a webhook cannot be signed: {error}")))?;
        let signer = signer.chain_update(format!("{id}.{}.", at.timestamp())).chain_update(body);
        Ok(signer.finalize().into_bytes().into())
    }
}

/// Without the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl Service {
    /// A secret of an endpoint; none if this server has no secret of its own.
    pub fn webhook_secret(&self, name: SecretName) -> Option<Secret> {
        self.links().map(|links| name.secret(links))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_and_generation_has_its_own_secret() {
        let links = |secret| Links::new(secret, "https://shop.example").expect("links");
        let name = |endpoint, generation| SecretName { endpoint: Uuid::from_u128(endpoint), generation };
        let secret = name(1, 1).secret(&links("a"));
        assert_eq!(secret, name(1, 1).secret(&links("a")));
        assert_ne!(secret, name(1, 2).secret(&links("a")));
        assert_ne!(secret, name(2, 1).secret(&links("a")));
        assert_ne!(secret, name(1, 1).secret(&links("b")));
        assert_eq!(format!("{secret:?}"), "Secret(***)");
    }
}

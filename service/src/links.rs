//! Signed links: what a message links to says for whom it is, so that whoever follows the link needs no key.
//!
//! The signature is an HMAC of the server's secret. A token does not expire: who unsubscribes may do so years later.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{
    Error, Result, UnitOfWork, hash,
    refusal::{Code, Refusal},
};

/// The most characters of a token.
const MAX_TOKEN: usize = 2000;

/// What a link is for. A token for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To unsubscribe from messages.
    Unsubscribe,
    /// To confirm a subscription.
    ConfirmSubscription,
}

impl Purpose {
    /// Its name in signatures, which must never change.
    const fn name(self) -> &'static str {
        match self {
            Self::Unsubscribe => "unsubscribe",
            Self::ConfirmSubscription => "confirm_subscription",
        }
    }
}

/// Signs links, and says where they lead.
#[derive(Clone)]
pub struct Links {
    signer: Hmac<Sha256>,
    /// Where people reach the server, without a slash at the end.
    public_url: String,
}

impl Links {
    /// Links that are signed with a secret, of a server that people reach at `public_url`.
    pub fn new(secret: &str, public_url: &str) -> Result<Self> {
        let signer = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
        let signer = signer.map_err(|error| Error::internal(format!("links cannot be signed: {error}")))?;
        Ok(Self { signer, public_url: public_url.trim_end_matches('/').to_owned() })
    }

    /// A token that names the subject of a link, such as a list and the hash of an address. It can be a part of a path.
    /// The subject can be read by everybody who has the token.
    pub fn sign(&self, purpose: Purpose, subject: &str) -> String {
        let signature = self.signer(purpose, subject).finalize().into_bytes();
        format!("{}.{}", hash::digits(subject), hash::digits(signature))
    }

    /// The subject of a token; none if this server did not sign it for the purpose.
    pub fn verify(&self, purpose: Purpose, token: &str) -> Option<String> {
        if token.len() > MAX_TOKEN {
            return None;
        }
        let (subject, signature) = token.split_once('.')?;
        let subject = String::from_utf8(hash::bytes(subject)?).ok()?;
        // In constant time.
        self.signer(purpose, &subject).verify_slice(&hash::bytes(signature)?).ok()?;
        Some(subject)
    }

    /// The address of a path of the server, such as `unsubscribe/TOKEN`.
    pub fn url(&self, path: &str) -> String {
        format!("{}/{}", self.public_url, path.trim_start_matches('/'))
    }

    /// A secret of its own for an object that is named by these bytes: it follows from the secret of the server.
    pub(crate) fn derive(&self, object: &[u8]) -> [u8; 32] {
        self.signer.clone().chain_update("secret\0").chain_update(object).finalize().into_bytes().into()
    }

    fn signer(&self, purpose: Purpose, subject: &str) -> Hmac<Sha256> {
        self.signer.clone().chain_update(purpose.name()).chain_update("\0").chain_update(subject)
    }
}

/// Without the secret.
impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Links({})", self.public_url)
    }
}

/// The links of the server; a refusal if it has none, and the caller cannot go on without them.
pub(crate) fn required(unit: &UnitOfWork) -> Result<&Links, Refusal> {
    unit.links().ok_or_else(|| {
        let message = "emails need links that the server signs: start it with VIVIDWALLS_PUBLIC_URL, and on PostgreSQL \
                       with VIVIDWALLS_SECRET, too";
        Refusal::new(Code::Invalid, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_signed_is_read() {
        let links = Links::new("a secret", "https://shop.example/").expect("links");
        let token = links.sign(Purpose::Unsubscribe, "list ä\0b");
        assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'), "{token}");
        assert_eq!(links.verify(Purpose::Unsubscribe, &token).as_deref(), Some("list ä\0b"));
        assert_eq!(links.verify(Purpose::ConfirmSubscription, &token), None);
        let other = Links::new("another secret", "https://shop.example").expect("links");
        assert_eq!(other.verify(Purpose::Unsubscribe, &token), None);
        let changed = token.replacen('6', "7", 1);
        assert_ne!(changed, token);
        for wrong in ["", ".", "é", "6c.é", "zz.zz", &token[1..], &token[..token.len() - 2], &changed] {
            assert_eq!(links.verify(Purpose::Unsubscribe, wrong), None, "{wrong}");
        }
        let long = links.sign(Purpose::Unsubscribe, &"x".repeat(MAX_TOKEN));
        assert_eq!(links.verify(Purpose::Unsubscribe, &long), None);
    }

    #[test]
    fn an_address_has_one_slash_before_its_path() {
        for base in ["https://shop.example", "https://shop.example/"] {
            let links = Links::new("a secret", base).expect("links");
            assert_eq!(links.url("/unsubscribe/x"), "https://shop.example/unsubscribe/x");
            assert_eq!(links.url("unsubscribe/x"), "https://shop.example/unsubscribe/x");
        }
    }
}

//! What stands for a key where no header can be sent: a browser's `EventSource` has an address only.
//!
//! A ticket is signed with the hash of its key, so that every server of the database can check it and none has to keep
//! it. It only says who asks; whether the key is still good is asked as ever.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entity::api_keys;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{Identity, token::is_shown};
use crate::{Error, Result, Service, hash};

/// What every ticket begins with; a key begins differently.
const MARK: &str = "vwt_";
/// How long a ticket is accepted: an address may end up in the log of a proxy.
const LIFE: Duration = Duration::minutes(1);
const UNKNOWN: &str = "this is not a ticket of this server";

/// A ticket and its end.
#[derive(Clone)]
pub struct Ticket {
    /// What is sent.
    pub text: String,
    /// From when on it is refused.
    pub expires_at: DateTime<Utc>,
}

impl Service {
    /// A ticket for a key that was accepted a moment ago.
    pub fn ticket(&self, identity: &Identity) -> Result<Ticket> {
        let expires_at = self.clock().now() + LIFE;
        let digits = identity.prefix.trim_start_matches("vw_");
        let claim = format!("{MARK}{digits}_{}", expires_at.timestamp_millis());
        let signature = hash::digits(signer(&identity.hash, &claim)?.finalize().into_bytes());
        Ok(Ticket { text: format!("{claim}_{signature}"), expires_at })
    }

    /// The key that a ticket stands for. Whether the key may be used is not asked here.
    pub async fn redeem(&self, ticket: &str) -> Result<Identity> {
        let (claim, signature) = ticket.rsplit_once('_').ok_or_else(unknown)?;
        let (prefix, end) = parts(claim).ok_or_else(unknown)?;
        if end <= self.clock().now() {
            return Err(Error::Unauthenticated("the ticket has expired: get a new one at /graphql/ticket".to_owned()));
        }
        let key = self.key_shown_as(prefix).await?;
        let signature = hash::bytes(signature).ok_or_else(unknown)?;
        // In constant time.
        signer(&key.hash, claim)?.verify_slice(&signature).map_err(|_| unknown())?;
        Ok(key)
    }

    /// Whether a ticket names a key that was issued and not revoked.
    pub async fn is_issued_ticket(&self, ticket: &str) -> Result<bool> {
        match ticket.rsplit_once('_').and_then(|(claim, _)| parts(claim)) {
            Some((prefix, _)) => self.is_listed(&prefix).await,
            None => Ok(false),
        }
    }

    /// The key with these shown digits.
    async fn key_shown_as(&self, prefix: Arc<str>) -> Result<Identity> {
        let now = self.clock().now();
        if let Some(identity) = self.keys().identity(&prefix) {
            return Ok(identity);
        }
        if self.keys().refusal(&prefix, now).is_some() {
            return Err(unknown());
        }
        let (age, row) = self.key_by(api_keys::Column::Prefix, &prefix).await?;
        let Some(row) = row else {
            self.keys().refuse(age, prefix, UNKNOWN.to_owned(), now);
            return Err(unknown());
        };
        let identity = Identity { prefix, hash: row.hash.into() };
        self.keys().remember_identity(identity.clone());
        Ok(identity)
    }
}

/// The key that a ticket names, by its shown digits, and the ticket's end.
fn parts(claim: &str) -> Option<(Arc<str>, DateTime<Utc>)> {
    let (digits, end) = claim.strip_prefix(MARK)?.split_once('_')?;
    let end = DateTime::from_timestamp_millis(end.parse().ok()?)?;
    is_shown(digits).then(|| (format!("vw_{digits}").into(), end))
}

fn unknown() -> Error {
    Error::Unauthenticated(UNKNOWN.to_owned())
}

fn signer(hash: &str, claim: &str) -> Result<Hmac<Sha256>> {
    let signer = Hmac::<Sha256>::new_from_slice(hash.as_bytes());
    Ok(signer.map_err(|error| Error::internal(format!("a ticket cannot be signed: {error}")))?.chain_update(claim))
}

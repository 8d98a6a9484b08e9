//! What stands for a key where no header can be sent: a browser's `EventSource` has an address only.
//!
//! A ticket is signed with the hash of its key, so that every server of the database can check it and none has to keep
//! it. It only says who asks; whether the key is still good is asked as ever.

use chrono::{DateTime, Duration, Utc};
use entity::api_keys;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sha2::Sha256;

use super::{Identity, token::is_shown};
use crate::{Error, Result, Service, hash};

/// What every ticket begins with; a key begins differently.
const MARK: &str = "vwt_";
/// How long a ticket is accepted: an address may end up in the log of a proxy.
const LIFE: Duration = Duration::minutes(1);

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
        let refuse = |message: &str| Error::Unauthenticated(message.to_owned());
        let unknown = || refuse("this is not a ticket of this server");
        let (claim, signature) = ticket.rsplit_once('_').ok_or_else(unknown)?;
        let (digits, end) = claim.strip_prefix(MARK).and_then(|rest| rest.split_once('_')).ok_or_else(unknown)?;
        let end = end.parse().ok().and_then(DateTime::from_timestamp_millis).ok_or_else(unknown)?;
        if !is_shown(digits) {
            return Err(unknown());
        }
        if end <= self.clock().now() {
            return Err(refuse("the ticket has expired: get a new one at /graphql/ticket"));
        }
        let key = api_keys::Entity::find().filter(api_keys::Column::Prefix.eq(format!("vw_{digits}")));
        let key = key.one(self.database().reader()).await?.ok_or_else(unknown)?;
        let signature = hash::bytes(signature).ok_or_else(unknown)?;
        // In constant time.
        signer(&key.hash, claim)?.verify_slice(&signature).map_err(|_| unknown())?;
        Ok(Identity { prefix: key.prefix.into(), hash: key.hash.into() })
    }
}

fn signer(hash: &str, claim: &str) -> Result<Hmac<Sha256>> {
    let signer = Hmac::<Sha256>::new_from_slice(hash.as_bytes());
    Ok(signer.map_err(|error| Error::internal(format!("a ticket cannot be signed: {error}")))?.chain_update(claim))
}

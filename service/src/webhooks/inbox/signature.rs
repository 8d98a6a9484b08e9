//! Who sent a webhook: the signatures of Shopify and Stripe.
//!
//! Signatures are compared in constant time.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hash;

/// How far the time of a signature may be from now, in seconds.
const TOLERANCE: u64 = 300;

/// Whether one of the secrets signed a body as Shopify does: the signature is the HMAC of the body.
pub fn is_of_shopify<'a>(secrets: impl IntoIterator<Item = &'a str>, body: &[u8], signature: &[u8]) -> bool {
    signers(secrets).any(|signer| is_signature(&signer.chain_update(body), signature))
}

/// Whether one of the secrets signed a body as Stripe does, about now: the header has a time, and the HMAC of the time
/// and the body.
pub fn is_of_stripe<'a>(
    secrets: impl IntoIterator<Item = &'a str>,
    body: &[u8],
    header: &str,
    now: DateTime<Utc>,
) -> bool {
    let values = |wanted: &'static str| {
        let parts = header.split(',').filter_map(|part| part.split_once('='));
        parts.filter(move |(name, _)| name.trim() == wanted).map(|(_, value)| value.trim())
    };
    let Some(time) = values("t").next() else { return false };
    if !time.parse::<i64>().is_ok_and(|seconds| now.timestamp().abs_diff(seconds) <= TOLERANCE) {
        return false;
    }
    signers(secrets).any(|signer| {
        let signer = signer.chain_update(time).chain_update(".").chain_update(body);
        values("v1").filter_map(hash::bytes).any(|signature| is_signature(&signer, &signature))
    })
}

fn signers<'a>(secrets: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = Hmac<Sha256>> {
    secrets.into_iter().filter_map(|secret| Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok())
}

fn is_signature(signer: &Hmac<Sha256>, signature: &[u8]) -> bool {
    signer.clone().verify_slice(signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(secret: &str, text: &str) -> Vec<u8> {
        let signer = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a signer");
        signer.chain_update(text).finalize().into_bytes().to_vec()
    }

    #[test]
    fn shopify_signs_the_body() {
        let signature = sign("new", "{}");
        assert!(is_of_shopify(["old", "new"], b"{}", &signature));
        for (secrets, body, signature) in [
            (&["old"][..], "{}", &signature[..]),
            (&[], "{}", &signature),
            (&["new"], "{ }", &signature),
            (&["new"], "{}", &signature[1..]),
            (&["new"], "{}", &[]),
        ] {
            assert!(!is_of_shopify(secrets.iter().copied(), body.as_bytes(), signature), "{secrets:?} {body}");
        }
    }

    #[test]
    fn stripe_signs_the_time_too() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let signed = |secret: &str, time: i64| hash::digits(sign(secret, &format!("{time}.{{}}")));
        let (good, bad) = (signed("new", 1_799_999_700), "00".repeat(32));
        let is_taken = |header: &str| is_of_stripe(["old", "new"], b"{}", header, now);
        for header in [
            format!("t=1799999700,v1={good}"),
            format!("t=1799999700, v0={bad}, v1={bad}, v1={good}"),
            format!("t=1800000300,v1={}", signed("old", 1_800_000_300)),
        ] {
            assert!(is_taken(&header), "{header}");
        }
        for header in [
            String::new(),
            format!("v1={good}"),
            "t=1799999700".to_owned(),
            format!("t=1799999700,v0={good}"),
            format!("t=1799999700,v1={bad}"),
            format!("t=1799999701,v1={good}"),
            format!("t=1799999699,v1={}", signed("new", 1_799_999_699)),
            format!("t=1800000301,v1={}", signed("new", 1_800_000_301)),
            format!("t={},v1={good}", i64::MIN),
            format!("t=x,v1={good}"),
            "t=1799999700,v1=ü".to_owned(),
        ] {
            assert!(!is_taken(&header), "{header}");
        }
        assert!(!is_of_stripe([], b"{}", &format!("t=1799999700,v1={good}"), now));
    }
}

//! Webhooks: [`FromShopify`], as Shopify sends them, and a [`Receiver`] for those that the server sends.

mod receiver;
mod shopify;

pub use receiver::{Received, Receiver};
pub use shopify::{FromShopify, SHOPIFY_SECRET};

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The HMAC-SHA256 of these parts, one after the other, in base64.
fn signature(secret: &[u8], parts: &[&[u8]]) -> String {
    let mut signer = Hmac::<Sha256>::new_from_slice(secret).expect("a secret of any length");
    for part in parts {
        signer.update(part);
    }
    let bytes: [u8; 32] = signer.finalize().into_bytes().into();
    STANDARD.encode(bytes)
}

//! Hashes as they are stored.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// The SHA-256 of some bytes, in hexadecimal digits.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    digits(Sha256::digest(bytes))
}

/// Some bytes, in hexadecimal digits.
pub(crate) fn digits(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// The bytes that some hexadecimal digits stand for.
pub(crate) fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    pairs.collect()
}

/// The first 64 bits of the SHA-256 of some bytes: the same in every process and every version.
pub fn number(bytes: impl AsRef<[u8]>) -> u64 {
    Sha256::digest(bytes).iter().take(8).fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

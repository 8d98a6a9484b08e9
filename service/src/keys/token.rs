//! The key as its holder has it.

use std::{fmt, sync::Arc};

use crate::{Error, Result, hash};

/// What every key begins with, so that people and scanners know one when they see it.
const MARK: &str = "vw_";
/// Crockford's digits: 32 of them, so that a random byte chooses one evenly.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The digits that are shown wherever the key is spoken of.
const SHOWN: usize = 10;
/// The digits that only the holder has: 130 bits.
const SECRET: usize = 26;

/// A key: `vw_`, ten digits by which it is known, and a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new one, of the system's randomness.
    pub(super) fn random() -> Result<Self> {
        let mut bytes = [0; SHOWN + SECRET];
        getrandom::fill(&mut bytes).map_err(|error| Error::internal(format!("there is no randomness: {error}")))?;
        let digits = bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte % 32)]));
        Ok(Self(MARK.chars().chain(digits).collect()))
    }

    /// Reads one; nothing when the text cannot be a key.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(MARK)?;
        are_digits(digits, SHOWN + SECRET).then(|| Self(text.to_owned()))
    }

    /// The whole key, for the one time that it is shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What it is known by.
    pub fn prefix(&self) -> &str {
        &self.0[..MARK.len() + SHOWN]
    }

    /// What is stored of it. The secret has as many bits as can be guessed by nobody, so that no slow hash is needed.
    pub(super) fn hash(&self) -> String {
        hash::hex(&self.0)
    }
}

/// Whether a key can be known by these digits.
pub(super) fn is_shown(digits: &str) -> bool {
    are_digits(digits, SHOWN)
}

fn are_digits(digits: &str, count: usize) -> bool {
    digits.len() == count && digits.bytes().all(|digit| DIGITS.contains(&digit))
}

/// A key without its secret: enough to find it, not enough to send it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    pub(super) prefix: Arc<str>,
    pub(super) hash: Arc<str>,
}

impl Identity {
    /// Reads a key; refuses what cannot be one.
    pub fn of(text: &str) -> Result<Self> {
        let token = Token::parse(text).ok_or_else(|| {
            Error::Unauthenticated("this is not an API key: a key is vw_ followed by 36 letters and digits".to_owned())
        })?;
        Ok(Self { prefix: token.prefix().into(), hash: token.hash().into() })
    }
}

/// Without the hash, which signs tickets.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.prefix)
    }
}

/// Without the secret: it must not reach a log.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_nothing_else_is() {
        let token = Token::random().expect("randomness");
        assert_ne!(token, Token::random().expect("randomness"));
        assert_eq!(Token::parse(token.reveal()), Some(token.clone()));
        assert_eq!(token.hash().len(), 64);
        assert!(!format!("{token:?}").contains(&token.reveal()[13..]));
        let mut upper = token.reveal().to_owned();
        upper.replace_range(38.., "U");
        for wrong in
            ["", "vw_", "vw_é", &token.reveal()[1..], &token.reveal()[..38], &format!("{}0", token.reveal()), &upper]
        {
            assert_eq!(Token::parse(wrong), None, "{wrong}");
        }
    }
}

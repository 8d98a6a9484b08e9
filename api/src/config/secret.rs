//! A text that no output shows.

use std::fmt;

/// The fewest characters of a secret, so that nobody guesses it.
const LEAST: usize = 32;

/// A secret of the operator.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Takes any text. Whether it is good is asked by [`check`](Secret::check): an error of the command line would show it.
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Secret {
    /// Says what is wrong with it, without showing it.
    pub fn check(&self) -> Result<(), String> {
        match self.0.chars().count() {
            LEAST.. => Ok(()),
            _ => Err(format!(
                "invalid value for '--secret <SECRET>' (VIVIDWALLS_SECRET): it must have at least {LEAST} characters; \
                 `openssl rand -hex 32` makes one"
            )),
        }
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

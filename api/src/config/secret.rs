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
    /// Says what is wrong with it, without showing it; `flag` is where it was given.
    pub fn check(&self, flag: &str) -> Result<(), String> {
        match self.0.trim().chars().count() {
            LEAST.. => Ok(()),
            _ => Err(format!(
                "invalid value for '--{flag}' (VIVIDWALLS_{}): it must have at least {LEAST} characters",
                flag.to_uppercase().replace('-', "_")
            )),
        }
    }

    /// The same without spaces around it, such as those behind a comma.
    pub(super) fn trimmed(&self) -> Self {
        Self(self.0.trim().to_owned())
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

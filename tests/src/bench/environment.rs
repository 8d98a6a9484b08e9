//! What the environment says.

use std::{env, time::Duration};

/// The number under a name, or else the usual one.
pub fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// So many seconds.
pub fn seconds(name: &str, usual: usize) -> Duration {
    Duration::from_secs(number(name, usual).try_into().unwrap_or_default())
}

/// How many rounds a figure is the median of: `ROUNDS`, three unless it says another number.
pub fn rounds() -> usize {
    number("ROUNDS", 3).max(1)
}

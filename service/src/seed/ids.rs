//! Ids that are UUIDv7 in form and yet a function of the seed.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use super::rng::{Rng, hash};

/// The ids of one table: ordered by time, then by the order in which they were asked for.
pub(super) struct Ids {
    count: u16,
    rng: Rng,
}

impl Ids {
    pub(super) fn new(seed: u64, table: &str) -> Self {
        Self { count: 0, rng: Rng::new(seed ^ hash(table)) }
    }

    /// The next id of a row that was created then.
    pub(super) fn next(&mut self, created: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(created.timestamp_millis()).unwrap_or_default();
        let mut random = [0; 10];
        // The 12 bits after the time count, so that rows of one millisecond keep their order.
        random[..2].copy_from_slice(&self.count.to_be_bytes());
        random[2..].copy_from_slice(&self.rng.next().to_be_bytes());
        self.count = (self.count + 1) % 4096;
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

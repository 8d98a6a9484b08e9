//! What stood earlier in the file.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

/// The line and content of each key so far, as fingerprints of 128 bits: some 50 bytes a key,
/// however long it is.
#[derive(Default)]
pub(in crate::import) struct Seen {
    lines: HashMap<u128, (u64, u128)>,
    hashers: (RandomState, RandomState),
}

/// How a row relates to the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::import) enum Earlier {
    /// The key is new.
    New,
    /// That line has the same key and the same content.
    Same,
    /// That line has the same key and something else.
    Other(u64),
}

impl Seen {
    /// Remembers a key and its content; the first stays.
    pub(in crate::import) fn add(&mut self, line: u64, key: &[&str], content: &[&str]) -> Earlier {
        let content = self.fingerprint(content);
        match self.lines.entry(self.fingerprint(key)) {
            Entry::Vacant(place) => {
                place.insert((line, content));
                Earlier::New
            }
            Entry::Occupied(earlier) if earlier.get().1 == content => Earlier::Same,
            Entry::Occupied(earlier) => Earlier::Other(earlier.get().0),
        }
    }

    fn fingerprint(&self, parts: &[&str]) -> u128 {
        (u128::from(self.hashers.0.hash_one(parts)) << 64) | u128::from(self.hashers.1.hash_one(parts))
    }
}

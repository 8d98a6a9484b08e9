//! The keys that a process has met lately, so that not every request asks the database.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use lru::LruCache;

use crate::principal::Principal;

/// How long what was read of a key is believed: a key that was revoked elsewhere works for so long.
const BELIEVED: Duration = Duration::seconds(1);
/// How often a key's last use is written, at most.
const NOTED: Duration = Duration::minutes(1);
/// The most keys that are remembered.
const KEYS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// What a process knows of keys. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeyCache(Arc<Mutex<State>>);

struct State {
    /// By the hash of the key.
    keys: LruCache<String, Key>,
    /// Whether there are keys at all, and when that was read. That there are some stays so.
    any: Option<(bool, DateTime<Utc>)>,
    /// Counts what was forgotten: what was read before is not remembered after.
    age: u64,
}

/// A key that may be used.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) principal: Principal,
    pub(super) expires_at: Option<DateTime<Utc>>,
    pub(super) last_used_at: Option<DateTime<Utc>>,
    pub(super) read_at: DateTime<Utc>,
}

impl Key {
    pub(super) fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Notes a use; whether it is to be written.
    pub(super) fn used(&mut self, now: DateTime<Utc>) -> bool {
        let due = self.last_used_at.is_none_or(|last| now - last >= NOTED);
        if due {
            self.last_used_at = Some(now);
        }
        due
    }
}

/// When a key must have been used last for a use at this time to be written.
pub(super) fn noted_before(now: DateTime<Utc>) -> DateTime<Utc> {
    now - NOTED
}

impl KeyCache {
    /// Whom a key stands for, and whether its use is to be written; nothing when it must be read.
    pub(super) fn recall(&self, hash: &str, now: DateTime<Utc>) -> Option<(Principal, bool)> {
        let mut state = self.state();
        let key = state.keys.get_mut(hash)?;
        if !believed(key.read_at, now) || key.is_over(now) {
            return None;
        }
        let due = key.used(now);
        Some((key.principal.clone(), due))
    }

    /// Whether there are keys at all, if that is known.
    pub(super) fn any(&self, now: DateTime<Utc>) -> Option<bool> {
        let (any, read_at) = self.state().any?;
        (any || believed(read_at, now)).then_some(any)
    }

    /// How often everything was forgotten: to be asked before reading.
    pub(super) fn age(&self) -> u64 {
        self.state().age
    }

    pub(super) fn remember(&self, age: u64, hash: String, key: Key) {
        let mut state = self.state();
        if state.age == age {
            state.keys.put(hash, key);
        }
    }

    pub(super) fn remember_any(&self, age: u64, any: bool, now: DateTime<Utc>) {
        let mut state = self.state();
        if state.age == age {
            state.any = Some((any, now));
        }
    }

    /// Forgets everything.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.keys.clear();
        state.any = None;
        state.age += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn believed(read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    // A clock that was set back ends it too.
    (Duration::zero()..BELIEVED).contains(&(now - read_at))
}

impl Default for KeyCache {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State { keys: LruCache::new(KEYS), any: None, age: 0 })))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.state().keys.len())
    }
}

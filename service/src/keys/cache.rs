//! The keys that a process has met lately, so that not every request asks the database.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use entity::api_keys;
use lru::LruCache;

use super::{
    Identity,
    issued::Issued,
    shared_read::{Read, SharedReads},
};
use crate::principal::Principal;

/// How long what was read of a key is believed: a key that was revoked elsewhere works for so long.
const BELIEVED: Duration = Duration::seconds(1);
/// How long a refusal is believed. Nobody can send a key before it was created, and a key that ended never comes back:
/// a shorter time would admit nobody earlier.
const REFUSED: Duration = Duration::seconds(10);
/// How often a key's last use is written, at most.
const NOTED: Duration = Duration::minutes(1);
/// The most keys that are remembered, and the most refusals.
const KEYS: NonZeroUsize = NonZeroUsize::new(10_000).unwrap();

/// What a process knows of keys. Cheap to clone.
#[derive(Clone)]
pub(crate) struct KeyCache(Arc<Mutex<State>>);

struct State {
    /// By the hash of the key.
    keys: LruCache<Arc<str>, Key>,
    /// Why a key is refused, by its hash, or a ticket, by the shown digits of its key.
    refused: LruCache<Arc<str>, (String, DateTime<Utc>)>,
    /// The keys of tickets, by the digits that are shown. They stay the same, whatever becomes of the key.
    identities: LruCache<Arc<str>, Identity>,
    reads: SharedReads<Option<api_keys::Model>>,
    issued: Option<(Issued, DateTime<Utc>)>,
    issued_reads: SharedReads<Issued>,
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

    /// Why a credential is refused, if that is known.
    pub(super) fn refusal(&self, name: &str, now: DateTime<Utc>) -> Option<String> {
        let mut state = self.state();
        let (why, read_at) = state.refused.get(name)?;
        is_within(REFUSED, *read_at, now).then(|| why.clone())
    }

    /// The key with these shown digits, if it was met.
    pub(super) fn identity(&self, prefix: &str) -> Option<Identity> {
        self.state().identities.get(prefix).cloned()
    }

    /// Which credentials were issued, if that was read lately.
    pub(super) fn issued(&self, now: DateTime<Utc>) -> Option<Issued> {
        let state = self.state();
        let (issued, read_at) = state.issued.as_ref()?;
        is_within(REFUSED, *read_at, now).then(|| issued.clone())
    }

    /// How often everything was forgotten: to be asked before reading.
    pub(super) fn age(&self) -> u64 {
        self.state().age
    }

    /// The read of a key's row, to be done or waited for, and the age that it is remembered with.
    pub(super) fn read(&self, name: &Arc<str>) -> (u64, Arc<Read<Option<api_keys::Model>>>) {
        let mut state = self.state();
        (state.age, state.reads.join(name))
    }

    /// The same for all that were issued.
    pub(super) fn read_issued(&self) -> (u64, Arc<Read<Issued>>) {
        let mut state = self.state();
        (state.age, state.issued_reads.join(&"".into()))
    }

    pub(super) fn remember(&self, age: u64, hash: Arc<str>, key: Key) {
        let mut state = self.state();
        if state.age == age {
            state.keys.put(hash, key);
        }
    }

    pub(super) fn remember_identity(&self, identity: Identity) {
        self.state().identities.put(Arc::clone(&identity.prefix), identity);
    }

    pub(super) fn remember_issued(&self, age: u64, issued: Issued, now: DateTime<Utc>) {
        let mut state = self.state();
        if state.age == age {
            state.issued = Some((issued, now));
        }
    }

    /// Remembers why a credential is refused.
    pub(super) fn refuse(&self, age: u64, name: Arc<str>, why: String, now: DateTime<Utc>) {
        let mut state = self.state();
        if state.age == age {
            // It may have been good until now.
            state.keys.pop(&name);
            state.refused.put(name, (why, now));
        }
    }

    pub(super) fn remember_any(&self, age: u64, any: bool, now: DateTime<Utc>) {
        let mut state = self.state();
        if state.age == age {
            state.any = Some((any, now));
        }
    }

    /// Forgets everything that can change.
    pub(crate) fn forget(&self) {
        let mut state = self.state();
        state.keys.clear();
        state.refused.clear();
        state.reads.forget();
        state.issued = None;
        state.issued_reads.forget();
        state.any = None;
        state.age += 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn believed(read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    is_within(BELIEVED, read_at, now)
}

fn is_within(time: Duration, read_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    // A clock that was set back ends it too.
    (Duration::zero()..time).contains(&(now - read_at))
}

impl Default for KeyCache {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(State {
            keys: LruCache::new(KEYS),
            refused: LruCache::sparse(KEYS),
            identities: LruCache::sparse(KEYS),
            reads: SharedReads::default(),
            issued: None,
            issued_reads: SharedReads::default(),
            any: None,
            age: 0,
        })))
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} keys", self.state().keys.len())
    }
}

//! Answers about the schema, which is the same for everybody as long as the server runs: kept compressed, since tools
//! ask for them again and again.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::Variables;
use axum::body::Bytes;
use lru::LruCache;

use crate::document::Document;

/// How many answers are kept; each tool has its own query.
const ANSWERS: NonZeroUsize = NonZeroUsize::new(16).unwrap();
/// The largest answer that is kept: the whole schema takes some 60 kB.
const LARGEST: usize = 256 << 10;

/// Compressed answers, by what was asked.
#[derive(Debug)]
pub(super) struct Introspections(Mutex<LruCache<String, Bytes>>);

impl Default for Introspections {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(ANSWERS)))
    }
}

impl Introspections {
    pub(super) fn get(&self, question: &str) -> Option<Bytes> {
        self.lock().get(question).cloned()
    }

    pub(super) fn put(&self, question: String, answer: Bytes) {
        if answer.len() <= LARGEST {
            self.lock().put(question, answer);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<String, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is asked, if it is about the schema alone.
pub(super) fn question(
    document: &Document,
    query: &str,
    operation: Option<&str>,
    variables: &Variables,
) -> Option<String> {
    document.is_introspection().then(|| {
        let variables = serde_json::to_string(variables).unwrap_or_default();
        [operation.unwrap_or_default(), &variables, query].join("\0")
    })
}

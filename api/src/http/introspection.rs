//! Answers about the schema, which is the same for everybody as long as the server runs: kept, since tools ask for them
//! again and again, and it takes long to put them together.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::Variables;
use axum::body::Bytes;
use lru::LruCache;

use super::coding::Coding;
use crate::document::Document;

/// How many answers are kept; each tool has its own query.
const ANSWERS: NonZeroUsize = NonZeroUsize::new(16).unwrap();
/// The largest answer that is kept: the whole schema takes some 660 kB, compressed 60 kB.
const LARGEST: usize = 2 << 20;

/// What was asked, and in which coding it is answered.
type Question = (Coding, String);

/// Answers, by what was asked.
#[derive(Debug)]
pub(super) struct Introspections(Mutex<LruCache<Question, Bytes>>);

impl Default for Introspections {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(ANSWERS)))
    }
}

impl Introspections {
    pub(super) fn get(&self, question: &Question) -> Option<Bytes> {
        self.lock().get(question).cloned()
    }

    pub(super) fn put(&self, question: Question, answer: Bytes) {
        if answer.len() <= LARGEST {
            self.lock().put(question, answer);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Question, Bytes>> {
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

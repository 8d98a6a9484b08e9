//! The documents that are asked for again and again.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;
use prometheus_client::metrics::counter::Counter;

use super::{Document, Limits, Rejection, Shape};

/// Documents kept.
const COUNT: NonZeroUsize = NonZeroUsize::new(1_000).expect("it is not zero");
/// Bytes of text kept. A parsed document is some twenty times as large.
const BYTES: usize = 1 << 20;
/// Longer texts are not kept: a few of them would push out all others.
const LONGEST: usize = 32 << 10;

/// Reads documents; those read lately are not read again.
#[derive(Debug)]
pub struct Documents {
    shape: Shape,
    limits: Limits,
    kept: Mutex<Kept>,
    hits: Counter,
    misses: Counter,
}

#[derive(Debug)]
struct Kept {
    documents: LruCache<Box<str>, Arc<Document>>,
    bytes: usize,
}

impl Documents {
    /// None read yet.
    pub fn new(shape: Shape, limits: Limits) -> Self {
        Self {
            shape,
            limits,
            kept: Mutex::new(Kept { documents: LruCache::new(COUNT), bytes: 0 }),
            hits: Counter::default(),
            misses: Counter::default(),
        }
    }

    /// Says where it is counted how often a text was known, and how often not.
    pub fn counted(self, [hits, misses]: [Counter; 2]) -> Self {
        Self { hits, misses, ..self }
    }

    /// What is known of the schema.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The limits that documents are held against.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The document of a text, parsed and within the limits.
    pub fn get(&self, text: &str) -> Result<Arc<Document>, Rejection> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(document) = kept().documents.get(text) {
            self.hits.inc();
            return Ok(Arc::clone(document));
        }
        self.misses.inc();
        let document = Arc::new(Document::read(text, &self.shape, &self.limits)?);
        if text.len() <= LONGEST {
            kept().keep(text, &document);
        }
        Ok(document)
    }
}

impl Kept {
    fn keep(&mut self, text: &str, document: &Arc<Document>) {
        self.bytes += text.len();
        if let Some((old, _)) = self.documents.push(text.into(), Arc::clone(document)) {
            self.bytes -= old.len();
        }
        while self.bytes > BYTES {
            let Some((old, _)) = self.documents.pop_lru() else { break };
            self.bytes -= old.len();
        }
    }
}

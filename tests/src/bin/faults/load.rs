//! What the clients of a job share with who watches them.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::{fault::Fault, wait::is_interrupted};

/// How long clients may take for what is left when no more is to be begun.
const FINISHED: Duration = Duration::from_secs(90);

/// The clients of a job.
pub(crate) struct Load {
    /// While it happens.
    pub(crate) fault: Fault,
    address: Mutex<String>,
    done: AtomicUsize,
    refused: AtomicUsize,
    ended: Mutex<Option<Instant>>,
    has_failed: AtomicBool,
    failure: Mutex<Option<String>>,
}

impl Load {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            fault,
            address: Mutex::default(),
            done: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            ended: Mutex::default(),
            has_failed: AtomicBool::new(false),
            failure: Mutex::default(),
        }
    }

    /// Where the server is now.
    pub(crate) fn address(&self) -> String {
        self.address.lock().expect("nobody panics").clone()
    }

    pub(crate) fn moved(&self, address: String) {
        *self.address.lock().expect("nobody panics") = address;
    }

    /// Notes a step of the work.
    pub(crate) fn progressed(&self) {
        self.done.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    /// Notes a call that was not served, and is to be repeated.
    pub(crate) fn was_refused(&self) {
        self.refused.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Lets clients finish what they have begun.
    pub(crate) fn end(&self) {
        self.ended.lock().expect("nobody panics").get_or_insert_with(Instant::now);
    }

    /// Whether clients may begin something.
    pub(crate) fn goes_on(&self) -> bool {
        !self.has_failed() && !is_interrupted() && self.ended.lock().expect("nobody panics").is_none()
    }

    /// Refuses when clients have tried to finish for too long, or need not any more.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.has_failed() || is_interrupted() {
            return Err("interrupted".to_owned());
        }
        match *self.ended.lock().expect("nobody panics") {
            Some(ended) if ended.elapsed() > FINISHED => {
                Err(format!("what was begun was not finished within {} s", FINISHED.as_secs()))
            }
            _ => Ok(()),
        }
    }

    /// Notes what does not hold; the first is told.
    pub(crate) fn fail(&self, reason: String) {
        self.failure.lock().expect("nobody panics").get_or_insert(reason);
        self.has_failed.store(true, Ordering::SeqCst);
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::SeqCst)
    }

    /// Whether all held.
    pub(crate) fn outcome(&self) -> Result<(), String> {
        self.failure.lock().expect("nobody panics").clone().map_or(Ok(()), Err)
    }
}

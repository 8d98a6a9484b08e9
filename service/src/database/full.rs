//! Whether the disk of a PostgreSQL server is full.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// That a write failed for it, until one succeeds again. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct FullDisk(Arc<AtomicBool>);

impl FullDisk {
    /// A write failed for it.
    pub(super) fn note(&self) {
        if !self.0.swap(true, Ordering::AcqRel) {
            tracing::error!("the disk of the PostgreSQL server is full");
        }
    }

    /// Something was written.
    pub(super) fn written(&self) {
        // Most of the time there is nothing to change, for any number of threads.
        if self.is_full() && self.0.swap(false, Ordering::AcqRel) {
            tracing::info!("there is room on the disk of the PostgreSQL server again");
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

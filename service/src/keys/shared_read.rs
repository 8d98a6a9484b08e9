//! What several callers read at the same moment, read once.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Weak},
};

use lru::LruCache;
use tokio::sync::OnceCell;

use crate::Result;

/// The most reads at once that others can join.
const READS: NonZeroUsize = NonZeroUsize::new(1_000).unwrap();

/// A read, done by the first who asks it; if that one goes away, by the next.
pub(super) type Read<T> = OnceCell<Result<T>>;

/// The reads that run, by what they look for.
pub(super) struct SharedReads<T>(LruCache<Arc<str>, Weak<Read<T>>>);

impl<T> SharedReads<T> {
    /// Joins the read that runs for this name, or begins one.
    pub(super) fn join(&mut self, name: &Arc<str>) -> Arc<Read<T>> {
        // One that is done may be old.
        let running = self.0.get(name).and_then(Weak::upgrade).filter(|read| !read.initialized());
        running.unwrap_or_else(|| {
            let read = Arc::new(OnceCell::new());
            self.0.put(Arc::clone(name), Arc::downgrade(&read));
            read
        })
    }

    /// Lets nobody join the reads that run now.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

impl<T> Default for SharedReads<T> {
    fn default() -> Self {
        Self(LruCache::sparse(READS))
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::poll_fn,
        pin::Pin,
        sync::atomic::{AtomicU32, Ordering},
        task::Poll,
    };

    use tokio::task::yield_now;

    use super::*;

    async fn read(cell: Arc<Read<u32>>, count: &AtomicU32) -> Result<u32> {
        let read = cell.get_or_init(|| async {
            yield_now().await;
            Ok(count.fetch_add(1, Ordering::Relaxed))
        });
        read.await.clone()
    }

    #[tokio::test]
    async fn who_asks_meanwhile_shares_the_read() {
        let (mut reads, count) = (SharedReads::default(), AtomicU32::new(0));
        let name: Arc<str> = "key".into();
        let other = reads.join(&"other".into());
        let (first, second) = (reads.join(&name), reads.join(&name));
        let (first, second, other) = tokio::join!(read(first, &count), read(second, &count), read(other, &count));
        assert_eq!(first.expect("read"), second.expect("read"));
        other.expect("read");
        assert_eq!(count.load(Ordering::Relaxed), 2);
        // What is done is read anew.
        let third = reads.join(&name);
        assert!(matches!(read(third, &count).await, Ok(2)));
        // And nobody joins what began before it was forgotten.
        let before = reads.join(&name);
        reads.forget();
        assert!(!Arc::ptr_eq(&before, &reads.join(&name)));
    }

    #[tokio::test]
    async fn a_reader_that_goes_away_leaves_the_read_to_the_next() {
        let (mut reads, count) = (SharedReads::default(), AtomicU32::new(0));
        let name: Arc<str> = "key".into();
        let (first, second) = (reads.join(&name), reads.join(&name));
        {
            let gone = read(first, &count);
            tokio::pin!(gone);
            assert!(waits(&mut gone).await);
        }
        assert!(matches!(read(second, &count).await, Ok(0)));
    }

    /// Polls a future once; whether it waits.
    async fn waits<F: Future + Unpin>(future: &mut F) -> bool {
        poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context).is_pending())).await
    }
}

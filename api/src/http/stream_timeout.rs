//! Streams of HTTP/2 whose clients must take what they are sent.
//!
//! The window of a stream is the client's. While it is closed nothing is written to the socket, so that `write_timeout`
//! does not see it, and the body is not asked for more, so that it cannot tell either: only the task that sends it is there.

use std::{future::Future, sync::Arc, time::Duration};

use hyper::rt::Executor;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

tokio::task_local! {
    static TAKING: Taking;
}

/// Runs the tasks of streams, and ends those whose clients take nothing for a while: the stream is reset.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamExecutor {
    pub(super) timeout: Duration,
}

/// Since when the client was to take what it was given, if something is left of it.
#[derive(Clone, Debug)]
pub(super) struct Taking(Arc<watch::Sender<Option<Instant>>>);

impl<F> Executor<F> for StreamExecutor
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    fn execute(&self, stream: F) {
        let timeout = self.timeout;
        let (taking, waiting) = watch::channel(None);
        tokio::spawn(async move {
            tokio::select! {
                biased;
                _ = TAKING.scope(Taking(Arc::new(taking)), stream) => {}
                () = late(waiting, timeout) => tracing::debug!("a stream was reset: the client takes nothing"),
            }
        });
    }
}

impl Taking {
    /// That of the stream whose task this is.
    pub(super) fn current() -> Option<Self> {
        TAKING.try_with(Clone::clone).ok()
    }

    /// Something was handed over; asked for more is who got rid of it.
    pub(super) fn begins(&self) {
        self.0.send_replace(Some(Instant::now()));
    }

    /// All was taken.
    pub(super) fn is_done(&self) {
        self.0.send_if_modified(|since| since.take().is_some());
    }
}

/// Waits until something was not taken in time.
async fn late(mut waiting: watch::Receiver<Option<Instant>>, timeout: Duration) {
    loop {
        let since = *waiting.borrow_and_update();
        match since {
            Some(since) => {
                sleep_until(since + timeout).await;
                if *waiting.borrow() == Some(since) {
                    return;
                }
            }
            // Without its sender the stream is at its end.
            None if waiting.changed().await.is_err() => std::future::pending().await,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_stream_of_which_nothing_is_taken_is_dropped() {
        let (dropped, mut is_dropped) = watch::channel(());
        StreamExecutor { timeout: Duration::from_millis(20) }.execute(async move {
            let _held = dropped;
            Taking::current().expect("its own").begins();
            std::future::pending::<()>().await
        });
        is_dropped.changed().await.expect_err("the stream was dropped");
    }

    #[tokio::test]
    async fn what_was_taken_is_not_waited_for() {
        let (taking, waiting) = watch::channel(None);
        let taking = Taking(Arc::new(taking));
        taking.begins();
        taking.is_done();
        assert_eq!(late(waiting, Duration::ZERO).now_or_never(), None);
    }
}

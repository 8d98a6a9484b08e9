//! When a request's batches run: never by a clock, and never while fields of the request could still ask.
//!
//! A task of its own would start on another thread in the middle of those who ask, and would hand out its
//! answers while the first who got one ask further. So a request runs the batches that it began itself, whenever
//! none of its fields can go on: what it costs in statements depends on nothing but the query.

use std::{
    future::poll_fn,
    mem,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures::{
    FutureExt, Stream, StreamExt,
    future::{self, BoxFuture},
    stream::{self, BoxStream, FuturesUnordered},
    task::{AtomicWaker, FutureObj, Spawn, SpawnError},
};
use tokio::task::yield_now;

type Batch = FutureObj<'static, ()>;

/// Rounds of a request before others get their turn on the thread.
const ROUNDS: usize = 64;

/// The batches that a request began and that do not run yet.
#[derive(Clone, Default)]
pub(super) struct StartedBatches(Arc<Started>);

#[derive(Default)]
struct Started {
    batches: Mutex<Vec<Batch>>,
    /// Fields that gave way to other requests and have not asked for everything yet.
    pausing: AtomicUsize,
}

impl StartedBatches {
    /// Gives way to other requests. No batch runs until the field goes on, since it may still ask.
    pub(super) async fn give_way(&self) {
        let _pause = Pause::begin(&self.0.pausing);
        yield_now().await;
    }

    /// Those that may run now.
    fn take(&self) -> Vec<Batch> {
        match self.0.pausing.load(Ordering::Acquire) {
            0 => mem::take(&mut *self.0.batches.lock().unwrap_or_else(PoisonError::into_inner)),
            _ => Vec::new(),
        }
    }
}

impl Spawn for StartedBatches {
    fn spawn_obj(&self, batch: Batch) -> Result<(), SpawnError> {
        self.0.batches.lock().unwrap_or_else(PoisonError::into_inner).push(batch);
        Ok(())
    }
}

/// A field that gave way, until it goes on or is given up.
struct Pause<'a>(&'a AtomicUsize);

impl<'a> Pause<'a> {
    fn begin(pausing: &'a AtomicUsize) -> Self {
        pausing.fetch_add(1, Ordering::AcqRel);
        Self(pausing)
    }
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// No delay: see [`drive`].
pub(super) struct Now;

impl Timer for Now {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }
}

/// Executes a request, and each batch it begins as soon as nothing else of it can go on.
pub(super) async fn drive<F: Future>(request: F, started: StartedBatches) -> F::Output {
    let mut request = pin!(request);
    let mut driver = Driver::new(started);
    poll_fn(move |outer| driver.poll(outer, |cx| request.as_mut().poll(cx))).await
}

/// The same for a request that is answered again and again. A batch that an answer did not wait for goes on.
pub(super) fn drive_stream<T>(
    mut answers: BoxStream<'static, T>,
    started: StartedBatches,
) -> impl Stream<Item = T> + Send {
    let mut driver = Driver::new(started);
    stream::poll_fn(move |outer| driver.poll(outer, |cx| answers.poll_next_unpin(cx)))
}

struct Driver {
    started: StartedBatches,
    running: FuturesUnordered<Batch>,
    ready: Arc<Ready>,
    waker: Waker,
}

impl Driver {
    fn new(started: StartedBatches) -> Self {
        let ready = Arc::new(Ready { set: AtomicBool::new(true), task: AtomicWaker::new() });
        Self { started, running: FuturesUnordered::new(), waker: Waker::from(Arc::clone(&ready)), ready }
    }

    fn poll<T>(&mut self, outer: &mut Context<'_>, mut request: impl FnMut(&mut Context<'_>) -> Poll<T>) -> Poll<T> {
        self.ready.task.register(outer.waker());
        for _ in 0..ROUNDS {
            if self.ready.set.swap(false, Ordering::AcqRel) {
                if let Poll::Ready(output) = request(&mut Context::from_waker(&self.waker)) {
                    // A stream may have more at once.
                    self.ready.set.store(true, Ordering::Release);
                    return Poll::Ready(output);
                }
                continue;
            }
            self.running.extend(self.started.take());
            while let Poll::Ready(Some(())) = self.running.poll_next_unpin(outer) {}
            if !self.ready.set.load(Ordering::Acquire) {
                return Poll::Pending;
            }
        }
        outer.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Whether some field of the request can go on.
struct Ready {
    set: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Ready {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.set.store(true, Ordering::Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use futures::channel::oneshot;

    use super::*;

    #[tokio::test]
    async fn batches_wait_for_fields_that_gave_way() {
        let (started, has_asked) = (StartedBatches::default(), Arc::new(AtomicBool::new(false)));
        let (tell, told) = oneshot::channel();
        let request = async {
            let asked = Arc::clone(&has_asked);
            let batch = async move { tell.send(asked.load(Ordering::Acquire)).expect("somebody waits") };
            started.spawn_obj(FutureObj::new(Box::new(batch))).expect("begun");
            for _ in 0..3 {
                started.give_way().await;
            }
            has_asked.store(true, Ordering::Release);
            told.await
        };
        assert_eq!(drive(request, started.clone()).await, Ok(true));
    }

    #[tokio::test]
    async fn a_field_that_is_given_up_keeps_no_batch() {
        let started = StartedBatches::default();
        let (tell, told) = oneshot::channel();
        let request = async {
            let batch = async move { tell.send(()).expect("somebody waits") };
            started.spawn_obj(FutureObj::new(Box::new(batch))).expect("begun");
            assert_eq!(started.give_way().now_or_never(), None);
            told.await
        };
        assert_eq!(drive(request, started.clone()).await, Ok(()));
    }
}

//! When batches run: never by a clock, and never while fields of the same request could still ask.
//!
//! A task of its own would start on another thread in the middle of those who ask, and would hand out its
//! answers while the first who got one ask further. So a request runs the batches that it began itself, whenever
//! none of its fields can go on: what it costs in statements depends on nothing but the query.

use std::{
    cell::Cell,
    future::poll_fn,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures::{
    FutureExt, StreamExt,
    future::{self, BoxFuture},
    stream::FuturesUnordered,
    task::{AtomicWaker, FutureObj, Spawn, SpawnError},
};
use tokio::runtime::Handle;

type Batch = FutureObj<'static, ()>;

/// Rounds of a request before others get their turn on the thread.
const ROUNDS: usize = 64;

thread_local! {
    /// What the request has begun that this thread is executing now; `None` between requests.
    static BEGUN: Cell<Option<Vec<Batch>>> = const { Cell::new(None) };
}

/// Gives a batch to the request that began it.
pub(super) struct Hand;

impl Spawn for Hand {
    fn spawn_obj(&self, batch: Batch) -> Result<(), SpawnError> {
        match BEGUN.take() {
            Some(mut begun) => {
                begun.push(batch);
                BEGUN.set(Some(begun));
            }
            None => drop(tokio::spawn(tokio::task::yield_now().then(|()| batch))),
        }
        Ok(())
    }
}

/// No delay: see [`batched`].
pub(super) struct Now;

impl Timer for Now {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        future::ready(()).boxed()
    }
}

/// Executes a request, and each of its batches as soon as nothing else of it can go on.
pub async fn batched<F: Future>(request: F) -> F::Output {
    let mut request = pin!(request);
    let mut batches = Batches::default();
    let ready = Arc::new(Ready::default());
    let waker = Waker::from(Arc::clone(&ready));
    poll_fn(move |outer| {
        ready.task.register(outer.waker());
        for _ in 0..ROUNDS {
            ready.set.store(false, Ordering::Release);
            if let Poll::Ready(output) = batches.collect(|| request.as_mut().poll(&mut Context::from_waker(&waker))) {
                return Poll::Ready(output);
            }
            if !ready.set.load(Ordering::Acquire) {
                batches.run(outer);
            }
            if !ready.set.load(Ordering::Acquire) {
                return Poll::Pending;
            }
        }
        outer.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// Whether some field of the request can go on.
#[derive(Default)]
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

/// The batches that a request began.
#[derive(Default)]
struct Batches {
    begun: Vec<Batch>,
    running: FuturesUnordered<Batch>,
}

impl Batches {
    /// Keeps what is begun meanwhile.
    fn collect<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let outer = BEGUN.replace(Some(std::mem::take(&mut self.begun)));
        let result = work();
        self.begun = BEGUN.replace(outer).unwrap_or_default();
        result
    }

    fn run(&mut self, poller: &mut Context<'_>) {
        self.running.extend(self.begun.drain(..));
        while let Poll::Ready(Some(())) = self.running.poll_next_unpin(poller) {}
    }
}

/// A request may be given up while others wait for its batches.
impl Drop for Batches {
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current() {
            for batch in self.begun.drain(..).chain(std::mem::take(&mut self.running)) {
                runtime.spawn(batch);
            }
        }
    }
}

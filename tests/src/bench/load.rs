//! Rounds: the same calls again and again over several connections, for `SECS` seconds after `WARM`.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use futures::{StreamExt, join, stream::FuturesUnordered};

use super::seconds;

/// What came of a round.
#[derive(Debug, Default)]
pub struct Round {
    /// How long the calls took that ended while it was measured.
    pub took: Vec<Duration>,
    /// How much these did.
    pub done: usize,
    /// How much was done in all, before and after that, too.
    pub all: usize,
    /// How long it was measured.
    pub time: Duration,
}

impl Round {
    /// How much was done in a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.time.as_secs_f64()
    }

    fn count(&mut self, clock: &Clock, took: Duration, done: usize) {
        self.all += done;
        if clock.measures.load(Relaxed) {
            self.took.push(took);
            self.done += done;
        }
    }

    /// The calls of several connections together.
    fn of(tallies: impl IntoIterator<Item = Self>, time: Duration) -> Self {
        tallies.into_iter().fold(Self { time, ..Self::default() }, |mut round, tally| {
            round.took.extend(tally.took);
            round.done += tally.done;
            round.all += tally.all;
            round
        })
    }
}

/// Says when a round is measured, and when it is over.
#[derive(Default)]
struct Clock {
    measures: AtomicBool,
    is_over: AtomicBool,
}

impl Clock {
    fn begin(&self) -> Instant {
        self.measures.store(true, Relaxed);
        Instant::now()
    }

    /// Ends it; how long it was measured.
    fn end(&self, began: Instant) -> Duration {
        self.measures.store(false, Relaxed);
        let time = began.elapsed();
        self.is_over.store(true, Relaxed);
        time
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Relaxed)
    }
}

fn warm() -> Duration {
    seconds("WARM", 1)
}

fn measured() -> Duration {
    seconds("SECS", 6)
}

/// A round over connections that each have a thread. `start` gets the number of the connection and opens it; what it
/// returns is called again and again, and says how much it did.
pub fn over_threads<C: FnMut() -> usize>(connections: usize, start: impl Fn(usize) -> C + Sync) -> Round {
    let (clock, start) = (&Clock::default(), &start);
    thread::scope(|scope| {
        let work = |number| {
            move || {
                let mut call = start(number);
                let mut tally = Round::default();
                while !clock.is_over() {
                    let asked = Instant::now();
                    let done = call();
                    tally.count(clock, asked.elapsed(), done);
                }
                tally
            }
        };
        let workers: Vec<_> = (0..connections).map(|number| scope.spawn(work(number))).collect();
        thread::sleep(warm());
        let began = clock.begin();
        thread::sleep(measured());
        let time = clock.end(began);
        Round::of(workers.into_iter().map(|worker| worker.join().expect("a connection")), time)
    })
}

/// The same for connections that need no threads: all of them wait in one.
pub async fn over_tasks<C: AsyncFnMut() -> usize>(connections: usize, start: impl Fn(usize) -> C) -> Round {
    let clock = &Clock::default();
    let work = |number| {
        let mut call = start(number);
        async move {
            let mut tally = Round::default();
            while !clock.is_over() {
                let asked = Instant::now();
                let done = call().await;
                tally.count(clock, asked.elapsed(), done);
            }
            tally
        }
    };
    let workers: FuturesUnordered<_> = (0..connections).map(work).collect();
    let time = async {
        tokio::time::sleep(warm()).await;
        let began = clock.begin();
        tokio::time::sleep(measured()).await;
        clock.end(began)
    };
    let (tallies, time) = join!(workers.collect::<Vec<_>>(), time);
    Round::of(tallies, time)
}

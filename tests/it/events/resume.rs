//! A thousand disconnects while others write: what is received is the log.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use service::{
    Service,
    events::{Cursor, Filter},
};
use tests::on_both_engines;
use tokio::task::yield_now;

use super::{commit, event, number, numbers, open, somebody};

const WRITERS: u64 = 4;
const UNITS: u64 = 120;
const READERS: u64 = 4;
const DISCONNECTS: usize = 250;
/// The number of the last event.
const LAST: u32 = u32::MAX;

on_both_engines! {
    async fn a_thousand_disconnects_lose_and_repeat_nothing(db: &TestDatabase) {
        // Two processes on one database, as far as the code can tell.
        let processes = [open(db).await, open(db).await];
        let count = Arc::new(AtomicU32::new(1));
        let readers: Vec<_> = (0..READERS).map(|seed| tokio::spawn(read(processes.clone(), seed))).collect();
        let writers = (0..WRITERS).map(|seed| tokio::spawn(write(processes.clone(), seed, Arc::clone(&count))));
        futures::future::try_join_all(writers.collect::<Vec<_>>()).await.expect("they write");
        commit(&processes[0], [event(LAST)]).await;
        let log = numbers(&processes[0]).await;
        let mut once = log.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!((once.len(), log.last()), (log.len(), Some(&LAST)));
        for reader in readers {
            assert_eq!(reader.await.expect("it reads"), log);
        }
    }
}

/// Units of one to three events; some are rolled back, some take their number long before they commit.
async fn write(processes: [Service; 2], seed: u64, count: Arc<AtomicU32>) {
    let mut rng = Rng(seed);
    for _ in 0..UNITS {
        let service = &processes[rng.below(2)];
        let mut unit = service.begin(&somebody()).await.expect("it begins");
        if rng.below(3) == 0 {
            let mut take_a_number = unit.sql();
            take_a_number.push("SELECT ").transaction_number();
            unit.rows(take_a_number).await.expect("a number");
            for _ in 0..rng.below(200) {
                yield_now().await;
            }
        }
        let events = 1 + u32::try_from(rng.below(3)).expect("a small number");
        let first = count.fetch_add(events, Ordering::Relaxed);
        (first..first + events).for_each(|number| unit.emit(event(number)));
        if rng.below(8) != 0 {
            unit.commit().await.expect("it commits");
        }
    }
}

/// Reads on from where it was, by one process or the other, until the last event came; at least so many times.
async fn read(processes: [Service; 2], seed: u64) -> Vec<u32> {
    let mut rng = Rng(seed + 1000);
    let (mut seen, mut after, mut disconnects) = (Vec::new(), Cursor::START, 0);
    loop {
        let log = processes[rng.below(2)].log();
        let mut follower = log.follow(Some(after), Filter::default()).await.expect("a follower");
        for _ in 0..rng.below(4) {
            if seen.last() == Some(&LAST) {
                break;
            }
            // What comes after a cut inside a page is to come again.
            let page = follower.next().await.expect("events");
            let kept = if rng.below(2) == 0 { page.len() } else { 1 + rng.below(page.len()) };
            for event in &page[..kept] {
                seen.push(number(event));
                after = event.cursor;
            }
            if kept < page.len() {
                break;
            }
        }
        disconnects += 1;
        if seen.last() == Some(&LAST) && disconnects >= DISCONNECTS {
            return seen;
        }
    }
}

struct Rng(u64);

impl Rng {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

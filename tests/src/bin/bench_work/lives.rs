//! Whole lives of tasks: created, claimed, completed.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use super::{ROUNDS, client::Target, seconds};

/// Prints a row for each shape.
pub(super) fn lives(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    println!("| batch | connections | lives/s (median of {ROUNDS}) |\n|---|---|---|");
    let shapes = env::var("SHAPES").unwrap_or("50x1 50x4 50x16 1x1 1x4 1x16".to_owned());
    for shape in shapes.split_whitespace() {
        let numbers = shape.split_once('x').and_then(|(batch, count)| Some((batch.parse().ok()?, count.parse().ok()?)));
        let (batch, connections): (usize, usize) = numbers.expect("a batch and connections, such as 50x4");
        let mut rates: Vec<f64> = (0..ROUNDS).map(|_| rate(target, agents, batch, connections)).collect();
        rates.sort_by(f64::total_cmp);
        println!("| {batch} | {connections} | {:.0} ({:.0}–{:.0}) |", rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1]);
    }
}

/// Each connection creates tasks of one agent, claims as many and completes them.
fn rate(target: &Arc<Target>, agents: &Arc<Vec<String>>, batch: usize, connections: usize) -> f64 {
    let (done, measuring, stop) =
        (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let workers: Vec<_> = (0..connections)
        .map(|number| {
            let (target, agents) = (Arc::clone(target), Arc::clone(agents));
            let (done, measuring, stop) = (Arc::clone(&done), Arc::clone(&measuring), Arc::clone(&stop));
            thread::spawn(move || {
                let mut client = target.connect();
                let agent = &agents[number % agents.len()];
                while !stop.load(Ordering::Relaxed) {
                    client.create(agent, "bench", batch);
                    let count = client.work(agent, batch);
                    if measuring.load(Ordering::Relaxed) {
                        done.fetch_add(count, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    thread::sleep(seconds("WARM", 1));
    measuring.store(true, Ordering::Relaxed);
    let began = Instant::now();
    thread::sleep(seconds("SECS", 6));
    measuring.store(false, Ordering::Relaxed);
    let rate = done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64();
    stop.store(true, Ordering::Relaxed);
    workers.into_iter().for_each(|worker| worker.join().expect("a worker"));
    rate
}

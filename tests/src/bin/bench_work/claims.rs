//! How long claims take, and how long workers wait.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use tests::bench::{Target, Worker, number, report, seconds};

/// Sixteen workers claim one task at a time among all that are there. `BACKLOG` tasks are made before.
pub(super) fn claims(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let backlog = number("BACKLOG", 0);
    let mut client = target.connect();
    let batch = backlog.div_ceil(agents.len()).clamp(1, 1000);
    for number in 0..backlog.div_ceil(batch) {
        client.create(&agents[number % agents.len()], "bench", batch);
    }
    let gate = Arc::new(Barrier::new(16));
    let time = seconds("SECS", 6);
    let workers: Vec<_> = (0..16)
        .map(|number| {
            let (target, agents, gate) = (Arc::clone(target), Arc::clone(agents), Arc::clone(&gate));
            thread::spawn(move || {
                let mut client = target.connect();
                gate.wait();
                let began = Instant::now();
                let mut took = Vec::new();
                while began.elapsed() < time {
                    let asked = Instant::now();
                    let leases = client.claim(&agents[number % agents.len()], "bench", 1, 0);
                    took.push(asked.elapsed());
                    assert_eq!(leases.len(), 1, "the backlog is used up");
                }
                took
            })
        })
        .collect();
    let took = workers.into_iter().flat_map(|worker| worker.join().expect("a worker")).collect();
    report("claims among the backlog", took, time);
}

/// A worker waits; a task is made; how long until the worker has it, from the request that makes it, and from its answer;
/// the commit lies between them.
pub(super) fn wakes(target: &Arc<Target>, agents: &Arc<Vec<String>>) {
    let (mut maker, agent) = (target.connect(), agents[0].clone());
    let began = Instant::now();
    let (mut since_asked, mut since_answered) = (Vec::new(), Vec::new());
    for _ in 0..number("EVENTS", 200) {
        let waiting = {
            let (target, agent) = (Arc::clone(target), agent.clone());
            let mut worker = target.connect();
            thread::spawn(move || (worker.claim(&agent, "wake", 1, 10), Instant::now()))
        };
        // The worker is idle by then.
        thread::sleep(Duration::from_millis(20));
        let asked = Instant::now();
        maker.create(&agent, "wake", 1);
        let answered = Instant::now();
        let (leases, heard) = waiting.join().expect("a worker");
        assert_eq!(leases.len(), 1);
        since_asked.push(heard - asked);
        since_answered.push(heard.saturating_duration_since(answered));
    }
    report("from the request for a task to a waiting worker", since_asked, began.elapsed());
    report("from its answer to a waiting worker", since_answered, began.elapsed());
}

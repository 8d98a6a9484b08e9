//! Clients that mean no good, beside a calm one: `cargo run -p tests --bin hostile -- 127.0.0.1:4000 [CALM HOSTILE]`, with
//! the keys of two clients. The server runs already, with data.
//!
//! First the calm client asks alone for `SECS` seconds, then beside each kind of attack (or those that `ONLY` names), and
//! beside all of them. A line for each says how its times compare with those it had alone, what the attackers were
//! answered, and what the server's memory was. It fails if a request of the calm client fails, or if an attacker gets an
//! answer that says the server is at fault.

mod attacks;
mod calm;

use std::{
    collections::BTreeMap,
    env, io,
    process::ExitCode,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use attacks::{ATTACKS, Attack};
use calm::Times;
use tests::client::{Client, Target};

/// Threads of each kind of attack.
const THREADS: usize = 12;

/// How often the attackers got each answer: a status, and the code of the error.
type Answers = Mutex<BTreeMap<String, usize>>;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(address) = arguments.next() else {
        eprintln!("hostile ADDRESS [KEY of the calm client, KEY of the others]");
        return ExitCode::FAILURE;
    };
    let calm = Target { address: address.clone(), key: arguments.next() };
    let hostile = Arc::new(Target { address, key: arguments.next() });
    let time = Duration::from_secs(number("SECS", 10));
    let only = env::var("ONLY").unwrap_or_default();
    let mut connection = calm.connect();
    let alone = calm::ask(&calm, &mut connection, time);
    println!("{:<16} {alone}", "alone");
    let mut is_well = alone.failed.is_empty();
    let chosen: Vec<&Attack> =
        ATTACKS.iter().filter(|attack| only.is_empty() || only.split(' ').any(|name| name == attack.name)).collect();
    for attack in &chosen {
        is_well &= beside((&calm, &mut connection), &hostile, time, &alone, attack.name, std::slice::from_ref(attack));
    }
    if chosen.len() > 1 {
        is_well &= beside((&calm, &mut connection), &hostile, time, &alone, "all", &chosen);
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The calm client beside attacks. Says whether all went well.
fn beside(
    (calm, connection): (&Target, &mut io::Result<Client>),
    hostile: &Arc<Target>,
    time: Duration,
    alone: &Times,
    name: &str,
    attacks: &[&Attack],
) -> bool {
    let (ends, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(Answers::default()));
    let threads: Vec<_> = attacks
        .iter()
        .flat_map(|attack| (0..THREADS).map(|number| (attack.run, number)))
        .map(|(run, number)| {
            let (hostile, ends, answers) = (Arc::clone(hostile), Arc::clone(&ends), Arc::clone(&answers));
            thread::spawn(move || {
                while !ends.load(Ordering::Relaxed) {
                    let answer = run(&hostile, number);
                    *answers.lock().expect("nobody panics").entry(answer).or_default() += 1;
                }
            })
        })
        .collect();
    let times = calm::ask(calm, connection, time);
    ends.store(true, Ordering::Relaxed);
    for thread in threads {
        if thread.join().is_err() {
            eprintln!("an attacker panicked");
        }
    }
    let answers = answers.lock().expect("nobody panics");
    let told: Vec<_> = answers.iter().map(|(answer, count)| format!("{count} × {answer}")).collect();
    println!("{name:<16} {times}, p99 {:.1} times as long; {}", times.p99() / alone.p99(), told.join(", "));
    let faults: Vec<_> = answers.keys().filter(|answer| attacks::is_fault(answer)).collect();
    for fault in &faults {
        eprintln!("{name}: the server was at fault: {fault}");
    }
    for failed in &times.failed {
        eprintln!("{name}: the calm client was refused: {failed}");
    }
    faults.is_empty() && times.failed.is_empty()
}

//! Requests that nobody would think of: `cargo run -p tests --bin fuzz -- 127.0.0.1:4000 [KEY]`, against a server that runs
//! already, on a database that may be changed.
//!
//! Operations are made from the schema that the server describes, with values of all sorts (`generate`), and half of them
//! are broken (`mutate`). `ROUNDS` of them are sent by `THREADS` clients, from the numbers that `SEED` begins. It fails,
//! and shows the request, if an answer says that the server is at fault, or is none.

mod generate;
mod mutate;
mod rng;
mod schema;

use std::{
    collections::BTreeMap,
    env, io,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rng::Rng;
use schema::Schema;
use tests::client::Target;

/// Longer bodies are refused before they are read, which this client does not understand.
const LONGEST: usize = 1_000_000;
/// Requests that are shown at most.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(address) = arguments.next() else {
        eprintln!("fuzz ADDRESS [KEY]");
        return ExitCode::FAILURE;
    };
    let target = Target { address, key: arguments.next() };
    let (rounds, threads, seed) = (number("ROUNDS", 20_000), number("THREADS", 4), number("SEED", 1));
    let schema = match target.connect().and_then(|mut client| client.post(&schema::question())) {
        Ok((200, body)) => Schema::read(&body),
        other => panic!("the server does not describe its schema: {other:?}"),
    };
    let (done, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let (answers, longest) = (Mutex::new(BTreeMap::<String, usize>::new()), Mutex::new(Duration::ZERO));
    thread::scope(|scope| {
        for number in 0..threads {
            let (schema, target) = (&schema, &target);
            let (done, faults, answers, longest) = (&done, &faults, &answers, &longest);
            scope.spawn(move || {
                let mut rng = Rng::new((seed * 1_000 + number) as u64);
                let mut client = target.connect();
                while done.fetch_add(1, Ordering::Relaxed) < rounds {
                    let request = request(schema, &mut rng);
                    let asked = Instant::now();
                    let answer = client.and_then(|mut client| {
                        let answer = client.post(&request)?;
                        Ok((client, answer))
                    });
                    let (kept, answer) = match answer {
                        Ok((client, answer)) => (Some(client), Ok(answer)),
                        Err(error) => (None, Err(error)),
                    };
                    let took = asked.elapsed();
                    let (told, is_fault) = judge(&answer);
                    // Who is refused may have to come again.
                    client = kept.filter(|_| matches!(answer, Ok((200, _)))).map_or_else(|| target.connect(), Ok);
                    *answers.lock().expect("nobody panics").entry(told.clone()).or_default() += 1;
                    let mut longest = longest.lock().expect("nobody panics");
                    *longest = took.max(*longest);
                    if is_fault {
                        faults
                            .lock()
                            .expect("nobody panics")
                            .push(format!("{told}: {}", String::from_utf8_lossy(&request)));
                    }
                }
            });
        }
    });
    let (faults, answers) = (faults.into_inner().expect("nobody panics"), answers.into_inner().expect("nobody panics"));
    for (answer, count) in &answers {
        println!("{count:>9} {answer}");
    }
    println!("{rounds} requests, the longest took {:?}", longest.into_inner().expect("nobody panics"));
    for fault in faults.iter().take(SHOWN) {
        eprintln!("{}", fault.chars().take(3_000).collect::<String>());
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number(name: &str, usual: usize) -> usize {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The body of a request.
fn request(schema: &Schema, rng: &mut Rng) -> Vec<u8> {
    let body = generate::operation(schema, rng).to_string().into_bytes();
    if body.len() > LONGEST {
        return b"{}".to_vec();
    }
    match rng.below(4) {
        0 => mutate::bytes(body, rng),
        1 => mutate::document(&body, rng),
        _ => body,
    }
}

/// What an answer is counted as, and whether the server is at fault.
fn judge(answer: &io::Result<(u16, String)>) -> (String, bool) {
    match answer {
        Err(error) => (format!("no answer: {:?}", error.kind()), true),
        Ok((status, body)) => {
            let code = body.split("\"code\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or("OK");
            let is_json = serde_json::from_str::<serde_json::Value>(body).is_ok();
            // Mutations may wait for rows that others hold.
            let is_fault = *status == 500 || code == "INTERNAL" || !is_json || body.contains("\"INTERNAL\"");
            (format!("{status} {code}"), is_fault)
        }
    }
}

//! The load of the work engine through GraphQL over HTTP, against a server that runs already:
//! `cargo run -p tests --bin bench-work -- lives 127.0.0.1:4000 [KEY]`.
//!
//! - `lives`: tasks created, claimed and completed a second, in batches of 1 and 50 over 1, 4 and 16 connections
//!   (`SHAPES="50x4 1x16"`); medians of `ROUNDS` rounds of `SECS` seconds after `WARM`.
//! - `claims`: single claims of 16 workers among `BACKLOG` tasks, which are made before. `wakes`: how fast a new task
//!   reaches a waiting worker, `EVENTS` times.
//! - `watch`: how fast each of `EVENTS` new tasks reaches `SUBSCRIBERS` sockets. `idle`: what as many cost that
//!   nothing happens to.
//! - `costs`: how long operations take for each point that they are estimated at.
//!
//! Only the figures of one run compare with each other.

mod claims;
mod costs;
mod lives;
mod watch;

use std::{env, process::ExitCode, sync::Arc};

use tests::bench::{Target, Worker};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let (Some(what), Some(address)) = (arguments.next(), arguments.next()) else {
        eprintln!("bench-work (lives|claims|wakes|watch|idle|costs) ADDRESS [KEY]");
        return ExitCode::FAILURE;
    };
    let target = Arc::new(Target { address, key: arguments.next() });
    if what == "costs" {
        costs::costs(&target);
        return ExitCode::SUCCESS;
    }
    let agents = Arc::new(target.connect().agents());
    match what.as_str() {
        "lives" => lives::lives(&target, &agents),
        "claims" => claims::claims(&target, &agents),
        "wakes" => claims::wakes(&target, &agents),
        "watch" => watch::watch(&target, &agents),
        "idle" => watch::idle(&target),
        other => {
            eprintln!("`{other}` is none of lives, claims, wakes, watch, idle, costs");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

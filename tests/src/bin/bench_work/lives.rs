//! Whole lives of tasks: created, claimed, completed.

use std::env;

use tests::bench::{self, Figures, Target, rounds};

/// Prints a row for each shape.
pub(super) fn lives(target: &Target, agents: &[String]) {
    println!("| batch | connections | lives/s (median of {}) |\n|---|---|---|", rounds());
    let shapes = env::var("SHAPES").unwrap_or("50x1 50x4 50x16 1x1 1x4 1x16".to_owned());
    for shape in shapes.split_whitespace() {
        let numbers = shape.split_once('x').and_then(|(batch, count)| Some((batch.parse().ok()?, count.parse().ok()?)));
        let (batch, connections): (usize, usize) = numbers.expect("a batch and connections, such as 50x4");
        let figures = Figures::of((0..rounds()).map(|_| bench::lives(target, agents, batch, connections)));
        let Figures { rate, slowest, fastest, .. } = figures;
        println!("| {batch} | {connections} | {rate:.0} ({slowest:.0}–{fastest:.0}) |");
    }
}

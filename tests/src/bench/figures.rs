//! What rounds come to.

use std::time::Duration;

use super::Round;

/// Medians of rounds.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// How much was done in a second.
    pub rate: f64,
    /// The same in the slowest round.
    pub slowest: f64,
    /// The same in the fastest round.
    pub fastest: f64,
    /// How long half of the calls took at most, in milliseconds.
    pub p50: f64,
    /// How long 99 of 100 calls took at most, in milliseconds.
    pub p99: f64,
}

impl Figures {
    /// The medians of these rounds.
    pub fn of(rounds: impl IntoIterator<Item = Round>) -> Self {
        let (mut rates, mut p50, mut p99) = (Vec::new(), Vec::new(), Vec::new());
        for mut round in rounds {
            rates.push(round.rate());
            round.took.sort();
            p50.push(percentile(&round.took, 0.5));
            p99.push(percentile(&round.took, 0.99));
        }
        rates.sort_by(f64::total_cmp);
        let (slowest, fastest) = (rates.first().copied(), rates.last().copied());
        Self {
            slowest: slowest.unwrap_or_default(),
            fastest: fastest.unwrap_or_default(),
            rate: median(rates),
            p50: median(p50),
            p99: median(p99),
        }
    }
}

/// Prints how many there were in this time, and how long they took.
pub fn report(what: &str, mut took: Vec<Duration>, time: Duration) {
    took.sort();
    let rate = took.len() as f64 / time.as_secs_f64();
    let (p50, p99) = (percentile(&took, 0.5), percentile(&took, 0.99));
    println!("{what}: {} in all, {rate:.0}/s, p50 {p50:.2} ms, p99 {p99:.2} ms", took.len());
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// How long this share of the calls took at most, in milliseconds; they stand in the order of their times. Of none 0.
fn percentile(took: &[Duration], share: f64) -> f64 {
    let place = (took.len().saturating_sub(1) as f64 * share) as usize;
    took.get(place).copied().unwrap_or_default().as_secs_f64() * 1000.0
}

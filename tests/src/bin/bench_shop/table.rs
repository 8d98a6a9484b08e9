//! How figures are shown.

use std::{fmt, time::Duration};

use tests::bench::{Figures, Round, rounds};

/// The head of the table.
pub(crate) const HEAD: &str = "\
| what | a second (slowest–fastest) | p50 ms | p99 ms | limit or bar a second | its p50 ms | its p99 ms | of that |
|---|---|---|---|---|---|---|---|";

/// A row: what was measured of the shop and of the limit.
pub(crate) struct Line {
    what: String,
    ours: Figures,
    limit: Figures,
}

impl Line {
    /// Rounds of the shop beside a bar, which is how long this much may take. Rounds that do less may take less.
    pub(crate) fn beside_bar(what: String, ours: Vec<Round>, much: usize, time: Duration) -> Self {
        Self::beside(what, ours, once(much, time))
    }

    /// The same beside a bar that says how often, and how long each may take; no times if that does not matter.
    pub(crate) fn beside(what: String, ours: Vec<Round>, bar: Round) -> Self {
        Self { what, ours: Figures::of(ours), limit: Figures::of([bar]) }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { rate, slowest, fastest, p50, p99 } = self.ours;
        let limit = self.limit;
        write!(f, "| {} | {rate:.0} ({slowest:.0}–{fastest:.0}) | {p50:.2} | {p99:.2} ", self.what)?;
        write!(f, "| {:.0} | {:.2} | {:.2} | {:.2} |", limit.rate, limit.p50, limit.p99, rate / limit.rate)
    }
}

/// Rounds of the shop and of the limit.
pub(crate) struct Rounds {
    ours: Vec<Round>,
    limit: Vec<Round>,
}

impl Rounds {
    /// Both in turns, so that what changes on the machine meanwhile concerns both.
    pub(crate) fn in_turns(mut ours: impl FnMut() -> Round, mut limit: impl FnMut() -> Round) -> Self {
        let (ours, limit) = (0..rounds()).map(|_| (ours(), limit())).unzip();
        Self { ours, limit }
    }

    /// How much the shop did, by what it answered.
    pub(crate) fn ours(&self) -> usize {
        self.ours.iter().map(|round| round.all).sum()
    }

    /// How much the limit did.
    pub(crate) fn limit(&self) -> usize {
        self.limit.iter().map(|round| round.all).sum()
    }

    /// The figures of both.
    pub(crate) fn into_line(self, what: &str) -> Line {
        Line { what: what.to_owned(), ours: Figures::of(self.ours), limit: Figures::of(self.limit) }
    }
}

/// A round of one call, which did this much.
pub(crate) fn once(done: usize, time: Duration) -> Round {
    Round { took: vec![time], done, all: done, time }
}

/// Refuses a number that is not as it must be.
pub(crate) fn same(what: &str, expected: i64, found: i64) -> Result<(), String> {
    if expected == found { Ok(()) } else { Err(format!("{what}: {expected} expected, {found} found")) }
}

/// The same for what was counted here.
pub(crate) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

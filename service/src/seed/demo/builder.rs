//! The demo data while it is being built: its rows so far, its clock, its ids.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use entity::orders;
use uuid::Uuid;

use super::DemoAgent;
use crate::{
    orders::state,
    seed::{ids::Ids, rng::Rng, rows::Rows},
};

/// Other numbers would give other demo data.
const SEED: u64 = 0x0056_4957;

/// Minutes of an hour.
pub(super) const HOUR: i64 = 60;
/// Minutes of a day.
pub(super) const DAY: i64 = 24 * HOUR;
/// How far back the orders reach.
pub(super) const HISTORY: i64 = 182 * DAY;

/// Rows refer to rows that were built before them.
pub(super) struct DemoBuilder {
    pub(super) rows: Rows,
    pub(super) now: DateTime<Utc>,
    ids: BTreeMap<&'static str, Ids>,
}

impl DemoBuilder {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self { rows: Rows::default(), now: now.trunc_subsecs(6), ids: BTreeMap::new() }
    }

    /// The id of a row of this table that was created then.
    pub(super) fn id(&mut self, table: &'static str, created: DateTime<Utc>) -> Uuid {
        self.ids.entry(table).or_insert_with(|| Ids::new(SEED, table)).next(created)
    }

    /// So many minutes before now.
    pub(super) fn ago(&self, minutes: i64) -> DateTime<Utc> {
        self.now - TimeDelta::minutes(minutes)
    }

    /// That time, or now when it has not come yet.
    pub(super) fn by_now(&self, time: DateTime<Utc>) -> DateTime<Utc> {
        time.min(self.now)
    }

    /// The day so many days from today; negative for the past.
    pub(super) fn day(&self, days: i64) -> NaiveDate {
        self.now.date_naive() + TimeDelta::days(days)
    }

    pub(super) fn agent(&self, who: DemoAgent) -> Uuid {
        self.rows.agents[who as usize].id
    }

    /// The months before this one, oldest first.
    pub(super) fn closed_months(&self, count: u32) -> Vec<Period> {
        let this = self.now.date_naive().with_day(1).unwrap_or_default();
        (1..=count)
            .rev()
            .map(|back| Period { start: this - Months::new(back), end: this - Months::new(back - 1) })
            .collect()
    }

    /// The seven-day weeks before today, oldest first.
    pub(super) fn closed_weeks(&self, count: i64) -> Vec<Period> {
        (0..count).rev().map(|back| Period { start: self.day(-7 * (back + 1)), end: self.day(-7 * back) }).collect()
    }
}

/// From the start of one day to the start of another.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) start: NaiveDate,
    /// The first day after it.
    pub(super) end: NaiveDate,
}

impl Period {
    pub(super) fn from(self) -> DateTime<Utc> {
        self.start.and_time(NaiveTime::MIN).and_utc()
    }

    pub(super) fn until(self) -> DateTime<Utc> {
        self.end.and_time(NaiveTime::MIN).and_utc()
    }

    pub(super) fn has<Zone: chrono::TimeZone>(self, time: &DateTime<Zone>) -> bool {
        *time >= self.from() && *time < self.until()
    }
}

/// The random numbers of one part of the demo data, so that a change of one leaves the others as they are.
pub(super) fn rng(part: &str) -> Rng {
    Rng::of(SEED, part, 0)
}

/// Whether the order makes part of its customer's totals.
pub(super) fn counts(order: &orders::Model) -> bool {
    state::counts(order.status, order.financial_status)
}

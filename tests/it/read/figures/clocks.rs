//! Moments at which periods are easily mistaken: around changes of the clocks, and around midnight.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, Offset, TimeDelta, Utc};
use service::zone::{Tz, day_of, start_of};

use super::key::{ZONES, zone_named};

/// The years whose changes are tried. The last one is so far ahead that it is compared apart.
const YEARS: [i32; 4] = [2025, 2026, 2027, 2031];

/// So many microseconds after a change: half an hour is what Lord Howe's clocks are put back by.
const AFTER_CHANGE: [i64; 8] = [-1_800_000_000, -1_000_000, -1, 0, 1, 1_000_000, 1_800_000_000, 3_600_000_000];
/// So many after midnight.
const AFTER_MIDNIGHT: [i64; 2] = [-1, 0];

/// All of them, earliest first.
pub(super) fn moments() -> BTreeSet<DateTime<Utc>> {
    let mut moments = BTreeSet::new();
    for zone in ZONES.map(zone_named) {
        for year in YEARS {
            for change in changes(zone, year) {
                moments.extend(AFTER_CHANGE.map(|micros| change + TimeDelta::microseconds(micros)));
                // Of the day of the change, and of its neighbours.
                let day = day_of(change, zone);
                moments.extend(midnights(zone, [day - Days::new(1), day, day + Days::new(1)]));
            }
            let first = [1, 4, 7].map(|month| NaiveDate::from_ymd_opt(year, month, 1).expect("a day"));
            moments.extend(midnights(zone, first));
        }
    }
    moments
}

/// The first moments after the clocks are changed: each is at a full or half hour of UTC.
fn changes(zone: Tz, year: i32) -> Vec<DateTime<Utc>> {
    let step = TimeDelta::minutes(30);
    let offset = |at: DateTime<Utc>| at.with_timezone(&zone).offset().fix();
    let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a day").and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    let all = std::iter::successors(Some(first), |at| Some(*at + step)).take_while(|at| at.year() == year);
    all.filter(|at| offset(*at) != offset(*at - step)).collect()
}

fn midnights(zone: Tz, days: [NaiveDate; 3]) -> impl Iterator<Item = DateTime<Utc>> {
    let around = move |day| AFTER_MIDNIGHT.map(|micros| start_of(day, zone) + TimeDelta::microseconds(micros));
    days.into_iter().flat_map(around)
}

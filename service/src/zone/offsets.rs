//! When the clocks of a time zone are changed: from the zone data of this binary, the same for both engines.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// A change of the clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// The first second after it, counted from 1970 in UTC.
    pub(crate) at: i64,
    /// How far the clocks are ahead of UTC from then on, in seconds.
    pub(crate) offset: i64,
}

/// The changes that are known, from 1970 to 2100.
const UNTIL: i64 = 4_102_444_800;
/// No two changes are closer to each other than this, in seconds.
const STEP: i64 = 6 * 3600;

/// How far the clocks are ahead of UTC, in seconds.
pub(crate) fn at(zone: Tz, at: DateTime<Utc>) -> i64 {
    zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc().into()
}

/// The changes of a zone from 1970 to 2100, oldest first. They are looked for once.
pub(crate) fn changes(zone: Tz) -> Arc<[Change]> {
    static KNOWN: LazyLock<Mutex<HashMap<Tz, Arc<[Change]>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(zone).or_insert_with(|| find(zone).into()).clone()
}

fn find(zone: Tz) -> Vec<Change> {
    let offset = |second: i64| DateTime::from_timestamp(second, 0).map_or(0, |moment| at(zone, moment));
    let mut changes = Vec::new();
    let (mut before, mut here) = (0, offset(0));
    while before < UNTIL {
        let after = before + STEP;
        let there = offset(after);
        if there != here {
            // The first second with the new offset.
            let (mut low, mut high) = (before, after);
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if offset(middle) == here { low = middle } else { high = middle }
            }
            changes.push(Change { at: high, offset: there });
            here = there;
        }
        before = after;
    }
    changes
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz::{Asia__Kolkata as KOLKATA, Australia__Lord_Howe as LORD_HOWE, Europe__Berlin as BERLIN};

    use super::*;

    #[test]
    fn changes_are_found_to_the_second() {
        let second = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment").timestamp();
        let found = changes(BERLIN);
        for (at, offset) in [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)] {
            assert!(found.contains(&Change { at: second(at), offset }), "{at}");
        }
        assert!(changes(LORD_HOWE).contains(&Change { at: second("2026-04-04T15:00:00Z"), offset: 37_800 }));
        assert_eq!(changes(KOLKATA).len(), 0);
    }
}

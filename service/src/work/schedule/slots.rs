//! The moments that a cron expression stands for in a time zone.

use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;
use croner::Cron;

/// A cron expression in a time zone.
///
/// Where neither the minute nor the hour has a `*`, its times are fixed ones, as in Vixie cron: on the days on which
/// summer time begins or ends each of them is taken once. One that does not exist is taken right after the gap, one that
/// comes twice the first time. Croner knows this for single times only, so that fixed times are looked for on the wall
/// clock, which it takes as it is. All others are intervals, and taken as often as they pass.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    cron: Cron,
    zone: Tz,
    is_fixed: bool,
}

/// The longest gap of a time zone, in minutes: an island that moves across the date line loses a day.
const LONGEST_GAP: i64 = 24 * 60;

impl Slots {
    /// Reads the five fields minute, hour, day, month and weekday.
    pub(super) fn parse(cron: &str, zone: Tz) -> Result<Self, String> {
        let fields: Vec<&str> = cron.split_whitespace().collect();
        let [minute, hour, _, _, _] = fields[..] else {
            return Err(format!("{cron:?} does not have the five fields minute, hour, day, month, weekday"));
        };
        let is_fixed = ![minute, hour].iter().any(|field| field.contains('*'));
        let cron = Cron::from_str(cron).map_err(|error| format!("{cron:?}: {error}"))?;
        Ok(Self { cron, zone, is_fixed })
    }

    /// The first slot after a time.
    pub(super) fn first_after(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = time.with_timezone(&self.zone);
        if !self.is_fixed {
            return self.cron.find_next_occurrence(&local, false).ok().map(|slot| slot.to_utc());
        }
        let mut wall = local.naive_local();
        loop {
            wall = self.cron.find_next_occurrence(&wall, false).ok()?;
            // While an hour comes the second time, its slots are over.
            let slot = self.moment(wall)?;
            if slot > time {
                return Some(slot);
            }
        }
    }

    /// The last slot up to a time.
    pub(super) fn last_until(&self, time: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = time.with_timezone(&self.zone);
        if !self.is_fixed {
            return self.cron.find_previous_occurrence(&local, true).ok().map(|slot| slot.to_utc());
        }
        // While an hour comes the second time, all slots of it have passed.
        let same = self.zone.from_local_datetime(&local.naive_local());
        let ahead = match (same.earliest(), same.latest()) {
            (Some(first), Some(second)) if local == second => second - first,
            _ => Duration::zero(),
        };
        let mut wall = local.naive_local() + ahead;
        loop {
            let found = self.cron.find_previous_occurrence(&wall, true).ok()?;
            let slot = self.moment(found)?;
            if slot <= time {
                return Some(slot);
            }
            wall = found - Duration::seconds(1);
        }
    }

    /// When the wall clock shows this the first time, or else the first moment after the gap.
    fn moment(&self, wall: NaiveDateTime) -> Option<DateTime<Utc>> {
        let shown = |minutes| self.zone.from_local_datetime(&(wall + Duration::minutes(minutes))).earliest();
        (0..=LONGEST_GAP).find_map(shown).map(|moment| moment.to_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
    }

    fn forwards(slots: &Slots, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        std::iter::successors(slots.first_after(from), |slot| slots.first_after(*slot))
            .take_while(|slot| *slot <= to)
            .collect()
    }

    fn backwards(slots: &Slots, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let before = |slot: &DateTime<Utc>| slots.last_until(*slot - Duration::seconds(1));
        let mut found: Vec<_> =
            std::iter::successors(slots.last_until(to), before).take_while(|slot| *slot > from).collect();
        found.reverse();
        found
    }

    /// On days on which the clock is changed, from every quarter of an hour.
    #[test]
    fn both_directions_find_the_same() {
        for zone in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"] {
            for cron in [
                "0 2 * * *",
                "30 1,2,3 * * *",
                "0,20,40 0-4 * * *",
                "15 1-3/2 * * *",
                "* * * * *",
                "*/20 2 * * *",
                "10 */2 * * *",
            ] {
                let slots = Slots::parse(cron, zone.parse().expect("a zone")).expect("a schedule");
                for day in
                    ["2026-03-08", "2026-03-29", "2026-04-04", "2026-10-03", "2026-10-25", "2026-11-01", "2011-12-30"]
                {
                    let noon = time(&format!("{day}T12:00:00Z"));
                    let from = noon - Duration::hours(40);
                    let all = forwards(&slots, from, noon + Duration::hours(40));
                    assert!(all.is_sorted_by(|a, b| a < b), "{cron} {zone} {day}");
                    for quarter in 0..320 {
                        let to = from + Duration::minutes(15 * quarter) + Duration::milliseconds(250);
                        let expected: Vec<_> = all.iter().copied().filter(|slot| *slot <= to).collect();
                        assert_eq!(
                            slots.last_until(to).filter(|slot| *slot > from),
                            expected.last().copied(),
                            "{cron} {zone} {to}"
                        );
                        let next = all.iter().find(|slot| **slot > to);
                        assert_eq!(
                            slots.first_after(to),
                            next.copied().or(slots.first_after(to)),
                            "{cron} {zone} {to}"
                        );
                    }
                    let to = noon + Duration::hours(40);
                    assert_eq!(backwards(&slots, from, to), all, "{cron} {zone} {day}");
                }
            }
        }
    }
}

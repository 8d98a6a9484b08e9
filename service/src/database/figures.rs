//! Words for figures: exact sums, and the periods that times lie in.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Engine, Sql};
use crate::zone::{
    HOUR, Span,
    offsets::{self, Change},
};

/// Times further ahead than this are rare: they are compared apart.
const AHEAD: TimeDelta = TimeDelta::days(2 * 366);

impl Sql {
    /// Adds the sum of the values of a group in units of 10⁻ˢ, a whole number of 64 bits: exact also where decimals are
    /// kept as floats. A sum that is larger fails as [`Error::Limit`](crate::Error::Limit).
    pub fn sum(&mut self, value: &str, scale: Option<u32>) -> &mut Self {
        match (self.engine, scale) {
            (Engine::Postgres, None) => self.write(format_args!("CAST(COALESCE(sum({value}), 0) AS bigint)")),
            (Engine::Postgres, Some(scale)) => {
                self.write(format_args!("CAST(COALESCE(sum({value}), 0) * {} AS bigint)", units(scale)))
            }
            (Engine::Sqlite, _) => self.write(format_args!("COALESCE(sum({}), 0)", sqlite_units(value, scale))),
        }
    }

    /// Adds a decimal in units of 10⁻ˢ, a whole number of 64 bits.
    pub(crate) fn units(&mut self, value: &str, scale: u32) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!("CAST({value} * {} AS bigint)", units(scale))),
            Engine::Sqlite => self.push(&sqlite_units(value, Some(scale))),
        }
    }

    /// Adds the sum of the squares of the values of a group in units of 10⁻²ˢ, as text that [`read_squares`] reads.
    pub fn sum_of_squares(&mut self, value: &str, scale: Option<u32>) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!(
                "CAST(trunc(COALESCE(sum(CAST({value} AS numeric) * {value}), 0) * {}) AS text)",
                units(2 * scale.unwrap_or_default())
            )),
            // A square may have more than 64 bits: a value is high · 2²⁰ + low.
            Engine::Sqlite => {
                let (high, low) = (
                    format!("({} >> 20)", sqlite_units(value, scale)),
                    format!("({} & 1048575)", sqlite_units(value, scale)),
                );
                self.write(format_args!(
                    "COALESCE(sum({high} * {high}) || ',' || sum({high} * {low}) || ',' || sum({low} * {low}), '0')"
                ))
            }
        }
    }

    /// Adds a decimal that was computed, so that it compares with parameters as a column does.
    pub fn decimal(&mut self, value: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.push(value),
            Engine::Sqlite => self.write(format_args!("CAST({value} AS REAL)")),
        }
    }

    /// Adds a value of a closed vocabulary as text, which both engines order by its bytes.
    pub fn choice_text(&mut self, value: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!("CAST({value} AS text) COLLATE \"C\"")),
            Engine::Sqlite => self.push(value),
        }
    }

    /// Adds the first day of the period that a moment lies in where the clocks are those of a zone.
    pub fn first_day(&mut self, moment: &str, span: Span, zone: Tz) -> &mut Self {
        let offset = offset(self.engine, moment, &day_changes(zone), first_offset(zone), self.now);
        match self.engine {
            Engine::Postgres => {
                let local = format!("({moment} AT TIME ZONE 'UTC') + ({offset}) * INTERVAL '1 second'");
                self.postgres_first_day(&local, span)
            }
            Engine::Sqlite => {
                let local = format!("datetime(substr({moment}, 1, 19), ({offset}) || ' seconds')");
                self.sqlite_first_day(&local, span)
            }
        }
    }

    /// Adds the first day of the period that a day lies in.
    pub fn first_day_of(&mut self, day: &str, span: Span) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.postgres_first_day(&format!("CAST({day} AS timestamp)"), span),
            Engine::Sqlite => self.sqlite_first_day(day, span),
        }
    }

    /// Adds the first second, counted from 1970, of the hour that a moment lies in where the clocks are those of a zone.
    pub fn first_second(&mut self, moment: &str, zone: Tz) -> &mut Self {
        let changes = offsets::changes(zone);
        let offset = offset(self.engine, moment, &changes, first_offset(zone), self.now);
        let seconds = match self.engine {
            Engine::Postgres => format!("CAST(floor(EXTRACT(EPOCH FROM {moment})) AS bigint)"),
            Engine::Sqlite => format!("unixepoch(substr({moment}, 1, 19))"),
        };
        self.push("CASE ");
        for change in changes.iter() {
            let past = (change.at + change.offset).rem_euclid(HOUR);
            if past != 0 {
                // The change cuts an hour: what is left of it begins there.
                let (from, until) = (change.at, change.at + HOUR - past);
                let (from_text, until_text) = (literal(self.engine, from), literal(self.engine, until));
                self.write(format_args!("WHEN {moment} >= {from_text} AND {moment} < {until_text} THEN {from} "));
            }
        }
        self.write(format_args!(
            "WHEN {moment} IS NOT NULL THEN {seconds} - (((({seconds} + ({offset})) % {HOUR}) + {HOUR}) % {HOUR}) END"
        ))
    }

    fn postgres_first_day(&mut self, local: &str, span: Span) -> &mut Self {
        let unit = match span {
            Span::Hour | Span::Day => return self.write(format_args!("CAST({local} AS date)")),
            Span::Week => "week",
            Span::Month => "month",
            Span::Quarter => "quarter",
            Span::Year => "year",
        };
        self.write(format_args!("CAST(date_trunc('{unit}', {local}) AS date)"))
    }

    fn sqlite_first_day(&mut self, local: &str, span: Span) -> &mut Self {
        match span {
            Span::Hour | Span::Day => self.write(format_args!("date({local})")),
            Span::Week => self.write(format_args!("date({local}, '-6 days', 'weekday 1')")),
            Span::Month => self.write(format_args!("date({local}, 'start of month')")),
            Span::Quarter => self.write(format_args!(
                "date({local}, 'start of month', '-' || ((CAST(strftime('%m', {local}) AS INTEGER) - 1) % 3) || ' months')"
            )),
            Span::Year => self.write(format_args!("date({local}, 'start of year')")),
        }
    }
}

/// The text of [`Sql::sum_of_squares`]; nothing when it is beyond what was counted exactly.
pub fn read_squares(text: &str) -> Option<i128> {
    let mut parts = text.split(',').map(|part| part.parse::<i128>().ok());
    let first = parts.next()??;
    let Some(second) = parts.next() else { return Some(first) };
    let (mixed, low) = (second?, parts.next()??);
    first.checked_mul(1 << 40)?.checked_add(mixed.checked_mul(1 << 21)?)?.checked_add(low)
}

/// How many units one is.
fn units(scale: u32) -> String {
    format!("1{}", "0".repeat(scale as usize))
}

/// A value as a whole number of units.
fn sqlite_units(value: &str, scale: Option<u32>) -> String {
    match scale {
        None => value.to_owned(),
        Some(scale) => format!("CAST(ROUND({value} * {}) AS INTEGER)", units(scale)),
    }
}

/// A moment in a statement.
fn literal(engine: Engine, second: i64) -> String {
    let text = DateTime::from_timestamp(second, 0).unwrap_or_default().format("%Y-%m-%dT%H:%M:%S+00:00");
    match engine {
        Engine::Postgres => format!("TIMESTAMPTZ '{text}'"),
        Engine::Sqlite => format!("'{text}'"),
    }
}

/// How far the clocks of a zone are ahead before any change that is known.
fn first_offset(zone: Tz) -> i64 {
    offsets::at(zone, DateTime::UNIX_EPOCH)
}

/// The changes as days see them. Clocks that are put back over midnight show a day again that has ended: it goes on to
/// be the next one until its midnight comes for the second time.
fn day_changes(zone: Tz) -> Vec<Change> {
    const DAY: i64 = 24 * HOUR;
    let mut before = first_offset(zone);
    let later = |change: &Change| {
        let (old, new) = (change.at + before, change.at + change.offset);
        before = change.offset;
        // Midnight itself may be the moment of the change: then it comes once.
        match (old - 1).div_euclid(DAY) > new.div_euclid(DAY) {
            true => Change { at: change.at + DAY - new.rem_euclid(DAY), ..*change },
            false => *change,
        }
    };
    offsets::changes(zone).iter().map(later).collect()
}

/// How far the clocks are ahead of UTC at a moment, in seconds.
fn offset(engine: Engine, moment: &str, changes: &[Change], first: i64, now: Option<DateTime<Utc>>) -> String {
    let ahead = now.and_then(|now| now.checked_add_signed(AHEAD)).map_or(i64::MAX, |ahead| ahead.timestamp());
    let near = changes.iter().filter(|change| change.at <= ahead).count();
    let (near, far) = changes.split_at(near);
    let here = near.last().map_or(first, |change| change.offset);
    let mut text = String::new();
    if let Some(next) = far.first() {
        let inner = whens(engine, moment, far, here);
        text = format!("WHEN {moment} >= {} THEN {inner} ", literal(engine, next.at));
    }
    match text.is_empty() {
        true => whens(engine, moment, near, first),
        false => format!("CASE {text}ELSE {} END", whens(engine, moment, near, first)),
    }
}

/// The offset of the newest change that is not after a moment.
fn whens(engine: Engine, moment: &str, changes: &[Change], first: i64) -> String {
    if changes.is_empty() {
        return first.to_string();
    }
    let when = |change: &Change| format!("WHEN {moment} >= {} THEN {} ", literal(engine, change.at), change.offset);
    let whens: String = changes.iter().rev().map(when).collect();
    format!("CASE {whens}ELSE {first} END")
}

//! What rows are grouped by, and the groups of rows, found without a database.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Map, Value, json};
use service::zone::{self, Span, Tz};

use super::{
    figure::{Figure, aggregate},
    sheet::{Column, Sheet},
    worth::Worth,
};

/// The lengths of periods.
pub(super) const INTERVALS: [(&str, Span); 6] = [
    ("HOUR", Span::Hour),
    ("DAY", Span::Day),
    ("WEEK", Span::Week),
    ("MONTH", Span::Month),
    ("QUARTER", Span::Quarter),
    ("YEAR", Span::Year),
];

/// Time zones whose clocks are changed in all ways, or never.
pub(super) const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC"];

/// A zone by its name.
pub(super) fn zone_named(name: &str) -> Tz {
    name.parse().expect("a zone")
}

/// A column of the rows, or of the one that each points at.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) relation: Option<String>,
    pub(super) column: Column,
    pub(super) bucket: Option<Bucket>,
}

/// The periods that times lie in.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    pub(super) interval: (&'static str, Span),
    /// The zone that is named, if one is.
    pub(super) named: Option<&'static str>,
    pub(super) zone: Tz,
}

impl Key {
    /// The field that asks for it.
    pub(super) fn selection(&self, number: usize) -> String {
        let Self { relation, column, bucket } = self;
        let field = match bucket {
            None => column.name.clone(),
            Some(Bucket { interval: (interval, _), named, .. }) => {
                let zone = named.map(|name| format!(", timeZone: \"{name}\"")).unwrap_or_default();
                format!("{}(bucket: {interval}{zone}) {{ from until }}", column.name)
            }
        };
        match relation {
            None => format!("k{number}: {field} "),
            Some(relation) => format!("k{number}: {relation} {{ v: {field} }} "),
        }
    }

    /// The key of a row, and how it is shown.
    fn of(&self, row: &Value) -> (Option<Worth>, Value) {
        let row = self.relation.as_ref().map_or(row, |relation| &row[relation]);
        let (worth, shown) = match (&self.bucket, self.column.worth(row)) {
            (None, worth) => (worth, row[&self.column.name].clone()),
            (Some(bucket), Some(worth)) => {
                let (start, shown) = bucket.of(&worth);
                (Some(start), shown)
            }
            (Some(_), None) => (None, Value::Null),
        };
        let shown = if self.relation.is_some() { json!({ "v": shown }) } else { shown };
        (worth, shown)
    }
}

impl Bucket {
    /// Where the period of a value begins, and how it is shown.
    fn of(&self, worth: &Worth) -> (Worth, Value) {
        let (_, span) = self.interval;
        match worth {
            Worth::Moment(at) => {
                let period = zone::period_at(span, *at, self.zone);
                let [from, until] = [period.start, period.end].map(|end| end.to_rfc3339());
                (Worth::Moment(period.start), json!({ "from": from, "until": until }))
            }
            Worth::Text(day) => {
                let first = span.first_day(day.parse::<NaiveDate>().expect("a day"));
                let [from, until] = [first, span.next_day(first)].map(|day| day.to_string());
                (Worth::Text(from.clone()), json!({ "from": from, "until": until }))
            }
            other => panic!("{other:?} is no time"),
        }
    }
}

/// Rows with the same keys.
pub(super) struct Group<'a> {
    pub(super) keys: Vec<Option<Worth>>,
    shown: Vec<Value>,
    pub(super) rows: Vec<&'a Value>,
}

impl<'a> Group<'a> {
    /// The groups of some rows.
    pub(super) fn all(keys: &[Key], rows: &[&'a Value]) -> Vec<Self> {
        let mut groups: BTreeMap<Vec<Option<Worth>>, Self> = BTreeMap::new();
        for row in rows.iter().copied() {
            let (worths, shown): (Vec<_>, Vec<_>) = keys.iter().map(|key| key.of(row)).unzip();
            let new = || Self { keys: worths.clone(), shown, rows: Vec::new() };
            groups.entry(worths.clone()).or_insert_with(new).rows.push(row);
        }
        groups.into_values().collect()
    }

    /// How it is shown with some figures.
    pub(super) fn shown(&self, sheet: &Sheet, figures: &[Figure]) -> Value {
        let key = |(number, shown): (usize, &Value)| (format!("k{number}"), shown.clone());
        let keys: Map<String, Value> = self.shown.iter().enumerate().map(key).collect();
        json!({ "key": keys, "aggregate": aggregate(sheet, figures, &self.rows) })
    }
}

/// The fields that ask for groups.
pub(super) fn selection(keys: &[Key]) -> String {
    let all = keys.iter().enumerate().map(|(number, key)| key.selection(number));
    format!("key {{ {} }} ", all.collect::<String>())
}

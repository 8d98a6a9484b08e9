//! Figures, worked out a second time: without a database, from the rows.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    sheet::{Column, Sheet},
    worth::{Worth, decimal},
};

/// The digits that an average has more than the values, and the parts of a unit that these are.
pub(super) const MORE: u32 = 4;
pub(super) const PARTS: i128 = 10_i128.pow(MORE);

/// A figure of a column.
#[derive(Clone, Debug)]
pub(super) struct Figure {
    pub(super) column: Column,
    pub(super) function: String,
    /// Of a percentile, in hundredths.
    pub(super) percent: u32,
}

impl Figure {
    /// The field that asks for it.
    pub(super) fn selection(&self, number: usize) -> String {
        let Self { column, function, percent } = self;
        let arguments = match function.as_str() {
            "percentile" => format!("(percent: \"{}\")", decimal((*percent).into(), 2)),
            _ => String::new(),
        };
        format!("f{number}: {} {{ v: {function}{arguments} }} ", column.name)
    }

    /// What it is of some rows.
    pub(super) fn value(&self, sheet: &Sheet, rows: &[&Value]) -> Value {
        let Self { column, function, percent } = self;
        let mut held: Vec<(Worth, &Value)> =
            rows.iter().filter_map(|row| Some((column.worth(row)?, &row[&column.name]))).collect();
        held.sort_by(|a, b| a.0.cmp(&b.0));
        let shown = |found: Option<&(Worth, &Value)>| found.map_or(Value::Null, |(_, value)| (*value).clone());
        let of = |row: Option<&&Value>| row.map_or(Value::Null, |row| row[&column.name].clone());
        let are = |wanted: bool| held.iter().filter(|(worth, _)| *worth == Worth::Boolean(wanted)).count();
        let numbers = || held.iter().map(|(worth, _)| worth.units()).collect::<Vec<i128>>();
        match function.as_str() {
            "count" => json!(held.len()),
            "countDistinct" => json!(held.iter().map(|(worth, _)| worth).collect::<BTreeSet<_>>().len()),
            "countTrue" => json!(are(true)),
            "countFalse" => json!(are(false)),
            "sum" => json!(decimal(numbers().iter().sum(), column.scale)),
            "avg" => average(&numbers(), column.scale),
            "stddev" => deviation(&numbers(), column.scale),
            "min" => shown(held.first()),
            "max" => shown(held.last()),
            "percentile" => {
                let place = (held.len() * *percent as usize).div_ceil(10_000);
                shown(place.checked_sub(1).and_then(|index| held.get(index)))
            }
            "earliest" => of(rows.iter().min_by_key(|row| sheet.age(row))),
            "latest" => of(rows.iter().max_by_key(|row| sheet.age(row))),
            other => panic!("no figure {other}"),
        }
    }
}

/// The fields that ask for figures.
pub(super) fn selection(figures: &[Figure]) -> String {
    let all = figures.iter().enumerate().map(|(number, figure)| figure.selection(number));
    format!("aggregate {{ count {} }} ", all.collect::<String>())
}

/// What is answered to them.
pub(super) fn aggregate(sheet: &Sheet, figures: &[Figure], rows: &[&Value]) -> Value {
    let figure = |(number, figure): (usize, &Figure)| (format!("f{number}"), json!({ "v": figure.value(sheet, rows) }));
    let mut all: Map<String, Value> = figures.iter().enumerate().map(figure).collect();
    all.insert("count".to_owned(), json!(rows.len()));
    Value::Object(all)
}

/// A figure as groups are compared and ordered by it, exactly: sums and averages in parts of a unit.
pub(super) fn measured(column: &Column, function: &str, rows: &[&Value]) -> Option<Worth> {
    let held: Vec<Worth> = rows.iter().filter_map(|row| column.worth(row)).collect();
    let parts = || held.iter().map(Worth::units).sum::<i128>() * PARTS;
    let whole = |number: usize| Some(Worth::whole(number as i128));
    match function {
        "count" => whole(held.len()),
        "countDistinct" => whole(held.iter().collect::<BTreeSet<_>>().len()),
        "sum" => Some(Worth::whole(parts())),
        "avg" if held.is_empty() => None,
        "avg" => Some(Worth::Number(parts(), held.len() as i128)),
        "min" => held.into_iter().min(),
        "max" => held.into_iter().max(),
        other => panic!("nothing is compared by {other}"),
    }
}

/// Rounded half away from zero.
fn average(numbers: &[i128], scale: u32) -> Value {
    let (sum, count) = (numbers.iter().sum::<i128>(), numbers.len() as i128);
    if count == 0 {
        return Value::Null;
    }
    let rounded = (2 * sum.abs() * PARTS + count) / (2 * count);
    json!(decimal(rounded * sum.signum(), scale + MORE))
}

/// Of a sample; the root is the only step that is not exact.
fn deviation(numbers: &[i128], scale: u32) -> Value {
    let count = numbers.len() as i128;
    if count < 2 {
        return Value::Null;
    }
    let sum: i128 = numbers.iter().sum();
    let squares: i128 = numbers.iter().map(|number| number * number).sum();
    let radicand = count * squares - sum * sum;
    json!((radicand as f64 / (count * (count - 1)) as f64).sqrt() / 10_f64.powi(scale.cast_signed()))
}

#[test]
fn averages_and_deviations_are_those_of_a_book() {
    assert_eq!(average(&[10_010, 10_030, 15_015], 2), json!("116.850000"));
    assert_eq!((average(&[1, 0, 0], 0), average(&[-1, -1, 0], 0)), (json!("0.3333"), json!("-0.6667")));
    assert_eq!((average(&[], 2), deviation(&[5], 2)), (Value::Null, Value::Null));
    // 2, 4, 4, 4, 5, 5, 7, 9: the squares of the distances add up to 32.
    assert_eq!(deviation(&[2, 4, 4, 4, 5, 5, 7, 9], 0), json!((32.0_f64 / 7.0).sqrt()));
}

//! What the parts of an operation cost, in points. A point is about the work of one row that is looked up by a key.

use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use async_graphql_value::Value as Argument;

/// A list at the root of a query.
pub(super) const ROOT_LIST: u64 = 5;
/// A list of a row, for each of the rows.
pub(super) const LIST: u64 = 2;
/// A row that a list may return.
pub(super) const ROW: u64 = 1;
/// A row that a field leads to.
pub(super) const TO_ONE: u64 = 1;
/// A JSON column of a row.
pub(super) const JSON: u64 = 1;
/// What is computed for a row.
pub(super) const COMPUTED: u64 = 5;
/// The number of rows of a list.
pub(super) const TOTAL_COUNT: u64 = 10;
/// The description of the whole schema.
pub(super) const SCHEMA: u64 = 500;
/// The description of a type.
pub(super) const TYPE: u64 = 20;
/// A mutation.
pub(super) const MUTATION: u64 = 10;
/// A subscription.
pub(super) const SUBSCRIPTION: u64 = 10;

/// An operation of more points has statements that may take long.
pub(super) const HEAVY: u64 = 2_000;
/// A filter of so many points has to look at many rows.
pub(super) const SCAN: u64 = MANY;

/// A condition on a column.
const CONDITION: u64 = 1;
/// A condition on the rows of a list.
const MANY: u64 = 10;
/// A condition on a part of a text or of JSON.
const PART: u64 = 20;
/// A relation within a relation multiplies what is compared.
const NESTED: u64 = 10;
/// So many values of a list are one point.
const VALUES: usize = 50;

/// The points of a filter: what is compared for each row that could pass.
pub(super) fn filter(filter: &Argument, variables: &Variables) -> u64 {
    condition(filter, variables, 1)
}

/// `times` is how often it is compared.
fn condition(argument: &Argument, variables: &Variables, times: u64) -> u64 {
    match argument {
        Argument::Variable(name) => variables.get(name).map_or(0, |given| value(given, times)),
        Argument::Object(object) => sum(object, |name, inner| {
            entry(name, times, length(inner, variables), |times| condition(inner, variables, times))
        }),
        Argument::List(items) => total(items.iter().map(|item| condition(item, variables, times))),
        _ => 0,
    }
}

fn value(given: &Value, times: u64) -> u64 {
    match given {
        Value::Object(object) => sum(object, |name, inner| {
            let length = if let Value::List(items) = inner { items.len() } else { 1 };
            entry(name, times, length, |times| value(inner, times))
        }),
        Value::List(items) => total(items.iter().map(|item| value(item, times))),
        _ => 0,
    }
}

/// One entry of a filter: an operator of a column, a way to other rows, or a column.
fn entry(name: &str, times: u64, length: usize, inside: impl FnOnce(u64) -> u64) -> u64 {
    match name {
        "some" | "none" | "every" => MANY.saturating_mul(times).saturating_add(inside(times.saturating_mul(NESTED))),
        "contains" | "startsWith" | "endsWith" => PART.saturating_mul(times),
        "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "isNull" => CONDITION.saturating_mul(times),
        "in" | "notIn" | "hasAny" | "hasAll" | "has" => {
            let values = u64::try_from(length / VALUES).unwrap_or(u64::MAX);
            CONDITION.saturating_add(values).saturating_mul(times)
        }
        _ => inside(times),
    }
}

fn length(argument: &Argument, variables: &Variables) -> usize {
    match argument {
        Argument::List(items) => items.len(),
        Argument::Variable(name) => match variables.get(name) {
            Some(Value::List(items)) => items.len(),
            _ => 1,
        },
        _ => 1,
    }
}

fn sum<V>(object: &IndexMap<Name, V>, points: impl Fn(&str, &V) -> u64) -> u64 {
    total(object.iter().map(|(name, value)| points(name, value)))
}

fn total(points: impl Iterator<Item = u64>) -> u64 {
    points.fold(0, u64::saturating_add)
}

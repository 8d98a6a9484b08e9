//! What the parts of an operation cost, in points. A point is about the work of one row that is looked up by a key.

use async_graphql::{Name, Value, Variables};
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
pub(super) const COMPUTED: u64 = 20;
/// The number of rows of a list.
pub(super) const TOTAL_COUNT: u64 = 10;
/// Figures over the rows of a list.
pub(super) const FIGURES: u64 = 20;
/// The root fields that sum over many rows, and what each costs.
pub(super) const REPORTS: [&str; 11] = [
    "executiveSummary",
    "series",
    "salesFunnel",
    "customerCohorts",
    "productPerformance",
    "inventoryHealth",
    "agentScorecards",
    "campaignPerformance",
    "budgetReport",
    "slaReport",
    "anomalies",
];
pub(super) const REPORT: u64 = 200;
/// The description of the whole schema.
pub(super) const SCHEMA: u64 = 500;
/// The description of a type.
pub(super) const TYPE: u64 = 30;
/// A mutation.
pub(super) const MUTATION: u64 = 10;
/// A subscription.
pub(super) const SUBSCRIPTION: u64 = 10;
/// A page of the log that is read for a subscription.
pub const REPLAYED_PAGE: u64 = 20;

/// An operation of more points has statements that may take long.
pub(super) const HEAVY: u64 = 2_000;
/// Bytes of a request that cost one point.
const BYTES: usize = 256;
/// A condition on a column.
const CONDITION: u64 = 1;
/// A condition on the rows of a list.
const MANY: u64 = 10;
/// A condition on a part of a text or of JSON.
const PART: u64 = 20;
/// A relation within a relation multiplies what is compared.
const NESTED: u64 = 10;
/// Values of a list that cost one point.
const VALUES: usize = 50;

/// What it costs to read a request.
pub(super) fn bytes(length: usize) -> u64 {
    u64::try_from(length / BYTES).unwrap_or(u64::MAX)
}

/// What a filter costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) points: u64,
    /// It has to look at many rows.
    pub(super) scans: bool,
}

/// The cost of a filter: what is compared for each row that could pass.
pub(super) fn filter(filter: &Argument, variables: &Variables) -> Cost {
    let given = |name: Name| Ok::<_, ()>(variables.get(&name).cloned().unwrap_or_default());
    filter.clone().into_const_with(given).map_or(Cost::default(), |filter| condition(&filter, 1, false))
}

/// `times` is how often it is compared; `is_key` whether with a key, for which there is
/// an index.
fn condition(value: &Value, times: u64, is_key: bool) -> Cost {
    match value {
        Value::Object(fields) => total(fields.iter().map(|(name, value)| entry(name, value, times, is_key))),
        Value::List(items) => total(items.iter().map(|item| condition(item, times, is_key))),
        _ => Cost::default(),
    }
}

/// One entry of a filter: an operator of a column, a way to other rows, or a column.
fn entry(name: &str, value: &Value, times: u64, is_key: bool) -> Cost {
    let compared = |points: u64, scans: bool| Cost { points: points.saturating_mul(times), scans };
    match (name, value) {
        ("some" | "none" | "every", _) => {
            let inside = condition(value, times.saturating_mul(NESTED), false);
            compared(MANY, true).and(inside)
        }
        ("and" | "or" | "not", _) => condition(value, times, false),
        // Of a text or of JSON; without regard to case no index serves.
        _ if PARTS.iter().any(|part| name.starts_with(part)) || name.ends_with("IgnoreCase") => compared(PART, true),
        // No index serves the comparison of two columns.
        (_, Value::String(_)) if name.ends_with("Field") => compared(CONDITION, true),
        (_, Value::List(items)) => {
            let values = u64::try_from(items.len() / VALUES).unwrap_or(u64::MAX);
            compared(CONDITION.saturating_add(values), values > 0 && !is_key)
        }
        // A column, or one row that this one points at.
        (_, Value::Object(_)) => condition(value, times, name == "id" || name.ends_with("Id")),
        _ => compared(CONDITION, false),
    }
}

/// How operators begin that compare with a part of a value.
const PARTS: [&str; 3] = ["contains", "startsWith", "endsWith"];

impl Cost {
    fn and(self, other: Self) -> Self {
        Self { points: self.points.saturating_add(other.points), scans: self.scans || other.scans }
    }
}

fn total(costs: impl Iterator<Item = Cost>) -> Cost {
    costs.fold(Cost::default(), Cost::and)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cost(filter: serde_json::Value) -> (u64, bool) {
        let filter = Value::from_json(filter).expect("a value");
        let Cost { points, scans } = condition(&filter, 1, false);
        (points, scans)
    }

    #[test]
    fn filters_cost_what_is_compared() {
        assert_eq!(cost(json!({})), (0, false));
        assert_eq!(cost(json!({ "priority": { "gte": 3, "lt": 5 }, "status": { "eq": "PENDING" } })), (3, false));
        assert_eq!(cost(json!({ "id": { "in": vec!["x"; 101] }, "agentId": { "eq": "x" } })), (4, false));
        for operator in ["contains", "startsWithIgnoreCase", "endsWith", "eqIgnoreCase"] {
            assert_eq!(cost(json!({ "taskType": { operator: "x" } })), (20, true), "{operator}");
        }
        assert_eq!(cost(json!({ "or": [{ "a": { "eq": 1 } }, { "not": { "b": { "isNull": true } } }] })), (2, false));
        assert_eq!(cost(json!({ "taskType": { "in": vec!["x"; 101] } })), (3, true));
        assert_eq!(cost(json!({ "owner": { "tasks": { "some": { "a": { "eq": 1 } } } } })), (10 + 10, true));
        let nested = json!({ "tasks": { "none": { "agent": { "tasks": { "some": { "a": { "contains": "z" } } } } } } });
        assert_eq!(cost(nested), (10 + 10 * (10 + 10 * 20), true));
    }
}

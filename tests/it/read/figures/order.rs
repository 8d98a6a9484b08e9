//! In which order groups come, said a second time.

use std::cmp::Ordering;

use serde_json::Value;

use super::{figure::measured, key::Group, sheet::Sheet, worth::Worth};

/// How two groups stand to each other by what they are ordered by, and then by their keys.
pub(super) fn compare(sheet: &Sheet, order: &[Value], a: &Group<'_>, b: &Group<'_>) -> Ordering {
    let by_keys = |descending: bool| {
        let mut keys = a.keys.iter().zip(&b.keys).map(|(a, b)| nulls_last(a.as_ref(), b.as_ref(), descending));
        keys.find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    };
    let by_term = |term: &Value| match only(term) {
        ("keys", direction) => by_keys(descends(direction)),
        ("count", direction) => {
            let [a, b] = [a, b].map(|group| Worth::whole(group.rows.len() as i128));
            nulls_last(Some(&a), Some(&b), descends(direction))
        }
        (column, figure) => {
            let (function, direction) = only(figure);
            let [a, b] = [a, b].map(|group| measured(sheet.column(column), function, &group.rows));
            nulls_last(a.as_ref(), b.as_ref(), descends(direction))
        }
    };
    let asked = order.iter().map(by_term).find(|ordering| ordering.is_ne());
    asked.unwrap_or_else(|| by_keys(false))
}

fn nulls_last(a: Option<&Worth>, b: Option<&Worth>, descending: bool) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
    }
}

fn descends(direction: &Value) -> bool {
    direction == "DESC"
}

/// The one member of an object.
fn only(value: &Value) -> (&str, &Value) {
    let member = value.as_object().and_then(|members| members.iter().next());
    let (name, value) = member.expect("one member");
    (name.as_str(), value)
}

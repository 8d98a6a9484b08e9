//! What a filter means, said a second time, without a database. Conditions on other tables are left out.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    listed::compare,
    shape::{Shape, text},
};

/// Whether a row satisfies a filter on its own columns.
pub(super) fn holds(shape: &Shape, node: &str, filter: &Value, row: &Value) -> bool {
    let within = |filter: &Value| holds(shape, node, filter, row);
    let members = filter.as_object().expect("a filter");
    members.iter().all(|(name, condition)| match name.as_str() {
        "and" => condition.as_array().expect("a list").iter().all(within),
        "or" => condition.as_array().expect("a list").iter().any(within),
        "not" => !within(condition),
        _ => {
            let leaf = shape.leaves(node).iter().find(|leaf| leaf.name == *name).expect("a column");
            let operators = condition.as_object().expect("operators").iter();
            // JSON has a null of its own, which is a value.
            let value = Some(&row[name]).filter(|value| !value.is_null() || !leaf.nullable);
            operators.into_iter().all(|(operator, operand)| match operator.strip_suffix("Field") {
                Some(operator) => {
                    let other = &row[text_of(operand)];
                    !other.is_null() && operates(&leaf.ty, operator, value, other)
                }
                None => operates(&leaf.ty, operator, value, operand),
            })
        }
    })
}

fn operates(ty: &str, operator: &str, value: Option<&Value>, operand: &Value) -> bool {
    let is = |operand: &Value| value.is_some_and(|value| order(ty, value, operand).is_eq());
    let among = || operand.as_array().expect("a list").iter().any(is);
    let ordered = |wanted: fn(Ordering) -> bool| value.is_some_and(|value| wanted(order(ty, value, operand)));
    let has = |element: &Value| value.and_then(Value::as_array).is_some_and(|elements| elements.contains(element));
    match operator {
        "isNull" => value.is_none() == operand.as_bool().expect("yes or no"),
        "eq" => is(operand),
        "ne" => !is(operand),
        "in" => among(),
        "notIn" => !among(),
        "gt" => ordered(Ordering::is_gt),
        "gte" => ordered(Ordering::is_ge),
        "lt" => ordered(Ordering::is_lt),
        "lte" => ordered(Ordering::is_le),
        "has" => has(operand),
        "hasAny" => operand.as_array().expect("a list").iter().any(has),
        "hasAll" => operand.as_array().expect("a list").iter().all(has),
        "contains" if ty == "JSON" => value.is_some_and(|value| contains(value, operand, true)),
        _ => match (value, operand) {
            (Some(Value::String(value)), Value::String(operand)) => match operator.strip_suffix("IgnoreCase") {
                Some(operator) => spells(operator, &value.to_ascii_lowercase(), &operand.to_ascii_lowercase()),
                None => spells(operator, value, operand),
            },
            _ => false,
        },
    }
}

fn spells(operator: &str, value: &str, operand: &str) -> bool {
    match operator {
        "eq" => value == operand,
        "contains" => value.contains(operand),
        "startsWith" => value.starts_with(operand),
        "endsWith" => value.ends_with(operand),
        other => panic!("no operator {other}"),
    }
}

fn order(ty: &str, a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::String(_), Value::String(_)) if !["Decimal", "DateTime"].contains(&ty) => text_of(a).cmp(text_of(b)),
        _ => compare(ty, a, b),
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// PostgreSQL's `@>`, as its manual has it.
fn contains(document: &Value, needle: &Value, outermost: bool) -> bool {
    match (document, needle) {
        (Value::Object(members), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| members.get(name).is_some_and(|value| contains(value, wanted, false)))
        }
        (Value::Array(elements), Value::Array(wanted)) => {
            wanted.iter().all(|wanted| elements.iter().any(|element| contains(element, wanted, false)))
        }
        (Value::Array(elements), scalar) if outermost && !scalar.is_object() => {
            elements.iter().any(|element| contains(element, scalar, false))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b && !a.is_object() && !a.is_array(),
    }
}

/// The operators that a filter uses, with their input types: `TextFilter.eq`.
pub(super) fn operators(shape: &Shape, input: &str) -> Vec<(String, String)> {
    let fields = shape.ty(input)["inputFields"].as_array().expect("an input").iter();
    fields.map(|field| (text(field, "name").to_owned(), super::shape::named(&field["type"]).to_owned())).collect()
}

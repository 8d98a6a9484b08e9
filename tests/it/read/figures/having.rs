//! What conditions on groups mean, said a second time.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::{
    figure::{Figure, MORE, measured},
    sheet::{Column, Sheet},
    worth::{Worth, units},
};
use crate::read::{meaning, shape::Shape};

/// Whether a group of rows satisfies conditions.
pub(super) fn holds(shape: &Shape, sheet: &Sheet, having: &Value, rows: &[&Value]) -> bool {
    let within = |having: &Value| holds(shape, sheet, having, rows);
    let mut members = having.as_object().expect("conditions").iter();
    members.all(|(name, condition)| match name.as_str() {
        "and" => condition.as_array().expect("a list").iter().all(within),
        "or" => condition.as_array().expect("a list").iter().any(within),
        "not" => !within(condition),
        "count" => satisfies(condition, Some(&Worth::whole(rows.len() as i128)), 0),
        name => {
            let mut figures = condition.as_object().expect("figures of a column").iter();
            let column = sheet.column(name);
            figures
                .all(|(function, operators)| figure_holds(shape, sheet, (column, function.as_str()), operators, rows))
        }
    })
}

fn figure_holds(
    shape: &Shape,
    sheet: &Sheet,
    (column, function): (&Column, &str),
    operators: &Value,
    rows: &[&Value],
) -> bool {
    let digits = match function {
        "count" | "countDistinct" => 0,
        "sum" | "avg" => column.scale + MORE,
        // A value of the column: compared as the values of rows are.
        _ => {
            let figure = Figure { column: column.clone(), function: function.to_owned(), percent: 0 };
            let (filter, row) =
                (json!({ &column.name: operators }), json!({ &column.name: figure.value(sheet, rows) }));
            return meaning::holds(shape, &sheet.node, &filter, &row);
        }
    };
    satisfies(operators, measured(column, function, rows).as_ref(), digits)
}

/// Whether a number satisfies operators, whose operands are in units of 10⁻ᵈ.
fn satisfies(operators: &Value, value: Option<&Worth>, digits: u32) -> bool {
    let read = |operand: &Value| match operand {
        Value::String(text) => Worth::whole(units(text, digits)),
        number => Worth::whole(number.as_i64().expect("a number").into()),
    };
    let is = |operand: &Value| value.is_some_and(|value| *value == read(operand));
    let among = |operands: &Value| operands.as_array().expect("a list").iter().any(is);
    let ordered =
        |operand: &Value, wanted: fn(Ordering) -> bool| value.is_some_and(|value| wanted(value.cmp(&read(operand))));
    let mut operators = operators.as_object().expect("operators").iter();
    operators.all(|(operator, operand)| match operator.as_str() {
        "isNull" => value.is_none() == operand.as_bool().expect("yes or no"),
        "eq" => is(operand),
        "ne" => !is(operand),
        "in" => among(operand),
        "notIn" => !among(operand),
        "gt" => ordered(operand, Ordering::is_gt),
        "gte" => ordered(operand, Ordering::is_ge),
        "lt" => ordered(operand, Ordering::is_lt),
        "lte" => ordered(operand, Ordering::is_le),
        other => panic!("no operator {other}"),
    })
}

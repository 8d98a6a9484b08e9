//! Whether the values of a request fit the variables of its operation.
//!
//! async-graphql looks at a value only where a field uses it; by the specification a request with
//! values that do not fit is not executed at all.

use std::fmt::{self, Display};

use async_graphql::{
    Value, Variables,
    parser::types::{BaseType, Type},
};

use super::{Refusal, Shape, operation::Variable, scan::NESTING, shape::Input};

/// Refuses the first value that does not fit.
pub(super) fn check(defined: &[Variable], given: &Variables, shape: &Shape) -> Result<(), Refusal> {
    if let Some((name, _)) = given.iter().find(|(_, value)| deeper(value, NESTING)) {
        return Err(Refusal::limit(format!("the variable \"${name}\" nests more than {NESTING} levels deep")));
    }
    for variable in defined {
        let (name, kind) = (&variable.name, &variable.kind);
        match given.get(name) {
            Some(value) => fits(value, kind, shape, &Path::Variable(name)).map_err(Refusal::invalid)?,
            None if kind.nullable || variable.default.is_some() => {}
            None => {
                return Err(Refusal::invalid(format!("the variable \"${name}\" of type \"{kind}\" was not provided")));
            }
        }
    }
    Ok(())
}

/// Whether a value has more levels than these. The body's parser bounds how deep this can go.
fn deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::List(items) => levels == 0 || items.iter().any(|value| deeper(value, levels - 1)),
        Value::Object(fields) => levels == 0 || fields.values().any(|value| deeper(value, levels - 1)),
        _ => false,
    }
}

/// Where in a variable's value something is wrong.
enum Path<'a> {
    Variable(&'a str),
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${name}"),
            Self::Field(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

fn fits(value: &Value, kind: &Type, shape: &Shape, path: &Path<'_>) -> Result<(), String> {
    match (value, &kind.base) {
        (Value::Null, _) if kind.nullable => Ok(()),
        (Value::Null, _) => Err(format!("the variable \"{path}\" of type \"{kind}\" must not be null")),
        (Value::List(items), BaseType::List(item)) => {
            items.iter().enumerate().try_for_each(|(index, value)| fits(value, item, shape, &Path::Item(path, index)))
        }
        // A single value stands for a list of one.
        (_, BaseType::List(item)) => fits(value, item, shape, path),
        (_, BaseType::Named(name)) => {
            let fits = match shape.input(name) {
                Some(Input::Enum(values)) => match value {
                    Value::String(value) => values.contains(value),
                    Value::Enum(value) => values.iter().any(|known| known == value.as_str()),
                    _ => false,
                },
                Some(Input::Object { fields, one_of }) => return object(value, kind, (fields, *one_of), shape, path),
                Some(Input::Scalar) => scalar(value, name),
                // Validation says that the type is unknown, and where.
                None => true,
            };
            if fits { Ok(()) } else { Err(unfit(value, kind, path)) }
        }
    }
}

fn scalar(value: &Value, name: &str) -> bool {
    match name {
        "Boolean" => matches!(value, Value::Boolean(_)),
        "Int" => matches!(value, Value::Number(number) if number.is_i64() || number.is_u64()),
        "Float" => matches!(value, Value::Number(_)),
        "String" => matches!(value, Value::String(_)),
        "ID" => match value {
            Value::Number(number) => number.is_i64() || number.is_u64(),
            Value::String(_) => true,
            _ => false,
        },
        _ => true,
    }
}

type Fields = std::collections::HashMap<String, (Type, bool)>;

fn object(
    value: &Value,
    kind: &Type,
    (fields, one_of): (&Fields, bool),
    shape: &Shape,
    path: &Path<'_>,
) -> Result<(), String> {
    let Value::Object(given) = value else {
        return Err(unfit(value, kind, path));
    };
    for (name, value) in given {
        let Some((kind, _)) = fields.get(name.as_str()) else {
            return Err(format!("the variable \"{path}\" of type \"{kind}\" has no field \"{name}\""));
        };
        fits(value, kind, shape, &Path::Field(path, name))?;
    }
    if one_of && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
        return Err(format!("the variable \"{path}\" of type \"{kind}\" must have exactly one field, and not null"));
    }
    let missing = |(name, (kind, default)): &(&String, &(Type, bool))| {
        !kind.nullable && !default && !given.contains_key(name.as_str())
    };
    match fields.iter().filter(missing).map(|(name, _)| name).min() {
        Some(name) => Err(format!("the variable \"{path}\" of type \"{kind}\" lacks the field \"{name}\"")),
        None => Ok(()),
    }
}

fn unfit(value: &Value, kind: &Type, path: &Path<'_>) -> String {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        Value::Boolean(value) => value.to_string(),
        Value::Binary(_) => "bytes".to_owned(),
        Value::Enum(name) => name.to_string(),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    format!("the variable \"{path}\" has the value {found}, which is no \"{kind}\"")
}

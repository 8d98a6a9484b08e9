//! Whether the values of a request fit the variables of its operation.
//!
//! async-graphql looks at a value only where a field uses it; by the specification a request with
//! values that do not fit is not executed at all.

use std::fmt::{self, Display};

use async_graphql::{
    Value, Variables,
    parser::types::{BaseType, Type},
};
use async_graphql_value::Value as Literal;
use serde_json::Number;

use super::{
    Rejection, Shape,
    operation::Variable,
    shape::{Input, InputValue, InputValues},
    suggest::{suggest, suggest_value},
    syntax::NESTING,
};
use crate::read::scalars::flaw;

/// Refuses the first value that does not fit.
pub(super) fn check(defined: &[Variable], given: &Variables, shape: &Shape) -> Result<(), Rejection> {
    if let Some((name, _)) = given.iter().find(|(_, value)| deeper(value, NESTING)) {
        return Err(Rejection::limit(format!("the variable \"${name}\" nests more than {NESTING} levels deep")));
    }
    if let Some((name, _)) = given.iter().find(|(_, value)| has_reserved_name(value)) {
        return Err(Rejection::invalid(format!(
            "the variable \"${name}\" has a field whose name begins with {RESERVED:?}: such names are reserved"
        )));
    }
    for variable in defined {
        let (name, kind) = (&variable.name, &variable.kind);
        match given.get(name) {
            Some(Value::Null) if variable.never_null => {
                let message = format!("the variable \"${name}\" must not be null in this position: omit it");
                return Err(Rejection::invalid(message));
            }
            Some(value) => fits(value, kind, shape, &Path::Variable(name)).map_err(Rejection::invalid)?,
            None if kind.nullable || variable.default.is_some() => {}
            None => {
                return Err(Rejection::invalid(format!(
                    "the variable \"${name}\" of type \"{kind}\" was not provided"
                )));
            }
        }
    }
    Ok(())
}

/// About how many bytes a value takes in memory.
pub(super) fn size(value: &Value) -> u64 {
    let within = match value {
        Value::String(text) => length(text.len()),
        Value::List(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| length(name.len()) + NODE + size(value)).sum(),
        _ => 0,
    };
    NODE.saturating_add(within)
}

/// What a value takes without what is in it.
const NODE: u64 = 80;

fn length(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Puts defaults where no value was given: async-graphql looks at conditions before it knows of defaults.
pub(super) fn complete(defined: &[Variable], given: &mut Variables) {
    for variable in defined {
        if let Some(default) = &variable.default {
            given.entry(variable.name.clone()).or_insert_with(|| default.clone());
        }
    }
}

/// Says no for `includeDeprecated`, all that a flag without a value can be for in a query about the schema: async-graphql
/// knows its default only where the argument is left out.
pub(super) fn deny(defined: &[Variable], given: &mut Variables) {
    let is_flag = |kind: &Type| kind.nullable && matches!(&kind.base, BaseType::Named(name) if name == "Boolean");
    for variable in defined.iter().filter(|variable| is_flag(&variable.kind)) {
        let value = given.entry(variable.name.clone()).or_default();
        if *value == Value::Null {
            *value = Value::Boolean(false);
        }
    }
}

/// Whether a value has more levels than these. The body's parser bounds how deep this can go.
fn deeper(value: &Value, levels: usize) -> bool {
    match value {
        Value::List(items) => levels == 0 || items.iter().any(|value| deeper(value, levels - 1)),
        Value::Object(fields) => levels == 0 || fields.values().any(|value| deeper(value, levels - 1)),
        _ => false,
    }
}

/// `serde_json` reads an object of such a name as something else, at any depth: it is refused before it is JSON.
const RESERVED: &str = "$serde_json::private::";

fn has_reserved_name(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(has_reserved_name),
        Value::Object(fields) => {
            fields.iter().any(|(name, value)| name.starts_with(RESERVED) || has_reserved_name(value))
        }
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
            let hint = match shape.input(name) {
                Some(Input::Enum(values)) => match value {
                    Value::String(value) if values.contains(value) => return Ok(()),
                    Value::String(value) => suggest_value(value, values),
                    _ => String::new(),
                },
                Some(Input::Object { fields, one_of }) => return object(value, kind, (fields, *one_of), shape, path),
                Some(Input::Scalar) if Plain::from(value).fits(name) => {
                    return match flaw(name, value) {
                        Some(flaw) => Err(format!("the variable \"{path}\" is not a valid {name}: {flaw}")),
                        None => Ok(()),
                    };
                }
                Some(Input::Scalar) => String::new(),
                // Validation has refused it.
                None => return Ok(()),
            };
            Err(unfit(value, kind, path, &hint))
        }
    }
}

/// A value as far as the scalars of the language tell values apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Boolean,
    /// One of 32 bits.
    Int,
    /// Any other whole number.
    Whole,
    Float,
    String,
    Other,
}

impl Plain {
    /// Whether a scalar takes it; those of the schema's own look at their values themselves.
    pub(super) fn fits(self, scalar: &str) -> bool {
        match scalar {
            "Boolean" => self == Self::Boolean,
            "Int" => self == Self::Int,
            "Float" => matches!(self, Self::Int | Self::Whole | Self::Float),
            "String" => self == Self::String,
            "ID" => matches!(self, Self::Int | Self::Whole | Self::String),
            _ => true,
        }
    }
}

impl From<&Number> for Plain {
    fn from(number: &Number) -> Self {
        match number.as_i64() {
            Some(whole) if i32::try_from(whole).is_ok() => Self::Int,
            Some(_) => Self::Whole,
            None if number.is_u64() => Self::Whole,
            None => Self::Float,
        }
    }
}

impl From<&Value> for Plain {
    fn from(value: &Value) -> Self {
        match value {
            Value::Boolean(_) => Self::Boolean,
            Value::Number(number) => number.into(),
            Value::String(_) => Self::String,
            _ => Self::Other,
        }
    }
}

impl From<&Literal> for Plain {
    fn from(value: &Literal) -> Self {
        match value {
            Literal::Boolean(_) => Self::Boolean,
            Literal::Number(number) => number.into(),
            Literal::String(_) => Self::String,
            _ => Self::Other,
        }
    }
}

fn object(
    value: &Value,
    kind: &Type,
    (fields, one_of): (&InputValues, bool),
    shape: &Shape,
    path: &Path<'_>,
) -> Result<(), String> {
    let Value::Object(given) = value else {
        return Err(unfit(value, kind, path, ""));
    };
    for (name, value) in given {
        let Some(field) = fields.get(name.as_str()) else {
            let other = suggest(name, fields.keys().map(String::as_str));
            return Err(format!("the variable \"{path}\" of type \"{kind}\" has no field \"{name}\"{other}"));
        };
        fits(value, &field.kind, shape, &Path::Field(path, name))?;
    }
    if one_of && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
        return Err(format!("the variable \"{path}\" of type \"{kind}\" must have exactly one field, and not null"));
    }
    let missing = |(name, field): &(&String, &InputValue)| field.is_required() && !given.contains_key(name.as_str());
    match fields.iter().filter(missing).map(|(name, _)| name).min() {
        Some(name) => Err(format!("the variable \"{path}\" of type \"{kind}\" lacks the field \"{name}\"")),
        None => Ok(()),
    }
}

fn unfit(value: &Value, kind: &Type, path: &Path<'_>, hint: &str) -> String {
    format!("the variable \"{path}\" has the value {}, which is not a valid \"{kind}\"{hint}", shown(value))
}

/// A value in a message: short, without what is in it, and quoted, by which the log knows that it is not to keep it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Number(number) => format!("`{number}`"),
        Value::String(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        Value::Boolean(value) => format!("`{value}`"),
        Value::Binary(_) => "bytes".to_owned(),
        Value::Enum(name) => format!("`{name}`"),
        Value::List(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

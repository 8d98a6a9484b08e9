//! Values as they stand in the text: section 5.6.

use async_graphql::{
    Pos,
    parser::types::{BaseType, Type},
};
use async_graphql_value::Value;

use super::{Slot, Use, Uses, Validator};
use crate::{
    document::{
        shape::{Input, InputValues},
        syntax::Position,
        variables::{Plain, shown},
    },
    read::scalars::long,
};

/// Where a value stands.
#[derive(Clone, Copy)]
pub(super) struct At<'p> {
    position: Option<&'p Position>,
    otherwise: Pos,
}

impl<'p> At<'p> {
    pub(super) fn new(position: Option<&'p Position>, otherwise: Pos) -> Self {
        Self { position, otherwise }
    }

    fn value(self) -> Pos {
        self.position.map_or(self.otherwise, |position| position.value)
    }

    fn key(self) -> Pos {
        self.position.map_or(self.otherwise, |position| position.key)
    }

    fn inside(self, index: usize) -> Self {
        Self { position: self.position.and_then(|position| position.inside.get(index)), otherwise: self.value() }
    }
}

impl<'a> Validator<'a> {
    /// Checks a value and notes the variables in it. Without a slot, any value may stand there.
    pub(super) fn value(&mut self, value: &Value, slot: Option<Slot<'a>>, at: At<'_>, uses: &mut Uses<'a>) {
        if let Value::Variable(name) = value {
            uses.variables.push(Use { name: name.clone(), position: at.value(), slot });
            return;
        }
        let Some(kind) = slot.map(|slot| slot.kind) else { return self.inside(value, None, at, uses) };
        let nullable = slot.is_some_and(|slot| slot.nullable);
        match (value, &kind.base) {
            (Value::Null, _) if nullable => {}
            (Value::Null, _) => self.problem(format!("null is not a valid \"{kind}\""), at.value()),
            (Value::List(_), BaseType::List(item)) => self.inside(value, Some(Slot::of(item)), at, uses),
            // A single value stands for a list of one.
            (_, BaseType::List(item)) => self.value(value, Some(Slot::of(item)), at, uses),
            (_, BaseType::Named(name)) => match self.shape.input(name) {
                Some(Input::Enum(values)) => self.member(value, kind, values, at.value()),
                Some(Input::Object { fields, one_of }) => self.object(value, kind, (fields, *one_of), at, uses),
                Some(Input::Scalar) if Plain::from(value).fits(name) => {
                    if let Value::String(text) = value
                        && let Some(flaw) = long(text)
                    {
                        self.problem(format!("a text of \"{kind}\" is too long: {flaw}"), at.value());
                    }
                    let item = Slot { nullable: true, ..Slot::of(kind) };
                    self.inside(value, Some(item), at, uses);
                }
                Some(Input::Scalar) => self.unfit(value, kind, "", at.value()),
                None => self.inside(value, None, at, uses),
            },
        }
    }

    /// Checks the items of a list; the fields of what is no input object may have any value.
    fn inside(&mut self, value: &Value, item: Option<Slot<'a>>, at: At<'_>, uses: &mut Uses<'a>) {
        match value {
            Value::List(items) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(value, item, at.inside(index), uses);
                }
            }
            Value::Object(fields) => {
                for (index, value) in fields.values().enumerate() {
                    self.value(value, None, at.inside(index), uses);
                }
            }
            _ => {}
        }
    }

    fn member(&mut self, value: &Value, kind: &Type, values: &[String], position: Pos) {
        match value {
            Value::Enum(name) if values.iter().any(|known| known == name.as_str()) => {}
            Value::Enum(name) => self.unfit(value, kind, &self.suggest_value(name, values), position),
            Value::String(text) if values.contains(text) => {
                self.unfit(value, kind, &format!(": write {text}, without quotation marks"), position);
            }
            Value::String(text) => self.unfit(value, kind, &self.suggest_value(text, values), position),
            _ => self.unfit(value, kind, "", position),
        }
    }

    fn object(
        &mut self,
        value: &Value,
        kind: &Type,
        (fields, one_of): (&'a InputValues, bool),
        at: At<'_>,
        uses: &mut Uses<'a>,
    ) {
        let Value::Object(given) = value else { return self.unfit(value, kind, "", at.value()) };
        for (index, (name, value)) in given.iter().enumerate() {
            let at = at.inside(index);
            let known = fields.get(name.as_str());
            if known.is_none() {
                let other = self.suggest(name, fields.keys().map(String::as_str));
                self.problem(format!("unknown field \"{name}\" of \"{kind}\"{other}"), at.key());
            }
            let slot =
                known.map(|known| Slot { has_default: known.has_default, is_one_of: one_of, ..Slot::of(&known.kind) });
            self.value(value, slot, at, uses);
        }
        if one_of && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
            self.problem(format!("\"{kind}\" must have exactly one field, and not null"), at.value());
        }
        let missing = fields.iter().filter(|(name, field)| field.is_required() && !given.contains_key(name.as_str()));
        let mut missing: Vec<_> =
            missing.map(|(name, field)| format!("\"{name}\" of type \"{}\"", field.kind)).collect();
        missing.sort();
        if !missing.is_empty() {
            self.problem(format!("\"{kind}\" needs the field {}", missing.join(" and ")), at.value());
        }
    }

    fn unfit(&mut self, value: &Value, kind: &Type, hint: &str, position: Pos) {
        // What is in a list or an object is not shown.
        let value = value.clone().into_const_with(|_| Ok::<_, ()>(async_graphql::Value::Null)).unwrap_or_default();
        self.problem(format!("{} is not a valid \"{kind}\"{hint}", shown(&value)), position);
    }
}

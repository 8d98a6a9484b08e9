//! Variables, where they are defined and where they stand: section 5.8.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{BaseType, OperationDefinition, Type, VariableDefinition},
};

use super::{Slot, USES, Use, Uses, Validator, values::At};
use crate::document::{Rejection, shape::named};

/// The variables that an operation uses, in its fragments too; refused when there are more than are `left`.
pub(super) fn reach<'u, 'a>(
    operation: &'u Uses<'a>,
    fragments: &'u HashMap<&'a str, Uses<'a>>,
    reached: &mut HashSet<&'a str>,
    left: &mut usize,
) -> Result<Vec<&'u Use<'a>>, Rejection> {
    let mut spend = |uses: &Uses<'a>| match left.checked_sub(uses.variables.len() + uses.fragments.len()) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => Err(Rejection::limit(format!("the query uses more than {USES} variables, fragments expanded"))),
    };
    spend(operation)?;
    let mut variables: Vec<_> = operation.variables.iter().collect();
    let mut seen = HashSet::new();
    let mut next: Vec<&'a str> = operation.fragments.clone();
    while let Some(name) = next.pop() {
        if let Some(uses) = fragments.get(name)
            && seen.insert(name)
        {
            spend(uses)?;
            variables.extend(&uses.variables);
            next.extend(&uses.fragments);
        }
    }
    reached.extend(seen);
    Ok(variables)
}

impl<'a> Validator<'a> {
    /// Checks the definitions of variables: their names, types, defaults and directives.
    pub(super) fn definitions(&mut self, definitions: &'a [Positioned<VariableDefinition>], uses: &mut Uses<'a>) {
        let mut seen = HashSet::new();
        for definition in definitions {
            let VariableDefinition { name, var_type, directives, default_value } = &definition.node;
            if !seen.insert(name.node.as_str()) {
                self.problem(format!("the variable \"${}\" is defined twice", name.node), name.pos);
            }
            self.directives(directives, false, uses);
            let kind = named(&var_type.node);
            if self.shape.input(kind).is_none() {
                match self.shape.is_composite(kind) {
                    true => {
                        let message =
                            format!("the variable \"${}\" cannot be of the output type \"{kind}\"", name.node);
                        self.problem(message, var_type.pos);
                    }
                    false => self.unknown_type(kind, var_type.pos),
                }
            } else if let Some(default) = default_value {
                let value = default.node.clone().into_value();
                let at = At::new(self.positions.get(&default.pos), default.pos);
                self.value(&value, Some(Slot::of(&var_type.node)), at, uses);
            }
        }
    }

    /// Checks the variables of an operation against their definitions: those that must not be null.
    pub(super) fn usage(
        &mut self,
        name: Option<&Name>,
        operation: &'a Positioned<OperationDefinition>,
        uses: &[&Use<'a>],
    ) -> HashSet<&'a str> {
        let definitions = &operation.node.variable_definitions;
        let defined: HashMap<&str, &'a VariableDefinition> =
            definitions.iter().map(|definition| (definition.node.name.node.as_str(), &definition.node)).collect();
        let (mut used, mut never_null) = (HashSet::new(), HashSet::new());
        for one in uses {
            let Some(definition) = defined.get(one.name.as_str()) else {
                let of = name.map(|name| format!(" by the operation \"{name}\"")).unwrap_or_default();
                self.problem(format!("the variable \"${}\" is not defined{of}", one.name), one.position);
                continue;
            };
            let definition: &'a VariableDefinition = definition;
            used.insert(definition.name.node.as_str());
            let Some(slot) = one.slot else { continue };
            let kind = &definition.var_type.node;
            if self.shape.input(named(kind)).is_some() && !may_stand(definition, slot) {
                let (given, mut expected) = (kind.to_string(), slot.kind.to_string());
                if given == expected {
                    // The field of a oneOf object: its own type is nullable.
                    expected.push('!');
                }
                let message = format!(
                    "the variable \"${}\" of type \"{given}\" cannot be used where \"{expected}\" is expected",
                    one.name
                );
                self.problem(message, one.position);
            }
            if kind.nullable && !slot.nullable {
                never_null.insert(definition.name.node.as_str());
            }
        }
        for definition in definitions {
            let name = &definition.node.name.node;
            if !used.contains(name.as_str()) {
                self.problem(format!("the variable \"${name}\" is never used"), definition.pos);
            }
        }
        never_null
    }
}

/// Whether every value of the variable fits: section 5.8.5.
fn may_stand(definition: &VariableDefinition, slot: Slot<'_>) -> bool {
    let kind = &definition.var_type.node;
    if slot.is_one_of && kind.nullable {
        return false;
    }
    let default = definition.default_value.as_ref();
    let has_default = default.is_some_and(|value| value.node != async_graphql::Value::Null) || slot.has_default;
    is_within(kind, slot.kind, slot.nullable || kind.nullable && has_default)
}

/// Whether every value of a type is one of another; with `or_null`, null apart.
fn is_within(one: &Type, other: &Type, or_null: bool) -> bool {
    (other.nullable || !one.nullable || or_null)
        && match (&one.base, &other.base) {
            (BaseType::List(one), BaseType::List(other)) => is_within(one, other, false),
            (BaseType::Named(one), BaseType::Named(other)) => one == other,
            _ => false,
        }
}

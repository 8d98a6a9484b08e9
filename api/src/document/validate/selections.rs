//! Fields, fragments and directives: sections 5.3, 5.4, 5.5 and 5.7.

use std::collections::HashSet;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{Directive, Field, Selection, SelectionSet},
};
use async_graphql_value::Value;

use super::{Slot, Uses, Validator, values::At};
use crate::document::shape::InputValues;

impl<'a> Validator<'a> {
    /// Checks what is selected of a type; of an unknown one, only what needs no type.
    pub(super) fn selections(&mut self, set: &'a SelectionSet, parent: Option<&'a str>, uses: &mut Uses<'a>) {
        for selection in &set.items {
            self.directives(selection.node.directives(), true, uses);
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, uses),
                Selection::InlineFragment(inline) => {
                    let on = match &inline.node.type_condition {
                        Some(condition) => self.condition(&condition.node.on),
                        None => parent,
                    };
                    self.overlap("this fragment", parent, on, inline.pos);
                    self.selections(&inline.node.selection_set.node, on, uses);
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.node.fragment_name.node.as_str();
                    uses.fragments.push(name);
                    let fragment = self.document.fragments.get(name);
                    let on = fragment.map(|fragment| fragment.node.type_condition.node.on.node.as_str());
                    self.overlap(&format!("the fragment \"{name}\""), parent, on, spread.pos);
                }
            }
        }
    }

    fn field(&mut self, field: &'a Field, parent: Option<&'a str>, uses: &mut Uses<'a>) {
        let (shape, name) = (self.shape, &field.name);
        let known = parent.and_then(|parent| shape.field(parent, &name.node));
        if let (Some(parent), None) = (parent, known) {
            let other = self.suggest(&name.node, shape.fields(parent));
            self.problem(format!("unknown field \"{}\" on type \"{parent}\"{other}", name.node), name.pos);
        }
        let owner = format!("the field \"{}\"", name.node);
        self.arguments(&field.arguments, known.map(|known| &known.arguments), &owner, name, uses);
        let set = &field.selection_set;
        let is_leaf = set.node.items.is_empty();
        if let Some(known) = known {
            let (name, kind) = (&name.node, &known.kind);
            match shape.is_composite(&known.target) {
                true if is_leaf => {
                    let message = format!("the field \"{name}\" of type \"{kind}\" needs a selection: {name} {{ … }}");
                    self.problem(message, field.name.pos);
                }
                false if !is_leaf => {
                    self.problem(format!("the field \"{name}\" of type \"{kind}\" has no fields to select"), set.pos);
                }
                _ => {}
            }
        }
        let target = known.map(|known| known.target.as_str()).filter(|target| shape.is_composite(target));
        self.selections(&set.node, target, uses);
    }

    /// The type of a fragment, if it has fields.
    pub(super) fn condition(&mut self, on: &'a Positioned<Name>) -> Option<&'a str> {
        let (shape, name) = (self.shape, on.node.as_str());
        if shape.is_composite(name) {
            return Some(name);
        }
        match shape.input(name) {
            Some(_) => self.problem(format!("no fragment can be on \"{name}\", a type without fields"), on.pos),
            None => self.unknown_type(name, on.pos),
        }
        None
    }

    pub(super) fn unknown_type(&mut self, name: &str, position: Pos) {
        let other = self.suggest(name, self.shape.types());
        self.problem(format!("unknown type \"{name}\"{other}"), position);
    }

    fn overlap(&mut self, what: &str, parent: Option<&str>, on: Option<&str>, position: Pos) {
        if let (Some(parent), Some(on)) = (parent, on)
            && self.shape.is_composite(on)
            && !self.shape.overlap(parent, on)
        {
            self.problem(
                format!("{what} on \"{on}\" can never apply here: a \"{parent}\" is never of that type"),
                position,
            );
        }
    }

    /// Checks directives, of a selection or of what no directive can stand at.
    pub(super) fn directives(
        &mut self,
        directives: &'a [Positioned<Directive>],
        are_selections: bool,
        uses: &mut Uses<'a>,
    ) {
        let mut seen = HashSet::new();
        for directive in directives {
            let name = &directive.node.name;
            let known = self.shape.directive(&name.node);
            match known {
                None => self.problem(format!("unknown directive \"@{}\"", name.node), directive.pos),
                Some(_) if !are_selections => {
                    self.problem(format!("\"@{}\" is allowed on fields and fragments only", name.node), directive.pos);
                }
                Some(_) if !seen.insert(&name.node) => {
                    self.problem(format!("\"@{}\" is given twice here", name.node), directive.pos);
                }
                Some(_) => {}
            }
            self.arguments(&directive.node.arguments, known, &format!("\"@{}\"", name.node), name, uses);
        }
    }

    fn arguments(
        &mut self,
        given: &'a [(Positioned<Name>, Positioned<Value>)],
        known: Option<&'a InputValues>,
        owner: &str,
        of: &Positioned<Name>,
        uses: &mut Uses<'a>,
    ) {
        let mut seen = HashSet::new();
        for (name, value) in given {
            if !seen.insert(name.node.as_str()) {
                self.problem(format!("the argument \"{}\" is given twice", name.node), name.pos);
            }
            let argument = known.and_then(|known| known.get(name.node.as_str()));
            if let (Some(known), None) = (known, argument) {
                let other = self.suggest(&name.node, known.keys().map(String::as_str));
                self.problem(format!("unknown argument \"{}\" of {owner}{other}", name.node), name.pos);
            }
            let slot = argument.map(|known| Slot { has_default: known.has_default, ..Slot::of(&known.kind) });
            self.value(&value.node, slot, At::new(self.positions.get(&value.pos), value.pos), uses);
        }
        let missing =
            known.into_iter().flatten().filter(|(name, one)| one.is_required() && !seen.contains(name.as_str()));
        let mut missing: Vec<_> = missing.map(|(name, one)| format!("\"{name}\" of type \"{}\"", one.kind)).collect();
        missing.sort();
        if !missing.is_empty() {
            self.problem(format!("{owner} needs the argument {}", missing.join(" and ")), of.pos);
        }
    }
}

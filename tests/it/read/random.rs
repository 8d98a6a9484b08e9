//! Filters made at random: made of what introspection tells, with values that the rows have.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::shape::{Shape, named, text};

/// Numbers that are the same for the same seed.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    /// Less than `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).expect("31 bits") % end.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// What filters are made of.
pub(super) struct Maker<'a> {
    pub(super) shape: &'a Shape,
    /// The rows of each type.
    pub(super) rows: &'a HashMap<String, Vec<Value>>,
    pub(super) rng: Rng,
}

impl Maker<'_> {
    /// A filter of a type; `relations`: how many levels of other tables it may reach.
    pub(super) fn filter(&mut self, node: &str, relations: usize, depth: usize) -> Value {
        let ty = format!("{node}Filter");
        let fields = self.shape.ty(&ty)["inputFields"].as_array().cloned().expect("an input");
        let mut filter = Map::new();
        for _ in 0..=self.rng.below(2) {
            let field = self.rng.pick(&fields).expect("a field").clone();
            let (name, of) = (text(&field, "name").to_owned(), named(&field["type"]).to_owned());
            let value = match name.as_str() {
                "not" if of == ty && depth > 0 => self.filter(node, relations, depth - 1),
                "and" | "or" if of == ty && depth > 0 => {
                    (0..self.rng.below(3)).map(|_| self.filter(node, relations, depth - 1)).collect()
                }
                "not" | "and" | "or" if of == ty => continue,
                _ => match self.related(&of) {
                    Some(_) if relations == 0 || depth == 0 => continue,
                    Some((target, true)) => {
                        let quantifier = ["some", "none", "every"][self.rng.below(3)];
                        json!({ quantifier: self.filter(&target, relations - 1, depth - 1) })
                    }
                    Some((target, false)) => self.filter(&target, relations - 1, depth - 1),
                    None => self.operators(node, &name, &of),
                },
            };
            filter.insert(name, value);
        }
        Value::Object(filter)
    }

    /// The type that a filter reaches, and whether it reaches many.
    fn related(&self, input: &str) -> Option<(String, bool)> {
        let nodes = self.shape.nodes();
        let is_node = |name: &str| nodes.iter().any(|node| node == name).then(|| name.to_owned());
        let many = input.strip_suffix("ListFilter").and_then(is_node).map(|node| (node, true));
        many.or_else(|| input.strip_suffix("Filter").and_then(is_node).map(|node| (node, false)))
    }

    fn operators(&mut self, node: &str, column: &str, input: &str) -> Value {
        let fields = self.shape.ty(input)["inputFields"].as_array().cloned().expect("an input");
        let mut operators = Map::new();
        for _ in 0..=self.rng.below(2) {
            let field = self.rng.pick(&fields).expect("an operator").clone();
            let operator = text(&field, "name").to_owned();
            let value = self.operand(node, column, &operator, named(&field["type"]));
            operators.insert(operator, value);
        }
        Value::Object(operators)
    }

    /// A value for an operator.
    pub(super) fn operand(&mut self, node: &str, column: &str, operator: &str, ty: &str) -> Value {
        match operator {
            "isNull" => Value::Bool(self.rng.below(2) == 0),
            "in" | "notIn" | "hasAny" | "hasAll" => {
                (0..self.rng.below(4)).map(|_| self.value(node, column, ty)).collect()
            }
            _ if operator.ends_with("Field") => {
                let leaves = self.shape.leaves(node);
                let of = |name: &str| leaves.iter().find(|leaf| leaf.name == name).map(|leaf| leaf.ty.as_str());
                // A rate looks like any other decimal, and is kept as a whole number.
                let is_rate = |name: &str| name.to_lowercase().ends_with("rate");
                let fits = |name: &&str| of(name) == of(column) && is_rate(name) == is_rate(column);
                let fields: Vec<&str> = leaves.iter().map(|leaf| leaf.name.as_str()).filter(fits).collect();
                json!(self.rng.pick(&fields).expect("itself"))
            }
            "eq" | "ne" | "gt" | "gte" | "lt" | "lte" | "has" => self.value(node, column, ty),
            "contains" if ty == "JSON" => {
                let document = self.value(node, column, ty);
                self.part(document)
            }
            _ => {
                let whole = self.value(node, column, ty);
                let letters: Vec<char> = text(&json!({ "it": whole }), "it").chars().collect();
                let from = if operator.starts_with("starts") { 0 } else { self.rng.below(letters.len() + 1) };
                let length = match operator {
                    _ if operator.starts_with("ends") => letters.len() - from,
                    _ if operator.starts_with("eq") => letters.len(),
                    _ => self.rng.below(letters.len() - from + 1),
                };
                let from = if operator.starts_with("eq") { 0 } else { from };
                let part: String = letters[from..from + length].iter().collect();
                let turned = operator.ends_with("Case") && self.rng.below(2) == 0;
                Value::String(if turned { part.to_ascii_uppercase() } else { part })
            }
        }
    }

    /// A value that some row has, if any has one.
    fn value(&mut self, node: &str, column: &str, ty: &str) -> Value {
        let held: Vec<&Value> =
            self.rows[node].iter().map(|row| &row[column]).filter(|value| !value.is_null()).collect();
        match self.rng.pick(&held) {
            Some(Value::Array(elements)) if ty != "JSON" => self.rng.pick(elements).cloned().unwrap_or(json!("none")),
            Some(value) => (*value).clone(),
            None => match ty {
                "Int" => json!(1),
                "Decimal" => json!("0.10"),
                "Boolean" => json!(true),
                "DateTime" => json!("2026-01-01T00:00:00Z"),
                "Date" => json!("2026-01-01"),
                "ID" => json!("00000000-0000-0000-0000-000000000000"),
                "JSON" => json!({}),
                "String" => json!("none"),
                choice => json!(self.shape.values(choice)[0]),
            },
        }
    }

    /// A document that the given one contains, most often.
    fn part(&mut self, document: Value) -> Value {
        match document {
            Value::Object(members) => {
                let kept = members.into_iter().filter(|_| self.rng.below(2) == 0).collect::<Vec<_>>();
                kept.into_iter().map(|(name, value)| (name, self.part(value))).collect::<Map<_, _>>().into()
            }
            Value::Array(elements) => {
                let kept = elements.into_iter().filter(|_| self.rng.below(2) == 0).collect::<Vec<_>>();
                kept.into_iter().map(|element| self.part(element)).collect()
            }
            scalar => scalar,
        }
    }
}

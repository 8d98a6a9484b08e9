//! Reading criteria.

use serde_json::{Map, Value as Json};

use super::{CONDITIONS, Criteria, DEPTH, Node, PARTS, field, given::Given, reference::Reference};
use crate::{
    edit::check,
    refusal::{Code, Refusal},
};

/// Reads criteria, and knows where it is.
pub(super) struct Parser {
    path: Vec<String>,
    /// How many parts were read: conditions, and what combines them.
    parts: usize,
    conditions: usize,
    references: Vec<Reference>,
}

impl Parser {
    /// Criteria that stand in a field.
    pub(super) fn new(field: &str) -> Self {
        Self { path: vec![field.to_owned()], parts: 0, conditions: 0, references: Vec::new() }
    }

    pub(super) fn criteria(mut self, criteria: &Json) -> Result<Criteria, Refusal> {
        check::object(&self.path.join("."), criteria, check::JSON).map_err(|refusal| refusal.at(&self.path))?;
        let root = match criteria.as_object().is_some_and(Map::is_empty) {
            true => Node::Nobody,
            false => self.node(criteria, 1)?,
        };
        Ok(Criteria { root, references: self.references })
    }

    fn node(&mut self, node: &Json, depth: usize) -> Result<Node, Refusal> {
        self.parts += 1;
        if depth > DEPTH {
            return Err(self.limit(format!("criteria can be at most {DEPTH} levels deep")));
        }
        if self.parts > PARTS {
            return Err(self.limit(format!("criteria can have at most {PARTS} parts")));
        }
        let Some(members) = node.as_object() else {
            return Err(self.invalid("a condition is an object"));
        };
        if members.contains_key("field") {
            return self.condition(members);
        }
        match members.iter().next() {
            Some((name, value)) if members.len() == 1 => match name.as_str() {
                "all" => self.list("all", value, depth).map(Node::All),
                "any" => self.list("any", value, depth).map(Node::Any),
                "not" => {
                    let node = self.within("not", |parser| parser.node(value, depth + 1))?;
                    Ok(Node::Not(Box::new(node)))
                }
                _ => Err(self.invalid(FORMS)),
            },
            _ => Err(self.invalid(FORMS)),
        }
    }

    fn list(&mut self, name: &str, nodes: &Json, depth: usize) -> Result<Vec<Node>, Refusal> {
        self.within(name, |parser| {
            let Some(nodes) = nodes.as_array() else {
                return Err(parser.invalid(format!("`{name}` is not a list of conditions")));
            };
            let mut parsed = Vec::with_capacity(nodes.len().min(CONDITIONS));
            for (index, node) in nodes.iter().enumerate() {
                parsed.push(parser.within(&index.to_string(), |parser| parser.node(node, depth + 1))?);
            }
            Ok(parsed)
        })
    }

    fn condition(&mut self, members: &Map<String, Json>) -> Result<Node, Refusal> {
        self.conditions += 1;
        if self.conditions > CONDITIONS {
            return Err(self.limit(format!("criteria can have at most {CONDITIONS} conditions")));
        }
        let condition = field::read(&Given::new(members, &self.path))?;
        self.references.extend(condition.reference().cloned());
        Ok(Node::Is(condition))
    }

    /// Reads what stands below a member.
    fn within<T>(&mut self, member: &str, read: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.path.push(member.to_owned());
        let found = read(self);
        self.path.pop();
        found
    }

    fn invalid(&self, message: impl Into<String>) -> Refusal {
        Refusal::new(Code::Invalid, message).at(&self.path)
    }

    fn limit(&self, message: String) -> Refusal {
        Refusal::new(Code::LimitReached, message).at(&self.path)
    }
}

/// What a condition can be.
const FORMS: &str = "a condition is {field, op, value}, {all: […]}, {any: […]} or {not: …}";

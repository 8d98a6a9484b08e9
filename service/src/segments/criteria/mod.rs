//! Criteria: what is asked of customers, as data. Rows never hold SQL.
//!
//! `{all: […]}`, `{any: […]}` and `{not: …}` combine conditions `{field, op, value}`; `{}` finds nobody. Fields are a
//! closed registry (`field`), each an expression over a customer. Values are bound. All is two-valued, as filters are:
//! null differs from every value.
//!
//! - [`Criteria`]: a tree of them, [parsed](Criteria::parse) and [written](Criteria::write).
//! - `given`: a condition as it is given. `test`: an operator with what it compares to, `operand`: the types of values.
//! - `reference`: what conditions name by ids.

mod field;
mod given;
mod operand;
mod parse;
mod reference;
mod test;

use serde_json::Value as Json;

use self::field::Condition;
pub(crate) use self::{
    field::write_granted,
    reference::{Named, Reference},
};
use crate::{
    Result,
    database::{Alias, Source, Sql},
    refusal::{Code, Refusal},
};

/// How deep criteria may be.
const DEPTH: usize = 8;
/// How many conditions they may have.
const CONDITIONS: usize = 50;
/// How many parts they may have: conditions, and what combines them.
const PARTS: usize = 200;

/// What is asked of customers.
pub(crate) struct Criteria {
    root: Node,
    references: Vec<Reference>,
}

/// A part of them.
enum Node {
    Nobody,
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Is(Condition),
}

impl Criteria {
    /// Reads criteria; a refusal says where in them, below `field`.
    pub(crate) fn parse(criteria: &Json, field: &str) -> Result<Self, Refusal> {
        parse::Parser::new(field).criteria(criteria)
    }

    /// Reads criteria that are stored. Those of before there were rules for them are refused as the row `id`.
    pub(crate) fn stored(criteria: &Json) -> Result<Self, Refusal> {
        Self::parse(criteria, "criteria").map_err(|refusal| {
            let place = refusal.path.join(".");
            let message = format!("the stored criteria cannot be used: {} ({place})", refusal.message);
            Refusal::new(Code::Invalid, message).at(["id"])
        })
    }

    /// Refuses ids that name nothing.
    pub(crate) async fn check_references(&self, source: &impl Source) -> Result<()> {
        reference::check(source, &self.references).await
    }

    /// The segments that they name.
    pub(crate) fn segments(&self) -> impl Iterator<Item = &Reference> {
        self.references.iter().filter(|reference| reference.of == Named::Segment)
    }

    /// The e-mail lists that they name.
    pub(crate) fn lists(&self) -> impl Iterator<Item = &Reference> {
        self.references.iter().filter(|reference| reference.of == Named::List)
    }

    /// Writes them as a condition on a row of `customers`, in parentheses.
    pub(crate) fn write(&self, sql: &mut Sql, customer: Alias) {
        self.root.write(sql, customer);
    }
}

impl Node {
    /// NULL counts as false: of a negation it must be so before.
    fn write(&self, sql: &mut Sql, customer: Alias) {
        match self {
            Self::Nobody => {
                sql.push("(FALSE)");
            }
            Self::All(nodes) => Self::join(sql, customer, "(TRUE", " AND ", nodes),
            Self::Any(nodes) => Self::join(sql, customer, "(FALSE", " OR ", nodes),
            Self::Not(node) => {
                sql.push("(");
                node.write(sql, customer);
                sql.push(" IS NOT TRUE)");
            }
            Self::Is(condition) => {
                sql.push("(");
                condition.write(sql, customer);
                sql.push(")");
            }
        }
    }

    fn join(sql: &mut Sql, customer: Alias, start: &str, operator: &str, nodes: &[Self]) {
        sql.push(start);
        for node in nodes {
            sql.push(operator);
            node.write(sql, customer);
        }
        sql.push(")");
    }
}

#[cfg(test)]
mod tests;

//! Filters: conditions on a table's columns and on what its rows are related to.

use std::{fmt::Debug, hash::Hash};

use async_graphql::{InputType, Value};
use service::{
    Error, Result,
    database::{Alias, Col, Sql},
};

use super::operators::Operators;

/// The deepest nesting of one filter.
const DEPTH: usize = 12;
/// The most conditions in one filter.
const TERMS: usize = 200;

/// A filter, whatever its table is.
pub trait Condition: Debug + Send + Sync {
    /// Writes a condition in parentheses. Comparing with null makes it null: whoever turns it round writes `IS NOT TRUE`.
    fn write(&self, sql: &mut Sql, table: Alias);

    /// Counts the conditions into `terms`; `depth` is the nesting so far.
    fn measure(&self, size: &mut Size, depth: usize);
}

/// A filter as a list was given it.
pub struct Filtered {
    /// The filter.
    pub condition: Box<dyn Condition>,
    /// What it says.
    pub said: Value,
}

impl Filtered {
    /// By the filter of a table.
    pub fn by<F: Filter>(filter: Box<F>) -> Self {
        Self { said: filter.to_value(), condition: filter }
    }
}

/// The filter of one table.
pub trait Filter: Condition + InputType + Clone + PartialEq + Eq + Hash + 'static {}

impl<F: Condition + InputType + Clone + PartialEq + Eq + Hash + 'static> Filter for F {}

/// How large a filter is.
#[derive(Debug, Default)]
pub struct Size {
    depth: usize,
    terms: usize,
}

impl Size {
    /// Counts the conditions on a column, if there are any.
    pub fn column<T>(&mut self, operators: &Option<T>) {
        self.terms += usize::from(operators.is_some());
    }

    /// Counts filters inside a filter, as deep as is worth looking.
    pub fn nested<'a, F: Condition + 'a>(&mut self, filters: impl IntoIterator<Item = &'a F>, depth: usize) {
        for filter in filters {
            self.depth = self.depth.max(depth + 1);
            self.terms += 1;
            if depth < DEPTH && self.terms <= TERMS {
                filter.measure(self, depth + 1);
            }
        }
    }

    /// Refuses a filter that would make an unreasonable statement.
    pub fn check(filter: &dyn Condition) -> Result<()> {
        let mut size = Self::default();
        filter.measure(&mut size, 1);
        if size.depth > DEPTH {
            return Err(Error::limit(format!("the filter is nested more than {DEPTH} levels deep")));
        }
        if size.terms > TERMS {
            return Err(Error::limit(format!("the filter has more than {TERMS} conditions")));
        }
        Ok(())
    }
}

/// Writes one column's comparisons.
pub fn column<O: Operators>(sql: &mut Sql, table: Alias, name: &'static str, operators: Option<&O>) {
    if let Some(operators) = operators {
        operators.write(sql, Col { table, name });
    }
}

/// Writes the condition on the row that a foreign key points at; a null key satisfies none.
pub fn to_one(sql: &mut Sql, table: Alias, key: &'static str, to: &str, filter: Option<&dyn Condition>) {
    if let Some(filter) = filter {
        let target = sql.alias();
        sql.write(format_args!(" AND EXISTS (SELECT 1 FROM {} AS {target} WHERE {target}.id = ", to))
            .write(format_args!("{} AND ", Col { table, name: key }));
        filter.write(sql, target);
        sql.push(")");
    }
}

/// Which of the rows that point back must satisfy a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// At least one does.
    Some,
    /// Not one does.
    None,
    /// All do, also when there are none.
    Every,
}

/// Writes the condition on the rows that point back.
pub fn to_many(
    sql: &mut Sql,
    table: Alias,
    (to, key): (&str, &'static str),
    quantifier: Quantifier,
    filter: Option<&dyn Condition>,
) {
    if let Some(filter) = filter {
        let target = sql.alias();
        sql.push(if quantifier == Quantifier::Some { " AND EXISTS" } else { " AND NOT EXISTS" })
            .write(format_args!(" (SELECT 1 FROM {} AS {target} WHERE ", to))
            .write(format_args!("{} = {table}.id AND ", Col { table: target, name: key }));
        filter.write(sql, target);
        sql.push(if quantifier == Quantifier::Every { " IS NOT TRUE)" } else { ")" });
    }
}

/// Writes `and`, `or` and `not`.
pub fn logic<F: Condition>(
    sql: &mut Sql,
    table: Alias,
    and: &Option<Vec<F>>,
    or: &Option<Vec<F>>,
    not: &Option<Box<F>>,
) {
    for filter in and.iter().flatten() {
        sql.push(" AND ");
        filter.write(sql, table);
    }
    if let Some(or) = or {
        sql.push(" AND (FALSE");
        for filter in or {
            sql.push(" OR ");
            filter.write(sql, table);
        }
        sql.push(")");
    }
    if let Some(filter) = not {
        sql.push(" AND ");
        filter.write(sql, table);
        sql.push(" IS NOT TRUE");
    }
}

//! Filters: conditions on a table's columns and on what its rows are related to.

use async_graphql::{Name, Value, indexmap::IndexMap};
use service::{
    Error, Result,
    database::{Alias, Col, Sql},
};

use super::{
    names::camel,
    operators::AnyOperators,
    table::{ColumnField, ExtraFilter, FilterField, Member, Table, ToMany, ToOne},
};

/// The deepest nesting of one filter.
const DEPTH: usize = 12;
/// The most relations within relations.
const RELATIONS: usize = 4;
/// The most conditions in one filter.
const TERMS: usize = 200;

/// Conditions on rows of a table; all hold.
#[derive(Debug)]
pub struct Filter {
    conditions: Vec<(Name, Condition)>,
}

#[derive(Debug)]
enum Condition {
    Column(Compared, Box<dyn AnyOperators>),
    ToOne(Relation, Filter),
    ToMany(Relation, Vec<(Quantifier, Filter)>),
    And(Vec<Filter>),
    Or(Vec<Filter>),
    Not(Box<Filter>),
}

/// A column, and the columns that it is compared with.
#[derive(Debug)]
struct Compared {
    column: &'static str,
    /// Each with an operator of SQL.
    others: Vec<(&'static str, &'static str)>,
}

impl Compared {
    /// Finds the columns that operators name.
    fn of(table: &'static Table, number: usize, operators: &dyn AnyOperators) -> Result<Self> {
        let ColumnField { name, ty, .. } = &table.fields[number];
        let other = |(operator, field): (&'static str, &str)| match table.index().members.get(field) {
            Some(Member::Column(other)) if table.fields[*other].ty.compares_with(ty) => {
                Ok((operator, table.columns()[*other].name))
            }
            _ => {
                let (object, name) = (table.object, camel(name));
                Err(Error::invalid(format!(
                    "`{object}` has no field {field:?} of the type of `{name}` to compare it with"
                )))
            }
        };
        let others = operators.fields().into_iter().map(other).collect::<Result<_>>()?;
        Ok(Self { column: table.columns()[number].name, others })
    }
}

/// Where the rows stand that a filter reaches, and the column that leads there.
#[derive(Clone, Copy, Debug)]
struct Relation {
    target: &'static Table,
    key: &'static str,
}

/// Which of the rows that point back must satisfy a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    /// At least one does.
    Some,
    /// Not one does.
    None,
    /// All do, also when there are none.
    Every,
}

impl Quantifier {
    const ALL: [(&'static str, Self); 3] = [("some", Self::Some), ("none", Self::None), ("every", Self::Every)];
}

impl Filter {
    /// Reads the filter of a table.
    pub fn parse(table: &'static Table, value: Value) -> Result<Self> {
        Self::read(table, value, 1, &mut Size::default())
    }

    fn read(table: &'static Table, value: Value, depth: usize, size: &mut Size) -> Result<Self> {
        if depth > DEPTH {
            return Err(Error::limit(format!("the filter is nested more than {DEPTH} levels deep")));
        }
        let mut given = Vec::new();
        for (name, value) in object(value)? {
            let field = table.index().conditions.get(name.as_str());
            let field = field.ok_or_else(|| Error::invalid(format!("a filter has no field `{name}`")))?;
            if value != Value::Null {
                given.push((*field, name, value));
            }
        }
        // In one order, whatever the client's is: the same text stays prepared.
        given.sort_by_key(|(field, ..)| *field);
        let mut conditions = Vec::with_capacity(given.len());
        for (field, name, value) in given {
            conditions.push((name, Self::condition(table, field, value, depth, size)?));
        }
        Ok(Self { conditions })
    }

    fn condition(
        table: &'static Table,
        field: FilterField,
        value: Value,
        depth: usize,
        size: &mut Size,
    ) -> Result<Condition> {
        let nested = |table, value, size: &mut Size| {
            size.add()?;
            Self::read(table, value, depth + 1, size)
        };
        match field {
            FilterField::Column(number) => {
                size.add()?;
                let operators = table.fields[number].ty.operators.parse(value)?;
                Ok(Condition::Column(Compared::of(table, number, &*operators)?, operators))
            }
            FilterField::Filtered(number) => {
                size.add()?;
                let ExtraFilter { name, operators, .. } = &table.filtered[number];
                let compared = Compared { column: name, others: Vec::new() };
                Ok(Condition::Column(compared, operators.parse_alone(value)?))
            }
            FilterField::ToOne(number) => {
                let ToOne { target, key, .. } = &table.to_one[number];
                let target = target();
                let filter = size.related(|size| nested(target, value, size))?;
                Ok(Condition::ToOne(Relation { target, key: table.columns()[*key].name }, filter))
            }
            FilterField::ToMany(number) => {
                let ToMany { target, key, .. } = &table.to_many[number];
                let (target, mut fields) = (target(), object(value)?);
                let mut lists = Vec::new();
                for (name, quantifier) in Quantifier::ALL {
                    match fields.swap_remove(name) {
                        None | Some(Value::Null) => {}
                        Some(value) => {
                            lists.push((quantifier, size.related(|size| nested(target, value, size))?));
                        }
                    }
                }
                Ok(Condition::ToMany(Relation { target, key: target.columns()[*key].name }, lists))
            }
            FilterField::And => {
                Ok(Condition::And(list(value).map(|value| nested(table, value, size)).collect::<Result<_>>()?))
            }
            FilterField::Or => {
                Ok(Condition::Or(list(value).map(|value| nested(table, value, size)).collect::<Result<_>>()?))
            }
            FilterField::Not => Ok(Condition::Not(Box::new(nested(table, value, size)?))),
        }
    }

    /// Writes the condition in parentheses. Comparing with null makes it null: a negation must write `IS NOT TRUE`.
    pub fn write(&self, sql: &mut Sql, table: Alias) {
        sql.push("(TRUE");
        for (_, condition) in &self.conditions {
            condition.write(sql, table);
        }
        sql.push(")");
    }

    /// What it says, with values as they were understood.
    pub fn value(&self) -> Value {
        Value::Object(self.conditions.iter().map(|(name, condition)| (name.clone(), condition.value())).collect())
    }
}

/// How large a filter is.
#[derive(Default)]
struct Size {
    terms: usize,
    /// Relations within each other where it is being read.
    relations: usize,
}

impl Size {
    /// Reads what is said of related rows.
    fn related<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.relations == RELATIONS {
            return Err(Error::limit(format!("the filter nests more than {RELATIONS} relations")));
        }
        self.relations += 1;
        let found = read(self)?;
        self.relations -= 1;
        Ok(found)
    }

    /// Counts a condition.
    fn add(&mut self) -> Result<()> {
        self.terms += 1;
        match self.terms > TERMS {
            true => Err(Error::limit(format!("the filter has more than {TERMS} conditions"))),
            false => Ok(()),
        }
    }
}

impl Condition {
    /// Writes it after ` AND `.
    fn write(&self, sql: &mut Sql, table: Alias) {
        match self {
            Self::Column(Compared { column: name, others }, operators) => {
                let column = Col { table, name };
                operators.write(sql, column);
                for (operator, name) in others {
                    sql.write(format_args!(" AND {column} {operator} {}", Col { table, name }));
                }
            }
            Self::ToOne(Relation { target, key }, filter) => {
                // A null key satisfies none.
                let row = sql.alias();
                sql.write(format_args!(" AND EXISTS (SELECT 1 FROM {} AS {row} WHERE {row}.id = ", target.name))
                    .write(format_args!("{} AND ", Col { table, name: key }));
                filter.write(sql, row);
                sql.push(")");
            }
            Self::ToMany(Relation { target, key }, lists) => {
                for (quantifier, filter) in lists {
                    let row = sql.alias();
                    sql.push(if *quantifier == Quantifier::Some { " AND EXISTS" } else { " AND NOT EXISTS" })
                        .write(format_args!(" (SELECT 1 FROM {} AS {row} WHERE ", target.name))
                        .write(format_args!("{} = {table}.id AND ", Col { table: row, name: key }));
                    filter.write(sql, row);
                    sql.push(if *quantifier == Quantifier::Every { " IS NOT TRUE)" } else { ")" });
                }
            }
            Self::And(filters) => {
                for filter in filters {
                    sql.push(" AND ");
                    filter.write(sql, table);
                }
            }
            Self::Or(filters) => {
                sql.push(" AND (FALSE");
                for filter in filters {
                    sql.push(" OR ");
                    filter.write(sql, table);
                }
                sql.push(")");
            }
            Self::Not(filter) => {
                sql.push(" AND ");
                filter.write(sql, table);
                sql.push(" IS NOT TRUE");
            }
        }
    }

    fn value(&self) -> Value {
        let all = |filters: &[Filter]| Value::List(filters.iter().map(Filter::value).collect());
        match self {
            Self::Column(_, operators) => operators.value(),
            Self::ToOne(_, filter) => filter.value(),
            Self::ToMany(_, lists) => {
                let name =
                    |of: &Quantifier| Quantifier::ALL.iter().find(|(_, one)| one == of).map_or("", |(name, _)| name);
                Value::Object(lists.iter().map(|(of, filter)| (Name::new(name(of)), filter.value())).collect())
            }
            Self::And(filters) | Self::Or(filters) => all(filters),
            Self::Not(filter) => filter.value(),
        }
    }
}

fn object(value: Value) -> Result<IndexMap<Name, Value>> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(Error::invalid(format!("a filter is an object, not {other}"))),
    }
}

/// A list; one value is a list of it.
fn list(value: Value) -> std::vec::IntoIter<Value> {
    match value {
        Value::List(items) => items.into_iter(),
        one => vec![one].into_iter(),
    }
}

//! In which order groups are shown, and where a page of them ends.

use async_graphql::Value as Argument;
use sea_orm::Value as Parameter;
use serde_json::{Value as Json, json};
use service::{
    Error, Result,
    database::{Alias, Col, Sql},
};

use super::{
    function::Function,
    having::Average,
    load::Group,
    measure::Measure,
    selection::Asked,
    statement::{key_name, measure_name},
    value::Value,
};
use crate::read::{argument, page::Position, sort::SortDirection, table::Member};

/// What groups are ordered by.
pub(super) struct Order(Vec<Term>);

#[derive(Clone, Copy, PartialEq, Eq)]
struct Term {
    by: By,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Key(usize),
    Measure(usize),
    /// The whole units of an average, and then what is left: r of n.
    Whole {
        sum: usize,
        count: usize,
    },
    Rest {
        sum: usize,
        count: usize,
    },
}

impl Order {
    /// Reads `orderBy`; what it orders by is asked for. Then come the keys.
    pub(super) fn parse(asked: &mut Asked, value: Argument) -> Result<Self> {
        let mut order = Self(Vec::new());
        let given = match value {
            Argument::Null => Vec::new(),
            Argument::List(items) => items,
            one => vec![one],
        };
        for one in given {
            let (name, value) = only(one)?;
            match name.as_str() {
                "keys" => {
                    let descending = descending(value)?;
                    (0..asked.keys.len()).for_each(|key| order.add(By::Key(key), descending));
                }
                "count" => order.add(By::Measure(asked.measure(Measure::Rows)), descending(value)?),
                name => match asked.table.index().members.get(name) {
                    Some(Member::Column(column)) => order.column(asked, *column, value)?,
                    _ => return Err(Error::invalid(format!("`orderBy` has no field `{name}`"))),
                },
            }
        }
        (0..asked.keys.len()).for_each(|key| order.add(By::Key(key), false));
        Ok(order)
    }

    fn column(&mut self, asked: &mut Asked, column: usize, value: Argument) -> Result<()> {
        let (name, value) = only(value)?;
        let kind = asked.table.fields[column].ty.kind();
        let function = Function::compared(kind).find(|function| function.name() == name);
        let function = function.ok_or_else(|| Error::invalid(format!("`orderBy` has no figure `{name}`")))?;
        asked.figure(column, function)?;
        let descending = descending(value)?;
        let measure = match function {
            Function::Count => Measure::Count(column),
            Function::CountDistinct => Measure::CountDistinct(column),
            Function::Min => Measure::Min(column),
            Function::Max => Measure::Max(column),
            Function::Sum => Measure::Sum(column),
            Function::Avg => {
                let (sum, count) = (asked.measure(Measure::Sum(column)), asked.measure(Measure::Count(column)));
                self.add(By::Whole { sum, count }, descending);
                self.add(By::Rest { sum, count }, descending);
                return Ok(());
            }
            _ => return Err(Error::internal("a figure that nothing is ordered by")),
        };
        self.add(By::Measure(asked.measure(measure)), descending);
        Ok(())
    }

    /// The first mention of the same counts.
    fn add(&mut self, by: By, descending: bool) {
        if !self.0.iter().any(|term| term.by == by) {
            self.0.push(Term { by, descending });
        }
    }

    /// Writes it, nulls last, after groups of which `first` is 1.
    pub(super) fn write(&self, sql: &mut Sql, groups: Alias, first: Option<Col>) {
        let mut separator = " ORDER BY ";
        if let Some(first) = first {
            sql.write(format_args!("{separator}{first} DESC"));
            separator = ", ";
        }
        for term in &self.0 {
            let direction = if term.descending { " DESC NULLS LAST" } else { " NULLS LAST" };
            sql.push(separator).push(&term.by.expression(groups)).push(direction);
            separator = ", ";
        }
    }

    /// Writes that a group stands after a position, as ` AND …`.
    pub(super) fn seek(&self, sql: &mut Sql, asked: &Asked, groups: Alias, position: &Position) -> Result<()> {
        let broken = || Error::invalid("the cursor does not fit these groups");
        if position.0.len() != self.0.len() {
            return Err(broken());
        }
        let bound = |(term, text): (&Term, &Option<String>)| match text {
            Some(text) => Ok((*term, Some(term.by.parameters(asked, text).ok_or_else(broken)?))),
            None if term.by.is_nullable(asked) => Ok((*term, None)),
            None => Err(broken()),
        };
        let bounds: Vec<_> = self.0.iter().zip(&position.0).map(bound).collect::<Result<_>>()?;
        sql.push(" AND (FALSE");
        for (last, (term, value)) in bounds.iter().enumerate() {
            sql.push(" OR (TRUE");
            for (term, value) in &bounds[..last] {
                let expression = term.by.expression(groups);
                match value {
                    Some(value) => bind(sql.write(format_args!(" AND {expression} = ")), value),
                    None => sql.write(format_args!(" AND {expression} IS NULL")),
                };
            }
            let (expression, operator) = (term.by.expression(groups), if term.descending { "<" } else { ">" });
            match value {
                Some(value) => {
                    bind(sql.write(format_args!(" AND ({expression} {operator} ")), value);
                    sql.write(format_args!(" OR {expression} IS NULL)"))
                }
                None => sql.push(" AND FALSE"),
            };
            sql.push(")");
        }
        sql.push(")");
        Ok(())
    }

    /// Where a group stands.
    pub(super) fn position(&self, group: &Group) -> Result<Position> {
        self.0.iter().map(|term| term.by.text(group)).collect::<Result<_>>().map(Position)
    }

    /// What it is; measures by what they are, whatever their places are.
    pub(super) fn identity(&self, asked: &Asked) -> Json {
        let measure = |place: usize| {
            let measure = asked.measures.get_index(place);
            let name = measure.and_then(|measure| measure.column()).map(|column| asked.table.columns()[column].name);
            let kind = measure.map(|measure| format!("{measure:?}").split('(').next().unwrap_or_default().to_owned());
            json!([kind, name])
        };
        let term = |term: &Term| match term.by {
            By::Key(key) => json!([key, term.descending]),
            By::Measure(place) => json!([measure(place), term.descending]),
            By::Whole { sum, .. } | By::Rest { sum, .. } => json!(["average", measure(sum), term.descending]),
        };
        self.0.iter().map(term).collect()
    }
}

impl By {
    fn expression(self, groups: Alias) -> String {
        let measure = |place| Col { table: groups, name: measure_name(place) }.to_string();
        match self {
            Self::Key(key) => Col { table: groups, name: key_name(key) }.to_string(),
            Self::Measure(place) => measure(place),
            Self::Whole { sum, count } => Average::of(&measure(sum), &measure(count)).whole,
            Self::Rest { sum, count } => {
                let Average { rest, count, .. } = Average::of(&measure(sum), &measure(count));
                ratio(&rest, &count)
            }
        }
    }

    fn is_nullable(self, asked: &Asked) -> bool {
        match self {
            Self::Measure(place) => asked.measures.get_index(place).is_some_and(|measure| measure.is_nullable()),
            Self::Key(_) | Self::Whole { .. } | Self::Rest { .. } => true,
        }
    }

    /// Its value, as a cursor carries it.
    fn text(self, group: &Group) -> Result<Option<String>> {
        let average = |sum, count| {
            let (sum, count): (i64, i64) = (group.number(sum)?, group.number(count)?);
            Ok::<_, Error>((count > 0).then(|| (sum.div_euclid(count), sum.rem_euclid(count), count)))
        };
        Ok(match self {
            Self::Key(key) => group.key(key)?.key(),
            Self::Measure(place) => match group.measure(place)? {
                Value::Number(number) => Some(number.to_string()),
                Value::Cell(cell) => cell.key(),
                Value::Text(_) => return Err(Error::internal("groups are not ordered by a text that was computed")),
            },
            Self::Whole { sum, count } => average(sum, count)?.map(|(whole, ..)| whole.to_string()),
            Self::Rest { sum, count } => average(sum, count)?.map(|(_, rest, count)| format!("{rest}/{count}")),
        })
    }

    /// The parameters that stand for such a value.
    fn parameters(self, asked: &Asked, text: &str) -> Option<Vec<Parameter>> {
        let number = |text: &str| text.parse::<i64>().ok().map(Parameter::from);
        Some(match self {
            Self::Key(key) => vec![asked.keys.get_index(key)?.parameter(asked.table, text)?],
            Self::Measure(place) => match asked.measures.get_index(place)? {
                Measure::Min(column) | Measure::Max(column) => vec![asked.table.parameter(*column, text)?],
                _ => vec![number(text)?],
            },
            Self::Whole { .. } => vec![number(text)?],
            Self::Rest { .. } => {
                let (rest, count) = text.split_once('/')?;
                vec![number(rest)?, number(count).filter(|_| !count.trim_start_matches(['-', '0']).is_empty())?]
            }
        })
    }
}

/// Exact enough to be ordered by: up to 67 million values in a group.
fn ratio(rest: &str, count: &str) -> String {
    format!("CAST({rest} AS DOUBLE PRECISION) / NULLIF({count}, 0)")
}

fn bind<'a>(sql: &'a mut Sql, values: &[Parameter]) -> &'a mut Sql {
    match values {
        [rest, count] => sql.push("CAST(").bind(rest.clone()).push(" AS DOUBLE PRECISION) / ").bind(count.clone()),
        _ => values.iter().fold(sql, |sql, value| sql.bind(value.clone())),
    }
}

/// The one field that an object gives.
fn only(value: Argument) -> Result<(String, Argument)> {
    let Argument::Object(fields) = value else {
        return Err(Error::invalid(format!("`orderBy` has objects, not {value}")));
    };
    let mut given = fields.into_iter().filter(|(_, value)| *value != Argument::Null);
    match (given.next(), given.next()) {
        (Some((name, value)), None) => Ok((name.to_string(), value)),
        _ => Err(Error::invalid("each item of `orderBy` has exactly one field")),
    }
}

fn descending(value: Argument) -> Result<bool> {
    let direction: Option<SortDirection> = argument::value("orderBy", value)?;
    Ok(direction.unwrap_or_default() == SortDirection::Desc)
}

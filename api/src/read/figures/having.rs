//! Which groups are shown: conditions on their figures, true or false and never unknown, as those of filters.

use async_graphql::{Name, Value, indexmap::IndexMap};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use service::{
    Error, Result,
    database::{Alias, Col, Sql},
};

use super::{
    function::Function,
    measure::{Measure, scale},
    selection::Asked,
    statement::measure_name,
    value::MORE,
};
use crate::read::{
    argument,
    operators::{AnyOperators, DecimalFilter, IntFilter, OperatorsType},
    table::Member,
};

/// The deepest nesting.
const DEPTH: usize = 12;
/// The most conditions.
const TERMS: usize = 200;

/// Conditions on groups; all hold.
pub(super) struct Having(Vec<Condition>);

enum Condition {
    /// On the measure with a number.
    Measure(usize, Box<dyn AnyOperators>),
    /// On a sum, which is counted in units of 10⁻ˢ.
    Sum {
        sum: usize,
        scale: u32,
        operators: DecimalFilter,
    },
    /// On the exact quotient.
    Average {
        sum: usize,
        count: usize,
        scale: u32,
        operators: DecimalFilter,
    },
    And(Vec<Having>),
    Or(Vec<Having>),
    Not(Having),
}

/// How a comparison treats a number that is equal to the bound, one that is less, and one that is greater.
#[derive(Clone, Copy)]
enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};

impl Having {
    /// Reads it; what it compares is asked for.
    pub(super) fn parse(asked: &mut Asked, value: Value) -> Result<Self> {
        Self::read(asked, value, 1, &mut 0)
    }

    fn read(asked: &mut Asked, value: Value, depth: usize, terms: &mut usize) -> Result<Self> {
        if depth > DEPTH {
            return Err(Error::limit(format!("`having` is nested more than {DEPTH} levels deep")));
        }
        let mut conditions = Vec::new();
        for (name, value) in fields(value)? {
            let mut nested = |asked: &mut Asked, value: Value| {
                add(terms)?;
                Self::read(asked, value, depth + 1, terms)
            };
            match name.as_str() {
                _ if value == Value::Null => {}
                "and" => conditions.push(Condition::And(each(value, |value| nested(asked, value))?)),
                "or" => conditions.push(Condition::Or(each(value, |value| nested(asked, value))?)),
                "not" => conditions.push(Condition::Not(nested(asked, value)?)),
                "count" => {
                    add(terms)?;
                    conditions.push(Condition::Measure(asked.measure(Measure::Rows), counts(value)?));
                }
                name => match asked.table.index().members.get(name) {
                    Some(Member::Column(column)) => Self::column(asked, *column, value, terms, &mut conditions)?,
                    _ => return Err(Error::invalid(format!("`having` has no field `{name}`"))),
                },
            }
        }
        Ok(Self(conditions))
    }

    fn column(
        asked: &mut Asked,
        column: usize,
        value: Value,
        terms: &mut usize,
        conditions: &mut Vec<Condition>,
    ) -> Result<()> {
        let ty = &asked.table.fields[column].ty;
        let (scale, _) = scale(asked.table, column);
        for (name, value) in fields(value)? {
            if value == Value::Null {
                continue;
            }
            add(terms)?;
            let function = Function::compared(ty.kind()).find(|function| function.name() == name);
            let function = function.ok_or_else(|| Error::invalid(format!("`having` has no figure `{name}`")))?;
            asked.figure(column, function)?;
            conditions.push(match function {
                Function::Count => Condition::Measure(asked.measure(Measure::Count(column)), counts(value)?),
                Function::CountDistinct => {
                    Condition::Measure(asked.measure(Measure::CountDistinct(column)), counts(value)?)
                }
                Function::Min => {
                    Condition::Measure(asked.measure(Measure::Min(column)), ty.operators.parse_alone(value)?)
                }
                Function::Max => {
                    Condition::Measure(asked.measure(Measure::Max(column)), ty.operators.parse_alone(value)?)
                }
                Function::Sum => {
                    Condition::Sum { sum: asked.measure(Measure::Sum(column)), scale, operators: bounds(value, scale)? }
                }
                Function::Avg => Condition::Average {
                    sum: asked.measure(Measure::Sum(column)),
                    count: asked.measure(Measure::Count(column)),
                    scale,
                    operators: bounds(value, scale)?,
                },
                _ => return Err(Error::internal("a figure that is not compared")),
            });
        }
        Ok(())
    }

    /// Writes it in parentheses.
    pub(super) fn write(&self, sql: &mut Sql, groups: Alias) {
        sql.push("(TRUE");
        for condition in &self.0 {
            sql.push(" AND ");
            condition.write(sql, groups);
        }
        sql.push(")");
    }
}

impl Condition {
    fn write(&self, sql: &mut Sql, groups: Alias) {
        match self {
            Self::Measure(place, operators) => {
                sql.push("(TRUE");
                operators.write(sql, Col { table: groups, name: measure_name(*place) });
                sql.push(")");
            }
            Self::Sum { sum, scale, operators } => {
                let sum = Col { table: groups, name: measure_name(*sum) }.to_string();
                all(sql, operators, "FALSE", |sql, comparison, bound| {
                    let bound = Bound::of(bound, *scale);
                    compare_sum(sql, &sum, comparison, &bound);
                });
            }
            Self::Average { sum, count, scale, operators } => {
                let name = |place: &usize| Col { table: groups, name: measure_name(*place) }.to_string();
                let average = Average::of(&name(sum), &name(count));
                let is_null = format!("{} = 0", name(count));
                all(sql, operators, &is_null, |sql, comparison, bound| {
                    let bound = Bound::of(bound, *scale);
                    average.compare(sql, comparison, &bound);
                });
            }
            Self::And(all) => {
                sql.push("(TRUE");
                for one in all {
                    sql.push(" AND ");
                    one.write(sql, groups);
                }
                sql.push(")");
            }
            Self::Or(any) => {
                sql.push("(FALSE");
                for one in any {
                    sql.push(" OR ");
                    one.write(sql, groups);
                }
                sql.push(")");
            }
            Self::Not(one) => {
                one.write(sql, groups);
                sql.push(" IS NOT TRUE");
            }
        }
    }
}

/// Writes all operators of a filter in parentheses, each as `compare` does; `is_null` says whether there is no value.
fn all(sql: &mut Sql, operators: &DecimalFilter, is_null: &str, compare: impl Fn(&mut Sql, Comparison, Decimal)) {
    let DecimalFilter { eq, ne, r#in, not_in, gt, gte, lt, lte, is_null: asked, .. } = operators;
    sql.push("(TRUE");
    for (comparison, bound) in [(Equal, eq), (Greater, gt), (GreaterOrEqual, gte), (Less, lt), (LessOrEqual, lte)] {
        if let Some(bound) = bound {
            sql.push(" AND ");
            compare(sql, comparison, *bound);
        }
    }
    if let Some(bound) = ne {
        sql.push(" AND (");
        compare(sql, Equal, *bound);
        sql.push(") IS NOT TRUE");
    }
    for (values, end) in [(r#in, ")"), (not_in, ") IS NOT TRUE")] {
        if let Some(values) = values {
            sql.push(" AND (").any(values, |sql, bound| compare(sql, Equal, *bound)).push(end);
        }
    }
    match asked {
        Some(true) => sql.write(format_args!(" AND {is_null}")),
        Some(false) => sql.write(format_args!(" AND ({is_null}) IS NOT TRUE")),
        None => sql,
    };
    sql.push(")");
}

/// A bound in units: the whole ones below it, and what is left in parts of 10⁻⁴.
struct Bound {
    whole: i128,
    rest: i128,
}

/// The parts of a unit.
const PARTS: i128 = 10_i128.pow(MORE);

impl Bound {
    /// A decimal of at most `scale + MORE` digits, which [`bounds`] has checked.
    fn of(bound: Decimal, scale: u32) -> Self {
        let digits = scale + MORE;
        let given = bound.normalize();
        let parts = given.mantissa().saturating_mul(10_i128.pow(digits.saturating_sub(given.scale())));
        Self { whole: parts.div_euclid(PARTS), rest: parts.rem_euclid(PARTS) }
    }
}

/// Compares a sum, a whole number of units that is never null.
fn compare_sum(sql: &mut Sql, sum: &str, comparison: Comparison, bound: &Bound) {
    let is_whole = bound.rest == 0;
    // Between two whole numbers: the same as below the upper one, or above the lower one.
    let (operator, number) = match comparison {
        Equal if !is_whole => {
            sql.push("FALSE");
            return;
        }
        Equal => ("=", bound.whole),
        Greater => (">", bound.whole),
        GreaterOrEqual if is_whole => (">=", bound.whole),
        GreaterOrEqual => (">", bound.whole),
        Less if is_whole => ("<", bound.whole),
        Less | LessOrEqual => ("<=", bound.whole),
    };
    match number.to_i64() {
        Some(number) => sql.write(format_args!("{sum} {operator} ")).bind(number),
        None => {
            let holds = operator != "=" && (number > 0) == operator.starts_with('<');
            sql.push(if holds { "TRUE" } else { "FALSE" })
        }
    };
}

/// An average as it is compared: the whole units below it, and how many units are left to be shared by the values. Both
/// are null of no values. `r = ((S mod n) + n) mod n`, `q = (S − r) / n`.
pub(super) struct Average {
    pub(super) whole: String,
    pub(super) rest: String,
    pub(super) count: String,
}

impl Average {
    pub(super) fn of(sum: &str, count: &str) -> Self {
        let rest = format!("((({sum} % NULLIF({count}, 0)) + {count}) % NULLIF({count}, 0))");
        Self { whole: format!("(({sum} - {rest}) / NULLIF({count}, 0))"), rest, count: count.to_owned() }
    }

    fn compare(&self, sql: &mut Sql, comparison: Comparison, bound: &Bound) {
        let Self { whole, rest, count } = self;
        let (outer, inner) = match comparison {
            Equal => ("", "="),
            Greater => (">", ">"),
            GreaterOrEqual => (">", ">="),
            Less => ("<", "<"),
            LessOrEqual => ("<", "<="),
        };
        let Some(number) = bound.whole.to_i64() else {
            let holds = !outer.is_empty() && (bound.whole > 0) == (outer == "<");
            // Of no values nothing holds.
            sql.write(format_args!("({holds} AND {count} > 0)"));
            return;
        };
        sql.push("(");
        if !outer.is_empty() {
            sql.write(format_args!("{whole} {outer} ")).bind(number).push(" OR ");
        }
        sql.write(format_args!("{whole} = ")).bind(number);
        sql.write(format_args!(" AND {rest} * {PARTS} {inner} {count} * {}", bound.rest)).push(")");
    }
}

/// Conditions on a number of rows or values.
fn counts(value: Value) -> Result<Box<dyn AnyOperators>> {
    const COUNTS: OperatorsType = OperatorsType::of::<IntFilter>();
    COUNTS.parse_alone(value)
}

/// Conditions on a decimal, each bound with no more digits than are compared.
fn bounds(value: Value, scale: u32) -> Result<DecimalFilter> {
    const BOUNDS: OperatorsType = OperatorsType::of::<DecimalFilter>();
    BOUNDS.parse_alone(value.clone())?;
    let filter: DecimalFilter = argument::value("having", value)?.ok_or_else(|| Error::invalid("`having` is null"))?;
    let DecimalFilter { eq, ne, r#in, not_in, gt, gte, lt, lte, .. } = &filter;
    let one = [eq, ne, gt, gte, lt, lte].into_iter().flatten();
    let all = one.chain([r#in, not_in].into_iter().flatten().flatten());
    let most = scale + MORE;
    for bound in all {
        if bound.normalize().scale() > most {
            let message = format!("`having` compares with {bound}: at most {most} digits after the point are allowed");
            return Err(Error::invalid(message));
        }
    }
    Ok(filter)
}

fn add(terms: &mut usize) -> Result<()> {
    *terms += 1;
    match *terms > TERMS {
        true => Err(Error::limit(format!("`having` has more than {TERMS} conditions"))),
        false => Ok(()),
    }
}

fn fields(value: Value) -> Result<IndexMap<Name, Value>> {
    match value {
        Value::Object(fields) => Ok(fields),
        other => Err(Error::invalid(format!("`having` is an object, not {other}"))),
    }
}

/// What a list says; one value is a list of it.
fn each(value: Value, read: impl FnMut(Value) -> Result<Having>) -> Result<Vec<Having>> {
    match value {
        Value::List(items) => items.into_iter().map(read).collect(),
        one => [one].into_iter().map(read).collect(),
    }
}

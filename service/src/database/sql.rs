//! A statement being written: text and parameters, in the words of the engine.
//!
//! Reads are written as text rather than as a tree: the shapes are few, and each keeps the same
//! text for any number of keys, so that it stays prepared.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveEnum, Statement, Value,
    sea_query::{ArrayType, Enum, OptionEnum, Values},
};
use uuid::Uuid;

use super::Engine;
use crate::{
    Result,
    refusal::{Code, Refusal},
    value,
};

/// A table within a statement: `t0`, `t1`, …
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias(u32);

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// A column of a table within a statement.
#[derive(Clone, Copy, Debug)]
pub struct Col {
    /// The table.
    pub table: Alias,
    /// The column's name in the database.
    pub name: &'static str,
}

impl fmt::Display for Col {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.\"{}\"", self.table, self.name)
    }
}

/// A statement being written.
#[derive(Debug)]
pub struct Sql {
    pub(super) engine: Engine,
    text: String,
    values: Vec<Value>,
    aliases: u32,
    pub(super) now: Option<DateTime<Utc>>,
    /// Why the database could not take it.
    unstorable: Option<&'static str>,
}

impl Sql {
    /// An empty statement for an engine.
    pub fn new(engine: Engine) -> Self {
        Self { engine, text: String::with_capacity(512), values: Vec::new(), aliases: 0, now: None, unstorable: None }
    }

    /// Says what time it is.
    pub fn at(self, now: DateTime<Utc>) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Adds the time that [`Sql::at`] said, or NULL.
    pub fn now(&mut self) -> &mut Self {
        self.bind(self.now)
    }

    /// Adds the time so long before, or NULL.
    pub fn ago(&mut self, length: Duration) -> &mut Self {
        self.bind(self.now.and_then(|now| now.checked_sub_signed(length)))
    }

    /// Adds how many microseconds lie between two moments, which are columns.
    pub fn micros(&mut self, from: &str, to: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => {
                self.write(format_args!("CAST(EXTRACT(EPOCH FROM ({to} - {from})) * 1000000 AS bigint)"))
            }
            Engine::Sqlite => {
                // Behind the seconds stands a fraction, if there is one, and the zone: what is no number is not read.
                let micros = |moment: &str| {
                    let fraction = format!("CAST(round(CAST(substr({moment}, 20) AS REAL) * 1000000) AS INTEGER)");
                    format!("(unixepoch(substr({moment}, 1, 19)) * 1000000 + {fraction})")
                };
                self.write(format_args!("({} - {})", micros(to), micros(from)))
            }
        }
    }

    /// Adds the moment so many whole seconds after another one; both are expressions.
    pub fn later(&mut self, moment: &str, seconds: &str) -> &mut Self {
        match self.engine {
            Engine::Postgres => self.write(format_args!("({moment} + ({seconds}) * INTERVAL '1 second')")),
            // The fraction of the second stays as it is written.
            Engine::Sqlite => self.write(format_args!(
                "(strftime('%Y-%m-%dT%H:%M:%S', {moment}, ({seconds}) || ' seconds') || substr({moment}, 20))"
            )),
        }
    }

    /// A table name that nothing else in this statement has.
    pub fn alias(&mut self) -> Alias {
        self.aliases += 1;
        Alias(self.aliases - 1)
    }

    /// Adds text as it is: never anything that a client sent.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds formatted text: names and numbers of ours.
    pub fn write(&mut self, text: fmt::Arguments<'_>) -> &mut Self {
        // Writing to a string cannot fail.
        let _ = fmt::Write::write_fmt(&mut self.text, text);
        self
    }

    /// Adds a parameter.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        self.refuse(value::unbindable(&value));
        let number = self.values.len() + 1;
        match &value {
            // It travels as text, which PostgreSQL does not compare with an enum.
            Value::Enum(OptionEnum::Some(choice)) if self.engine == Engine::Postgres => {
                self.write(format_args!("CAST(${number} AS {})", choice.type_name));
            }
            _ => {
                self.write(format_args!("${number}"));
            }
        }
        self.values.push(value);
        self
    }

    /// Adds a new id for each row.
    pub(crate) fn random_id(&mut self) -> &mut Self {
        self.push(match self.engine {
            Engine::Postgres => "gen_random_uuid()",
            // Version 4: random but for two digits.
            Engine::Sqlite => {
                "unhex(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2) || '8' || substr(hex(randomblob(8)), 2))"
            }
        })
    }

    /// Adds `(a, b, …)`; where there is nothing to list, `(NULL)`, which no value of any type is in.
    pub fn list<T>(&mut self, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) -> &mut Self {
        let mut separator = "(";
        for item in items {
            self.push(separator);
            each(self, item);
            separator = ", ";
        }
        self.push(if separator == "(" { "(NULL)" } else { ")" })
    }

    /// Adds that each of several conditions holds, after others.
    pub fn and_all<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) -> &mut Self {
        if !items.is_empty() {
            self.push(" AND ").tree(items, " AND ", &mut each);
        }
        self
    }

    /// Adds that one of several conditions holds; of none, none does.
    pub fn any<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) -> &mut Self {
        match items.is_empty() {
            true => self.push("FALSE"),
            false => self.tree(items, " OR ", &mut each),
        }
    }

    /// Halves in halves: SQLite has a bound on how deep a condition is.
    fn tree<T>(&mut self, items: &[T], operator: &str, each: &mut impl FnMut(&mut Self, &T)) -> &mut Self {
        match items {
            [] => {}
            [only] => each(self, only),
            _ => {
                let (left, right) = items.split_at(items.len() / 2);
                self.push("(").tree(left, operator, each);
                self.push(operator).tree(right, operator, each).push(")");
            }
        }
        self
    }

    /// Adds a table `k` of keys: `n` counts from 1 in their order, `id` is the key. One parameter
    /// whatever their number.
    pub fn keys(&mut self, ids: &[Uuid]) -> &mut Self {
        match self.engine {
            Engine::Sqlite => self
                .push("(SELECT key + 1 AS n, unhex(value) AS id FROM json_each(")
                .bind(hex_list(ids))
                .push(")) AS k"),
            Engine::Postgres => self.push("unnest(").bind(uuid_array(ids)).push(") WITH ORDINALITY AS k(id, n)"),
        }
    }

    /// Adds a table `k` of texts: `n` counts from 1 in their order, `id` is the text.
    pub fn texts(&mut self, texts: &[&str]) -> &mut Self {
        match self.engine {
            Engine::Sqlite => {
                let list = serde_json::Value::from(texts.to_vec()).to_string();
                self.push("(SELECT key + 1 AS n, value AS id FROM json_each(").bind(list).push(")) AS k")
            }
            Engine::Postgres => self.push("unnest(").bind(text_array(texts)).push(") WITH ORDINALITY AS k(id, n)"),
        }
    }

    /// Adds a value of a closed vocabulary as a literal: an index of a part of the rows serves no parameter.
    pub fn literal(&mut self, value: &impl ActiveEnum<Value = Enum>) -> &mut Self {
        let Enum { type_name, value } = value.to_value();
        match self.engine {
            Engine::Postgres => self.write(format_args!("CAST('{value}' AS {type_name})")),
            Engine::Sqlite => self.write(format_args!("'{value}'")),
        }
    }

    /// Adds ` IN (…)` of such literals.
    pub fn is_one_of<E: ActiveEnum<Value = Enum>>(&mut self, values: &[E]) -> &mut Self {
        self.push(" IN ").list(values, |sql, value| {
            sql.literal(value);
        })
    }

    /// Adds ` = ANY (ids)` as one parameter whatever their number.
    pub fn is_any(&mut self, ids: &[Uuid]) -> &mut Self {
        match self.engine {
            Engine::Sqlite => self.push(" IN (SELECT unhex(value) FROM json_each(").bind(hex_list(ids)).push("))"),
            Engine::Postgres => self.push(" = ANY(").bind(uuid_array(ids)).push(")"),
        }
    }

    /// The same for texts.
    pub fn is_any_text(&mut self, texts: &[&str]) -> &mut Self {
        match self.engine {
            Engine::Sqlite => {
                let list = serde_json::Value::from(texts.to_vec()).to_string();
                self.push(" IN (SELECT value FROM json_each(").bind(list).push("))")
            }
            Engine::Postgres => self.push(" = ANY(").bind(text_array(texts)).push(")"),
        }
    }

    /// Adds the join that gives each row of `k` the first rows of a table, `c`: `columns` of the
    /// rows that `rows` selects (`FROM … WHERE … ORDER BY … LIMIT …` over `inner`, which may speak of `k`).
    ///
    /// PostgreSQL has LATERAL for it; on SQLite the same rows are found by their row ids, since a
    /// correlated subquery may stand there and still uses the indexes.
    pub fn first_per_key(
        &mut self,
        table: &str,
        inner: Alias,
        columns: impl Fn(&mut Self),
        rows: impl FnOnce(&mut Self),
    ) -> &mut Self {
        match self.engine {
            Engine::Sqlite => {
                self.write(format_args!(" CROSS JOIN {table} AS c ON c.rowid IN (SELECT {inner}.rowid"));
                rows(self);
                self.push(")")
            }
            Engine::Postgres => {
                self.push(" CROSS JOIN LATERAL (SELECT ");
                columns(self);
                rows(self);
                self.push(") AS c")
            }
        }
    }

    /// Whether [`Sql::first_per_key`] leaves the rows of a key unordered.
    pub fn loses_order_per_key(&self) -> bool {
        self.engine == Engine::Sqlite
    }

    /// Adds whether a text column contains `needle`, letter by letter.
    pub fn contains(&mut self, column: fmt::Arguments<'_>, needle: &str) -> &mut Self {
        let function = match self.engine {
            Engine::Sqlite => "instr",
            Engine::Postgres => "strpos",
        };
        self.write(format_args!("{function}({column}, ")).bind(needle).push(") > 0")
    }

    /// What stands behind the `@` of the address in a column, as an expression.
    pub(crate) fn domain(&self, column: impl fmt::Display) -> String {
        match self.engine {
            Engine::Sqlite => format!("substr({column}, instr({column}, '@') + 1)"),
            Engine::Postgres => format!("split_part({column}, '@', 2)"),
        }
    }

    /// Adds whether a column that holds a list of texts has `element`.
    pub fn list_has(&mut self, column: Col, element: &str) -> &mut Self {
        match self.engine {
            Engine::Sqlite => self
                .write(format_args!("EXISTS (SELECT 1 FROM json_each({column}) WHERE value = "))
                .bind(element)
                .push(")"),
            Engine::Postgres => {
                self.write(format_args!("{column} @> ")).bind(Value::from(serde_json::Value::from(vec![element])))
            }
        }
    }

    /// Makes the statement one that is not run, if there is a reason.
    pub(super) fn refuse(&mut self, reason: Option<&'static str>) {
        self.unstorable = self.unstorable.or(reason);
    }

    /// The finished statement; refused when it has a value that one of the engines cannot hold.
    pub fn into_statement(self) -> Result<Statement> {
        if let Some(reason) = self.unstorable {
            return Err(Refusal::new(Code::Invalid, reason).into());
        }
        Ok(Statement { sql: self.text, values: Some(Values(self.values)), db_backend: self.engine.backend() })
    }
}

fn hex_list(ids: &[Uuid]) -> String {
    let mut list = String::with_capacity(ids.len() * 35 + 2);
    list.push('[');
    for (index, id) in ids.iter().enumerate() {
        list.push_str(if index == 0 { "\"" } else { ",\"" });
        list.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        list.push('"');
    }
    list.push(']');
    list
}

fn text_array(texts: &[&str]) -> Value {
    let texts = texts.iter().map(|text| Value::from(*text)).collect();
    Value::Array(ArrayType::String, Some(Box::new(texts)))
}

fn uuid_array(ids: &[Uuid]) -> Value {
    Value::Array(ArrayType::Uuid, Some(Box::new(ids.iter().map(|id| Value::from(*id)).collect())))
}

//! What JSON columns contain: PostgreSQL has an operator for it, for SQLite it is written out.

use std::fmt;

use sea_orm::Value;
use serde_json::Value as Json;

use super::{Alias, Col, Engine, Sql};

impl Sql {
    /// Adds whether a JSON column contains `needle`: objects by their members, lists by their
    /// elements, at any depth (PostgreSQL's `@>`).
    pub fn json_contains(&mut self, column: Col, needle: &Json) -> &mut Self {
        match self.engine {
            Engine::Sqlite => self.json_contains_at(&column.to_string(), "$", needle, true),
            Engine::Postgres => self.write(format_args!("{column} @> ")).bind(Value::from(needle.clone())),
        }
    }

    /// `document` is an expression that yields JSON text, `path` a place in it.
    fn json_contains_at(&mut self, document: &str, path: &str, needle: &Json, outermost: bool) -> &mut Self {
        match needle {
            Json::Object(members) => {
                self.write(format_args!("(json_type({document}, ")).bind(path).push(") IS 'object'");
                let members: Vec<_> = members.iter().collect();
                self.and_all(&members, |sql, (name, value)| {
                    let quoted = Json::from(name.as_str()).to_string();
                    sql.json_contains_at(document, &format!("{path}.{quoted}"), value, false);
                });
                self.push(")")
            }
            Json::Array(elements) => {
                self.write(format_args!("(json_type({document}, ")).bind(path).push(") IS 'array'");
                self.and_all(elements, |sql, element| {
                    let each = sql.alias();
                    sql.write(format_args!("EXISTS (SELECT 1 FROM json_each({document}, "))
                        .bind(path)
                        .write(format_args!(") AS {each} WHERE "));
                    sql.json_element(each, element).push(")");
                });
                self.push(")")
            }
            scalar => {
                self.push("(").json_scalar(
                    format_args!("json_type({document}, "),
                    format_args!("json_extract({document}, "),
                    Some(path),
                    scalar,
                );
                // A list contains a bare scalar, but only outermost.
                if outermost {
                    let each = self.alias();
                    self.write(format_args!(" OR (json_type({document}) IS 'array' AND EXISTS (SELECT 1 FROM json_each({document}) AS {each} WHERE "));
                    self.json_element(each, scalar).push("))");
                }
                self.push(")")
            }
        }
    }

    /// Whether the element `each` of a list contains `needle`.
    fn json_element(&mut self, each: Alias, needle: &Json) -> &mut Self {
        if needle.is_object() || needle.is_array() {
            let kind = if needle.is_object() { "object" } else { "array" };
            // Only documents may be parsed: a text element is no JSON.
            self.write(format_args!("({each}.type = '{kind}' AND "));
            let document = format!("CASE WHEN {each}.type = '{kind}' THEN {each}.value END");
            self.json_contains_at(&document, "$", needle, false).push(")")
        } else {
            self.json_scalar(format_args!("{each}.type"), format_args!("{each}.value"), None, needle)
        }
    }

    fn json_scalar(
        &mut self,
        kind: fmt::Arguments<'_>,
        value: fmt::Arguments<'_>,
        path: Option<&str>,
        needle: &Json,
    ) -> &mut Self {
        let at = |sql: &mut Self, text: fmt::Arguments<'_>| {
            sql.write(text);
            if let Some(path) = path {
                sql.bind(path).push(")");
            }
        };
        match needle {
            Json::Null => {
                at(self, kind);
                self.push(" IS 'null'")
            }
            Json::Bool(is) => {
                at(self, kind);
                self.write(format_args!(" IS '{is}'"))
            }
            Json::Number(number) => {
                self.push("(");
                at(self, kind);
                self.push(" IN ('integer', 'real') AND ");
                at(self, value);
                self.push(" IS ");
                match number.as_i64() {
                    Some(whole) => self.bind(whole),
                    None => self.bind(number.as_f64().unwrap_or(f64::NAN)),
                };
                self.push(")")
            }
            text => {
                self.push("(");
                at(self, kind);
                self.push(" IS 'text' AND ");
                at(self, value);
                self.push(" IS ").bind(text.as_str().unwrap_or_default()).push(")")
            }
        }
    }
}

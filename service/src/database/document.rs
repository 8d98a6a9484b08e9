//! Rows as JSON documents: one statement may then yield rows of several tables.

use super::{Engine, Sql};

/// What a member of a document holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member {
    /// A UUID.
    Id,
    /// A text, a moment, a day, or a value of an enum.
    Text,
    /// A whole number.
    Number,
    /// An exact number, written as a text.
    Decimal,
    /// Yes or no.
    Flag,
    /// A JSON document.
    Json,
}

impl Member {
    fn value(self, engine: Engine, column: &str) -> String {
        match (engine, self) {
            (_, Self::Decimal) => format!("CAST({column} AS TEXT)"),
            (Engine::Sqlite, Self::Id) => format!("iif({column} IS NULL, NULL, hex({column}))"),
            (Engine::Sqlite, Self::Flag) => format!("json(iif({column}, 'true', 'false'))"),
            (Engine::Sqlite, Self::Json) => format!("json({column})"),
            _ => column.to_owned(),
        }
    }
}

impl Sql {
    /// Adds a JSON document, as text: each member has a name, and what it holds is a column.
    pub(crate) fn document(&mut self, members: &[(&str, Member, &str)]) -> &mut Self {
        let (function, end) = match self.engine {
            Engine::Postgres => ("CAST(json_build_object", " AS TEXT)"),
            Engine::Sqlite => ("json_object", ""),
        };
        self.push(function);
        let mut separator = "(";
        for (name, member, column) in members {
            let value = member.value(self.engine, column);
            self.write(format_args!("{separator}'{name}', {value}"));
            separator = ", ";
        }
        self.push(")").push(end)
    }
}

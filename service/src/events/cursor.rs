//! A place in the log.

use std::{fmt, str::FromStr};

use crate::{Error, database::Sql};

/// A place in the log: just behind one of its events. Its text is opaque to clients; it sorts as the log does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    transaction: i64,
    position: i64,
}

impl Cursor {
    /// Before everything that was ever written.
    pub const START: Self = Self { transaction: 0, position: 0 };

    pub(super) fn new(transaction: i64, position: i64) -> Self {
        Self { transaction, position }
    }

    /// Writes the condition that rows stand in this relation to the place.
    pub(super) fn compare(self, sql: &mut Sql, operator: &str) {
        sql.write(format_args!("(transaction_number, position) {operator} ("));
        sql.bind(self.transaction).push(", ").bind(self.position).push(")");
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.transaction, self.position)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse("after", text)
    }
}

impl Cursor {
    /// Reads the text of a cursor; `argument` names it in the error.
    pub fn parse(argument: &str, text: &str) -> Result<Self, Error> {
        let number = |digits: &str| i64::from_str_radix(digits, 16).ok();
        let read = || {
            let (transaction, position) = text.split_at_checked(16)?;
            (text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
                .then_some(Self { transaction: number(transaction)?, position: number(position)? })
        };
        read().ok_or_else(|| Error::invalid(format!("`{argument}` is not a cursor of the event log")))
    }
}

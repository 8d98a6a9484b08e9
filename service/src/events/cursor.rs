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

    /// The place just behind the event with these numbers.
    pub(crate) fn new(transaction: i64, position: i64) -> Self {
        Self { transaction, position }
    }

    /// The numbers of the event that it stands behind.
    pub(crate) fn numbers(self) -> (i64, i64) {
        (self.transaction, self.position)
    }

    /// Writes the condition that rows stand in this relation to the place, so that it leads to them.
    pub(crate) fn compare(self, sql: &mut Sql, operator: &str) {
        sql.stands(operator, self.transaction, self.position);
    }

    /// The same where another condition leads to them: SQLite would look at all rows from the place on.
    pub(super) fn compare_row(self, sql: &mut Sql, operator: &str) {
        sql.stands_row(operator, self.transaction, self.position);
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

//! What is counted over the rows of a customer.
//!
//! Customers are found by the groups of rows, not one by one: all groups are made once, however many customers there
//! are.

use chrono::TimeDelta;

use super::{Condition, write_wanted};
use crate::{
    database::Sql,
    segments::criteria::{operand::Operand, test::Test},
};

/// Rows that belong to customers.
pub(super) struct Rows {
    /// The tables.
    pub(super) from: &'static str,
    /// The column with the customer.
    pub(super) owner: &'static str,
    /// When each row happened.
    pub(super) at: &'static str,
    /// Writes which of them count, each condition after ` AND `.
    pub(super) only: fn(&mut Sql),
}

impl Rows {
    /// Writes `SELECT owner FROM … WHERE …` for the rows of the last days that count.
    pub(super) fn write(&self, sql: &mut Sql, last: Option<TimeDelta>) {
        let Self { from, owner, at, only } = self;
        sql.write(format_args!("SELECT {owner} FROM {from} WHERE {owner} IS NOT NULL"));
        only(sql);
        if let Some(length) = last {
            sql.write(format_args!(" AND {at} >= ")).ago(length);
        }
    }
}

/// What is counted.
pub(super) struct Count<T> {
    /// Over which rows.
    pub(super) rows: &'static Rows,
    /// The aggregate.
    pub(super) value: &'static str,
    /// What it is of a customer without rows.
    pub(super) of_none: Option<T>,
    /// Of which last days; none for all times.
    pub(super) last: Option<TimeDelta>,
    /// A column and the text that it must have.
    pub(super) only: Option<(&'static str, String)>,
}

/// A condition on what is counted. If it holds of customers without rows, it holds of all but those in whose group it
/// does not.
pub(super) fn counted<T: Operand>(count: Count<T>, test: Test<T>) -> Condition {
    let is_of_none = test.holds(count.of_none.as_ref());
    Condition::new(move |sql, customer| {
        write_wanted(sql, !is_of_none, |sql| {
            sql.write(format_args!("{customer}.id IN ("));
            count.rows.write(sql, count.last);
            if let Some((column, text)) = &count.only {
                sql.write(format_args!(" AND {column} = ")).bind(text.as_str());
            }
            sql.write(format_args!(" GROUP BY {} HAVING (", count.rows.owner));
            test.write(sql, count.value);
            sql.push(if is_of_none { ") IS NOT TRUE)" } else { "))" });
        });
    })
}

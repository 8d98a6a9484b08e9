//! The fields of customers that criteria know: a closed list, each with how it is read.
//!
//! - `person`: who they are. `spending`: what they bought for how much, `bought`: what. `contact`: what was said with
//!   them, and what they allow. `membership`: segments, lists and campaigns.
//! - `group`: what is counted over the rows of a customer.

mod bought;
mod contact;
mod group;
mod membership;
mod person;
mod spending;

use super::{
    given::Given,
    operand::Operand,
    reference::{Named, Reference},
    test::Test,
};
use crate::{
    database::{Alias, Col, Sql},
    refusal::Refusal,
};

pub(crate) use contact::write_granted;

/// Reads a condition on a field.
type Read = fn(&Given<'_>) -> Result<Condition, Refusal>;

/// All fields, by the names that criteria have.
const FIELDS: [&[(&str, Read)]; 5] =
    [person::FIELDS, spending::FIELDS, bought::FIELDS, contact::FIELDS, membership::FIELDS];

/// Reads a condition.
pub(super) fn read(given: &Given<'_>) -> Result<Condition, Refusal> {
    let name = given.required("field")?.as_str();
    let mut all = FIELDS.iter().copied().flatten();
    match all.find(|(known, _)| Some(*known) == name) {
        Some((_, read)) => read(given),
        None => {
            let known: Vec<&str> = FIELDS.iter().copied().flatten().map(|(known, _)| *known).collect();
            Err(given.refuse("field", format!("`field` must be one of {}", known.join(", "))))
        }
    }
}

/// Writes what must hold for the customer of an alias.
type Write = dyn Fn(&mut Sql, Alias) + Send + Sync;

/// A condition on a customer.
pub(super) struct Condition {
    write: Box<Write>,
    reference: Option<Reference>,
}

impl Condition {
    /// One that is written so; the alias is that of the customer.
    fn new(write: impl Fn(&mut Sql, Alias) + Send + Sync + 'static) -> Self {
        Self { write: Box::new(write), reference: None }
    }

    /// The same about something with an id, which stands in the member `id`.
    fn naming(self, given: &Given<'_>, of: Named, member: &str, id: uuid::Uuid) -> Self {
        Self { reference: Some(Reference { of, id, path: given.place(member) }), ..self }
    }

    /// What it names by an id.
    pub(super) fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }

    /// Writes it.
    pub(super) fn write(&self, sql: &mut Sql, customer: Alias) {
        (self.write)(sql, customer);
    }
}

/// A condition on a column of customers.
fn column<T: Operand>(given: &Given<'_>, name: &'static str) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let test = Test::<T>::read(given)?;
    Ok(Condition::new(move |sql, table| test.write(sql, &Col { table, name }.to_string())))
}

/// What is asked of something that is so or not: whether it must be.
fn wanted(given: &Given<'_>) -> Result<bool, Refusal> {
    let is_equal = given.operator(&["eq", "ne"])? == "eq";
    Ok(given.flag("value")? == is_equal)
}

/// Writes what must be so, or must not.
fn write_wanted(sql: &mut Sql, is_wanted: bool, write: impl FnOnce(&mut Sql)) {
    sql.push("(");
    write(sql);
    sql.push(if is_wanted { ")" } else { ") IS NOT TRUE" });
}

//! Who customers are.

use super::{Condition, Read, column, wanted};
use crate::{
    database::Col,
    refusal::Refusal,
    segments::criteria::{
        given::Given,
        operand::{Moment, Text},
        test::Test,
    },
};

pub(super) const FIELDS: &[(&str, Read)] = &[
    ("email", |given| lowered(given, false)),
    ("emailDomain", |given| lowered(given, true)),
    ("firstName", |given| column::<Text>(given, "first_name")),
    ("lastName", |given| column::<Text>(given, "last_name")),
    ("company", |given| column::<Text>(given, "company")),
    ("tags", tags),
    ("currency", |given| column::<Text>(given, "currency")),
    ("createdAt", |given| column::<Moment>(given, "created_at")),
    ("vipStatus", |given| flag(given, "vip_status")),
    ("acceptsMarketing", |given| flag(given, "accepts_marketing")),
];

/// A column that is so or not.
fn flag(given: &Given<'_>, name: &'static str) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let value = if wanted(given)? { "TRUE" } else { "FALSE" };
    Ok(Condition::new(move |sql, table| {
        sql.write(format_args!("{} = {value}", Col { table, name }));
    }))
}

/// The address, or what stands behind its `@`: addresses are kept in lower case.
fn lowered(given: &Given<'_>, is_domain: bool) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let test = match Test::<Text>::read(given)? {
        Test::OneOf(texts, is_wanted) => {
            Test::OneOf(texts.into_iter().map(|Text(text)| Text(text.to_lowercase())).collect(), is_wanted)
        }
        Test::Contains(part) => Test::Contains(part.to_lowercase()),
        Test::StartsWith(start) => Test::StartsWith(start.to_lowercase()),
        other => other,
    };
    Ok(Condition::new(move |sql, table| {
        let email = Col { table, name: "email" };
        let of = if is_domain { sql.domain(email) } else { email.to_string() };
        test.write(sql, &of);
    }))
}

/// A list of texts.
fn tags(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let tags: Vec<Text> = match given.operator(&["has", "hasAny"])? {
        "has" => vec![given.operand()?],
        _ => given.operands()?,
    };
    Ok(Condition::new(move |sql, table| {
        sql.any(&tags, |sql, Text(tag)| {
            sql.list_has(Col { table, name: "tags" }, tag);
        });
    }))
}

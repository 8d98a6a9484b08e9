//! Interactions with customers, and their consents.

use std::fmt::Display;

use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use sea_orm::Iterable;

use super::{
    Condition, Read,
    group::{Count, Rows, counted},
    wanted, write_wanted,
};
use crate::{
    database::Sql,
    refusal::Refusal,
    segments::criteria::{
        given::Given,
        operand::{Channel, Number, Whole},
        test::Test,
    },
    state,
};

pub(super) const FIELDS: &[(&str, Read)] = &[
    ("consent", consent),
    ("interactions", interactions),
    ("lastChannel", last_channel),
    ("averageSentiment", average_sentiment),
];

/// Interactions with them.
static INTERACTIONS: Rows =
    Rows { from: "customer_interactions AS i", owner: "i.customer_id", at: "i.created_at", only: |_| {} };

/// Whether they allow messages on a channel.
fn consent(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&["channel"])?;
    let is_wanted = wanted(given)?;
    let name = given.text("channel")?;
    let channel = ConsentChannel::iter().find(|channel| state::name(channel) == name);
    let channel = channel.ok_or_else(|| given.refuse("channel", "`channel` is not EMAIL, SMS or PHONE"))?;
    let hash = if channel == ConsentChannel::Email { "email_hash" } else { "phone_hash" };
    Ok(Condition::new(move |sql, customer| {
        write_wanted(sql, is_wanted, |sql| write_granted(sql, channel, format_args!("{customer}.{hash}")));
    }))
}

/// Writes that the latest consent of an address, whose hash is in a column, allows messages on a channel.
pub(crate) fn write_granted(sql: &mut Sql, channel: ConsentChannel, hash: impl Display) {
    let (said, later) = (sql.alias(), sql.alias());
    sql.write(format_args!("EXISTS (SELECT 1 FROM consents AS {said} WHERE {said}.address_hash = {hash}"));
    sql.write(format_args!(" AND {said}.channel = ")).literal(&channel);
    sql.write(format_args!(" AND {said}.state = ")).literal(&ConsentState::Granted);
    sql.write(format_args!(" AND NOT EXISTS (SELECT 1 FROM consents AS {later} WHERE {later}.channel = "));
    sql.write(format_args!("{said}.channel AND {later}.address_hash = {said}.address_hash"));
    sql.write(format_args!(" AND ({later}.occurred_at, {later}.id) > ({said}.occurred_at, {said}.id)))"));
}

/// The number of interactions in the last days.
fn interactions(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&["type", "days"])?;
    let kind = given.member("type").map(|_| given.text("type")).transpose()?;
    let count = Count {
        rows: &INTERACTIONS,
        value: "COUNT(*)",
        of_none: Some(Whole(0)),
        last: given.last_days()?,
        only: kind.map(|kind| ("i.interaction_type", kind.to_owned())),
    };
    Ok(counted(count, Test::read(given)?))
}

/// The channel of the latest interaction.
fn last_channel(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let test = Test::<Channel>::read(given)?;
    Ok(Condition::new(move |sql, customer| {
        let last = format!(
            "CAST((SELECT i.channel FROM customer_interactions AS i WHERE i.customer_id = {customer}.id \
             ORDER BY i.created_at DESC, i.id DESC LIMIT 1) AS TEXT)"
        );
        test.write(sql, &last);
    }))
}

/// Their mood in the last days; null where nobody noted it.
fn average_sentiment(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&["days"])?;
    let value = "ROUND(AVG(i.sentiment_score), 2)";
    let of_none: Option<Number> = None;
    let count = Count { rows: &INTERACTIONS, value, of_none, last: given.last_days()?, only: None };
    Ok(counted(count, Test::read(given)?))
}

//! Customers, and who reads what the company writes.

use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient, within};
use crate::{analytics::period::Window, database::Sql};

/// Numbers of people.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct People {
    /// Customers at the end of the period.
    customers: i64,
    /// Those who are new.
    pub(super) newcomers: i64,
    /// Addresses that are subscribed now.
    subscribers: i64,
    /// How many interactions have a sentiment.
    moods: i64,
    /// Its sum.
    mood: Decimal,
}

pub(super) const CUSTOMER_COUNT: Metric =
    Metric::new("Customers at the end of the period, without those that were erased.", &[Part::People], |it| {
        Some(it.people.customers.into())
    });

pub(super) const NEW_CUSTOMERS: Metric =
    Metric::new("Customers who were added in the period, without those that were erased.", &[Part::People], |it| {
        Some(it.people.newcomers.into())
    });

pub(super) const EMAIL_SUBSCRIBERS: Metric =
    Metric::new("Addresses that are subscribed to one list or more.", &[Part::People], |it| {
        Some(it.people.subscribers.into())
    })
    .of_the_present();

pub(super) const SATISFACTION: Metric = Metric::new(
    "3 plus twice the mean sentiment of the interactions with customers: 1 is bad, 5 is good.",
    &[Part::People],
    |it| quotient(it.people.mood * Decimal::TWO, it.people.moods).map(|mean| Decimal::from(3) + mean),
);

impl Figure for People {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT (SELECT COUNT(*) FROM customers WHERE erased_at IS NULL AND created_at < ");
        sql.bind(window.period.end).push(") AS customers, ");
        sql.push("(SELECT COUNT(*) FROM customers WHERE erased_at IS NULL");
        within(sql, "created_at", window).push(") AS newcomers, ");
        sql.push("(SELECT COUNT(DISTINCT LOWER(email)) FROM email_subscribers WHERE status = 'subscribed') ");
        sql.push("AS subscribers, m.moods, m.mood FROM (SELECT COUNT(*) AS moods, ");
        sql.push("ROUND(COALESCE(SUM(sentiment_score), 0), 2) AS mood FROM customer_interactions ");
        sql.push("WHERE sentiment_score IS NOT NULL");
        within(sql, "created_at", window).push(") AS m");
    }
}

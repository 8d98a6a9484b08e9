//! Customers, and who reads what the company writes.

use rust_decimal::Decimal;

use super::{Figure, Metric, Part, Spans, cents, quotient, within};
use crate::database::Sql;

figures! {
    /// Numbers of people.
    People {
        /// Customers at the end of the period.
        customers,
        /// Addresses that are subscribed now.
        subscribers,
    }
}

figures! {
    /// Who was added in the period.
    Newcomers {
        customers,
    }
}

figures! {
    /// What customers feel.
    Moods {
        /// How many interactions have a sentiment.
        moods,
        /// Its sum, in hundredths.
        mood,
    }
}

pub(super) const CUSTOMER_COUNT: Metric =
    Metric::new("Customers at the end of the period, without those that were erased.", &[Part::People], |it| {
        Some(it.people.customers.into())
    });

pub(super) const NEW_CUSTOMERS: Metric =
    Metric::new("Customers who were added in the period, without those that were erased.", &[Part::Newcomers], |it| {
        Some(it.newcomers.customers.into())
    });

pub(super) const EMAIL_SUBSCRIBERS: Metric =
    Metric::new("Addresses that are subscribed to one list or more.", &[Part::People], |it| {
        Some(it.people.subscribers.into())
    })
    .of_the_present();

pub(super) const SATISFACTION: Metric = Metric::new(
    "3 plus twice the mean sentiment of the interactions with customers: 1 is bad, 5 is good.",
    &[Part::Moods],
    |it| quotient(cents(it.moods.mood) * Decimal::TWO, it.moods.moods).map(|mean| Decimal::from(3) + mean),
);

impl Figure for People {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, (SELECT COUNT(*) FROM customers AS c WHERE c.erased_at IS NULL ");
        sql.push("AND c.created_at < k.end_at) AS customers, ");
        sql.push("(SELECT COUNT(DISTINCT LOWER(s.email)) FROM email_subscribers AS s WHERE s.status = 'subscribed') ");
        sql.push("AS subscribers FROM ");
        spans.write(sql);
    }
}

impl Figure for Newcomers {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS customers FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN customers AS c WHERE c.erased_at IS NULL");
        within(sql, "c.created_at").push(" GROUP BY k.n");
    }
}

impl Figure for Moods {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS moods, ").sum("i.sentiment_score", Some(2)).push(" AS mood FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN customer_interactions AS i WHERE i.sentiment_score IS NOT NULL");
        within(sql, "i.created_at").push(" GROUP BY k.n");
    }
}

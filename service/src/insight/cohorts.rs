//! Customers by the month of their first order, and how many of them come back.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::{Unit, number::rate, period};
use crate::{
    Result, Service,
    analytics::{IS_PLACED, PLACED_AT},
    database::Source,
    edit::check,
    settings,
    zone::{self, Span},
};

/// The most months.
pub const MAX_MONTHS: i32 = 36;

/// The customers whose first order lies in a month.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// The first day of the month.
    pub month: NaiveDate,
    /// How many there are.
    pub customers: i64,
    /// What they did in that month and in those that follow.
    pub cells: Vec<Cell>,
}

/// A month of a cohort.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    /// The first day of the month.
    pub month: NaiveDate,
    /// The share of the customers who ordered; none before the month has begun, and where there are no customers.
    pub share: Option<Decimal>,
    /// What their orders are worth; none before the month has begun.
    pub sales: Option<Decimal>,
    /// Whether the month is running.
    pub is_partial: bool,
}

/// The cohorts of some months, each with as many months.
pub async fn cohorts(service: &Service, from: NaiveDate, months: i32, zone: Option<Tz>) -> Result<Vec<Cohort>> {
    check::within("months", months, 1..=MAX_MONTHS)?;
    let count = usize::try_from(months).unwrap_or_default();
    period::check_day("from", from)?;
    let source = service.source();
    let now = source.now();
    let zone = match zone {
        Some(zone) => zone,
        None => settings::load(&source).await?.time_zone,
    };
    let mut days = vec![Span::Month.first_day(from)];
    // The last cohort has as many months as the first one.
    while days.len() < 2 * count {
        days.extend(days.last().map(|day| Span::Month.next_day(*day)));
    }
    let moment = |place: usize| days.get(place).map(|day| zone::start_of(*day, zone));
    let (start, end) = (moment(0), moment(count));

    let mut sql = source.sql();
    sql.push("SELECT c.month AS cohort, m.month, COUNT(DISTINCT m.customer_id) AS customers, ");
    sql.sum("m.report_amount", Some(2)).push(" AS sales FROM (SELECT f.customer_id, ");
    sql.first_day("f.first_at", Span::Month, zone).push(" AS month FROM (");
    sql.write(format_args!("SELECT o.customer_id, MIN({PLACED_AT}) AS first_at FROM orders AS o WHERE {IS_PLACED} "));
    sql.write(format_args!("AND o.customer_id IS NOT NULL GROUP BY o.customer_id HAVING MIN({PLACED_AT}) >= "));
    sql.bind(start).write(format_args!(" AND MIN({PLACED_AT}) < ")).bind(end);
    sql.push(") AS f) AS c JOIN (SELECT o.customer_id, o.report_amount, ");
    sql.first_day(PLACED_AT, Span::Month, zone).write(format_args!(" AS month FROM orders AS o WHERE {IS_PLACED} "));
    sql.write(format_args!("AND {PLACED_AT} >= ")).bind(start);
    sql.push(") AS m ON m.customer_id = c.customer_id GROUP BY c.month, m.month");
    let mut found: HashMap<(NaiveDate, NaiveDate), (i64, i64)> = HashMap::new();
    for row in source.rows(sql).await? {
        let of = (row.try_get_by("cohort")?, row.try_get_by("month")?);
        found.insert(of, (row.try_get_by("customers")?, row.try_get_by("sales")?));
    }

    let cohort = |place: usize| {
        let month = *days.get(place)?;
        // All of them ordered in their first month.
        let customers = found.get(&(month, month)).map_or(0, |(customers, _)| *customers);
        let cell = |day: &NaiveDate| {
            let (begun, next) = (zone::start_of(*day, zone), zone::start_of(Span::Month.next_day(*day), zone));
            let (buyers, sales) = found.get(&(month, *day)).copied().unwrap_or_default();
            let known = begun <= now;
            Cell {
                month: *day,
                share: rate(buyers, customers).filter(|_| known),
                sales: known.then(|| Unit::Money.rounded(Decimal::new(sales, 2))),
                is_partial: known && next > now,
            }
        };
        Some(Cohort { month, customers, cells: days.iter().skip(place).take(count).map(cell).collect() })
    };
    Ok((0..count).map_while(cohort).collect())
}

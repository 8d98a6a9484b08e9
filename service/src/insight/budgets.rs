//! How much of a budget is spent, and how much it will be.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use uuid::Uuid;

use super::{Unit, number::rate};
use crate::{
    Result, Service,
    database::Source,
    settings::{self, Settings},
    zone::{self, Span},
};

/// The most budgets of a report.
const MOST: usize = 250;

/// A budget of a month.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// The budget.
    pub id: Uuid,
    /// What it has.
    pub allocated: Decimal,
    /// What was spent of it.
    pub actual: Decimal,
    /// The spent share, with four digits; none of a budget of nothing.
    pub utilisation: Option<Decimal>,
    /// What will be spent by the end of the month at this pace; none before it has begun.
    pub projection: Option<Decimal>,
    /// The highest alert level that is reached, in percent.
    pub level: Option<i32>,
    /// Whether more than 105 percent will be spent.
    pub is_projected_over: bool,
}

/// The budgets of a day's month, by category, at most 250.
pub async fn budgets(service: &Service, month: NaiveDate) -> Result<Vec<Budget>> {
    let source = service.source();
    let settings = settings::load(&source).await?;
    let mut sql = source.sql();
    sql.push("SELECT b.id, b.allocated_amount, b.spent_amount FROM budgets AS b WHERE b.fiscal_year = ");
    sql.bind(month.year()).push(" AND b.fiscal_month = ").bind(month.month().cast_signed());
    sql.write(format_args!(" ORDER BY b.category, b.id LIMIT {MOST}"));
    let begun = begun(month, &settings, source.now());
    source.rows(sql).await?.iter().map(|row| budget(row, begun, &settings)).collect()
}

/// The days of a month that have begun, and all of them.
fn begun(month: NaiveDate, settings: &Settings, now: DateTime<Utc>) -> (i64, i64) {
    let first = Span::Month.first_day(month);
    let days = (Span::Month.next_day(first) - first).num_days();
    let today = zone::day_of(now, settings.time_zone);
    (((today - first).num_days() + 1).clamp(0, days), days)
}

fn budget(row: &QueryResult, (begun, days): (i64, i64), settings: &Settings) -> Result<Budget> {
    let two = |name: &str| Ok::<_, crate::Error>(Unit::Money.rounded(row.try_get_by::<Decimal, _>(name)?));
    let (allocated, actual) = (two("allocated_amount")?, two("spent_amount")?);
    let projection = (actual * Decimal::from(days)).checked_div(begun.into());
    let reached = |level: &&i32| actual * Decimal::ONE_HUNDRED >= allocated * Decimal::from(**level);
    Ok(Budget {
        id: row.try_get_by("id")?,
        allocated,
        actual,
        utilisation: rate(actual, allocated),
        projection: projection.map(|projection| Unit::Money.rounded(projection)),
        level: settings.alert_levels.iter().rev().find(reached).copied().filter(|_| allocated > Decimal::ZERO),
        is_projected_over: projection.is_some_and(|projection| projection > allocated * Decimal::new(105, 2)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_one_by_one() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a moment");
        let settings = Settings::default();
        for (now, expected) in [
            ("2026-11-10T00:00:00Z", (10, 30)),
            ("2026-11-01T00:00:00Z", (1, 30)),
            ("2026-10-31T23:59:59Z", (0, 30)),
            ("2027-02-01T00:00:00Z", (30, 30)),
        ] {
            assert_eq!(begun(day("2026-11-17"), &settings, at(now)), expected, "{now}");
        }
    }
}

//! Periods in a statement: the text is the same, whatever their number is.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{
    analytics::period::Window,
    database::{Column, Sql, columns},
};

/// Periods that are measured together. They share the settings of the shop.
pub(super) struct Spans<'a> {
    windows: &'a [Window],
    /// Those directly before them, for what has days.
    is_before: bool,
}

/// A period, as a row.
struct Span {
    n: i64,
    start_at: DateTime<Utc>,
    end_at: DateTime<Utc>,
    first_day: NaiveDate,
    end_day: NaiveDate,
    first_month: i32,
    last_month: i32,
}

impl<'a> Spans<'a> {
    pub(super) fn of(windows: &'a [Window]) -> Self {
        Self { windows, is_before: false }
    }

    /// The periods directly before these.
    pub(super) fn before(self) -> Self {
        Self { is_before: true, ..self }
    }

    /// Writes them as a table `k`: `n` counts from 1 in their order, `start_at` and `end_at` are moments, `first_day` and
    /// `end_day` days, `first_month` and `last_month` months counted from the year 0.
    pub(super) fn write(&self, sql: &mut Sql) {
        let rows: Vec<Span> = (1..).zip(self.windows).map(|(n, window)| self.row(n, window)).collect();
        let columns: Vec<Column<Span>> =
            columns!(Span: n, start_at, end_at, first_day, end_day, first_month, last_month).into();
        sql.records(&columns, &rows);
    }

    fn row(&self, n: i64, window: &Window) -> Span {
        let (first_day, end_day) = match self.is_before {
            true => (window.first_day_before, window.first_day),
            false => (window.first_day, window.end_day),
        };
        Span {
            n,
            start_at: window.period.start,
            end_at: window.period.end,
            first_day,
            end_day,
            first_month: month(first_day),
            last_month: month(end_day.pred_opt().unwrap_or(end_day)),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.windows.len()
    }

    /// Each with its number.
    pub(super) fn numbered(&self) -> impl Iterator<Item = (i64, &Window)> {
        (1..).zip(self.windows)
    }

    /// The currency of the shop.
    pub(super) fn currency(&self) -> &str {
        self.windows.first().map_or("", |window| &window.currency)
    }

    /// The categories of expenses that are the cost of finding customers.
    pub(super) fn marketing(&self) -> Vec<&str> {
        self.windows.first().map(|window| window.marketing.iter().map(String::as_str).collect()).unwrap_or_default()
    }
}

/// The number of a day's month.
fn month(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month().cast_signed()
}

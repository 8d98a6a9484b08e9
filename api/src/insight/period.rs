//! The time over which something is measured.

use async_graphql::{Enum, InputObject, OneofObject};
use service::{
    Error, Result,
    insight::period::{self, Wanted},
    zone::Tz,
};

use crate::read::scalars::Date;

/// A period of days, in the time zone of the request.
#[derive(Clone, Copy, Debug, OneofObject)]
pub(crate) enum PeriodInput {
    /// So many days up to now; today is the last one.
    LastDays(i32),
    /// From one day to another.
    Dates(DateRangeInput),
    /// The month of this day.
    Month(Date),
}

/// Days.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct DateRangeInput {
    /// First day.
    from: Date,
    /// First day after the last one.
    until: Date,
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(name = "PeriodComparison")]
pub(crate) enum Comparison {
    /// Nothing.
    None,
    /// The same number of days directly before it; of a month, the month before. Only of `lastDays`, what is running
    /// is compared with as much of what was.
    #[default]
    Previous,
    /// The same days of the year before; 29 February becomes the 28th.
    YearAgo,
}

impl From<PeriodInput> for Wanted {
    fn from(input: PeriodInput) -> Self {
        match input {
            PeriodInput::LastDays(days) => Self::LastDays(days),
            PeriodInput::Dates(DateRangeInput { from, until }) => Self::Dates(from.0, until.0),
            PeriodInput::Month(day) => Self::Month(day.0),
        }
    }
}

impl From<Comparison> for period::Comparison {
    fn from(comparison: Comparison) -> Self {
        match comparison {
            Comparison::None => Self::None,
            Comparison::Previous => Self::Previous,
            Comparison::YearAgo => Self::YearAgo,
        }
    }
}

/// The time zone that an argument names.
pub(crate) fn zone(name: Option<String>) -> Result<Option<Tz>> {
    let read = |name: String| {
        let name: String = name.chars().take(40).collect();
        let unknown = || {
            Error::invalid(format!("`timeZone`: there is no time zone {name:?}: write a name such as Europe/Berlin"))
        };
        name.parse().map_err(|_| unknown())
    };
    name.map(read).transpose()
}

//! Lengths of the periods that times are grouped by.

use async_graphql::Enum;
use service::zone::Span;

/// Length of a period of time. Each begins where the one before ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Interval {
    /// An hour of the local clocks. An hour that comes twice is two, and one that a change of the clocks cuts ends there.
    Hour,
    /// A local day, of 23 or 25 hours when the clocks change.
    Day,
    /// A week, from Monday on.
    Week,
    /// A calendar month.
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
}

impl From<Interval> for Span {
    fn from(interval: Interval) -> Self {
        match interval {
            Interval::Hour => Self::Hour,
            Interval::Day => Self::Day,
            Interval::Week => Self::Week,
            Interval::Month => Self::Month,
            Interval::Quarter => Self::Quarter,
            Interval::Year => Self::Year,
        }
    }
}

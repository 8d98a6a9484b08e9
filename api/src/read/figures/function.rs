//! What can be worked out of the values of a column, by what these are.

use crate::read::column_type::Kind;

/// A figure of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Function {
    Count,
    CountDistinct,
    CountTrue,
    CountFalse,
    Sum,
    Avg,
    Min,
    Max,
    Stddev,
    Percentile,
    Earliest,
    Latest,
}

use Function::{Avg, Count, CountDistinct, CountFalse, CountTrue, Earliest, Latest, Max, Min, Percentile, Stddev, Sum};

const NUMBER: &[Function] = &[Count, CountDistinct, Sum, Avg, Min, Max, Stddev, Percentile, Earliest, Latest];
const ORDERED: &[Function] = &[Count, CountDistinct, Min, Max, Earliest, Latest];
const SWITCH: &[Function] = &[Count, CountDistinct, CountTrue, CountFalse];
const EQUAL: &[Function] = &[Count, CountDistinct];
const OPAQUE: &[Function] = &[Count];

impl Function {
    /// Those of a column.
    pub(super) fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::Int | Kind::Decimal | Kind::Rate => NUMBER,
            Kind::DateTime | Kind::Date | Kind::Text => ORDERED,
            Kind::Boolean => SWITCH,
            Kind::Id | Kind::Choice(_) => EQUAL,
            Kind::Json | Kind::Texts | Kind::Ids => OPAQUE,
        }
    }

    /// Those that groups can be compared and ordered by.
    pub(super) fn compared(kind: Kind) -> impl Iterator<Item = Self> {
        let compared = [Count, CountDistinct, Sum, Avg, Min, Max];
        let all = if is_key(kind) { Self::of(kind) } else { &[] };
        all.iter().copied().filter(move |function| compared.contains(function))
    }

    /// The field.
    pub(super) fn name(self) -> &'static str {
        match self {
            Count => "count",
            CountDistinct => "countDistinct",
            CountTrue => "countTrue",
            CountFalse => "countFalse",
            Sum => "sum",
            Avg => "avg",
            Min => "min",
            Max => "max",
            Stddev => "stddev",
            Percentile => "percentile",
            Earliest => "earliest",
            Latest => "latest",
        }
    }

    /// What it is.
    pub(super) fn description(self) -> &'static str {
        match self {
            Count => "Number of rows with a value.",
            CountDistinct => "Number of different values.",
            CountTrue => "Number of rows where it is true.",
            CountFalse => "Number of rows where it is false.",
            Sum => "Sum of the values, exact; 0 if there are none.",
            Avg => {
                "`sum` / `count`, rounded half away from zero to four digits more than the values have; null if there are no values."
            }
            Min => "Smallest, earliest or alphabetically first value; null if there are none.",
            Max => "Largest, latest or alphabetically last value; null if there are none.",
            Stddev => {
                "Sample standard deviation: √(Σ(value − avg)² / (count − 1)); null if there are fewer than two values."
            }
            Percentile => {
                "Percentile by nearest rank: of the values in order, the one at place ⌈percent × count / 100⌉; null if there are none."
            }
            Earliest => "Value of the earliest row; null if that row has none.",
            Latest => "Value of the latest row; null if that row has none.",
        }
    }

    /// Whether amounts of several currencies cannot be mixed in it.
    pub(super) fn is_amount(self) -> bool {
        !matches!(self, Count | CountDistinct | CountTrue | CountFalse)
    }
}

/// How the names of a column's types begin.
pub(super) fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "Int",
        Kind::Decimal | Kind::Rate => "Decimal",
        Kind::DateTime => "DateTime",
        Kind::Date => "Date",
        Kind::Text => "Text",
        Kind::Boolean => "Boolean",
        Kind::Id => "Id",
        Kind::Choice(_) => "Enum",
        Kind::Json | Kind::Texts | Kind::Ids => "Json",
    }
}

/// Whether rows can be grouped by such a column.
pub(super) fn is_key(kind: Kind) -> bool {
    !matches!(kind, Kind::Json | Kind::Texts | Kind::Ids)
}

/// Whether rows are grouped by the periods that its values lie in.
pub(super) fn is_time(kind: Kind) -> bool {
    matches!(kind, Kind::DateTime | Kind::Date)
}

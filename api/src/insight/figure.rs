//! A value beside that of another period.

use async_graphql::SimpleObject;
use rust_decimal::Decimal;
use service::insight::figure;

use crate::analytics::Trend;

/// A value beside that of the period that it is compared with. Values are compared before they are rounded, half away
/// from zero. Null means that there is no data.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct Figure {
    /// The value: amounts and scores with 2 digits, in the currency `shop.currency`; shares and quotients with 4.
    value: Option<Decimal>,
    /// The same over the other period.
    previous: Option<Decimal>,
    /// `value` − `previous`.
    delta: Option<Decimal>,
    /// (`value` − `previous`) / |`previous`|, with 4 digits; null if `previous` is 0.
    change: Option<Decimal>,
    /// Direction: STABLE if the difference is at most half a percent of `previous`.
    trend: Option<Trend>,
    /// Share of the data that the value is made of, with 4 digits; null if it is all of it.
    coverage: Option<Decimal>,
}

impl From<figure::Figure> for Figure {
    fn from(found: figure::Figure) -> Self {
        let figure::Figure { value, previous, delta, change, trend, coverage } = found;
        Self { value, previous, delta, change, trend: trend.map(Trend::from), coverage }
    }
}

//! A value beside that of another period.

use async_graphql::SimpleObject;
use rust_decimal::Decimal;
use service::insight::figure;

use crate::analytics::{KpiStatus, Trend};

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
    /// Share of the data that the value is made of, with 4 digits; null for metrics that are always made of all of it.
    coverage: Option<Decimal>,
    /// Target of the active KPI with the same metric that is measured as often as the period is long; null if there is none.
    target: Option<Decimal>,
    /// Whether `value` reaches `target`.
    status: Option<KpiStatus>,
}

impl From<figure::Figure> for Figure {
    fn from(found: figure::Figure) -> Self {
        let figure::Figure { value, previous, delta, change, trend, coverage, target, status } = found;
        let (trend, status) = (trend.map(Trend::from), status.map(KpiStatus::from));
        Self { value, previous, delta, change, trend, coverage, target, status }
    }
}

//! Many metrics of one period, and what of them calls for attention.

use std::collections::HashMap;

use chrono_tz::Tz;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};

use super::{
    Metric,
    figure::{self, Figure},
    period::{Comparison, Range, Wanted},
    target,
};
use crate::{
    Result, Service,
    analytics::{Exact, values},
    database::Source,
    settings::{self, Settings},
};

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The metrics.
    pub metrics: Vec<Metric>,
    /// Whether what calls for attention is asked for.
    pub alerts: bool,
    /// The period.
    pub period: Wanted,
    /// What it is compared with.
    pub comparison: Comparison,
    /// Where days begin; none: where the shop is.
    pub zone: Option<Tz>,
}

/// What a period brought.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The period.
    pub range: Range,
    /// The figures.
    pub figures: HashMap<Metric, Figure>,
    /// What calls for attention, the most urgent first.
    pub alerts: Vec<Alert>,
}

/// How urgent something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// At once.
    Critical,
    /// Today.
    High,
    /// Soon.
    Medium,
}

/// Something that calls for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    /// What was measured.
    pub metric: Metric,
    /// How urgent it is.
    pub severity: Severity,
    /// Its value; of the revenue, how it changed.
    pub value: Decimal,
    /// The limit that was passed.
    pub limit: Decimal,
}

/// What alerts are made of.
const WATCHED: [Metric; 5] =
    [Metric::Revenue, Metric::FailedExecutionRate, Metric::Satisfaction, Metric::Stockouts, Metric::AcquisitionCost];

/// Measures what is asked.
pub async fn summary(service: &Service, ask: &Ask) -> Result<Summary> {
    let source = service.source();
    let settings = settings::load(&source).await?;
    let (zone, now) = (ask.zone.unwrap_or(settings.time_zone), source.now());
    let range = ask.period.range(zone, now)?;
    let before = ask.period.compared(ask.comparison, zone, now)?;
    let mut windows = vec![range.window(&settings, true)];
    windows.extend(before.map(|before| before.window(&settings, false)));
    let mut metrics = ask.metrics.clone();
    if ask.alerts {
        metrics.extend(WATCHED.iter().filter(|watched| !ask.metrics.contains(watched)));
    }
    let (found, targets) =
        futures::try_join!(values(&source, &metrics, &windows), target::targets(&source, &ask.metrics, ask.period))?;
    let mut found = found.into_iter();
    let mut by_metric =
        || -> HashMap<Metric, Exact> { metrics.iter().copied().zip(found.next().unwrap_or_default()).collect() };
    let (now, then) = (by_metric(), by_metric());
    let of = |values: &HashMap<Metric, Exact>, metric: Metric| values.get(&metric).copied().unwrap_or_default();
    let figure = |metric: &Metric| {
        let (now, then) = (of(&now, *metric), of(&then, *metric));
        (*metric, Figure::new(metric.unit(), now, then, targets.get(metric)))
    };
    let alerts = match ask.alerts {
        true => alerts(&settings, |metric| (of(&now, metric), of(&then, metric))),
        false => Vec::new(),
    };
    Ok(Summary { range, figures: ask.metrics.iter().map(figure).collect(), alerts })
}

/// What passes its limit. Nothing comes from what is not known.
fn alerts(limits: &Settings, of: impl Fn(Metric) -> (Exact, Exact)) -> Vec<Alert> {
    let value = |metric| of(metric).0.value;
    let (now, before) = of(Metric::Revenue);
    let watched = [
        (Metric::Revenue, Severity::Critical, figure::change(now, before), limits.alert_revenue_change, false),
        (
            Metric::FailedExecutionRate,
            Severity::Critical,
            value(Metric::FailedExecutionRate),
            limits.alert_failed_execution_rate,
            true,
        ),
        (Metric::Satisfaction, Severity::High, value(Metric::Satisfaction), limits.alert_satisfaction, false),
        (Metric::Stockouts, Severity::High, value(Metric::Stockouts), limits.alert_stockouts, true),
        (
            Metric::AcquisitionCost,
            Severity::Medium,
            value(Metric::AcquisitionCost),
            limits.alert_acquisition_cost,
            true,
        ),
    ];
    let alert = |(metric, severity, value, limit, above): (Metric, Severity, Option<Decimal>, Decimal, bool)| {
        let value = value.filter(|value| if above { *value > limit } else { *value < limit })?;
        Some(Alert { metric, severity, value: value.round_dp_with_strategy(4, MidpointAwayFromZero), limit })
    };
    watched.into_iter().filter_map(alert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_strict_and_rounded_half_away_from_zero() {
        let exact = |value: &str| Exact { value: value.parse().ok(), coverage: None };
        let of = |metric: Metric| match metric {
            // A change of -0.12345.
            Metric::Revenue => (exact("175.31"), exact("200.00")),
            Metric::Satisfaction => (exact("4"), Exact::default()),
            Metric::AcquisitionCost => (exact("50.01"), Exact::default()),
            Metric::Stockouts => (exact("1"), Exact::default()),
            _ => (Exact::default(), Exact::default()),
        };
        let found = alerts(&Settings::default(), of);
        let shown: Vec<_> = found.iter().map(|alert| (alert.metric, alert.value.to_string())).collect();
        let expected = [(Metric::Revenue, "-0.1235"), (Metric::Stockouts, "1"), (Metric::AcquisitionCost, "50.01")];
        assert_eq!(shown, expected.map(|(metric, value)| (metric, value.to_owned())));
        assert!(found.is_sorted_by_key(|alert| alert.severity));
    }
}

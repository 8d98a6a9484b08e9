//! What calls for attention.

use async_graphql::{Enum, SimpleObject};
use rust_decimal::Decimal;
use service::insight::summary;

use super::metric::Metric;

/// A metric that has passed its limit.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct Alert {
    /// The metric.
    metric: Metric,
    /// How urgent it is.
    severity: AlertSeverity,
    /// Value of the metric, with up to 4 digits; of REVENUE, its change.
    value: Decimal,
    /// Limit that was passed.
    limit: Decimal,
}

/// How urgent an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AlertSeverity {
    /// To be looked at now.
    Critical,
    /// To be looked at today.
    High,
    /// To be looked at soon.
    Medium,
}

impl From<summary::Alert> for Alert {
    fn from(alert: summary::Alert) -> Self {
        let summary::Alert { metric, severity, value, limit } = alert;
        let severity = match severity {
            summary::Severity::Critical => AlertSeverity::Critical,
            summary::Severity::High => AlertSeverity::High,
            summary::Severity::Medium => AlertSeverity::Medium,
        };
        Self { metric: metric.into(), severity, value, limit }
    }
}

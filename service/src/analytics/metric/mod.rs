//! What can be measured: a closed list, since what stands in a row is never executed.
//!
//! A metric is a formula over figures. Figures that belong together are a part; it is read once, however many metrics need
//! it and however many periods there are (`spans`). `books`, `credit`, `sales`, `ever`, `goods`, `people`, `messages`,
//! `budgets` and `work` have the parts, each with its metrics; `parts` reads them. `named`: the metrics of dashboards.

/// Declares figures that are read together: whole numbers, each a column of the statement.
macro_rules! figures {
    ($(#[doc = $doc:expr])+ $name:ident { $($(#[doc = $field_doc:expr])* $field:ident,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default)]
        pub(super) struct $name {
            $($(#[doc = $field_doc])* pub(super) $field: i64,)+
        }

        impl super::Columns for $name {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];

            fn read(row: &::sea_orm::QueryResult, part: usize) -> crate::Result<Self> {
                Ok(Self { $($field: row.try_get("", &format!("p{part}_{}", stringify!($field)))?,)+ })
            }
        }
    };
}

mod books;
mod budgets;
mod credit;
mod ever;
mod goods;
mod messages;
mod named;
mod parts;
mod people;
mod sales;
mod spans;
mod work;

use std::collections::HashMap;

use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use serde_json::{Map, Value as Json};

pub use self::named::{Named, Unit};
pub(crate) use self::{
    credit::write_shares,
    sales::{IS_PLACED, PLACED_AT},
};
use self::{
    parts::{Columns, Figure, Figures, Part, read_parts},
    spans::Spans,
};
use super::period::Window;
use crate::{
    Result,
    database::{Source, Sql},
};

/// The digits of a value behind the point.
const DIGITS: u32 = 4;

/// How something is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Metric {
    /// In words.
    formula: &'static str,
    /// What it is made of.
    parts: &'static [Part],
    /// Over which periods.
    reach: Reach,
    /// Whether a smaller value is the better one.
    is_better_low: bool,
    /// Whether KPIs show it times 100.
    is_percent: bool,
    /// The value; none where there is no data.
    value: fn(&Figures) -> Option<Decimal>,
    /// What else is to be known of it.
    details: fn(&Figures) -> Map<String, Json>,
    /// The share of the data that the value is made of; none where that is all of it.
    coverage: fn(&Figures) -> Option<Decimal>,
}

/// Over which periods something can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Over any.
    Periods,
    /// Over whole days: it is made of what has days.
    Days,
    /// It has no history: it is measured as it is now.
    Present,
}

impl Metric {
    /// A metric of any period.
    const fn new(formula: &'static str, parts: &'static [Part], value: fn(&Figures) -> Option<Decimal>) -> Self {
        Self {
            formula,
            parts,
            reach: Reach::Periods,
            is_better_low: false,
            is_percent: false,
            value,
            details: |_| Map::new(),
            coverage: |_| None,
        }
    }

    const fn of_days(self) -> Self {
        Self { reach: Reach::Days, ..self }
    }

    const fn of_the_present(self) -> Self {
        Self { reach: Reach::Present, ..self }
    }

    const fn better_low(self) -> Self {
        Self { is_better_low: true, ..self }
    }

    const fn with_details(self, details: fn(&Figures) -> Map<String, Json>) -> Self {
        Self { details, ..self }
    }

    const fn in_percent(self) -> Self {
        Self { is_percent: true, ..self }
    }

    const fn with_coverage(self, coverage: fn(&Figures) -> Option<Decimal>) -> Self {
        Self { coverage, ..self }
    }

    /// The value as KPIs have it.
    fn kpi_value(&self, figures: &Figures) -> Option<Decimal> {
        let value = (self.value)(figures)?;
        Some(rounded(if self.is_percent { value.checked_mul(Decimal::ONE_HUNDRED)? } else { value }))
    }

    fn reaches(&self, window: &Window) -> bool {
        match self.reach {
            Reach::Periods => true,
            Reach::Days => !window.is_within_a_day,
            Reach::Present => window.is_present,
        }
    }
}

/// The metric of a name.
const fn of(metric: KpiMetric) -> Metric {
    match metric {
        KpiMetric::Revenue => books::REVENUE,
        KpiMetric::RefundTotal => books::REFUND_TOTAL,
        KpiMetric::RefundRate => books::REFUND_RATE,
        KpiMetric::RevenueGrowth => books::REVENUE_GROWTH,
        KpiMetric::AcquisitionCost => books::ACQUISITION_COST,
        KpiMetric::ReturnOnAdSpend => credit::RETURN_ON_AD_SPEND,
        KpiMetric::ReturnOnInvestment => credit::RETURN_ON_INVESTMENT,
        KpiMetric::OrderCount => sales::ORDER_COUNT,
        KpiMetric::AverageOrderValue => sales::AVERAGE_ORDER_VALUE,
        KpiMetric::LifetimeValue => ever::LIFETIME_VALUE,
        KpiMetric::RepeatCustomerRate => ever::REPEAT_CUSTOMER_RATE,
        KpiMetric::GrossMargin => goods::GROSS_MARGIN,
        KpiMetric::InventoryValue => goods::INVENTORY_VALUE,
        KpiMetric::StockoutCount => goods::STOCKOUT_COUNT,
        KpiMetric::ConversionRate => goods::CONVERSION_RATE,
        KpiMetric::ReturnRate => goods::RETURN_RATE,
        KpiMetric::CustomerCount => people::CUSTOMER_COUNT,
        KpiMetric::NewCustomers => people::NEW_CUSTOMERS,
        KpiMetric::EmailSubscribers => people::EMAIL_SUBSCRIBERS,
        KpiMetric::Satisfaction => people::SATISFACTION,
        KpiMetric::CampaignClickRate => messages::CAMPAIGN_CLICK_RATE,
        KpiMetric::BudgetUtilisation => budgets::BUDGET_UTILISATION,
        KpiMetric::TasksCompleted => work::TASKS_COMPLETED,
        KpiMetric::TaskSuccessRate => work::TASK_SUCCESS_RATE,
        KpiMetric::ExecutionErrorRate => work::EXECUTION_ERROR_RATE,
        KpiMetric::Manual => Metric::new("Recorded by people or agents.", &[], |_| None),
    }
}

/// How a metric is computed, in words.
pub(crate) fn formula(metric: KpiMetric) -> &'static str {
    of(metric).formula
}

/// Whether a metric can be measured every hour.
pub(crate) fn has_hours(metric: KpiMetric) -> bool {
    of(metric).reach != Reach::Days
}

/// Whether a smaller value of a metric is the better one.
pub(crate) fn is_better_low(metric: KpiMetric) -> bool {
    of(metric).is_better_low
}

/// Whether a metric can be measured over a period.
pub(crate) fn reaches(metric: KpiMetric, window: &Window) -> bool {
    of(metric).reaches(window)
}

/// What was measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Measured {
    /// The value; none where there is no data.
    pub(crate) value: Option<Decimal>,
    /// What else is to be known of it.
    pub(crate) details: Map<String, Json>,
}

/// Measures metrics over a period, by a few statements for all of them.
pub(crate) async fn measure(
    source: &impl Source,
    metrics: &[KpiMetric],
    window: &Window,
) -> Result<HashMap<KpiMetric, Measured>> {
    let wanted: Vec<Metric> = metrics.iter().map(|name| of(*name)).collect();
    let windows = [window.clone()];
    let figures = read_parts(source, &wanted, &windows).await?;
    let measured = |(name, metric): (&KpiMetric, Metric)| {
        let measured = figures
            .first()
            .filter(|_| metric.reaches(window))
            .map(|figures| Measured { value: metric.kpi_value(figures), details: (metric.details)(figures) });
        (*name, measured.unwrap_or_default())
    };
    Ok(metrics.iter().zip(wanted).map(measured).collect())
}

/// Exact values of metrics over each of some periods, in their order.
pub(crate) async fn values(source: &impl Source, names: &[Named], windows: &[Window]) -> Result<Vec<Vec<Exact>>> {
    let wanted: Vec<Metric> = names.iter().map(|name| name.metric()).collect();
    let figures = read_parts(source, &wanted, windows).await?;
    let of = |(window, figures): (&Window, Figures)| {
        let exact = |metric: &Metric| match metric.reaches(window) {
            true => Exact { value: (metric.value)(&figures), coverage: (metric.coverage)(&figures) },
            false => Exact::default(),
        };
        wanted.iter().map(exact).collect()
    };
    Ok(windows.iter().zip(figures).map(of).collect())
}

/// A value before it is rounded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Exact {
    /// The value; none where there is no data.
    pub(crate) value: Option<Decimal>,
    /// The share of the data that it is made of; none where that is all of it.
    pub(crate) coverage: Option<Decimal>,
}

/// A value with the digits that values have, half away from zero.
pub(crate) fn rounded(value: Decimal) -> Decimal {
    let mut value = value.round_dp_with_strategy(DIGITS, MidpointAwayFromZero);
    value.rescale(DIGITS);
    value
}

/// Whether a measurement can hold a value.
pub(crate) fn is_storable(value: Decimal) -> bool {
    value.abs() < Decimal::from(100_000_000)
}

/// A quotient; none where there is nothing to divide by.
fn quotient(part: impl Into<Decimal>, whole: impl Into<Decimal>) -> Option<Decimal> {
    let (part, whole): (Decimal, Decimal) = (part.into(), whole.into());
    part.checked_div(whole)
}

/// Adds that a time lies in the period `k`, after other conditions.
fn within<'a>(sql: &'a mut Sql, time: &str) -> &'a mut Sql {
    sql.write(format_args!(" AND {time} >= k.start_at AND {time} < k.end_at"))
}

/// Hundredths as a decimal.
fn cents(hundredths: i64) -> Decimal {
    Decimal::new(hundredths, 2)
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn every_metric_says_how_it_is_computed() {
        for metric in KpiMetric::iter() {
            assert!(formula(metric).ends_with('.'), "{metric:?}");
            assert_eq!(of(metric).parts.is_empty(), metric == KpiMetric::Manual, "{metric:?}");
        }
    }

    #[test]
    fn values_have_four_digits_half_away_from_zero() {
        for (value, shown) in [("0.00005", "0.0001"), ("-0.00005", "-0.0001"), ("0.00004", "0.0000"), ("3", "3.0000")] {
            assert_eq!(rounded(value.parse().expect("a number")).to_string(), shown);
        }
        assert!(is_storable(Decimal::new(999_999_999_999, 4)) && !is_storable(Decimal::from(-100_000_000)));
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        let nothing = Figures::default();
        let of_nothing = |metric: KpiMetric| of(metric).kpi_value(&nothing);
        for metric in [KpiMetric::Revenue, KpiMetric::OrderCount, KpiMetric::StockoutCount, KpiMetric::TasksCompleted] {
            assert_eq!(of_nothing(metric), Some(Decimal::ZERO), "{metric:?}");
        }
        for metric in [
            KpiMetric::RefundRate,
            KpiMetric::RevenueGrowth,
            KpiMetric::AcquisitionCost,
            KpiMetric::AverageOrderValue,
            KpiMetric::LifetimeValue,
            KpiMetric::RepeatCustomerRate,
            KpiMetric::GrossMargin,
            KpiMetric::InventoryValue,
            KpiMetric::ConversionRate,
            KpiMetric::ReturnRate,
            KpiMetric::ReturnOnAdSpend,
            KpiMetric::ReturnOnInvestment,
            KpiMetric::Satisfaction,
            KpiMetric::CampaignClickRate,
            KpiMetric::BudgetUtilisation,
            KpiMetric::TaskSuccessRate,
            KpiMetric::ExecutionErrorRate,
            KpiMetric::Manual,
        ] {
            assert_eq!(of_nothing(metric), None, "{metric:?}");
        }
    }
}

//! What can be measured: a closed list, since what stands in a row is never executed.
//!
//! A metric is a formula over figures. Figures that are read by one statement are a part; it is read once, however
//! many metrics need it. `books`, `credit`, `sales`, `goods`, `people`, `messages`, `budgets` and `work` have the
//! parts, each with its metrics.

mod books;
mod budgets;
mod credit;
mod goods;
mod messages;
mod people;
mod sales;
mod work;

use std::collections::HashMap;

use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use sea_orm::FromQueryResult;
use serde_json::{Map, Value as Json};

pub(super) use self::credit::write_shares;
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
    /// The value; none where there is no data.
    value: fn(&Figures) -> Option<Decimal>,
    /// What else is to be known of it.
    details: fn(&Figures) -> Map<String, Json>,
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
        Self { formula, parts, reach: Reach::Periods, is_better_low: false, value, details: |_| Map::new() }
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
        KpiMetric::LifetimeValue => sales::LIFETIME_VALUE,
        KpiMetric::RepeatCustomerRate => sales::REPEAT_CUSTOMER_RATE,
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

/// Figures that are read by one statement.
trait Figure: FromQueryResult {
    /// Writes the statement; it yields one row.
    fn write(sql: &mut Sql, window: &Window);
}

/// Declares the parts: `Part: field of Type`.
macro_rules! parts {
    ($($part:ident: $field:ident of $ty:ty;)+) => {
        /// Figures that are read together.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Part {
            $($part,)+
        }

        /// What metrics are made of; a part that was not read has no figures.
        #[derive(Clone, Debug, Default)]
        struct Figures {
            $($field: $ty,)+
        }

        impl Figures {
            async fn read(&mut self, part: Part, source: &impl Source, window: &Window) -> Result<()> {
                match part {
                    $(Part::$part => self.$field = read(source, window).await?,)+
                }
                Ok(())
            }
        }
    };
}

parts! {
    Books: books of books::Books;
    Credit: credit of credit::Credit;
    Sales: sales of sales::Sales;
    Buyers: buyers of sales::Buyers;
    Margin: margin of goods::Margin;
    Stock: stock of goods::Stock;
    Pieces: pieces of goods::Pieces;
    People: people of people::People;
    Messages: messages of messages::Messages;
    Budgets: budgets of budgets::Budgets;
    Attempts: attempts of work::Attempts;
    Executions: executions of work::Executions;
}

async fn read<F: Figure + Default>(source: &impl Source, window: &Window) -> Result<F> {
    let mut sql = source.sql();
    F::write(&mut sql, window);
    let rows = source.rows(sql).await?;
    Ok(rows.first().map(|row| F::from_query_result(row, "")).transpose()?.unwrap_or_default())
}

/// Measures metrics over a period: a statement for each part that they are made of.
pub(crate) async fn measure(
    source: &impl Source,
    metrics: &[KpiMetric],
    window: &Window,
) -> Result<HashMap<KpiMetric, Measured>> {
    let mut figures = Figures::default();
    let mut known: Vec<Part> = Vec::new();
    let mut measured = HashMap::new();
    for name in metrics {
        let metric = of(*name);
        if !metric.reaches(window) {
            measured.insert(*name, Measured::default());
            continue;
        }
        for part in metric.parts {
            if !known.contains(part) {
                figures.read(*part, source, window).await?;
                known.push(*part);
            }
        }
        let value = (metric.value)(&figures).map(rounded);
        measured.insert(*name, Measured { value, details: (metric.details)(&figures) });
    }
    Ok(measured)
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

/// The same in percent.
fn percent(part: impl Into<Decimal>, whole: impl Into<Decimal>) -> Option<Decimal> {
    let (part, whole): (Decimal, Decimal) = (part.into(), whole.into());
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}

/// Adds that a time lies in the period, after other conditions.
pub(super) fn within<'a>(sql: &'a mut Sql, time: &str, window: &Window) -> &'a mut Sql {
    sql.write(format_args!(" AND {time} >= ")).bind(window.period.start);
    sql.write(format_args!(" AND {time} < ")).bind(window.period.end)
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
        let of_nothing = |metric: KpiMetric| (of(metric).value)(&nothing);
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

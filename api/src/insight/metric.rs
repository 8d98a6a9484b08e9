//! The metrics of dashboards, each a value of an enum and a field of a summary.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Object};
use chrono::{DateTime, Utc};
use service::insight::{figure, summary::Summary};

use super::{alert::Alert, figure::Figure};

/// Declares them: `VALUE field: "formula"`.
macro_rules! metrics {
    ($($(#[doc = $doc:expr])+ $name:ident: $field:ident;)+) => {
        /// What dashboards measure over a period.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
        pub(crate) enum Metric {
            $($(#[doc = $doc])+ $name,)+
        }

        impl From<Metric> for service::insight::Metric {
            fn from(metric: Metric) -> Self {
                match metric {
                    $(Metric::$name => Self::$name,)+
                }
            }
        }

        impl From<service::insight::Metric> for Metric {
            fn from(metric: service::insight::Metric) -> Self {
                match metric {
                    $(service::insight::Metric::$name => Self::$name,)+
                }
            }
        }

        /// The metrics of the fields that are selected.
        pub(crate) fn selected(ctx: &Context<'_>) -> Vec<service::insight::Metric> {
            let look = ctx.look_ahead();
            let all = [$((stringify!($field), service::insight::Metric::$name)),+];
            let is_selected = |name: &str| look.field(&crate::read::names::camel(name)).exists();
            all.into_iter().filter(|(name, _)| is_selected(name)).map(|(_, metric)| metric).collect()
        }

        /// Figures of a period, each beside that of the period it is compared with.
        #[Object]
        impl ExecutiveSummary {
            /// Start of the period, inclusive.
            async fn from(&self) -> DateTime<Utc> {
                self.0.range.period.start
            }

            /// End of the period, exclusive; now if it is not over.
            async fn until(&self) -> DateTime<Utc> {
                self.0.range.period.end
            }

            /// Whether the period is not over yet.
            async fn is_partial(&self) -> bool {
                self.0.range.is_partial
            }

            /// What calls for attention, most urgent first. The limits are the configurations `alerts.*`.
            async fn alerts(&self) -> Vec<Alert> {
                self.0.alerts.iter().copied().map(Alert::from).collect()
            }

            $(
                $(#[doc = $doc])+
                async fn $field(&self) -> Figure {
                    let found: &HashMap<_, figure::Figure> = &self.0.figures;
                    found.get(&service::insight::Metric::$name).copied().unwrap_or_default().into()
                }
            )+
        }
    };
}

/// What a period brought.
#[derive(Debug)]
pub(crate) struct ExecutiveSummary(pub(super) Summary);

metrics! {
    /// Revenue less refunds, by the books. What takes an entry back counts on its own day.
    Revenue: revenue;
    /// Expenses, by the books.
    Expenses: expenses;
    /// Revenue less refunds less expenses, plus adjustments that take nothing back, by the books.
    Profit: profit;
    /// What the orders that were placed in the period and not cancelled are worth now: less what was refunded of them.
    Sales: sales;
    /// Orders that were placed in the period and not cancelled.
    Orders: orders;
    /// `sales` / `orders`.
    AverageOrderValue: average_order_value;
    /// Customers who were added in the period, without those that were erased.
    NewCustomers: new_customers;
    /// Customers whose first order that was placed and not cancelled lies in the period.
    FirstBuyers: first_buyers;
    /// Expenses of the categories `kpi.marketingCategories` / `newCustomers`.
    AcquisitionCost: acquisition_cost;
    /// Customers with more than one order / customers with one or more, at the end of the period. Orders that were
    /// cancelled, voided or refunded do not count.
    RepeatCustomerRate: repeat_customer_rate;
    /// All sales up to the end of the period, also without a customer / customers who placed an order.
    LifetimeValue: lifetime_value;
    /// Refunds / revenue before refunds, by the books.
    RefundRate: refund_rate;
    /// Pieces that came back / pieces that were shipped.
    ReturnRate: return_rate;
    /// (Net sales − cost of the pieces) / net sales, of the lines of placed orders whose product has a cost. `coverage`: their
    /// share of all net sales.
    GrossMargin: gross_margin;
    /// Purchases / views, of the product metrics whose days all lie in the period.
    ConversionRate: conversion_rate;
    /// 3 + 2 × mean sentiment of the interactions with customers: 1 is bad, 5 is good.
    Satisfaction: satisfaction;
    /// Revenue less refunds that campaigns are credited with by the last touch / expenses of campaigns.
    ReturnOnAdSpend: return_on_ad_spend;
    /// `returnOnAdSpend` − 1.
    ReturnOnInvestment: return_on_investment;
    /// Tasks that were completed / tasks that ended, completed or failed.
    TaskSuccessRate: task_success_rate;
    /// Tasks that ended before their deadline, or had none / tasks that ended.
    OnTimeRate: on_time_rate;
    /// Tasks that were completed.
    TasksCompleted: tasks_completed;
    /// Executions that failed / executions that failed or were completed.
    FailedExecutionRate: failed_execution_rate;
    /// Customers at the end of the period, without those that were erased.
    CustomerCount: customer_count;
    /// Addresses that are subscribed to one list or more, now.
    EmailSubscribers: email_subscribers;
    /// Pieces on hand × cost of their product, now. `coverage`: share of the variants on hand whose product has a cost in
    /// `shop.currency`; others are left out.
    InventoryValue: inventory_value;
    /// Variants on sale that take no backorders and of which no piece is available, now.
    Stockouts: stockouts;
}

//! The metrics of dashboards.

use entity::sea_orm_active_enums::KpiMetric;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};

use super::{Metric, Reach, books, credit, ever, goods, people, sales, work};

/// What a value is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// An amount in the currency of the shop.
    Money,
    /// A number of things.
    Count,
    /// A share or a quotient.
    Rate,
    /// A grade.
    Score,
}

impl Unit {
    /// Rounds a value to the digits of the unit, half away from zero.
    pub fn rounded(self, value: Decimal) -> Decimal {
        let digits = match self {
            Self::Money | Self::Score => 2,
            Self::Count => 0,
            Self::Rate => 4,
        };
        let mut value = value.round_dp_with_strategy(digits, MidpointAwayFromZero);
        value.rescale(digits);
        value
    }
}

/// Declares them: `Name: CONST, unit`, and the metric of KPIs that is the same.
macro_rules! named {
    (@kpi) => { None };
    (@kpi $kpi:ident) => { Some(KpiMetric::$kpi) };
    ($($(#[doc = $doc:expr])+ $name:ident: $metric:path, $unit:ident $(, $kpi:ident)?;)+) => {
        /// A metric of dashboards.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Named {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Named {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// How it is measured.
            pub(super) const fn metric(self) -> Metric {
                match self {
                    $(Self::$name => $metric,)+
                }
            }

            /// What its values are numbers of.
            pub const fn unit(self) -> Unit {
                match self {
                    $(Self::$name => Unit::$unit,)+
                }
            }

            /// The metric of KPIs that is the same.
            pub(crate) const fn kpi(self) -> Option<KpiMetric> {
                match self {
                    $(Self::$name => named!(@kpi $($kpi)?),)+
                }
            }
        }
    };
}

named! {
    /// Revenue less refunds.
    Revenue: books::REVENUE, Money, Revenue;
    /// Expenses.
    Expenses: books::EXPENSES, Money;
    /// Revenue less refunds and expenses, plus other adjustments.
    Profit: books::PROFIT, Money;
    /// What the placed orders are worth.
    Sales: sales::SALES, Money;
    /// Placed orders.
    Orders: sales::ORDER_COUNT, Count, OrderCount;
    /// Sales divided by orders.
    AverageOrderValue: sales::AVERAGE_ORDER_VALUE, Money, AverageOrderValue;
    /// Customers who were added.
    NewCustomers: people::NEW_CUSTOMERS, Count, NewCustomers;
    /// Customers with their first order.
    FirstBuyers: ever::FIRST_BUYERS, Count;
    /// Marketing divided by new customers.
    AcquisitionCost: books::ACQUISITION_COST, Money, AcquisitionCost;
    /// Customers who bought again.
    RepeatCustomerRate: ever::REPEAT_CUSTOMER_RATE, Rate, RepeatCustomerRate;
    /// Sales divided by customers, ever.
    LifetimeValue: ever::LIFETIME_VALUE, Money, LifetimeValue;
    /// Refunds divided by revenue.
    RefundRate: books::REFUND_RATE, Rate, RefundRate;
    /// Pieces that came back divided by those that were shipped.
    ReturnRate: goods::RETURN_RATE, Rate, ReturnRate;
    /// What is left of sales without the cost of the pieces.
    GrossMargin: goods::GROSS_MARGIN, Rate, GrossMargin;
    /// Purchases divided by views.
    ConversionRate: goods::CONVERSION_RATE, Rate, ConversionRate;
    /// How content customers are, 1 to 5.
    Satisfaction: people::SATISFACTION, Score, Satisfaction;
    /// What campaigns are credited with divided by their expenses.
    ReturnOnAdSpend: credit::RETURN_ON_AD_SPEND, Rate, ReturnOnAdSpend;
    /// The same less 1.
    ReturnOnInvestment: credit::RETURN_ON_INVESTMENT, Rate, ReturnOnInvestment;
    /// Completed tasks divided by those that ended.
    TaskSuccessRate: work::TASK_SUCCESS_RATE, Rate, TaskSuccessRate;
    /// Tasks that ended before their deadline divided by those that ended.
    OnTimeRate: work::ON_TIME_RATE, Rate;
    /// Completed tasks.
    TasksCompleted: work::TASKS_COMPLETED, Count, TasksCompleted;
    /// Failed executions divided by those that ended.
    FailedExecutionRate: work::EXECUTION_ERROR_RATE, Rate, ExecutionErrorRate;
    /// Customers.
    CustomerCount: people::CUSTOMER_COUNT, Count, CustomerCount;
    /// Subscribed addresses.
    EmailSubscribers: people::EMAIL_SUBSCRIBERS, Count, EmailSubscribers;
    /// The cost of what is on hand.
    InventoryValue: goods::INVENTORY_VALUE, Money, InventoryValue;
    /// Variants of which no piece is left.
    Stockouts: goods::STOCKOUT_COUNT, Count, StockoutCount;
}

impl Named {
    /// Whether it can be measured over less than a day.
    pub fn has_hours(self) -> bool {
        self.metric().reach != Reach::Days
    }

    /// Whether KPIs show it times 100.
    pub(crate) fn is_percent(self) -> bool {
        self.metric().is_percent
    }

    /// Whether it is known as it was.
    pub fn has_history(self) -> bool {
        self.metric().reach != Reach::Present
    }
}

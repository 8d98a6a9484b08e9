//! The metrics of dashboards.

use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};

use super::{Metric, Reach, books, credit, goods, people, sales, work};

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
    pub(crate) fn rounded(self, value: Decimal) -> Decimal {
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

/// Declares them: `Name: CONST in unit;`.
macro_rules! named {
    ($($(#[doc = $doc:expr])+ $name:ident: $metric:path, $unit:ident;)+) => {
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
        }
    };
}

named! {
    /// Revenue less refunds.
    Revenue: books::REVENUE, Money;
    /// Expenses.
    Expenses: books::EXPENSES, Money;
    /// Revenue less refunds and expenses, plus other adjustments.
    Profit: books::PROFIT, Money;
    /// What the placed orders are worth.
    Sales: sales::SALES, Money;
    /// Placed orders.
    Orders: sales::ORDER_COUNT, Count;
    /// Sales divided by orders.
    AverageOrderValue: sales::AVERAGE_ORDER_VALUE, Money;
    /// Customers who were added.
    NewCustomers: people::NEW_CUSTOMERS, Count;
    /// Customers with their first order.
    FirstBuyers: sales::FIRST_BUYERS, Count;
    /// Marketing divided by new customers.
    AcquisitionCost: books::ACQUISITION_COST, Money;
    /// Customers who bought again.
    RepeatCustomerRate: sales::REPEAT_CUSTOMER_RATE, Rate;
    /// Sales divided by customers, ever.
    LifetimeValue: sales::LIFETIME_VALUE, Money;
    /// Refunds divided by revenue.
    RefundRate: books::REFUND_RATE, Rate;
    /// Pieces that came back divided by those that were shipped.
    ReturnRate: goods::RETURN_RATE, Rate;
    /// What is left of sales without the cost of the pieces.
    GrossMargin: goods::GROSS_MARGIN, Rate;
    /// Purchases divided by views.
    ConversionRate: goods::CONVERSION_RATE, Rate;
    /// How content customers are, 1 to 5.
    Satisfaction: people::SATISFACTION, Score;
    /// What campaigns are credited with divided by their expenses.
    ReturnOnAdSpend: credit::RETURN_ON_AD_SPEND, Rate;
    /// The same less 1.
    ReturnOnInvestment: credit::RETURN_ON_INVESTMENT, Rate;
    /// Completed tasks divided by those that ended.
    TaskSuccessRate: work::TASK_SUCCESS_RATE, Rate;
    /// Tasks that ended before their deadline divided by those that ended.
    OnTimeRate: work::ON_TIME_RATE, Rate;
    /// Completed tasks.
    TasksCompleted: work::TASKS_COMPLETED, Count;
    /// Failed executions divided by those that ended.
    FailedExecutionRate: work::EXECUTION_ERROR_RATE, Rate;
    /// Customers.
    CustomerCount: people::CUSTOMER_COUNT, Count;
    /// Subscribed addresses.
    EmailSubscribers: people::EMAIL_SUBSCRIBERS, Count;
    /// The cost of what is on hand.
    InventoryValue: goods::INVENTORY_VALUE, Money;
    /// Variants of which no piece is left.
    Stockouts: goods::STOCKOUT_COUNT, Count;
}

impl Named {
    /// Whether it can be measured over less than a day.
    pub fn has_hours(self) -> bool {
        self.metric().reach != Reach::Days
    }

    /// Whether it is known as it was.
    pub fn has_history(self) -> bool {
        self.metric().reach != Reach::Present
    }
}

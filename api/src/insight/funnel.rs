//! From views to further orders.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::insight::funnel::Funnel;

/// How many of those who look at products buy them. Views, carts and purchases are those of the product metrics whose days
/// all lie in the period.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct SalesFunnel {
    /// Start of the period, inclusive.
    from: DateTime<Utc>,
    /// End of the period, exclusive; now if it is not over.
    until: DateTime<Utc>,
    /// Views of products.
    views: FunnelStep,
    /// Products that were put into a cart.
    add_to_carts: FunnelStep,
    /// Purchases.
    purchases: FunnelStep,
    /// Customers who placed an order in the period that is not their first one, and was not cancelled.
    repeat_customers: FunnelStep,
}

/// A step of a funnel.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub(crate) struct FunnelStep {
    /// How many.
    count: Decimal,
    /// Share of the step before, with 4 digits; null for the first step, and if there was nothing.
    of_previous: Option<Decimal>,
    /// Share of the first step, with 4 digits; null if there was nothing, and for `repeatCustomers`.
    of_first: Option<Decimal>,
}

impl From<Funnel> for SalesFunnel {
    fn from(found: Funnel) -> Self {
        let Funnel { range, views, add_to_carts, purchases, repeat_customers } = found;
        let step = |count: i64, previous| FunnelStep {
            count: count.into(),
            of_previous: Funnel::share(count, previous),
            of_first: Funnel::share(count, views),
        };
        Self {
            from: range.period.start,
            until: range.period.end,
            views: FunnelStep { of_previous: None, ..step(views, views) },
            add_to_carts: step(add_to_carts, views),
            purchases: step(purchases, add_to_carts),
            repeat_customers: FunnelStep { of_first: None, ..step(repeat_customers, purchases) },
        }
    }
}

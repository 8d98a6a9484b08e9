//! What customers bought, how it reaches them, and what comes back.

mod fulfillment;
mod fulfillment_line;
mod item;
mod money;
mod order;
mod order_return;
mod order_return_line;
mod quote;

pub use fulfillment::{Fulfillment, ParcelStatus};
pub use fulfillment_line::FulfillmentLine;
pub use item::OrderItem;
pub use order::{FinancialStatus, FulfillmentStatus, Order, OrderStatus};
pub use order_return::{OrderReturn, ReturnStatus};
pub use order_return_line::OrderReturnLine;
pub(crate) use quote::{OrderLineInput, QuoteQuery};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[
    Order::TABLE,
    OrderItem::TABLE,
    Fulfillment::TABLE,
    FulfillmentLine::TABLE,
    OrderReturn::TABLE,
    OrderReturnLine::TABLE,
];

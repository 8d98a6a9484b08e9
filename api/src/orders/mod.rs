//! What customers bought.

mod item;
mod order;

use async_graphql::MergedObject;

pub use item::OrderItem;
pub use order::{FinancialStatus, FulfillmentStatus, Order, OrderStatus};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct OrdersQuery(order::OrderQuery, item::OrderItemQuery);

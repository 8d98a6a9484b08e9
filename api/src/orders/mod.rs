//! What customers bought.

mod item;
mod order;

pub use item::OrderItem;
pub use order::{FinancialStatus, FulfillmentStatus, Order, OrderStatus};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[Order::TABLE, OrderItem::TABLE];

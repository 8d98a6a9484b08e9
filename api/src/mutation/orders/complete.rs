//! Completing orders.

use crate::{mutation::prelude::*, orders::Order};

verbs! {
    /// Completes an order that was shipped and paid in full.
    complete_order = perform(service::orders::complete::Complete) on order -> order: Order;
}

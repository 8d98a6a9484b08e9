//! Confirming orders.

use crate::{mutation::prelude::*, orders::Order};

verbs! {
    /// Confirms a pending order: it keeps its stock without a time limit, and an agent gets the task `ship_order`. An
    /// order that is confirmed already stays as it is.
    confirm_order = perform(service::orders::confirm::Confirm) on order -> order: Order;
}

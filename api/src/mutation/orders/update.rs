//! Changing what stands on orders.

use crate::{mutation::prelude::*, orders::Order};

verbs! {
    /// Updates the email address, addresses, notes and tags of an order. Fields that are left out stay as they are, and
    /// so do prices and taxes. `editOrder` changes the lines.
    update_order = perform(service::orders::update::Update) on order {
        /// Email address for this order. Null for none.
        email: MaybeUndefined<String>,
        /// Address to ship to, a JSON object. It cannot change once something was shipped or the order has ended, and that
        /// of a draft changes with `updateDraftOrder`. Null for none.
        shipping_address: MaybeUndefined<Json>,
        /// Address to bill, a JSON object. It cannot change once something was shipped or the order has ended. Null for
        /// none.
        billing_address: MaybeUndefined<Json>,
        /// Notes. Null for none.
        note: MaybeUndefined<String>,
        /// Free-form tags: they replace all tags of the order.
        tags: Option<Vec<String>>,
    } -> order: Order;
}

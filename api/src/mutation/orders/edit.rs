//! Changing the lines of orders.

use crate::{mutation::prelude::*, orders::Order};

input! {
    /// A change of a line, or a new line.
    OrderLineChangeInput => service::orders::edit::LineChange {
        /// The item to change.
        item_id: Option<Id>,
        /// The variant of a new line.
        variant_id: Option<Id>,
        /// SKU of the variant of a new line.
        sku: Option<String>,
        /// Number of pieces after the change; 0 removes the item. Not less than what was shipped or is in a parcel.
        quantity: i32,
        /// Price of a piece of a new line that was agreed. Default: the list price.
        unit_price: Option<Decimal>,
    }
}

verbs! {
    /// Changes the lines of an order. Until money was captured, the order is priced again with the prices that its
    /// items have. After that, removed pieces take their own share of discount and tax along, and nothing else changes;
    /// what was paid too much is `refundDue`, and is not paid back by itself. An item of which pieces were refunded or
    /// cancelled cannot change, and one that a refund, a parcel or a return names cannot be removed.
    edit_order = perform(service::orders::edit::Edit) on order {
        /// What changes, 1 to 1000 lines.
        changes: Vec<OrderLineChangeInput>,
        /// Why. At most 1000 characters.
        reason: Option<String>,
        /// The approval of prices below the list prices. It must be about this order.
        approval_id: Option<Id>,
    } -> edited {
        /// The order.
        order: Row<Order> = edited.order,
        /// Amount paid beyond the new total of the order, in its currency.
        refund_due: Decimal = edited.refund_due,
    }
}

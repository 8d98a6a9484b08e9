//! Refunding an order.

use crate::{mutation::prelude::*, orders::Order, payments::Refund};

input! {
    /// Pieces to refund.
    RefundLineInput => service::payments::refund::ask::Line {
        /// The item of the order.
        item_id: Id,
        /// Number of pieces. They are worth their share of the line's discount and tax.
        quantity: i32,
        /// What happens to the pieces.
        restock: RefundRestock = RefundRestock::None,
    }

    /// What to refund of the shipping costs: either an amount or all that is left. The tax on top of it is added.
    RefundShippingInput => service::payments::refund::ask::Shipping {
        /// Amount, without the tax on top.
        amount: Option<Decimal>,
        /// True: all that is left.
        all: bool = false,
    }
}

input_enum! {
    /// What happens to pieces that are refunded.
    RefundRestock => service::payments::refund::ask::Restock {
        /// Nothing.
        None,
        /// They have not shipped and will not. They are available again.
        Cancel,
        /// They came back. They go into stock, unless a return has put them there.
        Return,
    }
}

verbs! {
    /// Refunds an order: pieces, shipping, an adjustment, or everything. Refused as a whole if it is more than what can
    /// be refunded. The payment that was captured first is refunded first.
    refund_order = perform(service::payments::refund::ask::Ask) {
        /// The order.
        order_id: Id,
        /// Pieces to refund, at most 1000 items.
        lines: Vec<RefundLineInput> = Vec::new(),
        /// Shipping costs to refund.
        shipping: Option<RefundShippingInput>,
        /// Amount to add, such as goodwill; negative to keep a part.
        adjustment: Option<Decimal>,
        /// True: all that can be refunded. Pieces that have not shipped are cancelled.
        everything: bool = false,
        /// The reason, for people. At most 255 characters.
        reason: Option<String>,
        /// The return that the refund belongs to. With `RETURN`, one that is not on its way any more.
        return_id: Option<Id>,
        /// The payment to refund. Default: any of the order.
        payment_id: Option<Id>,
        /// The approval of a refund above the agent's limit (configuration `authority`).
        approval_id: Option<Id>,
    } -> outcome {
        /// The refund.
        refund: Row<Refund> = outcome.refund,
        /// Its order.
        order: Row<Order> = outcome.order,
    }
}

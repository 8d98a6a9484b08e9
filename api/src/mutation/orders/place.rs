//! Placing orders.

use crate::{
    mutation::prelude::*,
    orders::{Order, OrderLineInput},
    payments::Payment,
};

input! {
    /// How an order is paid.
    OrderPaymentInput => service::payments::create::NewPayment {
        /// The payment provider, such as stripe, shopify, manual or bank_transfer; any name. At most 50 characters.
        provider: String,
        /// How it is paid, such as card; any name. At most 50 characters.
        method: Option<String>,
        /// Id of the payment at its provider. At most 255 characters.
        reference: Option<String>,
        /// Amount. Default: the total.
        amount: Option<Decimal>,
        /// True if the money was received already. Agents need the capability `payments`, too.
        captured: bool = false,
    }
}

verbs! {
    /// Places an order: a draft, or what is given here. It takes the stock of all lines, or of none
    /// (INSUFFICIENT_STOCK, with all short lines). A pending order keeps its stock for `holdMinutes`; if it is neither
    /// confirmed nor paid by then, it is cancelled.
    place_order = join(service::orders::place::Place) {
        /// The draft to place. Leave out lines, customer, addresses, shipping, codes, note and tags: they are those of
        /// the draft.
        draft_id: Option<Id>,
        /// What is bought, 1 to 1000 lines, unless it is a draft.
        lines: Vec<OrderLineInput> = Vec::new(),
        ..buyer,
        /// The hold that keeps the stock. Pieces that it lacks are taken, those left over are released.
        hold_id: Option<Id>,
        /// Where the order comes from, such as api, agent or phone; any name but shopify and import. Default: api.
        /// At most 50 characters.
        source: Option<String>,
        /// The agent that acts for the customer. Default: the agent of the API key.
        placed_by_agent_id: Option<Id>,
        /// The total that the customer has seen. The call is refused (PRICE_CHANGED) if it is another one.
        expected_total: Option<Decimal>,
        /// How long the stock is kept unless the order is confirmed or paid, in minutes, 1 to 527040. Default:
        /// `orders.holdMinutes`.
        hold_minutes: Option<i32>,
        /// Confirms the order at once.
        confirm: bool = false,
        /// Creates a payment, too, unless there is nothing to pay and no amount is given.
        payment: Option<OrderPaymentInput>,
        /// The approval of a price below the list price. It must be about this draft.
        approval_id: Option<Id>,
    } -> placed {
        /// The order.
        order: Row<Order> = placed.order,
        /// Its payment; null if there is none.
        payment: Row<Payment> = placed.payment,
    }
}

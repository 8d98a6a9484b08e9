//! Changing draft orders.

use crate::{
    mutation::prelude::*,
    orders::{Order, OrderLineInput},
};

verbs! {
    /// Updates a draft order. Fields that are left out stay as they are. New lines get the prices of today; lines that
    /// stay keep theirs, and discounts, taxes and shipping are worked out again if anything changes that they depend
    /// on.
    update_draft_order = perform(service::orders::draft::update::Update) on draft {
        /// The customer. Null for none.
        customer_id: MaybeUndefined<Id>,
        /// Email address for the order. Null for none.
        email: MaybeUndefined<String>,
        /// What is bought, 1 to 1000 lines: they replace all lines of the draft.
        lines: Option<Vec<OrderLineInput>>,
        /// ISO 4217 currency code of all amounts. Needs new lines if it changes.
        currency: Option<String>,
        /// Address to ship to, a JSON object with `country` and `region`. Null for none.
        shipping_address: MaybeUndefined<Json>,
        /// Address to bill, a JSON object. Null for none.
        billing_address: MaybeUndefined<Json>,
        /// Code of the shipping method. Null for none.
        shipping_method: MaybeUndefined<String>,
        /// Shipping cost that was agreed, instead of a method. Null for none.
        shipping_amount: MaybeUndefined<Decimal>,
        /// Discount codes, at most 20: they replace all codes of the draft.
        discount_codes: Option<Vec<String>>,
        /// Notes. Null for none.
        note: MaybeUndefined<String>,
        /// Free-form tags: they replace all tags of the draft.
        tags: Option<Vec<String>>,
        /// Until when the prices stand. Null for no limit.
        valid_until: MaybeUndefined<Moment>,
        /// How long the stock is held from now on, in minutes, 1 to 527040. Null releases it.
        hold_minutes: MaybeUndefined<i32>,
    } -> order: Order;
}

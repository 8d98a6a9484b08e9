//! Creating or changing a discount.

use crate::{
    mutation::prelude::*,
    pricing::{Discount, DiscountKind, DiscountTarget},
};

input! {
    /// When a discount applies. All conditions that are given must hold.
    DiscountConditionsInput => service::catalog::discount::conditions::Conditions {
        /// Least amount of the lines that it applies to, in the discount's currency.
        min_amount: Option<Decimal>,
        /// Least quantity of one product, over all lines.
        min_quantity: Option<i32>,
        /// The products it applies to. Empty for all.
        product_ids: Vec<Id> = Vec::new(),
        /// The collections it applies to. Empty for all.
        collections: Vec<String> = Vec::new(),
        /// Tags of which the customer has one. Empty for all customers.
        customer_tags: Vec<String> = Vec::new(),
        /// Segments of which the customer is in one. Empty for all customers.
        segment_ids: Vec<Id> = Vec::new(),
        /// ISO 3166 codes of the countries it applies to. Empty for all.
        countries: Vec<String> = Vec::new(),
    }
}

verbs! {
    /// Creates a discount, or updates one: give its id. Fields that are left out stay as they are.
    save_discount = perform(service::catalog::discount::save::Save) {
        /// The discount. Left out for a new one.
        id: Option<Id>,
        /// Unique code that the customer enters, kept in capitals. At most 50 characters. Null if the discount applies
        /// without one.
        code: MaybeUndefined<String>,
        /// Name, for people. At most 255 characters. A new discount needs it.
        name: Option<String>,
        /// How it is computed. A new discount needs it.
        kind: Option<DiscountKind>,
        /// What it lowers. Default for a new discount: the order, or the shipping cost if shipping is free.
        target: Option<DiscountTarget>,
        /// Percentage, or amount in `currency`; on lines, for each piece. A new discount needs it, except for free
        /// shipping.
        value: Option<Decimal>,
        /// ISO 4217 currency code of the amounts. Default for a new discount: the shop's currency.
        currency: Option<String>,
        /// When it applies; replaces all conditions. Default for a new discount: always.
        conditions: Option<DiscountConditionsInput>,
        /// When it starts to apply. Null if it always did.
        starts_at: MaybeUndefined<Moment>,
        /// When it stops applying. Null for never.
        ends_at: MaybeUndefined<Moment>,
        /// How many orders may use it. Null for no limit.
        usage_limit: MaybeUndefined<i32>,
        /// Whether each customer may use it for one order only. Default for a new discount: false.
        once_per_customer: Option<bool>,
        /// Whether the discount is in use. Default for a new discount: true.
        is_active: Option<bool>,
        ..versioned_or_new,
    } -> discount: Discount;
}

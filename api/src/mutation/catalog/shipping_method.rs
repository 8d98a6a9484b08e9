//! Shipping methods.

use crate::{mutation::prelude::*, pricing::ShippingMethod};

input! {
    /// A way to send an order, with its price in a currency. Fields that are left out stay as they are.
    ShippingMethodInput => service::catalog::shipping_method::ShippingMethod {
        /// Code, as in `Order.shippingMethod`; unique for each currency. At most 50 characters.
        code: String,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Name, as the customer sees it. At most 255 characters. A new method needs it.
        name: Option<String>,
        /// ISO 3166 codes of the countries it sends to. Empty for all, as for a new method.
        countries: Option<Vec<String>>,
        /// Price. A new method needs it.
        price: Option<Decimal>,
        /// Price of the goods after discounts from which it costs nothing. Null if it always costs its price.
        free_from: MaybeUndefined<Decimal>,
        /// Whether the method can be chosen. Default for a new method: true.
        is_active: Option<bool>,
        /// True removes the method.
        remove: bool = false,
        ..versioned_or_new,
    }
}

verbs! {
    /// Creates, updates or removes shipping methods: all of them, or none.
    save_shipping_methods = perform(service::catalog::shipping_method::Save) {
        /// The methods, at most 1000.
        methods: Vec<ShippingMethodInput>,
    } -> saved {
        /// The methods as they are now, in the order of the input, without those that were removed.
        shipping_methods: Vec<Row<ShippingMethod>> = *saved,
    }
}

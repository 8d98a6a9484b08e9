//! What an order is made of and goes through: its lines, parcels, returns, prices, discounts, tax and shipping.

mod additions;
mod delivery;
mod prices;

use crate::schema::{Enum, TablesOf, tables_of};

const PARCEL_STATUS: Enum = Enum { name: "parcel_status", values: &["preparing", "shipped", "delivered", "cancelled"] };
const RETURN_STATUS: Enum =
    Enum { name: "return_status", values: &["requested", "approved", "received", "refused", "cancelled"] };
const DISCOUNT_KIND: Enum = Enum { name: "discount_kind", values: &["percentage", "fixed", "free_shipping"] };
const DISCOUNT_TARGET: Enum = Enum { name: "discount_target", values: &["line", "order", "shipping"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0022_orders", &[&PARCEL_STATUS, &RETURN_STATUS, &DISCOUNT_KIND, &DISCOUNT_TARGET], || {
        vec![
            additions::order_numbers(),
            delivery::fulfillments(),
            delivery::fulfillment_lines(),
            delivery::returns(),
            delivery::return_lines(),
            prices::discounts(),
            prices::discount_uses(),
            prices::prices(),
            prices::exchange_rates(),
            prices::tax_rates(),
            prices::shipping_methods(),
        ]
    })
    .adding(|| vec![additions::orders(), additions::order_items()])
    .commenting(&[include_str!("m0022_orders/orders.txt"), include_str!("m0022_orders/prices.txt")])
}

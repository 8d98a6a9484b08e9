//! What things cost: prices, discounts, exchange rates, tax and shipping.

use super::{DISCOUNT_KIND, DISCOUNT_TARGET};
use crate::schema::{
    ChildList::OfThoseWith,
    OnDelete::{Cascade, NoAction, SetNull},
    Table, big_integer, boolean, currency, currency_code, date, decimal, enumeration, integer, list, object, timestamp,
    uuid, varchar,
};

pub(super) fn discounts() -> Table {
    Table::new("discounts")
        .column(varchar("code", 50).null().unique())
        .column(varchar("name", 255))
        .column(enumeration("kind", &DISCOUNT_KIND))
        .column(enumeration("target", &DISCOUNT_TARGET))
        .column(decimal("value", 10, 2))
        .column(currency())
        .column(object("conditions"))
        .column(timestamp("starts_at").null())
        .column(timestamp("ends_at").null())
        .column(integer("usage_limit").null())
        .counts(&["used_count"])
        .column(boolean("once_per_customer").default("FALSE"))
        .column(boolean("is_active").default("TRUE"))
        .edited()
        .check("code", "code = UPPER(code)")
        .check("value", "value >= 0 AND (kind <> 'percentage' OR value <= 100)")
        .check("target", "(kind = 'free_shipping') = (target = 'shipping')")
        .check("times", "ends_at > starts_at")
        .check("usage_limit", "usage_limit > 0")
        .check("usage", "used_count <= usage_limit")
}

/// Uses of discounts: they make "once per customer" and the limit of uses hold when many order at once.
pub(super) fn discount_uses() -> Table {
    Table::new("discount_uses")
        .column(uuid("discount_id").references("discounts", NoAction))
        .column(uuid("order_id").references("orders", Cascade))
        .column(uuid("customer_id").null().references("customers", SetNull).children(OfThoseWith))
        .column(decimal("amount", 12, 2))
        .column(boolean("is_once"))
        .created()
        .check("amount", "amount >= 0")
        .unique("order", &["discount_id", "order_id"])
        .unique_where("customer", &["discount_id", "customer_id"], "is_once")
}

pub(super) fn prices() -> Table {
    Table::new("prices")
        .column(uuid("product_variant_id").references("product_variants", Cascade))
        .column(currency())
        .column(uuid("segment_id").null().references("customer_segments", Cascade).children(OfThoseWith))
        .column(integer("min_quantity").default("1"))
        .column(decimal("price", 10, 2))
        .column(decimal("compare_at_price", 10, 2).null())
        .edited()
        .check("min_quantity", "min_quantity > 0")
        .check("price", "price >= 0")
        .check("compare_at_price", "compare_at_price >= 0")
        .unique("segment", &["product_variant_id", "currency", "segment_id", "min_quantity"])
        .unique_where("everybody", &["product_variant_id", "currency", "min_quantity"], "segment_id IS NULL")
}

pub(super) fn exchange_rates() -> Table {
    Table::new("exchange_rates")
        .column(currency_code("base"))
        .column(currency_code("quote"))
        .column(date("day"))
        .column(big_integer("rate_e10"))
        .column(varchar("source", 50))
        .changing()
        .check("pair", "base <> quote")
        .check("rate_e10", "rate_e10 > 0")
        .unique("day", &["base", "quote", "day"])
}

pub(super) fn tax_rates() -> Table {
    Table::new("tax_rates")
        .column(varchar("country", 2))
        .column(varchar("region", 10).default("''"))
        .column(varchar("tax_class", 50).default("'standard'"))
        .column(varchar("name", 255))
        .column(decimal("percentage", 7, 4))
        .column(boolean("is_included"))
        .column(boolean("on_shipping"))
        .edited()
        .check("percentage", "percentage BETWEEN 0 AND 100")
        .unique("place", &["country", "region", "tax_class"])
}

pub(super) fn shipping_methods() -> Table {
    Table::new("shipping_methods")
        .column(varchar("code", 50))
        .column(varchar("name", 255))
        .column(list("countries"))
        .column(currency())
        .column(decimal("price", 10, 2))
        .column(decimal("free_from", 12, 2).null())
        .column(boolean("is_active").default("TRUE"))
        .edited()
        .check("price", "price >= 0")
        .check("free_from", "free_from >= 0")
        .unique("code", &["code", "currency"])
}

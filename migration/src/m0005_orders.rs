//! Orders and their lines.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, SetNull},
    Table, TablesOf, currency, decimal, enumeration, integer, tables_of, uuid, varchar,
};

const ORDER_STATUS: Enum =
    Enum { name: "order_status", values: &["pending", "confirmed", "processing", "completed", "cancelled"] };
const FULFILLMENT_STATUS: Enum =
    Enum { name: "fulfillment_status", values: &["unfulfilled", "partial", "fulfilled", "restocked"] };
const FINANCIAL_STATUS: Enum = Enum {
    name: "financial_status",
    values: &["pending", "authorized", "paid", "partially_refunded", "refunded", "voided"],
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0005_orders", &[&ORDER_STATUS, &FULFILLMENT_STATUS, &FINANCIAL_STATUS], || {
        vec![orders(), order_items()]
    })
}

fn orders() -> Table {
    Table::new("orders")
        .column(varchar("shopify_order_id", 255).null().unique())
        .column(varchar("order_number", 50).unique())
        .column(uuid("customer_id").null().references("customers", SetNull))
        .column(enumeration("status", &ORDER_STATUS))
        .column(decimal("subtotal_amount", 12, 2))
        .column(decimal("discount_amount", 12, 2).default("0"))
        .column(decimal("tax_amount", 12, 2).default("0"))
        .column(decimal("shipping_amount", 12, 2).default("0"))
        .column(decimal("total_amount", 12, 2))
        .column(currency())
        .column(enumeration("fulfillment_status", &FULFILLMENT_STATUS))
        .column(enumeration("financial_status", &FINANCIAL_STATUS))
        .edited()
        .check("subtotal_amount", "subtotal_amount >= 0")
        .check("discount_amount", "discount_amount >= 0")
        .check("tax_amount", "tax_amount >= 0")
        .check("shipping_amount", "shipping_amount >= 0")
        .check("total_amount", "total_amount >= 0")
        // Rounded, because SQLite adds as floats.
        .check("total", "total_amount = ROUND(subtotal_amount - discount_amount + tax_amount + shipping_amount, 2)")
        .index(&["created_at", "id"])
        .index(&["total_amount", "id"])
}

fn order_items() -> Table {
    Table::new("order_items")
        .column(uuid("order_id").references("orders", Cascade))
        .column(uuid("product_variant_id").null().references("product_variants", SetNull))
        .column(varchar("sku", 255).null())
        .column(varchar("title", 500))
        .column(integer("quantity"))
        .column(decimal("price", 10, 2))
        .column(decimal("discount_amount", 12, 2).default("0"))
        .column(decimal("tax_amount", 12, 2).default("0"))
        .column(decimal("total_amount", 12, 2))
        .edited()
        .check("quantity", "quantity > 0")
        .check("discount_amount", "discount_amount >= 0")
        .check("tax_amount", "tax_amount >= 0")
        .check("discount", "discount_amount <= ROUND(quantity * price, 2)")
        .check("total", "total_amount = ROUND(quantity * price - discount_amount + tax_amount, 2)")
}

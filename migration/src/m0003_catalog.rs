//! Products, their variants, the stock of these and how products perform.

use crate::schema::{
    Enum, OnDelete::Cascade, Table, TablesOf, boolean, currency, date, decimal, enumeration, integer, list, tables_of,
    text, timestamp, uuid, varchar,
};

const PRODUCT_STATUS: Enum = Enum { name: "product_status", values: &["draft", "active", "archived"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0003_catalog", &[&PRODUCT_STATUS], || {
        vec![products(), product_variants(), inventory(), product_metrics()]
    })
}

fn products() -> Table {
    Table::new("products")
        .column(varchar("shopify_id", 255).null().unique())
        .column(varchar("handle", 255).unique())
        .column(varchar("title", 500))
        .column(text("description").null())
        .column(varchar("collection", 255).null())
        .column(varchar("category", 255).null())
        .column(list("tags"))
        .column(decimal("base_price", 10, 2))
        .column(decimal("cost", 10, 2).null())
        .column(currency())
        .column(enumeration("status", &PRODUCT_STATUS))
        .edited()
        .check("base_price", "base_price >= 0")
        .check("cost", "cost >= 0")
        .index(&["collection", "status", "id"])
        .index(&["created_at", "id"])
}

fn product_variants() -> Table {
    Table::new("product_variants")
        .column(uuid("product_id").references("products", Cascade))
        .column(varchar("shopify_variant_id", 255).null().unique())
        .column(varchar("sku", 255).null().unique())
        .column(varchar("title", 500))
        .column(varchar("size", 50).null())
        .column(varchar("frame_type", 50).null())
        .column(decimal("price", 10, 2))
        .column(decimal("compare_at_price", 10, 2).null())
        .column(integer("inventory_quantity").default("0"))
        .column(boolean("is_available").default("TRUE"))
        .edited()
        .check("sku", "sku <> ''")
        .check("price", "price >= 0")
        .check("compare_at_price", "compare_at_price >= 0")
        .check("inventory_quantity", "inventory_quantity >= 0")
        .index(&["created_at", "id"])
}

fn inventory() -> Table {
    Table::new("inventory")
        .column(uuid("product_variant_id").references("product_variants", Cascade))
        .column(varchar("location", 255).default("'main'"))
        .column(integer("quantity_available").default("0"))
        .column(integer("quantity_reserved").default("0"))
        .column(integer("quantity_incoming").default("0"))
        .column(integer("reorder_point").null())
        .column(integer("reorder_quantity").null())
        .column(timestamp("last_counted_at").null())
        .edited()
        .unique("location", &["product_variant_id", "location"])
        .check("quantity_available", "quantity_available >= 0")
        .check("quantity_reserved", "quantity_reserved >= 0")
        .check("quantity_incoming", "quantity_incoming >= 0")
        .check("reorder_point", "reorder_point >= 0")
        .check("reorder_quantity", "reorder_quantity >= 0")
}

fn product_metrics() -> Table {
    Table::new("product_metrics")
        .column(uuid("product_id").references("products", Cascade))
        .column(date("period_start"))
        .column(date("period_end"))
        .column(integer("views").default("0"))
        .column(integer("add_to_carts").default("0"))
        .column(integer("purchases").default("0"))
        .column(decimal("revenue", 12, 2).default("0"))
        .column(decimal("conversion_rate", 5, 4).null())
        .column(decimal("average_order_value", 12, 2).null())
        .changing()
        .unique("period", &["product_id", "period_start", "period_end"])
        .check("period", "period_end >= period_start")
        .check("counts", "views >= 0 AND add_to_carts >= 0 AND purchases >= 0")
        .check("conversion_rate", "conversion_rate BETWEEN 0 AND 1")
}

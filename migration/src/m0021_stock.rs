//! Reservations, movements of stock, and how a variant may be sold.

mod kept;

use crate::{
    engine::Engine,
    schema::{
        Addition,
        ChildList::OfThoseWith,
        Enum,
        OnDelete::{Cascade, SetNull},
        Table, TablesOf, enumeration, integer, list, tables_of, timestamp, uuid, varchar,
    },
};

const STOCK_POLICY: Enum = Enum { name: "stock_policy", values: &["deny", "backorder", "untracked"] };
const RESERVATION_STATUS: Enum =
    Enum { name: "reservation_status", values: &["held", "ordered", "backordered", "shipped", "released", "expired"] };
const STOCK_MOVEMENT_KIND: Enum = Enum {
    name: "stock_movement_kind",
    values: &["opening", "count", "adjust", "receive", "ship", "return", "transfer", "import", "sync"],
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0021_stock", &[&STOCK_POLICY, &RESERVATION_STATUS, &STOCK_MOVEMENT_KIND], || {
        vec![stock_reservations(), stock_movements()]
    })
    .adding(|| vec![products(), product_variants(), inventory()])
    .commenting(&[include_str!("m0021_stock.txt")])
}

/// The table that every order writes to, with no index more than its lists and locks need.
fn stock_reservations() -> Table {
    Table::new("stock_reservations")
        .column(uuid("hold_id"))
        .column(uuid("product_variant_id").references("product_variants", Cascade))
        .column(uuid("inventory_id").null().references("inventory", Cascade).children(OfThoseWith))
        .column(uuid("order_id").null().references("orders", Cascade).children(OfThoseWith))
        .column(uuid("order_item_id").null().references("order_items", Cascade).children(OfThoseWith))
        .column(integer("quantity"))
        .column(enumeration("status", &RESERVATION_STATUS))
        .column(timestamp("expires_at").null())
        .column(varchar("reference", 255).null())
        .changing()
        .check("quantity", "quantity > 0")
        .check("expires_at", "(status = 'held') = (expires_at IS NOT NULL)")
        .check(
            "order_item",
            "CASE WHEN status = 'held' THEN order_item_id IS NULL \
             ELSE order_item_id IS NOT NULL OR status IN ('released', 'expired') END",
        )
        .check(
            "inventory",
            "CASE WHEN status = 'backordered' THEN inventory_id IS NULL \
             ELSE inventory_id IS NOT NULL OR status IN ('released', 'expired') END",
        )
        .index(&["hold_id"])
        .index_where("expiry", &["expires_at"], "expires_at IS NOT NULL")
        .index_where("backordered", &["product_variant_id", "created_at", "id"], "status = 'backordered'")
        .index_where("ended", &["updated_at"], "order_id IS NULL AND expires_at IS NULL")
}

/// Reserving moves nothing: these are the changes of what is on hand.
fn stock_movements() -> Table {
    Table::new("stock_movements")
        .column(uuid("product_variant_id").null().references("product_variants", SetNull))
        .column(varchar("location", 255))
        .column(varchar("sku", 255).null())
        .column(enumeration("kind", &STOCK_MOVEMENT_KIND))
        .column(integer("quantity"))
        .column(varchar("reason", 255).null())
        .column(uuid("order_id").null().references("orders", SetNull).children(OfThoseWith))
        .column(varchar("principal", 255))
        .column(varchar("effect_key", 255).null().unique())
        .created()
        .check("quantity", "quantity <> 0")
        .index(&["created_at", "id"])
        .append_only(&[("product_variant_id", "product_variants"), ("order_id", "orders")])
}

fn products() -> Addition {
    Addition::to("products")
        .column(list("option_names"))
        .column(varchar("vendor", 255).null())
        .column(timestamp("source_updated_at").null())
        .column(timestamp("source_deleted_at").null())
        .fill(name_options)
}

fn product_variants() -> Addition {
    Addition::to("product_variants")
        .column(list("option_values"))
        .column(enumeration("stock_policy", &STOCK_POLICY).default("'deny'"))
        .checked(integer("edition_size").null(), "edition_size > 0")
        .counts(&["edition_sold"])
        .check(
            "edition",
            "edition_size IS NULL OR (stock_policy = 'deny' AND inventory_quantity + edition_sold <= edition_size)",
        )
        .column(varchar("tax_class", 50).default("'standard'"))
        .column(varchar("shopify_inventory_item_id", 255).null())
        .unique("shopify_inventory_item_id")
        .fill(set_options)
}

fn inventory() -> Addition {
    Addition::to("inventory").column(timestamp("source_updated_at").null()).fill(kept::fill)
}

/// The products all of whose variants have a size and a print type, which tell them apart: a third option is in the
/// title only.
const SIZED: &str = "SELECT product_id FROM product_variants GROUP BY product_id \
                     HAVING COUNT(DISTINCT size || ' / ' || frame_type) = COUNT(*)";

fn name_options(engine: Engine) -> Vec<String> {
    let (sized, others) = (engine.json_list("'Size', 'Print Type'"), engine.json_list("'Title'"));
    vec![format!("UPDATE products SET option_names = CASE WHEN id IN ({SIZED}) THEN {sized} ELSE {others} END")]
}

fn set_options(engine: Engine) -> Vec<String> {
    let (sized, others) = (engine.json_list("size, frame_type"), engine.json_list("title"));
    vec![format!(
        "UPDATE product_variants SET option_values = CASE WHEN product_id IN ({SIZED}) THEN {sized} ELSE {others} END"
    )]
}

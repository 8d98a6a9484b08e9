//! Orders, their lines and their numbers.

use crate::{
    engine::Engine,
    schema::{
        Addition, OnDelete::SetNull, Table, big_integer, boolean, counter, decimal, integer, list, optional_object,
        text, timestamp, uuid, varchar,
    },
};

/// A number is given without a lock that all orders would wait for.
pub(super) fn order_numbers() -> Table {
    Table::keyed("order_numbers", &["position"]).column(counter("position")).created()
}

pub(super) fn orders() -> Addition {
    Addition::to("orders")
        .column(varchar("source", 50).default("'api'"))
        .column(uuid("placed_by_agent_id").null().references("agents", SetNull))
        .checked(varchar("email", 255).null(), "email = LOWER(email)")
        .column(optional_object("shipping_address"))
        .column(optional_object("billing_address"))
        .column(text("note").null())
        .column(list("tags"))
        .column(varchar("shipping_method", 50).null())
        .column(list("discount_codes"))
        .checked(boolean("tax_included").default("FALSE"), "NOT tax_included OR tax_amount = 0")
        .amounts(&["included_tax_amount", "shipping_tax_amount", "captured_amount", "refunded_amount"])
        .checked(big_integer("exchange_rate_e10").default("10000000000"), "exchange_rate_e10 > 0")
        .amounts(&["report_amount"])
        .checked(timestamp("hold_expires_at").null(), "hold_expires_at IS NULL OR status = 'pending'")
        .column(timestamp("valid_until").null())
        .column(timestamp("placed_at").null())
        .column(timestamp("confirmed_at").null())
        .column(timestamp("completed_at").null())
        .checked(timestamp("cancelled_at").null(), "cancelled_at IS NULL OR status = 'cancelled'")
        .column(varchar("cancel_reason", 50).null())
        .column(timestamp("source_updated_at").null())
        .fill(date_orders)
        .index_where("hold_expiry", &["hold_expires_at"], "hold_expires_at IS NOT NULL")
        .index_where("validity", &["valid_until"], "valid_until IS NOT NULL")
        .search_list("tags")
}

pub(super) fn order_items() -> Addition {
    Addition::to("order_items")
        .column(integer("position").default("0"))
        .checked(decimal("list_price", 10, 2).null(), "list_price >= 0")
        .checked(decimal("tax_percentage", 7, 4).default("0"), "tax_percentage >= 0")
        .amounts(&["included_tax_amount"])
        .counts(&["fulfilled_quantity", "cancelled_quantity"])
        .check("shipping", "fulfilled_quantity + cancelled_quantity <= quantity")
        .counts(&["returned_quantity"])
        .check("returns", "returned_quantity <= fulfilled_quantity")
        .counts(&["refunded_quantity"])
        .check("refunds", "refunded_quantity <= quantity")
        .column(varchar("shopify_line_item_id", 255).null())
        .unique("shopify_line_item_id")
        .fill(place_lines)
}

/// What is known of the times, and where numbers go on.
fn date_orders(engine: Engine) -> Vec<String> {
    let digits = "substr(order_number, length(rtrim(order_number, '0123456789')) + 1)";
    let highest = format!(
        "SELECT MAX(number) FROM (SELECT 10000 AS number UNION ALL \
         SELECT CAST({digits} AS bigint) FROM orders WHERE length({digits}) BETWEEN 1 AND 9) AS used"
    );
    vec![
        "UPDATE orders SET placed_at = created_at, \
           confirmed_at = CASE WHEN status IN ('confirmed', 'processing', 'completed') THEN updated_at END, \
           completed_at = CASE WHEN status = 'completed' THEN updated_at END, \
           cancelled_at = CASE WHEN status = 'cancelled' THEN updated_at END"
            .to_owned(),
        engine.count_behind("order_numbers", "position", &highest),
    ]
}

/// The places of lines, by age, and what went out and came back of orders that have ended; how many pieces of each
/// variant that makes.
fn place_lines(_: Engine) -> Vec<String> {
    vec![
        "UPDATE order_items SET position = line.position, fulfilled_quantity = line.fulfilled, \
           returned_quantity = line.returned \
         FROM (SELECT item.id, \
                 ROW_NUMBER() OVER (PARTITION BY item.order_id ORDER BY item.created_at, item.id) - 1 AS position, \
                 CASE WHEN o.status IN ('completed', 'cancelled') \
                   AND o.fulfillment_status IN ('fulfilled', 'restocked') THEN item.quantity ELSE 0 END AS fulfilled, \
                 CASE WHEN o.status IN ('completed', 'cancelled') AND o.fulfillment_status = 'restocked' \
                   THEN item.quantity ELSE 0 END AS returned \
               FROM order_items AS item JOIN orders AS o ON o.id = item.order_id) AS line \
         WHERE line.id = order_items.id"
            .to_owned(),
        "UPDATE product_variants SET \
           edition_sold = CASE WHEN sold.pieces < 2147483647 THEN sold.pieces ELSE 2147483647 END \
         FROM (SELECT product_variant_id, SUM(fulfilled_quantity - returned_quantity) AS pieces FROM order_items \
               GROUP BY product_variant_id) AS sold \
         WHERE sold.product_variant_id = product_variants.id"
            .to_owned(),
    ]
}

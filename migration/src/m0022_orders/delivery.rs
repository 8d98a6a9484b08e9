//! Parcels, and goods on their way back.

use super::{PARCEL_STATUS, RETURN_STATUS};
use crate::schema::{OnDelete::Cascade, Table, enumeration, integer, text, timestamp, uuid, varchar};

pub(super) fn fulfillments() -> Table {
    Table::new("fulfillments")
        .column(uuid("order_id").references("orders", Cascade))
        .column(enumeration("status", &PARCEL_STATUS))
        .column(varchar("location", 255))
        .column(varchar("carrier", 100).null())
        .column(varchar("tracking_number", 255).null())
        .column(varchar("tracking_url", 2000).null())
        .column(timestamp("shipped_at").null())
        .column(timestamp("delivered_at").null())
        .column(varchar("shopify_fulfillment_id", 255).null().unique())
        .edited()
        .check("shipped_at", "(shipped_at IS NOT NULL) = (status IN ('shipped', 'delivered'))")
        .index(&["created_at", "id"])
}

pub(super) fn fulfillment_lines() -> Table {
    Table::keyed("fulfillment_lines", &["fulfillment_id", "order_item_id"])
        .column(uuid("fulfillment_id").references("fulfillments", Cascade))
        .column(uuid("order_item_id").references("order_items", Cascade))
        .column(integer("quantity"))
        .created()
        .check("quantity", "quantity > 0")
}

pub(super) fn returns() -> Table {
    Table::new("returns")
        .column(uuid("order_id").references("orders", Cascade))
        .column(enumeration("status", &RETURN_STATUS))
        .column(varchar("reason", 100))
        .column(text("note").null())
        .column(timestamp("decided_at").null())
        .column(timestamp("received_at").null())
        .edited()
        .index(&["created_at", "id"])
}

pub(super) fn return_lines() -> Table {
    Table::keyed("return_lines", &["return_id", "order_item_id"])
        .column(uuid("return_id").references("returns", Cascade))
        .column(uuid("order_item_id").references("order_items", Cascade))
        .column(integer("quantity"))
        .counts(&["received_quantity", "restocked_quantity"])
        .column(varchar("location", 255).null())
        .changing()
        .check("quantity", "quantity > 0")
        .check("received", "received_quantity <= quantity")
        .check("restocked", "restocked_quantity <= quantity")
}

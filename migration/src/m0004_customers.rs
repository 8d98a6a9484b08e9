//! Customers, the segments they fall into and what was said with them.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, SetNull},
    Table, TablesOf, boolean, currency, decimal, enumeration, integer, list, object, tables_of, text, timestamp, uuid,
    varchar,
};

const SEGMENT_TYPE: Enum = Enum { name: "segment_type", values: &["commercial", "residential", "online"] };
const INTERACTION_CHANNEL: Enum = Enum {
    name: "interaction_channel",
    values: &["email", "chat", "sms", "phone", "whatsapp", "social", "website", "in_person"],
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0004_customers", &[&SEGMENT_TYPE, &INTERACTION_CHANNEL], || {
        vec![customers(), customer_segments(), customer_segment_members(), customer_interactions()]
    })
}

fn customers() -> Table {
    Table::new("customers")
        .column(varchar("shopify_customer_id", 255).null().unique())
        .column(varchar("email", 255).unique())
        .column(varchar("first_name", 255).null())
        .column(varchar("last_name", 255).null())
        .column(varchar("company", 255).null())
        .column(varchar("phone", 50).null())
        .column(list("tags"))
        .column(decimal("total_spent", 12, 2).default("0"))
        .column(integer("orders_count").default("0"))
        .column(decimal("average_order_value", 12, 2).null())
        .column(currency())
        .column(timestamp("last_order_date").null())
        .column(boolean("accepts_marketing").default("FALSE"))
        .column(boolean("vip_status").default("FALSE"))
        .edited()
        .check("email", "email = LOWER(email)")
        .check(
            "totals",
            "total_spent >= 0 AND orders_count >= 0 AND (average_order_value IS NULL OR average_order_value >= 0)",
        )
        .index(&["created_at", "id"])
        .index(&["total_spent", "id"])
}

fn customer_segments() -> Table {
    Table::new("customer_segments")
        .column(varchar("name", 255).unique())
        .column(enumeration("type", &SEGMENT_TYPE))
        .column(text("description").null())
        .column(object("criteria"))
        .column(boolean("is_active").default("TRUE"))
        .edited()
}

fn customer_segment_members() -> Table {
    Table::keyed("customer_segment_members", &["customer_id", "segment_id"])
        .column(uuid("customer_id").references("customers", Cascade))
        .column(uuid("segment_id").references("customer_segments", Cascade))
        .column(decimal("score", 5, 2).default("50.00"))
        .column(timestamp("assigned_at"))
        .changing()
        .check("score", "score BETWEEN 0 AND 100")
}

fn customer_interactions() -> Table {
    Table::new("customer_interactions")
        .column(uuid("customer_id").references("customers", Cascade))
        .column(uuid("agent_id").null().references("agents", SetNull))
        .column(varchar("interaction_type", 100))
        .column(enumeration("channel", &INTERACTION_CHANNEL))
        .column(text("content").null())
        .column(decimal("sentiment_score", 3, 2).null())
        .column(varchar("outcome", 255).null())
        .column(object("metadata"))
        .edited()
        .check("sentiment_score", "sentiment_score BETWEEN -1 AND 1")
        .index(&["created_at", "id"])
}

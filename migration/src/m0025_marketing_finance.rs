//! Campaigns that are sent, what came before a sale, and budgets that are handed down.

mod additions;

use crate::schema::{
    ChildList::{Absent, OfThoseWith},
    Enum,
    OnDelete::{Cascade, NoAction, SetNull},
    Table, TablesOf, decimal, enumeration, tables_of, timestamp, uuid, varchar,
};

const RECIPIENT_STATUS: Enum = Enum {
    name: "recipient_status",
    values: &["pending", "queued", "sending", "sent", "skipped", "failed", "unknown"],
};
const BUDGET_RESERVATION_STATUS: Enum =
    Enum { name: "budget_reservation_status", values: &["held", "committed", "released", "expired"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0025_marketing_finance", &[&RECIPIENT_STATUS, &BUDGET_RESERVATION_STATUS], || {
        vec![campaign_recipients(), touchpoints(), budget_slices(), budget_reservations()]
    })
    .adding(|| {
        vec![
            additions::campaigns(),
            additions::email_lists(),
            additions::email_subscribers(),
            additions::content(),
            additions::kpis(),
            additions::transactions(),
        ]
    })
    .filling(additions::fill)
    .commenting(&[include_str!("m0025_marketing_finance.txt")])
}

/// One row for a person and a campaign makes "once" a key.
fn campaign_recipients() -> Table {
    Table::new("campaign_recipients")
        .column(uuid("campaign_id").references("campaigns", Cascade))
        .column(uuid("customer_id").null().references("customers", SetNull).children(OfThoseWith))
        .column(varchar("address", 255).null())
        .column(varchar("address_hash", 64))
        .column(enumeration("status", &RECIPIENT_STATUS))
        .column(varchar("skip_reason", 50).null())
        .column(uuid("task_id").null().references("tasks", SetNull).children(OfThoseWith))
        .counts(&["send_attempts"])
        .column(varchar("provider_message_id", 255).null())
        .column(timestamp("sent_at").null())
        .column(timestamp("delivered_at").null())
        .column(timestamp("opened_at").null())
        .column(timestamp("clicked_at").null())
        .column(timestamp("bounced_at").null())
        .column(timestamp("complained_at").null())
        .column(timestamp("unsubscribed_at").null())
        .changing()
        .unique("address", &["campaign_id", "address_hash"])
        .index(&["campaign_id", "status", "id"])
        .index_where("waiting", &["task_id"], "status IN ('queued', 'sending')")
        .index_where("message", &["provider_message_id"], "provider_message_id IS NOT NULL")
        .index(&["created_at", "id"])
}

/// Who met a customer before a sale: attribution is computed from nothing else. The list below a customer is in the
/// order in which things happened.
fn touchpoints() -> Table {
    Table::new("touchpoints")
        .column(uuid("customer_id").references("customers", Cascade).children(Absent))
        .column(uuid("agent_id").null().references("agents", SetNull).children(OfThoseWith))
        .column(uuid("campaign_id").null().references("campaigns", SetNull).children(OfThoseWith))
        .column(varchar("channel", 50))
        .column(varchar("kind", 50))
        .column(timestamp("occurred_at"))
        .column(varchar("external_id", 255).null().unique())
        .created()
        .index(&["customer_id", "occurred_at", "id"])
        .index(&["created_at", "id"])
}

/// A tree for each budget: handing money down touches two rows only. Facts may overdraw the root.
fn budget_slices() -> Table {
    Table::new("budget_slices")
        .column(uuid("budget_id").references("budgets", NoAction))
        .column(uuid("parent_id").null().references("budget_slices", NoAction).children(OfThoseWith))
        .column(uuid("agent_id").null().references("agents", NoAction).children(OfThoseWith))
        .amounts(&["allocated_amount", "delegated_amount", "reserved_amount", "spent_amount"])
        .counts(&["alert_level"])
        .edited()
        .check(
            "free",
            "parent_id IS NULL OR ROUND(delegated_amount + reserved_amount + spent_amount, 2) <= allocated_amount",
        )
        .unique("agent", &["budget_id", "agent_id"])
        .unique_where("root", &["budget_id"], "parent_id IS NULL")
}

/// Money that is promised before it is spent.
fn budget_reservations() -> Table {
    Table::new("budget_reservations")
        .column(uuid("slice_id").references("budget_slices", NoAction))
        .column(decimal("amount", 12, 2))
        .amounts(&["spent_amount"])
        .column(enumeration("status", &BUDGET_RESERVATION_STATUS))
        .column(varchar("purpose", 255))
        .column(uuid("task_id").null().references("tasks", SetNull).children(OfThoseWith))
        .column(uuid("campaign_id").null().references("campaigns", SetNull).children(OfThoseWith))
        .column(varchar("effect_key", 255).null().unique())
        .column(timestamp("expires_at").null())
        .changing()
        .check("amount", "amount > 0")
        .check("spent", "spent_amount <= amount")
        .index_where("expiry", &["expires_at"], "status = 'held'")
        .index(&["created_at", "id"])
}

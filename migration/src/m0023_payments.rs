//! Money: attempts to get it, the ledger of what happened to it, what is given back, and what each approval permitted.

mod booked;

use crate::schema::{
    Addition,
    ChildList::{Absent, OfThoseWith},
    Enum,
    OnDelete::{Cascade, NoAction, SetNull},
    Table, TablesOf, boolean, currency, decimal, enumeration, integer, tables_of, timestamp, uuid, varchar,
};

const PAYMENT_STATUS: Enum =
    Enum { name: "payment_status", values: &["pending", "authorized", "captured", "voided", "failed"] };
const PAYMENT_ENTRY_KIND: Enum = Enum {
    name: "payment_entry_kind",
    values: &[
        "authorized",
        "voided",
        "capture_requested",
        "captured",
        "capture_failed",
        "refund_requested",
        "refunded",
        "refund_failed",
        "refund_cancelled",
        "refund_reversed",
        "charged_back",
        "chargeback_reversed",
        "fee",
        "failed",
    ],
};
const REFUND_STATUS: Enum = Enum { name: "refund_status", values: &["pending", "succeeded", "failed", "cancelled"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0023_payments", &[&PAYMENT_STATUS, &PAYMENT_ENTRY_KIND, &REFUND_STATUS], || {
        vec![payments(), refunds(), refund_lines(), payment_entries(), approval_uses()]
    })
    .adding(|| vec![approvals(), transactions()])
    .commenting(&[include_str!("m0023_payments.txt")])
}

fn payments() -> Table {
    Table::new("payments")
        .column(uuid("order_id").references("orders", NoAction))
        .column(varchar("provider", 50))
        .column(varchar("provider_reference", 255).null())
        .column(varchar("method", 50).null())
        .column(decimal("amount", 12, 2))
        .column(currency())
        .column(enumeration("status", &PAYMENT_STATUS))
        .amounts(&[
            "authorized_amount",
            "captured_amount",
            "refunded_amount",
            "charged_back_amount",
            "pending_capture_amount",
            "pending_refund_amount",
            "fee_amount",
        ])
        .column(boolean("is_disputed").default("FALSE"))
        .column(varchar("error_code", 100).null())
        .edited()
        .check("amount", "amount > 0")
        .check("refunded", "refunded_amount <= captured_amount")
        .check("charged_back", "charged_back_amount <= captured_amount")
        .unique("reference", &["provider", "provider_reference"])
        .index(&["created_at", "id"])
}

fn refunds() -> Table {
    Table::new("refunds")
        .column(uuid("order_id").references("orders", NoAction))
        .column(uuid("return_id").null().references("returns", SetNull).children(OfThoseWith))
        .column(decimal("amount", 12, 2))
        .amounts(&["shipping_amount", "shipping_tax_amount"])
        .column(decimal("adjustment_amount", 12, 2).default("0"))
        .column(currency())
        .column(varchar("reason", 255).null())
        .column(enumeration("status", &REFUND_STATUS))
        .column(varchar("source", 50))
        .column(uuid("agent_id").null().references("agents", SetNull).children(OfThoseWith))
        .column(varchar("external_id", 255).null().unique())
        .edited()
        .check("amount", "amount > 0")
        .index(&["created_at", "id"])
}

fn refund_lines() -> Table {
    Table::keyed("refund_lines", &["refund_id", "order_item_id"])
        .column(uuid("refund_id").references("refunds", Cascade))
        .column(uuid("order_item_id").references("order_items", Cascade))
        .column(integer("quantity"))
        .column(decimal("amount", 12, 2))
        .column(decimal("tax_amount", 12, 2))
        .counts(&["restocked_quantity"])
        .created()
        .check("quantity", "quantity > 0")
        .check("amount", "amount >= 0")
        .check("tax_amount", "tax_amount >= 0")
        .check("restocked", "restocked_quantity <= quantity")
}

fn payment_entries() -> Table {
    Table::new("payment_entries")
        .column(uuid("payment_id").references("payments", NoAction))
        .column(enumeration("kind", &PAYMENT_ENTRY_KIND))
        .column(decimal("amount", 12, 2))
        .column(currency())
        .column(uuid("request_id").null().references("payment_entries", NoAction).children(OfThoseWith))
        .column(uuid("refund_id").null().references("refunds", NoAction).children(OfThoseWith))
        .column(varchar("provider_event_id", 255).null())
        .column(varchar("effect_key", 255).unique())
        .column(varchar("principal", 255))
        .column(timestamp("occurred_at"))
        .created()
        .check("amount", "amount > 0 OR (kind = 'failed' AND amount = 0)")
        .index(&["created_at", "id"])
        .append_only(&[])
}

/// An approval permits one act. It is archived with its task, and this goes with it.
fn approval_uses() -> Table {
    Table::keyed("approval_uses", &["approval_id"])
        .column(uuid("approval_id").references("approvals", Cascade).children(Absent))
        .column(varchar("operation", 100))
        .column(uuid("object_id"))
        .created()
}

fn approvals() -> Addition {
    Addition::to("approvals").column(varchar("subject_type", 50).null()).column(uuid("subject_id").null()).index_where(
        "subject",
        &["subject_id", "created_at", "id"],
        "subject_id IS NOT NULL",
    )
}

/// The unique indexes serve the lists of children too, of one row each.
fn transactions() -> Addition {
    Addition::to("transactions")
        .column(uuid("payment_entry_id").null().references("payment_entries", NoAction).children(Absent))
        .column(uuid("reverses_id").null().references("transactions", NoAction).children(Absent))
        .column(decimal("report_amount", 12, 2).null())
        .unique("payment_entry_id")
        .unique("reverses_id")
        .fill(booked::fill)
        .guarding_too(
            &[
                "id",
                "type",
                "category",
                "amount",
                "currency",
                "description",
                "order_id",
                "customer_id",
                "agent_id",
                "campaign_id",
                "payment_method",
                "external_id",
                "transaction_date",
                "created_at",
            ],
            &[("customer_id", "customers"), ("agent_id", "agents"), ("campaign_id", "campaigns")],
        )
}

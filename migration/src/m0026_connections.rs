//! The shop's connections to the outside: webhooks in and out, and long jobs with their files.

use crate::schema::{
    Addition, ChildList::Absent, Enum, OnDelete::Cascade, Table, TablesOf, big_integer, boolean, enumeration, integer,
    json, list, object, tables_of, text, timestamp, uuid, varchar,
};

const INBOUND_STATUS: Enum =
    Enum { name: "inbound_status", values: &["received", "waiting", "processed", "ignored", "dead"] };
const DELIVERY_STATUS: Enum = Enum { name: "delivery_status", values: &["pending", "delivered", "dead"] };
const BULK_JOB_KIND: Enum = Enum {
    name: "bulk_job_kind",
    values: &[
        "set_stock",
        "set_prices",
        "import_products",
        "export_products",
        "import_inventory",
        "export_inventory",
        "import_orders",
        "import_customers",
        "import_subscribers",
    ],
};
const BULK_JOB_STATUS: Enum =
    Enum { name: "bulk_job_status", values: &["waiting", "pending", "running", "completed", "failed", "cancelled"] };
const BULK_ON_ERROR: Enum = Enum { name: "bulk_on_error", values: &["skip", "stop", "reject_all"] };
const BULK_PART: Enum = Enum { name: "bulk_part", values: &["input", "result"] };

const ENUMS: &[&Enum] =
    &[&INBOUND_STATUS, &DELIVERY_STATUS, &BULK_JOB_KIND, &BULK_JOB_STATUS, &BULK_ON_ERROR, &BULK_PART];

pub(crate) fn migration() -> TablesOf {
    tables_of("m0026_connections", ENUMS, || {
        vec![inbound_webhooks(), webhook_endpoints(), webhook_deliveries(), bulk_jobs(), bulk_chunks()]
    })
    .adding(|| vec![customers()])
    .commenting(&[include_str!("m0026_connections.txt")])
}

/// Files that may name somebody who was erased are known by the time of the last erasure.
fn customers() -> Addition {
    Addition::to("customers").index_where("erased", &["erased_at"], "erased_at IS NOT NULL")
}

/// Stored before it is understood.
fn inbound_webhooks() -> Table {
    Table::new("inbound_webhooks")
        .column(varchar("source", 50))
        .column(varchar("external_id", 255))
        .column(varchar("topic", 100))
        .column(varchar("object_key", 255).null())
        .column(varchar("event_key", 255).null())
        .column(varchar("email_hash", 64).null())
        .column(timestamp("triggered_at").null())
        .column(json("payload"))
        .column(enumeration("status", &INBOUND_STATUS))
        .counts(&["attempts"])
        .column(timestamp("next_attempt_at").null())
        .column(text("error").null())
        .column(timestamp("processed_at").null())
        .changing()
        .check("next_attempt", "(status IN ('received', 'waiting')) = (next_attempt_at IS NOT NULL)")
        .unique("external", &["source", "external_id"])
        .index(&["source", "object_key", "created_at", "id"])
        .index_where("person", &["email_hash"], "email_hash IS NOT NULL")
        .index_where("due", &["next_attempt_at"], "next_attempt_at IS NOT NULL")
        .index_where("kept", &["processed_at"], "processed_at IS NOT NULL AND payload <> '{}'")
        .index(&["created_at", "id"])
}

/// The secret is derived, and stored nowhere.
fn webhook_endpoints() -> Table {
    Table::new("webhook_endpoints")
        .column(varchar("name", 255))
        .column(varchar("url", 2000))
        .column(list("kinds"))
        .column(text("query").null())
        .column(boolean("is_active").default("TRUE"))
        .column(varchar("disabled_reason", 255).null())
        .column(integer("generation").default("1"))
        .column(timestamp("previous_until").null())
        .column(big_integer("cursor_transaction"))
        .column(big_integer("cursor_position"))
        .column(timestamp("failing_since").null())
        .column(timestamp("skipped_at").null())
        .column(timestamp("leased_until").null())
        .edited()
}

/// A state for each event and endpoint, so that a bad endpoint makes no good one hear twice. No foreign key: the many
/// deliveries of an endpoint that is deleted are removed later, a part at a time.
fn webhook_deliveries() -> Table {
    Table::new("webhook_deliveries")
        .column(uuid("endpoint_id"))
        .column(big_integer("transaction_number"))
        .column(big_integer("position"))
        .column(varchar("kind", 100))
        .column(uuid("aggregate_id"))
        .column(enumeration("status", &DELIVERY_STATUS))
        .counts(&["attempts"])
        .column(timestamp("next_attempt_at").null())
        .column(integer("response_status").null())
        .column(varchar("error", 1000).null())
        .column(timestamp("delivered_at").null())
        .changing()
        .unique("event", &["endpoint_id", "transaction_number", "position"])
        .index_where(
            "due",
            &["endpoint_id", "next_attempt_at", "transaction_number", "position"],
            "next_attempt_at IS NOT NULL",
        )
        .index_where("order", &["endpoint_id", "aggregate_id", "transaction_number", "position"], "status = 'pending'")
        .index(&["endpoint_id", "created_at", "id"])
        .index(&["created_at", "id"])
}

/// Long work with its progress. Errors are no list to search in: they change while a job runs.
fn bulk_jobs() -> Table {
    Table::new("bulk_jobs")
        .column(enumeration("kind", &BULK_JOB_KIND))
        .column(enumeration("status", &BULK_JOB_STATUS))
        .column(enumeration("on_error", &BULK_ON_ERROR))
        .column(boolean("dry_run").default("FALSE"))
        .column(object("options"))
        .column(integer("total_rows").null())
        .counts(&["done_rows"])
        .column(object("counts"))
        .column(json("first_errors").default("'[]'"))
        .column(object("checkpoint"))
        .column(varchar("requested_by", 255))
        .column(uuid("requesting_key_id").null())
        .column(timestamp("leased_until").null())
        .column(timestamp("started_at").null())
        .column(timestamp("ended_at").null())
        .column(text("error_message").null())
        .edited()
        .index_where("open", &["created_at", "id"], "status IN ('pending', 'running')")
        .index(&["created_at", "id"])
}

/// Files without a file system that several servers would have to share.
fn bulk_chunks() -> Table {
    Table::keyed("bulk_chunks", &["job_id", "part", "number"])
        .column(uuid("job_id").references("bulk_jobs", Cascade).children(Absent))
        .column(enumeration("part", &BULK_PART))
        .column(integer("number"))
        .column(text("content"))
        .created()
}

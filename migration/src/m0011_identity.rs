//! Who acts: API keys, what was done with them, and calls that may be repeated.

use crate::schema::{
    Enum, OnDelete::Cascade, Table, TablesOf, enumeration, object, optional_object, tables_of, timestamp, uuid, varchar,
};

const ROLE: Enum = Enum { name: "role", values: &["viewer", "operator", "admin", "orchestrator", "agent"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0011_identity", &[&ROLE], || vec![api_keys(), audit_entries(), idempotency_keys()])
}

fn api_keys() -> Table {
    Table::new("api_keys")
        .column(varchar("name", 255))
        .column(varchar("prefix", 20).unique())
        .column(varchar("hash", 64).unique())
        .column(enumeration("role", &ROLE))
        .column(uuid("agent_id").null().references("agents", Cascade))
        .column(timestamp("expires_at").null())
        .column(timestamp("last_used_at").null())
        .column(timestamp("revoked_at").null())
        .changing()
        .check("agent", "(role = 'agent') = (agent_id IS NOT NULL)")
}

fn audit_entries() -> Table {
    Table::new("audit_entries")
        .column(varchar("principal", 255))
        .column(uuid("api_key_id").null())
        .column(varchar("operation", 100))
        .column(varchar("object_type", 100))
        .column(uuid("object_id").null())
        .column(optional_object("before"))
        .column(optional_object("after"))
        .column(varchar("request_id", 100).null())
        .created()
        .index(&["created_at", "id"])
        .index(&["object_id", "created_at", "id"])
        .append_only(&[])
}

/// What a call that carried a key answered, for the caller's repetitions.
fn idempotency_keys() -> Table {
    Table::keyed("idempotency_keys", &["caller", "key"])
        .column(varchar("caller", 255))
        .column(varchar("key", 255))
        .column(varchar("operation", 100))
        .column(varchar("input_hash", 64))
        .column(object("outcome"))
        .created()
        .index(&["created_at"])
}

//! Every index serves a query, and every query that must be fast has its index.
//!
//! The engines are asked for their plans, with the detours of small tables (scans and sorts) forbidden.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use service::{
    database::{self, Sql},
    retention,
};
use tests::{Engine, TestDatabase, on_both_engines};

use super::{
    catalog::texts,
    references::REFERENCES,
    rows::{COMPOSITE, literal},
};

/// An index and the query it is there for.
type Served = (&'static str, &'static str);

on_both_engines! {
    async fn every_query_finds_its_index(db: &TestDatabase) {
        for (index, query) in queries(db) {
            let plan = plan(db, &query).await;
            assert!(names(&plan, &index), "{query}\ndoes not use {index}:\n{plan}");
            let sorted = plan.contains("Sort") || plan.contains("TEMP B-TREE");
            assert!(!sorted, "{query}\nsorts:\n{plan}");
        }
    }

    async fn no_index_is_without_a_query(db: &TestDatabase) {
        let sql = match db.engine() {
            Engine::Postgres => {
                "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid \
                 WHERE NOT indisunique AND relnamespace = 'public'::regnamespace"
            }
            Engine::Sqlite => {
                "SELECT i.name FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND NOT i.\"unique\""
            }
        };
        let held: BTreeSet<_> = texts(db, sql).await.into_iter().collect();
        let used = queries(db).into_iter().map(|(index, _)| index);
        let used: BTreeSet<_> = used.filter(|index| !index.ends_with("_pkey")).collect();
        assert_eq!(held, used);
    }
}

/// Each index that is no key, with its query.
fn queries(db: &TestDatabase) -> Vec<(String, String)> {
    let children = REFERENCES.iter().map(|(table, column, target, _)| {
        // An unknown id: whatever the child, its key breaks the ties.
        let parent = literal(db, &format!("@{target}:999"));
        let order = if COMPOSITE.contains(table) { "created_at" } else { "created_at, id" };
        let query = format!("SELECT * FROM {table} WHERE {column} = {parent} ORDER BY {order} LIMIT 50");
        (format!("{table}_{column}_idx"), query)
    });
    let own = if db.engine() == Engine::Postgres { ON_POSTGRES } else { ON_SQLITE };
    let reads = READS
        .iter()
        .chain(own)
        .map(|(index, query)| ((*index).to_owned(), query.replace("@@", &literal(db, "@agents"))));
    children.chain(reads).chain(removals(db)).collect()
}

/// What retention does, as it does it.
fn removals(db: &TestDatabase) -> [(String, String); 2] {
    let engine = match db.engine() {
        Engine::Postgres => database::Engine::Postgres,
        Engine::Sqlite => database::Engine::Sqlite,
    };
    let text = |write: fn(&mut Sql, DateTime<Utc>)| {
        let mut sql = Sql::new(engine);
        write(&mut sql, DateTime::UNIX_EPOCH);
        sql.into_statement().expect("a statement").to_string()
    };
    [
        ("idempotency_keys_created_at_idx".to_owned(), text(retention::idempotency_keys)),
        ("task_keys_expiry_idx".to_owned(), text(retention::unique_keys)),
    ]
}

async fn plan(db: &TestDatabase, query: &str) -> String {
    let transaction = db.connection().begin().await.expect("a transaction");
    let explain = match db.engine() {
        Engine::Postgres => {
            let forbid = "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_hashagg = off";
            transaction.execute_unprepared(forbid).await.expect("set");
            format!("EXPLAIN {query}")
        }
        Engine::Sqlite => format!("EXPLAIN QUERY PLAN {query}"),
    };
    let column = if db.engine() == Engine::Postgres { 0 } else { 3 };
    let statement = Statement::from_string(transaction.get_database_backend(), explain);
    let rows = transaction.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.iter().map(|row| row.try_get_by_index::<String>(column).expect("a line") + "\n").collect()
}

/// Whether a plan names the index, and not one whose name begins like it.
fn names(plan: &str, index: &str) -> bool {
    plan.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == index)
}

const READS: &[Served] = &[
    (
        "tasks_assigned_agent_id_status_priority_created_at_id_idx",
        "SELECT * FROM tasks WHERE assigned_agent_id = @@ AND status = 'pending' \
         ORDER BY priority, created_at, id LIMIT 100",
    ),
    ("tasks_created_at_id_idx", "SELECT * FROM tasks ORDER BY created_at DESC, id DESC LIMIT 50"),
    (
        "workflow_executions_workflow_id_started_at_idx",
        "SELECT * FROM workflow_executions WHERE workflow_id = @@ \
         ORDER BY started_at DESC NULLS LAST, id DESC LIMIT 3",
    ),
    (
        "workflow_executions_created_at_id_idx",
        "SELECT * FROM workflow_executions ORDER BY created_at DESC, id DESC LIMIT 50",
    ),
    (
        "products_collection_status_id_idx",
        "SELECT * FROM products WHERE collection = 'Mosaic' AND status = 'active' ORDER BY id LIMIT 50",
    ),
    ("products_created_at_id_idx", "SELECT * FROM products ORDER BY created_at DESC, id DESC LIMIT 50"),
    ("product_variants_created_at_id_idx", "SELECT * FROM product_variants ORDER BY created_at DESC, id DESC LIMIT 50"),
    ("orders_created_at_id_idx", "SELECT * FROM orders ORDER BY created_at DESC, id DESC LIMIT 50"),
    ("orders_total_amount_id_idx", "SELECT * FROM orders ORDER BY total_amount DESC, id DESC LIMIT 50"),
    ("customers_created_at_id_idx", "SELECT * FROM customers ORDER BY created_at DESC, id DESC LIMIT 50"),
    ("customers_total_spent_id_idx", "SELECT * FROM customers ORDER BY total_spent DESC, id DESC LIMIT 50"),
    (
        "customer_interactions_created_at_id_idx",
        "SELECT * FROM customer_interactions ORDER BY created_at DESC, id DESC LIMIT 50",
    ),
    (
        "kpi_measurements_kpi_id_measured_at_id_idx",
        "SELECT * FROM kpi_measurements WHERE kpi_id = @@ ORDER BY measured_at DESC, id DESC LIMIT 50",
    ),
    (
        "kpi_measurements_measured_at_id_idx",
        "SELECT * FROM kpi_measurements ORDER BY measured_at DESC, id DESC LIMIT 50",
    ),
    (
        "transactions_type_transaction_date_id_idx",
        "SELECT * FROM transactions WHERE type = 'revenue' AND transaction_date >= '2026-05-01' \
         ORDER BY transaction_date, id LIMIT 50",
    ),
    (
        "transactions_transaction_date_id_idx",
        "SELECT * FROM transactions ORDER BY transaction_date DESC, id DESC LIMIT 50",
    ),
    ("transactions_created_at_id_idx", "SELECT * FROM transactions ORDER BY created_at DESC, id DESC LIMIT 50"),
    (
        "system_events_event_type_created_at_id_idx",
        "SELECT * FROM system_events WHERE event_type = 'started' ORDER BY created_at DESC, id DESC LIMIT 50",
    ),
    (
        "tasks_claimable_idx",
        "SELECT * FROM tasks WHERE assigned_agent_id = @@ AND status = 'pending' AND open_dependencies = 0 \
         ORDER BY priority, created_at, id LIMIT 10",
    ),
    (
        "tasks_cancel_idx",
        "SELECT * FROM tasks WHERE status = 'in_progress' AND cancel_requested_at < '2026-05-01T00:00:00+00:00' \
         ORDER BY cancel_requested_at LIMIT 100",
    ),
    (
        "tasks_lease_idx",
        "SELECT * FROM tasks WHERE status = 'in_progress' AND lease_expires_at < '2026-05-01T00:00:00+00:00' \
         ORDER BY lease_expires_at LIMIT 100",
    ),
    (
        "tasks_wait_idx",
        "SELECT * FROM tasks WHERE status = 'waiting' AND waits_until < '2026-05-01T00:00:00+00:00' \
         ORDER BY waits_until LIMIT 100",
    ),
    (
        "tasks_deadline_idx",
        "SELECT * FROM tasks WHERE sla_breached_at IS NULL AND status IN ('pending', 'in_progress', 'waiting') \
         AND deadline_at < '2026-05-01T00:00:00+00:00' ORDER BY deadline_at LIMIT 100",
    ),
    (
        "tasks_open_of_execution_idx",
        "SELECT 1 FROM tasks WHERE workflow_execution_id = @@ AND status IN ('pending', 'in_progress', 'waiting')",
    ),
    (
        "workflows_next_run_idx",
        "SELECT * FROM workflows WHERE next_run_at <= '2026-05-01T00:00:00+00:00' ORDER BY next_run_at LIMIT 100",
    ),
    (
        "approvals_inbox_idx",
        "SELECT * FROM approvals WHERE status = 'pending' ORDER BY created_at DESC, id DESC LIMIT 50",
    ),
    (
        "approvals_deadline_idx",
        "SELECT * FROM approvals WHERE status = 'pending' AND deadline_at < '2026-05-01T00:00:00+00:00' \
         ORDER BY deadline_at LIMIT 100",
    ),
    ("audit_entries_created_at_id_idx", "SELECT * FROM audit_entries ORDER BY created_at DESC, id DESC LIMIT 50"),
    (
        "audit_entries_object_id_created_at_id_idx",
        "SELECT * FROM audit_entries WHERE object_id = @@ ORDER BY created_at DESC, id DESC LIMIT 50",
    ),
    (
        "events_aggregate_id_transaction_number_position_idx",
        "SELECT * FROM events WHERE aggregate_id = @@ ORDER BY transaction_number, position LIMIT 100",
    ),
    ("system_events_created_at_id_idx", "SELECT * FROM system_events ORDER BY created_at DESC, id DESC LIMIT 50"),
];

/// The order of the log.
const IN_ORDER: &str = "SELECT * FROM events WHERE (transaction_number, position) > (7, 9) ORDER BY transaction_number, position LIMIT 100";

/// SQLite's log has its own numbers for a key.
const ON_SQLITE: &[Served] = &[("events_transaction_number_position_idx", IN_ORDER)];

/// Only PostgreSQL can index a list.
const ON_POSTGRES: &[Served] = &[
    ("events_pkey", IN_ORDER),
    ("agents_mcp_tools_idx", r#"SELECT * FROM agents WHERE mcp_tools @> '["n8n"]'"#),
    ("products_tags_idx", r#"SELECT * FROM products WHERE tags @> '["abstract"]'"#),
    ("customers_tags_idx", r#"SELECT * FROM customers WHERE tags @> '["vip"]'"#),
    ("reports_recipient_agents_idx", r#"SELECT * FROM reports WHERE recipient_agents @> '["a"]'"#),
];

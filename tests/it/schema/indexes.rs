//! Every index serves a statement that a server sends, and no statement reads the whole of a table that grows.
//!
//! Nothing here repeats a query: what is judged is what was sent, by the plans that the engine had for it.

use std::collections::BTreeSet;

use tests::{Engine, TestDatabase, on_both_engines};

use super::{catalog::texts, statements, tour};
use crate::work::fixture::WorkFixture;

on_both_engines! {
    async fn every_index_serves_and_no_large_table_is_read_whole(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        tour::fill(db).await;
        statements::explain_on_postgres(db).await;
        statements::subscribe();
        let fixture = fixture.elsewhere(db).await;
        statements::listen(db);
        tour::read(&fixture).await;
        tour::sell(&fixture).await;
        tour::know(&fixture).await;
        tour::promote(&fixture).await;
        tour::work(&fixture).await;
        tour::connect(&fixture).await;
        tour::keep(&fixture).await;
        let sent = statements::sent(db).await;
        assert!(sent.len() > 150, "only {} statements were heard", sent.len());

        let judged = sent.iter().filter(|sent| !EXCEPTIONS.iter().any(|known| sent.sql.contains(known)));
        let is_large = |table: &&String| GROWING.contains(&table.as_str());
        let read_whole = judged.filter_map(|sent| Some((sent.whole.iter().find(is_large)?, &sent.sql, &sent.plan)));
        let read_whole: Vec<_> = read_whole.map(|(table, sql, plan)| format!("{table} by\n{sql}\n{plan}")).collect();
        assert!(read_whole.is_empty(), "is read as a whole: {}", read_whole.join("\n"));
        let used: BTreeSet<_> = sent.iter().flat_map(|sent| sent.indexes.iter().cloned()).collect();
        let held = held(db).await;
        let unused: Vec<_> = held.difference(&used).filter(|index| !REPLACED.contains(&index.as_str())).collect();
        assert!(unused.is_empty(), "no statement uses {unused:#?}");
    }
}

/// The tables that grow with the shop and its work, and whose lists have an index for their order.
const GROWING: [&str; 27] = [
    "approvals",
    "audit_entries",
    "budget_reservations",
    "campaign_recipients",
    "consents",
    "customer_interactions",
    "customers",
    "events",
    "fulfillments",
    "idempotency_keys",
    "inbound_webhooks",
    "kpi_measurements",
    "orders",
    "payment_entries",
    "payments",
    "product_variants",
    "products",
    "refunds",
    "returns",
    "stock_movements",
    "system_events",
    "task_keys",
    "tasks",
    "touchpoints",
    "transactions",
    "webhook_deliveries",
    "workflow_executions",
];

/// What may read a whole table here, by a piece of the statement.
const EXCEPTIONS: [&str; 9] = [
    // Every entry of the books takes another one back here: asking for that of each entry would cost more.
    "LEFT JOIN transactions AS o ON o.id = t.reverses_id",
    // There are as many agents here as tasks: asking for those of each agent would cost more.
    "FROM agents AS a CROSS JOIN tasks AS t",
    "CROSS JOIN agents AS g CROSS JOIN task_attempts AS a",
    "CROSS JOIN agents AS g JOIN tasks AS t",
    "min(t.created_at) FILTER",
    // Parts of tasks, of which there are none here.
    "WITH RECURSIVE tree",
    // Who is erased, which is rare, is looked for by address: in orders, and on PostgreSQL in recipients.
    "OR \"orders\".\"email\" IN",
    "UPDATE campaign_recipients SET address = NULL",
    // The list of approvals, which has an index for those that are pending only.
    "FROM approvals AS t0 WHERE TRUE",
];

/// Indexes whose place another one may take here, where each parent has one row.
const REPLACED: [&str; 14] = [
    "agent_collaborations_requesting_agent_id_idx",
    "approvals_deadline_idx",
    "customer_segment_members_customer_id_idx",
    "discount_uses_discount_id_idx",
    "fulfillment_lines_fulfillment_id_idx",
    "inventory_product_variant_id_idx",
    "kpi_measurements_kpi_id_idx",
    "prices_product_variant_id_idx",
    "product_metrics_product_id_idx",
    "refund_lines_refund_id_idx",
    "return_lines_return_id_idx",
    "tasks_assigned_agent_id_idx",
    "workflows_owner_agent_id_idx",
    // SQLite reads the schedules that are due in the order of their ids.
    "workflows_next_run_idx",
];

/// The indexes that are no keys.
async fn held(db: &TestDatabase) -> BTreeSet<String> {
    let sql = match db.engine() {
        Engine::Postgres => {
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid \
             WHERE NOT indisunique AND relnamespace = 'public'::regnamespace"
        }
        Engine::Sqlite => {
            "SELECT i.name FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table' AND NOT i.\"unique\""
        }
    };
    texts(db, sql).await.into_iter().collect()
}

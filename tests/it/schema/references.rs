//! Foreign keys: what they point at, and what happens when that is deleted.

use std::collections::BTreeSet;

use api::{
    read::table::{Hierarchy, Table, ToMany, ToOne},
    tables::TABLES,
};
use sea_orm::ConnectionTrait;
use tests::{Engine, TestDatabase, on_both_engines};

use super::{
    catalog::{count, texts},
    rows::{self, Row, literal},
};

/// A foreign key: table, column, target, and what the target's deletion does.
pub(crate) type Reference = (&'static str, &'static str, &'static str, &'static str);

on_both_engines! {
    async fn the_delete_rules_are_those_of_the_domain(db: &TestDatabase) {
        let expected: BTreeSet<_> =
            REFERENCES.iter().map(|(table, column, target, rule)| format!("{table}.{column} {target} {rule}")).collect();
        assert_eq!(references(db).await, expected);
    }

    async fn deleting_a_target_does_what_its_rule_says(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (index, (table, column, target, rule)) in REFERENCES.iter().enumerate() {
            let case = format!("{table}.{column} when {target} is deleted");
            let (parent, child) = (1000 + 2 * index, 1001 + 2 * index);
            Row::new(target, parent).insert(db).await.expect(&case);
            let parent = format!("@{target}:{parent}");
            Row::new(table, child).set(column, &parent).insert(db).await.expect(&case);

            let refers = format!("{column} = {}", literal(db, &parent));
            let (rows, kept) = (count(db, table, "TRUE").await, count(db, target, "TRUE").await);
            assert_eq!(count(db, table, &refers).await, 1, "{case}");
            let delete = format!("DELETE FROM {target} WHERE id = {}", literal(db, &parent));
            let outcome = db.connection().execute_unprepared(&delete).await;

            // The books outlive everything: nothing below a transaction goes, because it does not go itself.
            if matches!(*rule, "NO ACTION" | "RESTRICT") || *target == "transactions" {
                outcome.expect_err(&case);
                assert_eq!(count(db, table, &refers).await, 1, "{case}");
                continue;
            }
            outcome.expect(&case);
            assert_eq!(count(db, table, &refers).await, 0, "{case}");
            let gone = usize::from(*rule == "CASCADE");
            let (left, kept) = if table == target { (kept - 1 - gone, kept - 1 - gone) } else { (rows - gone, kept - 1) };
            assert_eq!((count(db, table, "TRUE").await, count(db, target, "TRUE").await), (left, kept), "{case}");
        }
    }

    async fn a_reference_to_nothing_is_refused(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (index, (table, column, target, _)) in REFERENCES.iter().enumerate() {
            let row = Row::new(table, 1000 + index).set(column, &format!("@{target}:999999"));
            let error = row.insert(db).await.expect_err(&format!("{table}.{column} points at nothing"));
            assert!(error.to_string().to_lowercase().contains("foreign key"), "{table}.{column}: {error}");
        }
    }
}

/// A relation that the API declares is a foreign key of the database, seen from one of its ends.
#[test]
fn relations_follow_foreign_keys() {
    let is_key = |table: &Table, column: usize, target: &Table| {
        let (table, column, target) = (table.name, table.columns()[column].name, target.name);
        REFERENCES.iter().any(|(from, by, to, _)| (*from, *by, *to) == (table, column, target))
    };
    let mut relations = 0;
    for table in TABLES.iter() {
        for ToOne { name, target, key, optional, .. } in table.to_one {
            assert!(is_key(table, *key, target()), "{}.{name}", table.object);
            assert_eq!(table.columns()[*key].nullable, *optional, "{}.{name}", table.object);
            relations += 1;
        }
        for ToMany { name, target, key, .. } in table.to_many {
            assert!(is_key(target(), *key, table), "{}.{name}", table.object);
            relations += 1;
        }
        if let Some(Hierarchy { key, .. }) = &table.hierarchy {
            assert!(is_key(table, *key, table), "the hierarchy of {}", table.object);
            relations += 1;
        }
    }
    assert!(relations > REFERENCES.len(), "{relations}");
}

/// `table.column target rule`, for each foreign key.
async fn references(db: &TestDatabase) -> BTreeSet<String> {
    let sql = match db.engine() {
        Engine::Postgres => {
            "SELECT conrelid::regclass || '.' || attname || ' ' || confrelid::regclass || ' ' || \
             CASE confdeltype WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' \
             WHEN 'n' THEN 'SET NULL' ELSE '?' END \
             FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] WHERE contype = 'f'"
        }
        Engine::Sqlite => {
            "SELECT t.name || '.' || k.\"from\" || ' ' || k.\"table\" || ' ' || k.on_delete \
             FROM sqlite_master t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'"
        }
    };
    texts(db, sql).await.into_iter().collect()
}

pub(crate) const REFERENCES: &[Reference] = &[
    ("agents", "parent_id", "agents", "NO ACTION"),
    ("agent_capabilities", "agent_id", "agents", "CASCADE"),
    ("agent_collaborations", "requesting_agent_id", "agents", "CASCADE"),
    ("agent_collaborations", "responding_agent_id", "agents", "CASCADE"),
    ("goals", "owner_agent_id", "agents", "NO ACTION"),
    ("goals", "parent_goal_id", "goals", "NO ACTION"),
    ("workflows", "goal_id", "goals", "NO ACTION"),
    ("workflows", "owner_agent_id", "agents", "NO ACTION"),
    ("workflow_executions", "workflow_id", "workflows", "RESTRICT"),
    ("tasks", "workflow_execution_id", "workflow_executions", "CASCADE"),
    ("tasks", "assigned_agent_id", "agents", "NO ACTION"),
    ("product_variants", "product_id", "products", "CASCADE"),
    ("inventory", "product_variant_id", "product_variants", "CASCADE"),
    ("product_metrics", "product_id", "products", "CASCADE"),
    ("customer_segment_members", "customer_id", "customers", "CASCADE"),
    ("customer_segment_members", "segment_id", "customer_segments", "CASCADE"),
    ("customer_interactions", "customer_id", "customers", "CASCADE"),
    ("customer_interactions", "agent_id", "agents", "SET NULL"),
    ("orders", "customer_id", "customers", "SET NULL"),
    ("order_items", "order_id", "orders", "CASCADE"),
    ("order_items", "product_variant_id", "product_variants", "SET NULL"),
    ("campaigns", "goal_id", "goals", "SET NULL"),
    ("campaigns", "owner_agent_id", "agents", "SET NULL"),
    ("campaigns", "target_segment_id", "customer_segments", "SET NULL"),
    ("content", "created_by_agent_id", "agents", "SET NULL"),
    ("content", "campaign_id", "campaigns", "SET NULL"),
    ("email_subscribers", "list_id", "email_lists", "CASCADE"),
    ("email_subscribers", "customer_id", "customers", "SET NULL"),
    ("kpis", "owner_agent_id", "agents", "SET NULL"),
    ("kpi_measurements", "kpi_id", "kpis", "CASCADE"),
    ("reports", "created_by_agent_id", "agents", "SET NULL"),
    ("transactions", "order_id", "orders", "NO ACTION"),
    ("transactions", "customer_id", "customers", "SET NULL"),
    ("transactions", "agent_id", "agents", "SET NULL"),
    ("transactions", "campaign_id", "campaigns", "SET NULL"),
    ("budgets", "owner_agent_id", "agents", "SET NULL"),
    ("revenue_attribution", "transaction_id", "transactions", "CASCADE"),
    ("revenue_attribution", "agent_id", "agents", "NO ACTION"),
    ("revenue_attribution", "campaign_id", "campaigns", "SET NULL"),
    ("system_events", "source_agent_id", "agents", "SET NULL"),
    ("configurations", "updated_by_agent_id", "agents", "SET NULL"),
    ("tasks", "parent_task_id", "tasks", "CASCADE"),
    ("task_dependencies", "task_id", "tasks", "CASCADE"),
    ("task_dependencies", "depends_on_id", "tasks", "CASCADE"),
    ("task_attempts", "task_id", "tasks", "CASCADE"),
    ("task_attempts", "agent_id", "agents", "SET NULL"),
    ("task_keys", "task_id", "tasks", "CASCADE"),
    ("approvals", "task_id", "tasks", "CASCADE"),
    ("approvals", "requesting_agent_id", "agents", "SET NULL"),
    ("approvals", "approver_agent_id", "agents", "SET NULL"),
    ("api_keys", "agent_id", "agents", "CASCADE"),
    ("orders", "placed_by_agent_id", "agents", "SET NULL"),
    ("stock_reservations", "product_variant_id", "product_variants", "CASCADE"),
    ("stock_reservations", "inventory_id", "inventory", "CASCADE"),
    ("stock_reservations", "order_id", "orders", "CASCADE"),
    ("stock_reservations", "order_item_id", "order_items", "CASCADE"),
    ("stock_movements", "product_variant_id", "product_variants", "SET NULL"),
    ("stock_movements", "order_id", "orders", "SET NULL"),
    ("fulfillments", "order_id", "orders", "CASCADE"),
    ("fulfillment_lines", "fulfillment_id", "fulfillments", "CASCADE"),
    ("fulfillment_lines", "order_item_id", "order_items", "CASCADE"),
    ("returns", "order_id", "orders", "CASCADE"),
    ("return_lines", "return_id", "returns", "CASCADE"),
    ("return_lines", "order_item_id", "order_items", "CASCADE"),
    ("discount_uses", "discount_id", "discounts", "NO ACTION"),
    ("discount_uses", "order_id", "orders", "CASCADE"),
    ("discount_uses", "customer_id", "customers", "SET NULL"),
    ("prices", "product_variant_id", "product_variants", "CASCADE"),
    ("prices", "segment_id", "customer_segments", "CASCADE"),
    ("payments", "order_id", "orders", "NO ACTION"),
    ("refunds", "order_id", "orders", "NO ACTION"),
    ("refunds", "return_id", "returns", "SET NULL"),
    ("refunds", "agent_id", "agents", "SET NULL"),
    ("refund_lines", "refund_id", "refunds", "CASCADE"),
    ("refund_lines", "order_item_id", "order_items", "CASCADE"),
    ("payment_entries", "payment_id", "payments", "NO ACTION"),
    ("payment_entries", "request_id", "payment_entries", "NO ACTION"),
    ("payment_entries", "refund_id", "refunds", "NO ACTION"),
    ("approval_uses", "approval_id", "approvals", "CASCADE"),
    ("transactions", "payment_entry_id", "payment_entries", "NO ACTION"),
    ("transactions", "reverses_id", "transactions", "NO ACTION"),
    ("customer_aliases", "customer_id", "customers", "CASCADE"),
    ("consents", "customer_id", "customers", "SET NULL"),
    ("campaigns", "target_list_id", "email_lists", "SET NULL"),
    ("campaigns", "content_id", "content", "SET NULL"),
    ("campaigns", "budget_slice_id", "budget_slices", "SET NULL"),
    ("campaign_recipients", "campaign_id", "campaigns", "CASCADE"),
    ("campaign_recipients", "customer_id", "customers", "SET NULL"),
    ("campaign_recipients", "task_id", "tasks", "SET NULL"),
    ("touchpoints", "customer_id", "customers", "CASCADE"),
    ("touchpoints", "agent_id", "agents", "SET NULL"),
    ("touchpoints", "campaign_id", "campaigns", "SET NULL"),
    ("budget_slices", "budget_id", "budgets", "NO ACTION"),
    ("budget_slices", "parent_id", "budget_slices", "NO ACTION"),
    ("budget_slices", "agent_id", "agents", "NO ACTION"),
    ("budget_reservations", "slice_id", "budget_slices", "NO ACTION"),
    ("budget_reservations", "task_id", "tasks", "SET NULL"),
    ("budget_reservations", "campaign_id", "campaigns", "SET NULL"),
    ("transactions", "budget_slice_id", "budget_slices", "NO ACTION"),
    ("bulk_chunks", "job_id", "bulk_jobs", "CASCADE"),
];

/// The key that leads from a table to a later one, which leads back.
pub(crate) const AHEAD: (&str, &str) = ("campaigns", "content_id");

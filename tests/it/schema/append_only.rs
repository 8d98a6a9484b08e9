//! What is written into the books and the event log stays as it is.

use chrono::{SecondsFormat, TimeDelta, Utc};
use sea_orm::ConnectionTrait;
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{
    catalog::count,
    rows::{self, Row},
};

/// The current time less some days, as a literal.
fn ago(days: i64) -> String {
    let at = Utc::now() - TimeDelta::days(days);
    format!("'{}'", at.to_rfc3339_opts(SecondsFormat::Micros, false))
}

on_both_engines! {
    async fn transactions_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        let row = Row::new("transactions", 11).set("customer_id", "@customers").set("agent_id", "@agents:2");
        row.insert(db).await.expect("inserted");
        for change in [
            "amount = 1",
            "type = 'refund'",
            "customer_id = NULL",
            "description = 'x'",
            "order_id = NULL, amount = 5",
            "payment_entry_id = (SELECT id FROM payment_entries)",
            "reverses_id = id",
            "report_amount = 1",
            "budget_slice_id = (SELECT id FROM budget_slices)",
            "customer_id = (SELECT id FROM customers WHERE email = 'customer-2@example.com')",
        ] {
            refused(db, "transactions", &format!("UPDATE transactions SET {change}")).await;
        }
        refused(db, "transactions", "DELETE FROM transactions").await;
    }

    async fn system_events_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        Row::new("system_events", 11).set("source_agent_id", "@agents:2").insert(db).await.expect("inserted");
        for change in ["message = 'x'", "severity = 'debug'", "source_agent_id = NULL", "details = '{\"a\": 1}'"] {
            refused(db, "system_events", &format!("UPDATE system_events SET {change}")).await;
        }
    }

    async fn audit_entries_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        for change in ["principal = 'x'", "before = '{}'", "object_id = NULL, operation = 'x'"] {
            refused(db, "audit_entries", &format!("UPDATE audit_entries SET {change}")).await;
        }
    }

    async fn stock_movements_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        let row = Row::new("stock_movements", 11).set("product_variant_id", "@product_variants");
        row.set("order_id", "@orders").insert(db).await.expect("inserted");
        let changes = ["quantity = 2", "kind = 'count'", "product_variant_id = NULL", "order_id = NULL", "sku = 'x'"];
        for change in changes {
            refused(db, "stock_movements", &format!("UPDATE stock_movements SET {change}")).await;
        }
        refused(db, "stock_movements", "DELETE FROM stock_movements").await;
    }

    async fn payment_entries_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        for change in ["amount = 1", "kind = 'voided'", "request_id = id", "refund_id = NULL, effect_key = 'x'"] {
            refused(db, "payment_entries", &format!("UPDATE payment_entries SET {change}")).await;
        }
        refused(db, "payment_entries", "DELETE FROM payment_entries").await;
    }

    async fn consents_never_change(db: &TestDatabase) {
        rows::insert_all(db).await;
        Row::new("consents", 11).set("customer_id", "@customers").insert(db).await.expect("inserted");
        for change in [
            "state = 'withdrawn'",
            "address_hash = 'x'",
            "evidence = '{\"a\": 1}'",
            "customer_id = NULL, source = 'x'",
            "occurred_at = '2026-05-05T03:02:01+00:00'",
        ] {
            refused(db, "consents", &format!("UPDATE consents SET {change}")).await;
        }
        refused(db, "consents", "DELETE FROM consents").await;
    }

    /// Only to the customer into whom theirs was merged, as an alias says; nothing else changes on the way.
    async fn customers_follow_a_merge(db: &TestDatabase) {
        rows::insert_all(db).await;
        for number in [11, 12, 13] {
            Row::new("customers", number).insert(db).await.expect("inserted");
        }
        let id = |number| rows::literal(db, &format!("@customers:{number}"));
        let (from, into, other) = (id(11), id(12), id(13));
        for table in ["consents", "transactions"] {
            Row::new(table, 11).set("customer_id", "@customers:11").insert(db).await.expect("inserted");
            let moved = format!("UPDATE {table} SET customer_id = {into} WHERE customer_id = {from}");
            refused(db, table, &moved).await;
        }
        let alias = Row::new("customer_aliases", 11).set("kind", "'customer'").set("value", &text(&from));
        alias.set("customer_id", "@customers:12").insert(db).await.expect("an alias");
        for table in ["consents", "transactions"] {
            let update = |set: &str| format!("UPDATE {table} SET customer_id = {set} WHERE customer_id = {from}");
            refused(db, table, &update(&other)).await;
            refused(db, table, &update(&format!("{into}, created_at = '2026-05-05T03:02:01+00:00'"))).await;
            db.connection().execute_unprepared(&update(&into)).await.expect(table);
            assert_eq!(count(db, table, &format!("customer_id = {into}")).await, 1, "{table}");
        }
    }

    async fn what_is_old_may_be_removed(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (number, table, severity, days, may) in [
            (21, "system_events", Some("'info'"), 28, false),
            (22, "system_events", Some("'info'"), 30, true),
            (23, "system_events", Some("'debug'"), 30, true),
            (24, "system_events", Some("'warning'"), 30, false),
            (25, "system_events", Some("'critical'"), 398, false),
            (26, "system_events", Some("'error'"), 400, true),
            (27, "audit_entries", None, 398, false),
            (28, "audit_entries", None, 400, true),
        ] {
            let row = Row::new(table, number).set("created_at", &ago(days));
            let row = severity.iter().fold(row, |row, severity| row.set("severity", severity));
            row.insert(db).await.expect("inserted");
            let delete = format!("DELETE FROM {table} WHERE id = {}", rows::literal(db, &format!("@{table}:{number}")));
            match may {
                true => drop(db.connection().execute_unprepared(&delete).await.expect(&delete)),
                false => refused(db, table, &delete).await,
            }
        }
    }

    async fn only_a_deleted_reference_is_forgotten(db: &TestDatabase) {
        rows::insert_all(db).await;
        Row::new("customers", 11).insert(db).await.expect("inserted");
        Row::new("transactions", 11).set("customer_id", "@customers:11").insert(db).await.expect("inserted");
        let delete = format!("DELETE FROM customers WHERE id = {}", rows::literal(db, "@customers:11"));
        db.connection().execute_unprepared(&delete).await.expect("the customer goes");
        assert_eq!(count(db, "transactions", "customer_id IS NULL AND amount = 400").await, 2);
    }
}

/// An id as a literal text, of the id as the engine writes it.
fn text(id: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
    format!("'{}'", digits.parse::<Uuid>().expect("an id"))
}

async fn refused(db: &TestDatabase, table: &str, statement: &str) {
    let error = db.connection().execute_unprepared(statement).await.expect_err(statement).to_string();
    let rule = format!("{table}_append_only_check");
    // PostgreSQL keeps the name of the rule beside the message.
    assert!(error.contains(&rule) || error.contains("append-only"), "{statement}: {error}");
}

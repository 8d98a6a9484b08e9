//! Every column takes what its type promises and refuses what it does not, alike on both engines.
//!
//! SQLite's checks say what each column is; from them come the values that both engines are tried with.

use tests::{Engine, TestDatabase, on_both_engines};

use super::{
    catalog::{Check, quoted, sqlite_checks, texts},
    rows::{self, NOW, Row, TABLES},
};

/// Values of one column.
struct Samples {
    table: &'static str,
    column: String,
    good: Vec<String>,
    bad: Vec<String>,
}

on_both_engines! {
    async fn every_column_refuses_what_its_type_refuses(db: &TestDatabase) {
        rows::insert_all(db).await;
        let all_samples = all_samples().await;
        assert!(all_samples.len() > 200, "{} columns were found", all_samples.len());
        let mut number = 10;
        for Samples { table, column, good, bad } in &all_samples {
            for (value, accepted) in good.iter().map(|value| (value, true)).chain(bad.iter().map(|value| (value, false))) {
                number += 1;
                let outcome = Row::new(table, number).with(companions(table, column, value)).set(column, value).insert(db).await;
                // A wrong type may be told by any error, but what is good must not fail for whatever reason.
                assert_eq!(outcome.is_ok(), accepted, "{table}.{column} = {value:.60}: {outcome:?}");
            }
        }
    }

    async fn enums_are_the_same_on_both_engines(db: &TestDatabase) {
        if db.engine() == Engine::Sqlite {
            return;
        }
        let listed = "SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_attribute \
                      JOIN pg_enum ON enumtypid = atttypid WHERE attrelid = $table AND attname = $column";
        let checks = checks().await;
        let enums: Vec<_> = checks.iter().filter(|check| check.condition.contains(" IN ('")).collect();
        for check in &enums {
            let column = check.column().expect("a type check");
            let sql = listed
                .replace("$table", &format!("'{}'::regclass", check.table))
                .replace("$column", &format!("'{column}'"));
            let native = texts(db, &sql).await.concat();
            assert_eq!(check.condition, format!(r#""{column}" IN ({native})"#), "{}.{column}", check.table);
        }
        let types = "SELECT typname::text FROM pg_type WHERE typtype = 'e'";
        assert_eq!(enums.len(), texts(db, types).await.len(), "each enum serves one column");
    }

    async fn every_time_knows_its_zone(db: &TestDatabase) {
        let blind = match db.engine() {
            Engine::Postgres => {
                let sql = "SELECT table_name || '.' || column_name FROM information_schema.columns \
                           WHERE table_schema = 'public' AND table_name <> 'seaql_migrations' \
                           AND data_type LIKE 'time%' AND data_type <> 'timestamp with time zone'";
                texts(db, sql).await
            }
            // The name is all that SQLite tells of a text.
            Engine::Sqlite => {
                let mut blind = Vec::new();
                let checks = sqlite_checks(db).await;
                for table in TABLES {
                    let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE name LIKE '%\\_at' ESCAPE '\\'");
                    for column in texts(db, &sql).await {
                        let zoned = |check: &Check| check.table == table && check.column() == Some(&column) && check.condition.contains("+00:00");
                        if !checks.iter().any(zoned) {
                            blind.push(format!("{table}.{column}"));
                        }
                    }
                }
                blind
            }
        };
        assert_eq!(blind, Vec::<String>::new());
    }

    async fn text_is_ordered_by_its_bytes(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (number, name) in ["'b'", "'B'", "'a c'", "'ab'", "'é'", "'_'"].into_iter().enumerate() {
            Row::new("agents", number + 10).set("name", name).insert(db).await.expect("inserted");
        }
        let names = texts(db, "SELECT name FROM agents WHERE name NOT LIKE 'agent%' ORDER BY name").await;
        assert_eq!(names, ["B", "_", "a c", "ab", "b", "é"]);
    }
}

/// What a value of one column asks of others.
fn companions(table: &str, column: &str, value: &str) -> &'static [(&'static str, &'static str)] {
    match (table, column, value) {
        ("agents", "type", "'orchestrator'") => &[("parent_id", "NULL"), ("is_active", "FALSE")],
        ("tasks", "lease_expires_at", _) => &[("status", "'in_progress'"), ("lease_token", "@tasks")],
        ("tasks", "waiting_for", _) => &[("status", "'waiting'")],
        ("approvals", "status", "'pending'") => &[("decided_at", "NULL")],
        ("approvals", "status", "'rejected'") => &[("comment", "'too dear'")],
        ("approvals", "status", "'edited'") => &[("patch", "'{}'")],
        ("approvals", "patch", _) => &[("status", "'edited'")],
        ("api_keys", "role", role) if role != "'agent'" => &[("agent_id", "NULL")],
        ("stock_reservations", "status", "'held'") => &[("order_item_id", "NULL"), ("expires_at", NOW)],
        ("stock_reservations", "status", "'backordered'") => &[("inventory_id", "NULL")],
        ("stock_reservations", "expires_at", _) => &[("status", "'held'"), ("order_item_id", "NULL")],
        ("orders", "cancelled_at", _) => &[("status", "'cancelled'")],
        ("fulfillments", "status", "'shipped'" | "'delivered'") => &[("shipped_at", NOW)],
        ("fulfillments", "shipped_at", _) => &[("status", "'shipped'")],
        ("discounts", "kind", "'free_shipping'") => &[("target", "'shipping'")],
        ("discounts", "target", "'shipping'") => &[("kind", "'free_shipping'")],
        ("inbound_webhooks", "status", "'received'" | "'waiting'") => &[("next_attempt_at", NOW)],
        ("inbound_webhooks", "next_attempt_at", _) => &[("status", "'received'")],
        ("exchange_rates", "quote", _) => &[("base", "'USD'")],
        _ => &[],
    }
}

async fn checks() -> Vec<Check> {
    let sqlite = TestDatabase::migrated(Engine::Sqlite).await.expect("SQLite is always there");
    let checks = sqlite_checks(&sqlite).await;
    checks.into_iter().filter(|check| check.column().is_some()).collect()
}

async fn all_samples() -> Vec<Samples> {
    let samples = |check: &Check| {
        let (good, bad) = values(&check.condition);
        Some(Samples { table: check.table, column: check.column()?.to_owned(), good, bad })
    };
    checks().await.iter().filter_map(samples).collect()
}

/// Values that a type takes, and values that it refuses.
fn values(condition: &str) -> (Vec<String>, Vec<String>) {
    let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let number_after = |text: &str| condition.split(text).nth(1).and_then(|rest| rest.trim().parse::<u32>().ok());
    if let Some(length) = number_after(") <= ") {
        let text = |length: u32| vec![format!("'{}'", "é".repeat(length as usize))];
        (text(length), text(length + 1))
    } else if let Some(digits) = number_after(" < 1e") {
        (vec![], vec![format!("1{}", "0".repeat(digits as usize)), "'much'".to_owned()])
    } else if condition.contains(" IN ('") {
        (quoted(condition).into_iter().map(|value| format!("'{value}'")).collect(), list(&["'nonsense'", "''"]))
    } else if condition.contains("= 16") {
        (vec![], list(&["'no uuid'"]))
    } else if condition.contains("BETWEEN -2147483648") {
        (vec![], list(&["2147483648", "'many'"]))
    } else if condition.contains("IN (FALSE, TRUE)") {
        (list(&["FALSE", "TRUE"]), list(&["2", "'perhaps'"]))
    } else if condition.contains("+00:00") {
        (list(&["'2026-05-04T03:02:01.123456+00:00'"]), list(&["'no time'"]))
    } else if condition.contains("[0-9][0-9][0-9][0-9]-") {
        (list(&["'2026-05-15'"]), list(&["'soon'", "'2026-05'"]))
    } else if condition.contains("[A-Z]") {
        (list(&["'EUR'"]), list(&["'eur'", "'EU'", "'E1R'", "'EURO'"]))
    } else if condition.contains("'array'") {
        (list(&["'[]'", "'[\"a\"]'"]), list(&["'{}'", "'1'", "'nonsense'"]))
    } else if condition.contains("'object'") {
        (list(&["'{}'", "'{\"a\": 1}'"]), list(&["'[]'", "'1'", "'nonsense'"]))
    } else if condition.contains("json_valid") {
        (list(&["'{}'", "'[]'", "'1'"]), list(&["'nonsense'"]))
    } else {
        panic!("no samples are known for {condition}")
    }
}

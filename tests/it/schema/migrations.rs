//! The migrations go up, down and up again, all at once and one by one.

use std::collections::BTreeSet;

use migration::{Migrator, MigratorTrait};
use tests::{Engine, TestDatabase, on_both_engines};

use super::{
    catalog::{count, texts},
    rows::{self, Row, TABLES, literal},
};

on_both_engines! {
    async fn up_makes_the_tables_of_the_domain(db: &TestDatabase) {
        let expected: BTreeSet<_> = TABLES.iter().map(|table| format!("table {table}")).collect();
        let made: BTreeSet<_> = objects(db).await.into_iter().filter(|name| name.starts_with("table ")).collect();
        assert_eq!(made, expected);
    }

    async fn down_leaves_nothing_and_up_makes_the_same_again(db: &TestDatabase) {
        let first = objects(db).await;
        Migrator::down(db.connection(), None).await.expect("down");
        assert_eq!(objects(db).await, Vec::<String>::new());
        Migrator::up(db.connection(), None).await.expect("up again");
        assert_eq!(objects(db).await, first);
    }

    async fn each_step_can_be_taken_back(db: &TestDatabase) {
        let mut heights = vec![objects(db).await];
        let steps = Migrator::migrations().len();
        for _ in 0..steps {
            Migrator::down(db.connection(), Some(1)).await.expect("one down");
            heights.push(objects(db).await);
        }
        for step in (0..steps).rev() {
            Migrator::up(db.connection(), Some(1)).await.expect("one up");
            assert_eq!(objects(db).await, heights[step]);
        }
    }

    async fn tasks_of_before_the_engine_have_what_it_needs(db: &TestDatabase) {
        take_back(db, "m0010_work_engine").await;
        Row::new("agents", 1).set("type", "'orchestrator'").set("parent_id", "NULL").insert(db).await.expect("an agent");
        for (number, status, started) in [(1, "'in_progress'", "'2026-02-28T23:30:01.123456+00:00'"), (2, "'waiting'", "NULL")] {
            let row = Row::new("tasks", number).set("status", status).set("started_at", started);
            row.insert(db).await.expect("a task");
        }
        Migrator::up(db.connection(), None).await.expect("up");
        let due = |number, at| format!("id = {} AND deadline_at = {at}", literal(db, &format!("@tasks:{number}")));
        assert_eq!(count(db, "tasks", &due(1, "'2026-03-01T00:30:01.123456+00:00'")).await, 1);
        assert_eq!(count(db, "tasks", &due(2, "'2026-05-04T04:02:01+00:00'")).await, 1);
        assert_eq!(count(db, "tasks", "status = 'in_progress' AND lease_expires_at = updated_at").await, 1);
        assert_eq!(count(db, "tasks", "status = 'pending'").await, 1);
    }

    async fn a_value_more_can_be_written_and_taken_back(db: &TestDatabase) {
        rows::insert_all(db).await;
        let on_deadline = |number, value| Row::new("approvals", number).set("on_deadline", value);
        on_deadline(10, "'escalate'").insert(db).await.expect("the new value");
        take_back(db, "m0018_approval_rules").await;
        let made = format!("id = {}", literal(db, "@approvals:10"));
        assert_eq!(count(db, "approvals", &format!("{made} AND on_deadline = 'fail'")).await, 1);
        Migrator::up(db.connection(), None).await.expect("up");
        on_deadline(11, "'escalate'").insert(db).await.expect("the new value again");
        on_deadline(12, "'nonsense'").insert(db).await.expect_err("no value");
    }

    async fn new_values_give_way_to_old_ones(db: &TestDatabase) {
        rows::insert_all(db).await;
        let new = [
            ("events", "aggregate_type", "'order'"),
            ("orders", "status", "'draft'"),
            ("orders", "financial_status", "'partially_paid'"),
            ("revenue_attribution", "attribution_model", "'manual'"),
            ("kpis", "metric", "'manual'"),
        ];
        let insert = async |number: usize| {
            for (number, (table, column, value)) in (number..).zip(new) {
                Row::new(table, number).set(column, value).insert(db).await.expect(value);
            }
        };
        insert(10).await;
        take_back(db, "m0020_vocabulary").await;
        assert_eq!(count(db, "events", "aggregate_type = 'system'").await, 1);
        assert_eq!(count(db, "orders", "status = 'cancelled'").await, 1);
        assert_eq!(count(db, "orders", "financial_status = 'pending'").await, 4);
        assert_eq!(count(db, "revenue_attribution", "TRUE").await, 1);
        assert_eq!(count(db, "kpis", "TRUE").await, 1);
        Migrator::up(db.connection(), None).await.expect("up");
        insert(20).await;
    }

    async fn up_twice_changes_nothing(db: &TestDatabase) {
        let first = objects(db).await;
        Migrator::up(db.connection(), None).await.expect("up twice");
        assert_eq!(objects(db).await, first);
    }
}

#[test]
fn names_are_unique_and_in_order() {
    let names: Vec<_> = Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect();
    assert!(names.is_sorted_by(|one, next| one < next), "{names:?}");
}

/// Takes back a migration and all after it.
pub(super) async fn take_back(db: &TestDatabase, name: &str) {
    let from = Migrator::migrations().iter().position(|migration| migration.name() == name);
    let back = Migrator::migrations().len() - from.expect("a migration");
    Migrator::down(db.connection(), Some(back as u32)).await.expect("down");
}

/// Everything the migrations make, their own book-keeping aside.
async fn objects(db: &TestDatabase) -> Vec<String> {
    let sql = match db.engine() {
        Engine::Sqlite => {
            "SELECT type || ' ' || name FROM sqlite_master \
             WHERE name NOT LIKE 'sqlite_%' AND tbl_name <> 'seaql_migrations' ORDER BY 1"
        }
        Engine::Postgres => {
            "SELECT 'table ' || relname::text FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'seaql_migrations' \
             UNION ALL SELECT 'index ' || indexdef::text FROM pg_indexes \
             WHERE schemaname = 'public' AND tablename <> 'seaql_migrations' \
             UNION ALL SELECT 'constraint ' || conname || pg_get_constraintdef(oid) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace AND conrelid <> 'seaql_migrations'::regclass \
             UNION ALL SELECT 'enum ' || typname::text FROM pg_type \
             WHERE typtype = 'e' AND typnamespace = 'public'::regnamespace \
             UNION ALL SELECT 'function ' || proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
             UNION ALL SELECT 'trigger ' || tgname::text FROM pg_trigger WHERE NOT tgisinternal \
             UNION ALL SELECT 'comment ' || relname || COALESCE('.' || attname, '') || ': ' || description \
             FROM pg_description JOIN pg_class ON pg_class.oid = objoid AND classoid = 'pg_class'::regclass \
             LEFT JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid \
             WHERE relnamespace = 'public'::regnamespace \
             ORDER BY 1"
        }
    };
    texts(db, sql).await
}

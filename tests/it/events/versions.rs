//! Every change of a version has its event, and the log has them in the order in which they happened.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, Statement};
use service::{consistency, database::Database};
use uuid::Uuid;

/// The objects whose changes are events, each with its version.
const VERSIONS: &str = "SELECT id, version FROM agents UNION ALL SELECT id, version FROM goals \
                        UNION ALL SELECT id, version FROM workflows UNION ALL SELECT id, version FROM workflow_executions \
                        UNION ALL SELECT id, version FROM tasks UNION ALL SELECT id, version FROM approvals \
                        UNION ALL SELECT id, version FROM products UNION ALL SELECT id, version FROM orders \
                        UNION ALL SELECT id, version FROM payments UNION ALL SELECT id, version FROM customers \
                        UNION ALL SELECT id, version FROM campaigns UNION ALL SELECT id, version FROM budgets \
                        UNION ALL SELECT id, version FROM kpis";

/// What happened to them, in the order of the log. A schedule's slots have no version.
const EVENTS: &str = "SELECT aggregate_id, aggregate_version FROM events \
                      WHERE aggregate_version > 0 AND aggregate_type <> 'system' ORDER BY transaction_number, position";

/// The versions of all objects at one time.
pub(crate) struct Versions(HashMap<Uuid, i32>);

impl Versions {
    pub(crate) async fn now(db: &impl ConnectionTrait) -> Self {
        Self(read(db, VERSIONS).await.into_iter().collect())
    }

    /// What must hold between all rows, and between them and the log.
    pub(crate) async fn check(&self, database: &Database) {
        assert_eq!(consistency::check(database.reader()).await.expect("checked"), []);
        self.check_events_since(database.reader()).await;
    }

    /// Each version that an object has had since then, exactly once and in its order.
    pub(crate) async fn check_events_since(&self, db: &impl ConnectionTrait) {
        let mut told: HashMap<Uuid, Vec<i32>> = HashMap::new();
        for (id, version) in read(db, EVENTS).await {
            told.entry(id).or_default().push(version);
        }
        for (id, version) in read(db, VERSIONS).await {
            let first = self.0.get(&id).copied().unwrap_or_default() + 1;
            let expected: Vec<i32> = (first..=version).collect();
            assert_eq!(told.remove(&id).unwrap_or_default(), expected, "events of {id}, by version");
        }
    }
}

async fn read(db: &impl ConnectionTrait, sql: &str) -> Vec<(Uuid, i32)> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.expect("rows");
    rows.iter().map(|row| (row.try_get_by(0).expect("an id"), row.try_get_by(1).expect("a version"))).collect()
}

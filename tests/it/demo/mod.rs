//! Made-up rows: the demo data, load tests, and the check that both must pass.

mod demo_data;
mod rules;
mod scale;

use chrono::{DateTime, Utc};
use service::{consistency, database::Database};

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

async fn assert_consistent(db: &Database) {
    let violations = consistency::check(db.reader()).await.expect("checked");
    assert_eq!(violations, []);
}

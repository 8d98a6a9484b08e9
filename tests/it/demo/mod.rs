//! Made-up rows: the demo house, load trials, and the check that both must pass.

mod plant;
mod rules;
mod scale;

use chrono::{DateTime, Utc};
use service::{
    consistency,
    database::{Database, Settings},
};
use tests::TestDatabase;

async fn open(db: &TestDatabase) -> Database {
    let url = db.url().parse().expect("a URL of the harness");
    Database::connect(&Settings::new(url)).await.expect("an open database")
}

fn at(time: &str) -> DateTime<Utc> {
    time.parse().expect("a time")
}

async fn assert_consistent(db: &Database) {
    let violations = consistency::check(db.reader()).await.expect("checked");
    assert_eq!(violations, []);
}

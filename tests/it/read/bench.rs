//! The measured reads over a few rows: what `tests/bench` holds for the comparison with other servers works.

use std::fs;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use service::{
    Service,
    clock::Clock,
    work::{Swept, sweep},
};
use tests::Engine;

use super::api::Api;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench");

/// The ids of `sample.sql` that the queries ask for.
const IDS: &str = "SELECT CAST(bench.id('task', 1) AS text), CAST(bench.id('product', 1) AS text), CAST(bench.id('agent', 1) AS text)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_measured_read_answers() {
    tests::run(Engine::Postgres, async |db| {
        for script in ["sample.sql", "load.sql"] {
            let script = fs::read_to_string(format!("{FOLDER}/{script}")).expect("a script");
            db.connection().execute_unprepared(&script).await.expect("rows");
        }
        let statement = sea_orm::Statement::from_string(db.connection().get_database_backend(), IDS);
        let ids = db.connection().query_one_raw(statement).await.expect("a row").expect("a row");
        let id = |column: usize| ids.try_get_by::<String, _>(column).expect("an id");
        let api = Api::open(db).await;

        // The server looks after the work of the demo data while it is measured, and changes nothing.
        let service = Service::new(api.service.database().clone(), Clock::system());
        assert_eq!(sweep(&service).await.expect("swept"), Swept::default());

        let mut answered = 0;
        for file in fs::read_dir(format!("{FOLDER}/queries")).expect("the queries") {
            let path = file.expect("a file").path();
            let query = fs::read_to_string(&path).expect("a query");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let of = if name == "q7.graphql" { id(1) } else { id(0) };
            let all =
                json!({ "id": of, "agent": id(2), "status": "PENDING", "collection": "collection-1", "first": 5 });
            let all = all.as_object().expect("an object").clone();
            let asked: Value =
                all.into_iter().filter(|(variable, _)| query.contains(&format!("${variable}:"))).collect();
            let (data, _) = api.counted(&query, asked).await;
            let (_, root) = data.as_object().expect("an object").iter().next().expect("a field");
            let is_full = match root.get("nodes") {
                Some(nodes) => nodes.as_array().is_some_and(|nodes| !nodes.is_empty()),
                None => root.is_object(),
            };
            assert!(is_full, "{name}: {data}");
            answered += 1;
        }
        assert!(answered >= 11, "{answered}");
    })
    .await;
}

//! The operations that GraphiQL opens with.

use std::{fs, path::Path};

use serde_json::Value;

use super::house;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_runs() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/graphiql/src/examples"));
    let files = fs::read_dir(folder).expect("the examples").map(|file| file.expect("a file").path());
    let examples: Vec<_> = files.filter(|path| path.extension().is_some_and(|kind| kind == "graphql")).collect();
    assert!(!examples.is_empty());
    house::open(async |apis| {
        for path in &examples {
            let query = fs::read_to_string(path).expect("an operation");
            let variables = fs::read_to_string(path.with_extension("variables.json"));
            let variables = variables.map_or(Value::Null, |text| serde_json::from_str(&text).expect("JSON"));
            for api in apis {
                let (answer, _) = api.ask_with(&query, variables.clone()).await;
                // The one that looks for an id shows how to look for it, not what is there.
                let found = answer["node"].is_null() && answer.get("node").is_some() || !empty(&answer);
                assert!(found, "{} shows nothing: {answer}", path.display());
            }
        }
    })
    .await;
}

/// Whether one of its root lists has no rows.
fn empty(answer: &Value) -> bool {
    let lists = answer.as_object().expect("fields").values();
    lists.into_iter().any(|list| list["nodes"].as_array().is_some_and(Vec::is_empty))
}

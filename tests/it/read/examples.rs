//! The operations that GraphiQL opens with.

use std::{fs, path::Path};

use serde_json::Value;

use super::fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_runs() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/graphiql/src/examples"));
    let files = fs::read_dir(folder).expect("the examples").map(|file| file.expect("a file").path());
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "graphql"));
    let examples = files.map(|path| (fs::read_to_string(&path).expect("an operation"), path));
    let (watching, asking): (Vec<_>, Vec<_>) = examples.partition(|(text, _)| text.contains("\nsubscription "));
    assert!(!watching.is_empty() && !asking.is_empty());
    fixture::open(async |apis| {
        for api in apis {
            let begin = api.first("{ latestEventCursor }", Value::Null).await["latestEventCursor"].take();
            for (text, path) in &asking {
                let answer = api.first(text, variables(path)).await;
                assert!(!empty(&answer), "{} shows nothing: {answer}", path.display());
            }
            // The others have made something happen.
            for (text, path) in &watching {
                let mut variables = variables(path);
                variables["after"] = begin.clone();
                let answer = api.first(text, variables).await;
                assert!(!empty(&answer), "{} shows nothing: {answer}", path.display());
            }
        }
    })
    .await;
}

fn variables(example: &Path) -> Value {
    let variables = fs::read_to_string(example.with_extension("variables.json"));
    variables.map_or(Value::Null, |text| serde_json::from_str(&text).expect("JSON"))
}

/// Whether one of its root fields found nothing, or did nothing.
fn empty(answer: &Value) -> bool {
    let fields = answer.as_object().expect("fields").values();
    let none = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    let refused = |field: &Value| field["userErrors"].is_array() && !none(&field["userErrors"]);
    fields.into_iter().any(|field| field.is_null() || refused(field) || none(&field["nodes"]) || none(&field["tasks"]))
}

//! The operations that GraphiQL opens with.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::fixture;

/// Those that go on with ids of answers before them: in this order, after all others.
const STORY: [&str; 7] = [
    "place-order",
    "pay-order",
    "ship-order",
    "request-return",
    "receive-return",
    "create-campaign",
    "launch-campaign",
];
/// The variables of these ids, and where an answer has them.
const IDS: [(&str, &str); 4] = [
    ("order", "/placeOrder/order/id"),
    ("item", "/placeOrder/order/items/nodes/0/id"),
    ("return", "/requestReturn/orderReturn/id"),
    ("campaign", "/createCampaign/campaign/id"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_runs() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../api/graphiql/src/examples"));
    let files = fs::read_dir(folder).expect("the examples").map(|file| file.expect("a file").path());
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "graphql"));
    let examples = files.map(|path| (fs::read_to_string(&path).expect("an operation"), path));
    let (watching, mut asking): (Vec<_>, Vec<_>) = examples.partition(|(text, _)| text.contains("\nsubscription "));
    asking.sort_by_key(|(_, path)| STORY.iter().position(|name| path.file_stem().is_some_and(|stem| stem == *name)));
    assert!(!watching.is_empty() && !asking.is_empty());
    fixture::open(async |apis| {
        for api in apis {
            let begin = api.first("{ latestEventCursor }", Value::Null).await["latestEventCursor"].take();
            let mut known: BTreeMap<&str, Value> = BTreeMap::new();
            for (text, path) in &asking {
                let mut variables = variables(path);
                for (name, id) in &known {
                    if let Some(variable) = variables.get_mut(*name) {
                        *variable = id.clone();
                    }
                }
                let answer = api.first(text, variables).await;
                assert!(!empty(&answer), "{} shows nothing: {answer}", path.display());
                known.extend(IDS.iter().filter_map(|(name, place)| Some((*name, answer.pointer(place)?.clone()))));
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

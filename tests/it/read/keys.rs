//! Single rows: by id, by natural key, by nothing but an id.

use serde_json::{Value, json};

use super::{
    api::Api,
    fixture,
    shape::{named, text},
};

const UNKNOWN: &str = "00000000-0000-0000-0000-0000000fffff";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_found_by_its_id() {
    fixture::open(async |apis| {
        for api in apis {
            let mut all: Vec<Value> = Vec::new();
            let nodes = api.shape.nodes().into_iter().filter(|node| api.shape.has_id(node));
            for node in nodes {
                let (root, columns) = (api.shape.root(&node), api.shape.columns(&node));
                let list = api
                    .query(&format!("{{ {root}(first: 3) {{ nodes {{ __typename {columns} }} }} }}"), Value::Null)
                    .await;
                let one = one(api, &node);
                for row in list[&root]["nodes"].as_array().expect("rows") {
                    let id = &row["id"];
                    let query = format!(
                        "{{ a: {one}(id: {id}) {{ __typename {columns} }} none: {one}(id: \"{UNKNOWN}\") {{ id }}
                            b: node(id: {id}) {{ __typename ... on {node} {{ {columns} }} }} }}"
                    );
                    let found = api.query(&query, Value::Null).await;
                    assert_eq!((&found["a"], &found["b"]), (row, row), "{query}");
                    assert!(found["none"].is_null(), "{query}");
                    all.push(json!({ "__typename": node, "id": id }));
                }
            }
            // Any order, twice, and some that are not there; another spelling is the same id.
            all.extend([all[5].clone(), Value::Null, all[0].clone()]);
            let ids: Vec<_> = all.iter().map(|row| row["id"].as_str().unwrap_or(UNKNOWN)).collect();
            let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
            assert_eq!(api.counted(query, json!({ "ids": ids })).await.0["nodes"], json!(all));
            let upper: Vec<_> = ids.iter().map(|id| id.to_uppercase()).collect();
            assert_eq!(api.counted(query, json!({ "ids": upper })).await.0["nodes"], json!(all));
            assert_eq!(api.counted(query, json!({ "ids": [] })).await.0["nodes"], json!([]));
            assert!(api.query(&format!("{{ node(id: \"{UNKNOWN}\") {{ id }} }}"), Value::Null).await["node"].is_null());
            for wrong in ["", "7", "not-an-id", "00000000-0000-0000-0000-00000000000g"] {
                let answer = api.respond(&format!("{{ node(id: \"{wrong}\") {{ id }} }}"), Value::Null).await;
                assert_eq!(answer.errors.len(), 1, "{answer:?}");
                assert!(answer.errors[0].message.contains("ids are UUIDs"), "{answer:?}");
            }
            let many = vec![UNKNOWN; 251];
            let error = api.error(&format!("{{ nodes(ids: {}) {{ id }} }}", json!(many)), Value::Null).await;
            assert!(matches!(error, service::Error::Limit(_)), "{error:?}");
        }
    })
    .await;
}

/// The root field that finds a row by its id.
fn one(api: &Api, node: &str) -> String {
    let by_id = |field: &&Value| {
        let arguments = field["args"].as_array().expect("arguments");
        named(&field["type"]) == node && arguments.len() == 1 && text(&arguments[0], "name") == "id"
    };
    let field = api.shape.fields("Query").iter().find(by_id).unwrap_or_else(|| panic!("no look-up of {node}"));
    text(field, "name").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn natural_keys_find_one_row() {
    fixture::open(async |apis| {
        for api in apis {
            let fields: Vec<_> = natural(api);
            let names: Vec<_> = fields.iter().map(|(field, ..)| field.as_str()).collect();
            assert_eq!(
                names,
                [
                    "agentByName",
                    "productByHandle",
                    "productVariantBySku",
                    "orderByNumber",
                    "customerByEmail",
                    "configurationByKey"
                ]
            );
            for (field, key, node) in &fields {
                let root = api.shape.root(node);
                let list =
                    api.query(&format!("{{ {root}(first: 250) {{ nodes {{ id {key} }} }} }}"), Value::Null).await;
                let rows = list[&root]["nodes"].as_array().expect("rows").iter().filter(|row| row[key].is_string());
                let query = format!("query($k: String!) {{ it: {field}({key}: $k) {{ id {key} }} }}");
                for row in rows {
                    let (found, _) = api.counted(&query, json!({ "k": row[key] })).await;
                    assert_eq!(&found["it"], row, "{query}");
                    let other = row[key].as_str().expect("a text").to_uppercase() + "  ";
                    let (found, _) = api.counted(&query, json!({ "k": format!("  {other}") })).await;
                    // Only addresses are the same whatever the case and the space around them.
                    let expected = if *key == "email" { row } else { &Value::Null };
                    assert_eq!(&found["it"], expected, "{query} {other}");
                }
                for unknown in ["", "nobody", "%", "it's"] {
                    let (found, _) = api.counted(&query, json!({ "k": unknown })).await;
                    assert!(found["it"].is_null(), "{query} {unknown}");
                }
            }
        }
    })
    .await;
}

/// The root fields that find a row by a text: field, argument, type.
fn natural(api: &Api) -> Vec<(String, String, String)> {
    let find = |field: &Value| {
        let [argument] = &field["args"].as_array()?[..] else { return None };
        let (name, ty) = (text(argument, "name"), named(&argument["type"]));
        (ty == "String").then(|| (text(field, "name").into(), name.into(), named(&field["type"]).into()))
    };
    api.shape.fields("Query").iter().filter_map(find).collect()
}

//! Filters: what each operator means, and that every filter parts a list in two.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};

use super::{
    api::Api,
    fixture,
    meaning::{holds, operators},
    random::{Maker, Rng},
    shape::{Leaf, named, text},
};

/// Filters tried on each type.
const TRIES: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operator_of_every_column_means_what_it_says() {
    fixture::open(async |apis| {
        for api in apis {
            let rows = fixture::rows(api).await;
            let mut maker = Maker { shape: &api.shape, rows: &rows, rng: Rng(1) };
            for node in api.shape.nodes() {
                let tries = if node == "Configuration" { 8 } else { 1 };
                let filters: Vec<_> = columns(api, &node)
                    .iter()
                    .flat_map(|(leaf, input)| {
                        let operators = operators(&api.shape, input);
                        let tried = operators.iter().flat_map(|operator| std::iter::repeat_n(operator, tries));
                        let filter = |(operator, ty): &(String, String)| {
                            let operand = maker.operand(&node, &leaf.name, operator, ty);
                            json!({ &leaf.name: { operator: operand } })
                        };
                        tried.map(filter).collect::<Vec<_>>()
                    })
                    .collect();
                means(api, &node, &rows[&node], &filters).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_of_columns_means_what_it_says() {
    fixture::open(async |apis| {
        for api in apis {
            let rows = fixture::rows(api).await;
            let mut maker = Maker { shape: &api.shape, rows: &rows, rng: Rng(2) };
            for node in api.shape.nodes() {
                let filters: Vec<_> = (0..TRIES).map(|_| maker.filter(&node, 0, 3)).collect();
                means(api, &node, &rows[&node], &filters).await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_filter_parts_its_list_alike_on_both_engines() {
    fixture::open(async |apis| {
        let rows = fixture::rows(&apis[0]).await;
        let mut maker = Maker { shape: &apis[0].shape, rows: &rows, rng: Rng(3) };
        for node in apis[0].shape.nodes() {
            for _ in 0..TRIES {
                let filter = maker.filter(&node, 2, 4);
                let mut parts = Vec::new();
                for api in apis {
                    parts.push(part(api, &node, &filter).await);
                }
                assert!(parts.windows(2).all(|pair| pair[0] == pair[1]), "{node} {filter}\n{parts:#?}");
            }
        }
    })
    .await;
}

/// The rows that satisfy a filter; those that do not are all the others.
async fn part(api: &Api, node: &str, filter: &Value) -> (i64, Vec<String>) {
    let columns = if api.shape.has_id(node) { "id".to_owned() } else { api.shape.columns(node) };
    let root = api.shape.root(node);
    let selection = format!("{{ totalCount nodes {{ {columns} }} }}");
    let query = format!(
        "query($yes: {node}Filter, $no: {node}Filter, $again: {node}Filter) {{
           all: {root} {{ totalCount }} yes: {root}(first: 250, filter: $yes) {selection}
           no: {root}(first: 250, filter: $no) {selection} again: {root}(first: 250, filter: $again) {selection} }}"
    );
    let variables = json!({ "yes": filter, "no": { "not": filter }, "again": { "not": { "not": filter } } });
    let (answer, _) = api.counted(&query, variables).await;
    let count = |part: &str| answer[part]["totalCount"].as_i64().expect("a number");
    let rows = |part: &str| -> Vec<String> {
        answer[part]["nodes"].as_array().expect("rows").iter().map(fixture::identity).collect()
    };
    assert_eq!(count("yes") + count("no"), count("all"), "{node} {filter}");
    let (yes, no): (BTreeSet<_>, BTreeSet<_>) = (rows("yes").into_iter().collect(), rows("no").into_iter().collect());
    assert!(yes.is_disjoint(&no), "{node} {filter}");
    assert_eq!(rows("yes"), rows("again"), "{node} {filter}");
    (count("yes"), rows("yes"))
}

/// The columns that can be filtered, with the types of their operators.
fn columns(api: &Api, node: &str) -> Vec<(Leaf, String)> {
    let inputs = api.shape.ty(&format!("{node}Filter"))["inputFields"].as_array().expect("an input");
    let inputs: HashMap<_, _> = inputs.iter().map(|field| (text(field, "name"), named(&field["type"]))).collect();
    let input = |leaf: Leaf| {
        let input = inputs.get(&*leaf.name).unwrap_or_else(|| panic!("{node}.{} cannot be filtered", leaf.name));
        (leaf, (*input).to_owned())
    };
    api.shape.leaves(node).iter().cloned().map(input).collect()
}

/// Compares the database's answers with [`holds`].
async fn means(api: &Api, node: &str, rows: &[Value], filters: &[Value]) {
    let known: HashSet<_> = rows.iter().map(fixture::identity).collect();
    let columns = if api.shape.has_id(node) { "id".to_owned() } else { api.shape.columns(node) };
    let root = api.shape.root(node);
    for some in filters.chunks(20) {
        let numbers = 0..some.len();
        let declared: String = numbers.clone().map(|n| format!("$f{n}: {node}Filter ")).collect();
        let list = |n| format!("r{n}: {root}(first: 250, filter: $f{n}) {{ nodes {{ {columns} }} }} ");
        let query = format!("query({declared}) {{ {} }}", numbers.map(list).collect::<String>());
        let variables = some.iter().enumerate().map(|(n, filter)| (format!("f{n}"), filter.clone())).collect();
        let (mut answer, _) = api.counted(&query, Value::Object(variables)).await;
        for (n, filter) in some.iter().enumerate() {
            let Value::Array(found) = answer[format!("r{n}")]["nodes"].take() else { panic!("no rows: {filter}") };
            // A list that is longer than a page is compared as far as it was read.
            let found = found.iter().map(fixture::identity).filter(|row| known.contains(row));
            let expected = rows.iter().filter(|row| holds(&api.shape, node, filter, row)).map(fixture::identity);
            let (found, expected): (Vec<_>, Vec<_>) = (found.collect(), expected.collect());
            assert_eq!(found, expected, "{:?} {node} {filter}\n{rows:#?}", api.service.database().engine());
        }
    }
}

//! Filters that reach other tables, and how far a filter may go.

use std::collections::HashSet;

use serde_json::{Value, json};
use service::Error;
use tests::on_both_engines;

use super::{
    api::Api,
    fixture,
    random::{Maker, Rng},
    shape::text,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_none_and_every_are_what_the_lists_say() {
    fixture::open(async |apis| {
        let rows = fixture::rows(&apis[0]).await;
        let mut maker = Maker { shape: &apis[0].shape, rows: &rows, rng: Rng(4) };
        for list in apis[0].shape.lists().iter().filter(|list| list.field != "descendants") {
            let Some(parent) = &list.parent else { continue };
            let (root, field, node) = (apis[0].shape.root(parent), &list.field, &list.node);
            for turn in 0..3 {
                let filter = if turn == 0 { json!({}) } else { maker.filter(node, 0, 2) };
                let query = format!(
                    "query($f: {node}Filter, $some: {parent}Filter, $none: {parent}Filter, $every: {parent}Filter) {{
                       all: {root}(first: 250) {{ nodes {{ id {field} {{ totalCount }} met: {field}(filter: $f) {{ totalCount }} }} }}
                       some: {root}(first: 250, filter: $some) {{ nodes {{ id }} }}
                       none: {root}(first: 250, filter: $none) {{ nodes {{ id }} }}
                       every: {root}(first: 250, filter: $every) {{ nodes {{ id }} }} }}"
                );
                let variables = json!({
                    "f": filter,
                    "some": { field: { "some": filter } },
                    "none": { field: { "none": filter } },
                    "every": { field: { "every": filter } },
                });
                for api in apis {
                    let (answer, _) = api.counted(&query, variables.clone()).await;
                    let all = answer["all"]["nodes"].as_array().expect("rows");
                    for (quantifier, wanted) in [
                        ("some", (|met, _| met > 0) as fn(i64, i64) -> bool),
                        ("none", |met, _| met == 0),
                        ("every", |met, all| met == all),
                    ] {
                        let count = |row: &Value, list: &str| row[list]["totalCount"].as_i64().expect("a number");
                        let holds = |row: &&Value| wanted(count(row, "met"), count(row, field));
                        let expected: Vec<_> = all.iter().filter(holds).map(|row| text(row, "id")).collect();
                        let known: HashSet<_> = all.iter().map(|row| text(row, "id")).collect();
                        let found = answer[quantifier]["nodes"].as_array().expect("rows").iter();
                        let found: Vec<_> = found.map(|row| text(row, "id")).filter(|id| known.contains(id)).collect();
                        assert_eq!(found, expected, "{parent}.{field} {quantifier} {filter}");
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_nested_filter_asks_the_row_at_the_end() {
    fixture::open(async |apis| {
        let rows = fixture::rows(&apis[0]).await;
        let mut maker = Maker { shape: &apis[0].shape, rows: &rows, rng: Rng(5) };
        let mut tried = 0;
        for node in apis[0].shape.nodes() {
            for (field, target) in apis[0].shape.to_ones(&node) {
                tried += 1;
                for turn in 0..3 {
                    let filter = if turn == 0 { json!({}) } else { maker.filter(&target, 0, 2) };
                    let (root, targets) = (apis[0].shape.root(&node), apis[0].shape.root(&target));
                    let columns = apis[0].shape.columns(&node);
                    let query = format!(
                        "query($f: {target}Filter, $nested: {node}Filter) {{
                           met: {targets}(first: 250, filter: $f) {{ nodes {{ id }} totalCount }}
                           all: {root}(first: 250) {{ nodes {{ {columns} {field} {{ id }} }} }}
                           found: {root}(first: 250, filter: $nested) {{ nodes {{ {columns} {field} {{ id }} }} }} }}"
                    );
                    for api in apis {
                        let variables = json!({ "f": filter, "nested": { &field: filter } });
                        let (answer, _) = api.counted(&query, variables).await;
                        let nodes = |list: &str| answer[list]["nodes"].as_array().expect("rows").clone();
                        if answer["met"]["totalCount"].as_u64() > Some(250) {
                            continue;
                        }
                        let met: HashSet<_> = nodes("met").iter().map(|row| row["id"].to_string()).collect();
                        let all = nodes("all");
                        let expected: Vec<_> =
                            all.iter().filter(|row| met.contains(&row[&field]["id"].to_string())).collect();
                        let found = nodes("found");
                        let found: Vec<_> = found.iter().filter(|row| all.contains(row)).collect();
                        assert_eq!(found, expected, "{node}.{field} {filter}");
                    }
                }
            }
        }
        assert!(tried >= 41, "{tried} fields");
    })
    .await;
}

on_both_engines! {
    async fn a_filter_has_bounds(db: &TestDatabase) {
        let api = Api::open(db).await;
        let nested = |depth: usize| "{ not: ".repeat(depth - 1) + "{ priority: { eq: 1 } }" + &" }".repeat(depth - 1);
        let related = |depth: usize| {
            "{ assignedAgent: { tasks: { some: ".repeat(depth / 2) + "{}" + &" } } }".repeat(depth / 2)
        };
        let wide = |terms: usize| format!("{{ or: [{}] }}", "{ priority: { eq: 1 } } ".repeat(terms / 2));
        for (filter, says) in [
            (nested(13), "nested more than 12 levels"),
            (nested(30), "nested more than 12 levels"),
            (related(6), "nests more than 4 relations"),
            (wide(202), "more than 200 conditions"),
        ] {
            for query in [
                format!("{{ tasks(filter: {filter}) {{ nodes {{ id }} }} }}"),
                format!("{{ tasks(filter: {filter}) {{ totalCount }} }}"),
            ] {
                let error = api.error(&query, Value::Null).await;
                assert!(matches!(error, Error::Limit(_)), "{error:?}");
                assert!(error.to_string().contains(says), "{error}");
            }
        }
        let deep = (0..40).fold(json!({}), |filter, _| json!({ "not": filter }));
        let query = "query($f: TaskFilter) { tasks(filter: $f) { totalCount } }";
        let error = api.error(query, json!({ "f": deep })).await;
        assert!(matches!(error, Error::Limit(_)), "{error:?}");
        for filter in [nested(12), related(4), wide(200), "{ id: { in: [] } }".to_owned()] {
            api.query(&format!("{{ tasks(filter: {filter}) {{ nodes {{ id }} totalCount }} }}"), Value::Null).await;
        }
    }
}

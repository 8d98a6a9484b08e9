//! What requests cost: statements by the depth of the query, never by the number of rows.

use std::sync::Arc;

use ::api::read::{Meter, load::execute};
use futures::future::join_all;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    api::Api,
    crowd,
    shape::{Leaf, Shape, is_list, named, text},
};

/// Rows of each table up to this number: more than a hundred parents.
const LAST: usize = 115;

on_both_engines! {
    /// Clients add `__typename` everywhere and ask by fragments: it costs no statement more, and answers the same.
    async fn names_of_types_and_fragments_change_nothing(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let plain = "{ agents(first: 5) { totalCount edges { cursor node { id parent { name } } } nodes { id name parent { id name } \
                     tasks(first: 2) { totalCount nodes { id taskType assignedAgent { name } } } } pageInfo { endCursor } } }";
        let (expected, statements) = api.counted(plain, Value::Null).await;
        let fragments = "query { agents(first: 5) { ...C } } \
             fragment C on AgentConnection { totalCount edges { cursor ... { node { id parent { name } } } } nodes { ...A ... on Agent { ...T } } pageInfo { ...P } } \
             fragment A on Agent { id name parent { ...N } } fragment N on Agent { id name } \
             fragment T on Agent { tasks(first: 2) { totalCount nodes { id taskType assignedAgent { name } } } } \
             fragment P on PageInfo { endCursor }";
        assert_eq!(api.counted(fragments, Value::Null).await, (expected.clone(), statements));
        for query in [plain, fragments] {
            let named = query.replace('{', "{ __typename ");
            let (mut answer, number) = api.counted(&named, Value::Null).await;
            assert_eq!(number, statements, "{named}");
            assert_eq!(answer["agents"]["__typename"], "AgentConnection");
            assert_eq!(answer["agents"]["nodes"][0]["__typename"], "Agent");
            assert_eq!(answer["agents"]["edges"][0]["__typename"], "AgentEdge");
            remove(&mut answer, "__typename");
            assert_eq!(answer, expected, "{named}");
        }
    }

    async fn the_number_of_parents_does_not_matter(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, LAST).await;
        for node in api.shape.nodes() {
            for step in steps(&api.shape, &node) {
                for (selection, statements) in &step.selections {
                    let query = step.below_root(&api.shape, selection);
                    same(&api, &query, 1 + statements).await;
                }
            }
        }
    }

    async fn each_level_costs_one_more(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, LAST).await;
        for node in api.shape.nodes() {
            for outer in steps(&api.shape, &node) {
                for inner in steps(&api.shape, &outer.target).into_iter().step_by(3) {
                    let innermost = inner.nest(&api.shape.columns(&inner.target));
                    let query = outer.below_root(&api.shape, &outer.nest(&innermost));
                    let (_, few) = api.counted(&query, json!({ "first": 3 })).await;
                    let (_, many) = api.counted(&query, json!({ "first": 100 })).await;
                    // Parents without the relation may cost nothing, and several at once no more than one.
                    assert!((2..=3).contains(&few) && many == 3, "{few} and {many} statements\n{query}");
                }
            }
        }
    }

    async fn look_ups_share_statements(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, LAST).await;
        let all = "query($first: Int) { agents(first: $first) { nodes { id name } } tasks(first: $first) { nodes { id } } }";
        for first in [1, 10, 100] {
            let (rows, statements) = api.counted(all, json!({ "first": first })).await;
            assert_eq!(statements, 2);
            let ids = |list: &str| -> Vec<Value> {
                rows[list]["nodes"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect()
            };
            let (agents, tasks) = (ids("agents"), ids("tasks"));
            let both = [agents.clone(), tasks].concat();
            let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Agent { name } ... on Task { taskType } } }";
            assert_eq!(api.counted(nodes, json!({ "ids": agents })).await.1, 2);
            assert_eq!(api.counted(nodes, json!({ "ids": both })).await.1, 3);
            let aliases = |field: &dyn Fn(usize, &Value) -> String| -> String {
                let rows = rows["agents"]["nodes"].as_array().expect("rows").iter().enumerate();
                format!("{{ {} }}", rows.map(|(n, row)| field(n, row)).collect::<String>())
            };
            let by_name = aliases(&|n, row| format!("a{n}: agentByName(name: {}) {{ id }} ", row["name"]));
            assert_eq!(api.counted(&by_name, Value::Null).await.1, 1);
            let by_id = aliases(&|n, row| format!("a{n}: agent(id: {}) {{ id }} ", row["id"]));
            assert_eq!(api.counted(&by_id, Value::Null).await.1, 1);
            let node = aliases(&|n, row| format!("a{n}: node(id: {}) {{ ... on Agent {{ name }} }} ", row["id"]));
            assert_eq!(api.counted(&node, Value::Null).await.1, 2);
        }
    }

    /// However many ask at the same moment, each pays what it pays alone.
    async fn who_shares_a_statement_pays_for_its_own_rows(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        let agents = api.query("{ agents(first: 30) { nodes { id } } }", Value::Null).await;
        let agents = agents["agents"]["nodes"].as_array().expect("agents");
        let mut alone = Vec::new();
        for agent in agents {
            alone.push(paid(&api, agent).await);
        }
        assert!(agents.len() > 10 && alone.iter().any(|(_, points)| *points > 20), "{alone:?}");
        assert_eq!(join_all(agents.iter().map(|agent| paid(&api, agent))).await, alone);
    }

    /// The server runs on several threads: the batch must not be taken while its keys are still being asked for.
    async fn batches_are_whole_every_time(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, LAST).await;
        let query = "query($first: Int) { tasks(first: $first) { nodes {
            assignedAgent { name parent { name } tasks(first: 2) { totalCount nodes { id } } ancestors { name } }
            workflowExecution { workflow { name goal { name } } } } } }";
        for turn in 0..30 {
            let (_, statements) = api.counted(query, json!({ "first": 100 })).await;
            assert_eq!(statements, 9, "in turn {turn}");
        }
    }
}

/// A field that leads from one table to another.
struct Step {
    node: String,
    field: String,
    target: String,
    /// Whether there can be nothing at its end.
    single: bool,
    connection: bool,
    /// What to select at the parent, and how many statements it costs.
    selections: Vec<(String, usize)>,
}

impl Step {
    /// What is selected at the parent to select that at the other end.
    fn nest(&self, selection: &str) -> String {
        let field = &self.field;
        if self.connection {
            format!("{field}(first: 3) {{ nodes {{ {selection} }} }}")
        } else {
            format!("{field} {{ {selection} }}")
        }
    }

    /// A query of any number of parents; where the field has one end, of those that have it.
    fn below_root(&self, shape: &Shape, selection: &str) -> String {
        let filter = if self.single { format!("filter: {{ {}: {{}} }}", self.field) } else { String::new() };
        let root = shape.root(&self.node);
        format!("query($first: Int) {{ {root}(first: $first {filter}) {{ nodes {{ {selection} }} }} }}")
    }
}

/// Every field that leads from a type to another.
fn steps(shape: &Shape, node: &str) -> Vec<Step> {
    let nodes = shape.nodes();
    let step = |field: &Value| {
        let (name, ty) = (text(field, "name"), named(&field["type"]));
        let target = ty.strip_suffix("Connection").unwrap_or(ty);
        nodes.iter().any(|node| node == target).then(|| Step {
            node: node.to_owned(),
            field: name.to_owned(),
            target: target.to_owned(),
            single: !is_list(&field["type"]) && target == ty,
            connection: target != ty,
            selections: match target == ty {
                true => vec![(format!("{name} {{ {} }}", shape.columns(target)), 1)],
                false => connections(shape, name, target),
            },
        })
    };
    shape.fields(node).iter().filter_map(step).collect()
}

fn connections(shape: &Shape, name: &str, target: &str) -> Vec<(String, usize)> {
    let columns = shape.columns(target);
    let order = &shape.sorts(target)[0].0;
    let is_key = |leaf: &&Leaf| !["JSON", "DateTime", "Date"].contains(&leaf.ty.as_str());
    let key = &shape.leaves(target).iter().find(is_key).expect("a column that rows are grouped by").name;
    vec![
        (format!("{name} {{ __typename }}"), 0),
        (format!("{name} {{ nodes {{ {columns} }} }}"), 1),
        (format!("{name} {{ totalCount }}"), 1),
        (format!("{name}(first: 2) {{ edges {{ cursor }} pageInfo {{ hasNextPage }} totalCount }}"), 2),
        (
            format!(
                "{name}(last: 1, filter: {{ not: {{}} }}, orderBy: [{{ field: {order} }}]) {{ nodes {{ __typename }} }}"
            ),
            1,
        ),
        (
            format!(
                "a: {name}(first: 1) {{ nodes {{ __typename }} }} b: {name}(first: 2) {{ nodes {{ __typename }} }}"
            ),
            2,
        ),
        (
            format!("a: {name}(first: 1) {{ nodes {{ __typename }} }} b: {name}(first: 1) {{ nodes {{ {columns} }} }}"),
            1,
        ),
        (format!("{name} {{ aggregate {{ count {key} {{ countDistinct }} }} }}"), 1),
        (format!("{name} {{ groups(first: 2) {{ nodes {{ key {{ {key} }} aggregate {{ count }} }} }} }}"), 1),
        (
            format!(
                "{name} {{ nodes {{ {columns} }} aggregate {{ count }} groups {{ totalCount nodes {{ key {{ {key} }} }} }} }}"
            ),
            4,
        ),
    ]
}

/// The statements and points of an agent, with some of what hangs below it.
async fn paid(api: &Api, agent: &Value) -> (usize, u64) {
    let query = "query($id: ID!) { agent(id: $id) { name parent { name } ancestors { id }
                 tasks(first: 3) { totalCount nodes { id assignedAgent { name } } } } }";
    let meter = Arc::new(Meter::default());
    let request = api.request(query, json!({ "id": agent["id"] })).data(Arc::clone(&meter));
    let response = execute(&api.schema, request).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    (meter.statements(), meter.points())
}

/// One, ten and a hundred parents take that many statements.
async fn same(api: &Api, query: &str, statements: usize) {
    for first in [1, 10, 100] {
        let (answer, taken) = api.counted(query, json!({ "first": first })).await;
        let root = answer.as_object().and_then(|answer| answer.values().next()).expect("a root field");
        assert_eq!(root["nodes"].as_array().map(Vec::len), Some(first), "{query}");
        assert_eq!(taken, statements, "for {first} parents\n{query}");
    }
}

/// Takes a member out of every object.
fn remove(value: &mut Value, name: &str) {
    match value {
        Value::Object(members) => {
            members.remove(name);
            members.values_mut().for_each(|value| remove(value, name));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| remove(value, name)),
        _ => {}
    }
}

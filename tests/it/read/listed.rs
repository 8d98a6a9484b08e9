//! A list of the schema as a test asks for it: with its parent, its order, its rows.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use super::{
    api::Api,
    shape::{Leaf, List, text},
};

/// A list with a parent that has many rows.
pub(super) struct Listed<'a> {
    pub(super) api: &'a Api,
    pub(super) list: List,
    pub(super) columns: String,
    parent: Option<String>,
}

/// An order, as an argument and as what it means.
#[derive(Clone, Default)]
pub(super) struct Order {
    pub(super) argument: String,
    pub(super) keys: Vec<Key>,
}

#[derive(Clone)]
pub(super) struct Key {
    leaf: Leaf,
    descending: bool,
    nulls_first: bool,
}

impl<'a> Listed<'a> {
    /// Every list of the schema, each below the parent that has most rows in it.
    pub(super) async fn all(api: &'a Api) -> Vec<Self> {
        let mut all = Vec::new();
        for list in api.shape.lists() {
            all.push(Self::find(api, list).await);
        }
        all
    }

    async fn find(api: &'a Api, list: List) -> Self {
        let columns = Self::columns(api, &list.node);
        let Some(parent) = &list.parent else { return Self { api, list, columns, parent: None } };
        let (root, field) = (api.shape.root(parent), &list.field);
        let query = format!("{{ {root}(first: 250) {{ nodes {{ id {field} {{ totalCount }} }} }} }}");
        let answer = api.query(&query, Value::Null).await;
        let parents = answer[&root]["nodes"].as_array().expect("parents").iter();
        let fullest = parents.max_by_key(|parent| parent[field]["totalCount"].as_i64());
        let parent = fullest.map(|parent| text(parent, "id").to_owned());
        Self { api, list, columns, parent }
    }

    /// The key and what the list can be ordered by.
    fn columns(api: &Api, node: &str) -> String {
        let sorts = api.shape.sorts(node).into_iter().map(|(_, leaf)| leaf.name + " ");
        let id = if api.shape.has_id(node) { "id " } else { "" };
        sorts.fold(id.to_owned(), |all, column| if column == id { all } else { all + &column })
    }

    /// The named list.
    pub(super) async fn named(api: &'a Api, parent: Option<&str>, field: &str) -> Self {
        let wanted = |list: &List| list.parent.as_deref() == parent && list.field == field;
        let list = api.shape.lists().into_iter().find(wanted).expect("a list of the schema");
        Self::find(api, list).await
    }

    pub(super) fn name(&self) -> String {
        format!("{}.{}", self.list.parent.as_deref().unwrap_or("Query"), self.list.field)
    }

    /// A query of this list, once for each of `arguments`: `w0`, `w1`, …
    pub(super) fn query(&self, arguments: &[String], selection: &str) -> String {
        let field = &self.list.field;
        let lists = arguments.iter().enumerate();
        let lists: String =
            lists.map(|(n, arguments)| format!("w{n}: {field}({arguments}) {{ {selection} }} ")).collect();
        match (&self.parent, &self.list.parent) {
            (Some(id), Some(ty)) => format!(r#"{{ node(id: "{id}") {{ ... on {ty} {{ {lists} }} }} }}"#),
            _ => format!("{{ {lists} }}"),
        }
    }

    /// The lists for each of `arguments`.
    pub(super) async fn ask(&self, arguments: &[String], selection: &str) -> Vec<Value> {
        let mut answer = self.api.query(&self.query(arguments, selection), Value::Null).await;
        let answer = if self.parent.is_some() { &mut answer["node"] } else { &mut answer };
        (0..arguments.len()).map(|n| answer[format!("w{n}")].take()).collect()
    }

    /// All edges in an order: cursor and row.
    pub(super) async fn edges(&self, arguments: &str) -> Vec<Value> {
        let arguments = [format!("first: 250 {arguments}")];
        let mut answer = self.ask(&arguments, &(self.page() + " totalCount")).await.remove(0);
        assert_eq!(answer["pageInfo"]["hasNextPage"], false, "{}: more rows than a page holds", self.name());
        let Value::Array(edges) = answer["edges"].take() else { panic!("{}: no edges", self.name()) };
        assert_eq!(answer["totalCount"], edges.len(), "{} {arguments:?}", self.name());
        edges
    }

    /// Rows, cursors, and where the page ends.
    pub(super) fn page(&self) -> String {
        format!(
            "edges {{ cursor node {{ {} }} }} pageInfo {{ hasPreviousPage hasNextPage startCursor endCursor }}",
            self.columns
        )
    }

    /// The list's own order, every key in every way, and some of several keys.
    pub(super) fn orders(&self) -> Vec<Order> {
        let sorts = self.api.shape.sorts(&self.list.node);
        let mut orders = vec![Order::default()];
        for (value, leaf) in &sorts {
            for (descending, nulls_first) in [(false, false), (true, false), (false, true), (true, true)] {
                if leaf.nullable || !nulls_first {
                    orders.push(Order::of(&[(value, leaf, descending, nulls_first)]));
                }
            }
        }
        for (at, (value, leaf)) in sorts.iter().enumerate() {
            let (other, other_leaf) = &sorts[(at + 1) % sorts.len()];
            let (third, third_leaf) = &sorts[(at + 2) % sorts.len()];
            if at % 2 == 0 {
                orders.push(Order::of(&[(value, leaf, at % 4 == 0, true), (other, other_leaf, at % 4 != 0, false)]));
                continue;
            }
            orders.push(Order::of(&[
                (value, leaf, true, false),
                (other, other_leaf, at % 4 == 1, at % 4 == 1),
                (third, third_leaf, false, true),
            ]));
        }
        orders
    }
}

impl Order {
    fn of(keys: &[(&String, &Leaf, bool, bool)]) -> Self {
        let argument = |(value, _, descending, nulls_first): &(&String, &Leaf, bool, bool)| {
            let direction = if *descending { "DESC" } else { "ASC" };
            let nulls = if *nulls_first { "FIRST" } else { "LAST" };
            format!("{{ field: {value}, direction: {direction}, nulls: {nulls} }} ")
        };
        let key = |(_, leaf, descending, nulls_first): &(&String, &Leaf, bool, bool)| Key {
            leaf: (*leaf).clone(),
            descending: *descending,
            nulls_first: *nulls_first,
        };
        Self {
            argument: format!("orderBy: [{}]", keys.iter().map(argument).collect::<String>()),
            keys: keys.iter().map(key).collect(),
        }
    }

    /// How two rows stand to each other by the keys that were asked for, found without the database.
    pub(super) fn compare(&self, a: &Value, b: &Value) -> Ordering {
        let by_key = |key: &Key| {
            let (a, b) = (&a[&key.leaf.name], &b[&key.leaf.name]);
            match (a.is_null(), b.is_null()) {
                (true, true) => Ordering::Equal,
                (true, false) => {
                    if key.nulls_first {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
                }
                (false, true) => {
                    if key.nulls_first {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    }
                }
                (false, false) if key.descending => compare(&key.leaf.ty, b, a),
                (false, false) => compare(&key.leaf.ty, a, b),
            }
        };
        self.keys.iter().map(by_key).find(|ordering| ordering.is_ne()).unwrap_or(Ordering::Equal)
    }
}

pub(super) fn compare(ty: &str, a: &Value, b: &Value) -> Ordering {
    let (text_a, text_b) = (a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default());
    let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
    let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    match ty {
        "Int" => a.as_i64().cmp(&b.as_i64()),
        "Decimal" => decimal(text_a).cmp(&decimal(text_b)),
        "DateTime" => time(text_a).cmp(&time(text_b)),
        "String" | "Date" | "ID" => text_a.cmp(text_b),
        other => panic!("no order of {other}"),
    }
}

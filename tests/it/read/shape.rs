//! What introspection tells: the types, and the fields that lead from one table to another.

use std::collections::BTreeMap;

use api::schema::Schema;
use serde_json::Value;

const INTROSPECTION: &str = "{ __schema { types { kind name description
    fields(includeDeprecated: true) { name description type { ...T } args { name description type { ...T } } }
    inputFields { name description type { ...T } }
    enumValues(includeDeprecated: true) { name description }
    interfaces { name } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The rows of reports.
const REPORTS: [&str; 4] = ["AgentScorecard", "CampaignPerformance", "ProductPerformance", "VariantStock"];
/// The types with rules of their own. Not everybody reads the first five: no other type leads to them, nor does
/// `node`. The log of events has one order and cursors of its own.
const APART: [&str; 6] = ["ApiKey", "AuditEntry", "Consent", "InboundWebhook", "WebhookEndpoint", "Event"];

/// All types of the schema.
pub(crate) struct Shape {
    types: BTreeMap<String, Value>,
    leaves: BTreeMap<String, Vec<Leaf>>,
}

/// A list field, at the root or below a type that has ids.
#[derive(Clone, Debug)]
pub(crate) struct List {
    pub(crate) parent: Option<String>,
    pub(crate) field: String,
    /// The type of its rows.
    pub(crate) node: String,
}

/// A field that has a value of its own.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) nullable: bool,
}

impl Shape {
    pub(crate) async fn of(schema: &Schema) -> Self {
        let answer = schema.execute(INTROSPECTION).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let mut answer = answer.data.into_json().expect("JSON");
        let Value::Array(types) = answer["__schema"]["types"].take() else { panic!("no types: {answer}") };
        let types = types.into_iter().map(|ty| (text(&ty, "name").to_owned(), ty)).collect();
        let mut shape = Self { types, leaves: BTreeMap::new() };
        shape.leaves = shape.nodes().into_iter().map(|node| (node.clone(), shape.find_leaves(&node))).collect();
        shape
    }

    /// The types, without those of introspection itself.
    pub(crate) fn types(&self) -> impl Iterator<Item = &Value> {
        self.types.values().filter(|ty| !text(ty, "name").starts_with("__"))
    }

    pub(crate) fn ty(&self, name: &str) -> &Value {
        self.types.get(name).unwrap_or_else(|| panic!("no type {name}"))
    }

    pub(crate) fn fields(&self, ty: &str) -> &[Value] {
        self.ty(ty)["fields"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The types of tables that everybody reads: those with a connection.
    pub(crate) fn nodes(&self) -> Vec<String> {
        self.types().filter_map(|ty| listed(text(ty, "name"))).map(str::to_owned).collect()
    }

    /// Every list field of the schema.
    pub(crate) fn lists(&self) -> Vec<List> {
        let below = self.nodes().into_iter().map(Some);
        below.chain([None]).flat_map(|parent| self.lists_of(parent)).collect()
    }

    fn lists_of(&self, parent: Option<String>) -> Vec<List> {
        let fields = self.fields(parent.as_deref().unwrap_or("Query")).iter();
        let list = |field: &Value| {
            let node = listed(named(&field["type"]))?.to_owned();
            Some(List { parent: parent.clone(), field: text(field, "name").to_owned(), node })
        };
        fields.filter_map(list).collect()
    }

    /// The root list of a type.
    pub(crate) fn root(&self, node: &str) -> String {
        let root = self.lists_of(None).into_iter().find(|list| list.node == node);
        root.unwrap_or_else(|| panic!("no root list of {node}")).field
    }

    /// The fields that answer one row of another table, and its type.
    pub(crate) fn to_ones(&self, node: &str) -> Vec<(String, String)> {
        let nodes = self.nodes();
        let single = |field: &&Value| nodes.iter().any(|it| it == named(&field["type"])) && !is_list(&field["type"]);
        let name = |field: &Value| (text(field, "name").to_owned(), named(&field["type"]).to_owned());
        self.fields(node).iter().filter(single).map(name).collect()
    }

    /// The fields that have a value and can be filtered by: columns, and what is made of them.
    pub(crate) fn leaves(&self, node: &str) -> &[Leaf] {
        &self.leaves[node]
    }

    fn find_leaves(&self, node: &str) -> Vec<Leaf> {
        let leaf = |field: &&Value| ["SCALAR", "ENUM"].contains(&text(self.ty(named(&field["type"])), "kind"));
        let describe = |field: &Value| Leaf {
            name: text(field, "name").to_owned(),
            ty: named(&field["type"]).to_owned(),
            nullable: text(&field["type"], "kind") != "NON_NULL",
        };
        let filter = self.ty(&format!("{node}Filter"))["inputFields"].as_array().expect("an input");
        let filtered = |field: &&Value| filter.iter().any(|input| input["name"] == field["name"]);
        self.fields(node).iter().filter(leaf).filter(filtered).map(describe).collect()
    }

    /// A selection of all of them.
    pub(crate) fn columns(&self, node: &str) -> String {
        self.leaves(node).iter().map(|leaf| format!("{} ", leaf.name)).collect()
    }

    pub(crate) fn has_id(&self, node: &str) -> bool {
        self.leaves(node).iter().any(|leaf| leaf.name == "id")
    }

    /// The values of an enum.
    pub(crate) fn values(&self, name: &str) -> Vec<String> {
        let values = self.ty(name)["enumValues"].as_array().expect("an enum");
        values.iter().map(|value| text(value, "name").to_owned()).collect()
    }

    /// What a list of a type can be ordered by: the enum's value and the column.
    pub(crate) fn sorts(&self, node: &str) -> Vec<(String, Leaf)> {
        let leaves = self.leaves(node);
        let column = |value: String| {
            let leaf = leaves.iter().find(|leaf| leaf.name.eq_ignore_ascii_case(&value.replace('_', "")));
            let leaf = leaf.unwrap_or_else(|| panic!("{node} has no column {value}")).clone();
            (value, leaf)
        };
        self.values(&format!("{node}OrderField")).into_iter().map(column).collect()
    }
}

pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The name of a type without its wrappers.
pub(crate) fn named(ty: &Value) -> &str {
    if ty["ofType"].is_object() { named(&ty["ofType"]) } else { text(ty, "name") }
}

/// Whether a type is a list of something.
pub(crate) fn is_list(ty: &Value) -> bool {
    text(ty, "kind") == "LIST" || ty["ofType"].is_object() && is_list(&ty["ofType"])
}

/// The type of the rows of a page. Groups of rows are no list of their own, and rows of reports are computed.
fn listed(connection: &str) -> Option<&str> {
    let node = connection.strip_suffix("Connection")?;
    (!APART.contains(&node) && !REPORTS.contains(&node) && !node.ends_with("Group")).then_some(node)
}

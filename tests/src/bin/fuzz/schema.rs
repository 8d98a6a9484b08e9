//! The schema, as the server describes it.

use std::collections::HashMap;

use serde_json::{Value, json};

/// What is asked for it, as the body of a request.
pub(super) fn question() -> Vec<u8> {
    let of = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
    let input = format!("name type {{ {of} }}");
    let query = format!(
        "{{ __schema {{ queryType {{ name }} mutationType {{ name }} types {{ kind name enumValues {{ name }} \
         inputFields {{ {input} }} fields {{ name args {{ {input} }} type {{ {of} }} }} }} }} }}"
    );
    json!({ "query": query }).to_string().into_bytes()
}

pub(super) struct Schema {
    pub(super) query: String,
    pub(super) mutation: String,
    pub(super) types: HashMap<String, Type>,
}

pub(super) struct Type {
    pub(super) kind: String,
    pub(super) values: Vec<String>,
    pub(super) inputs: Vec<Input>,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) arguments: Vec<Input>,
    /// The named type within lists.
    pub(super) ty: String,
}

pub(super) struct Input {
    pub(super) name: String,
    pub(super) ty: String,
    /// As the language writes it.
    pub(super) written: String,
    pub(super) is_list: bool,
    pub(super) is_required: bool,
}

impl Schema {
    /// Reads the answer to the question.
    pub(super) fn read(body: &str) -> Self {
        let answer: Value = serde_json::from_str(body).expect("JSON");
        let schema = &answer["data"]["__schema"];
        let types = list(&schema["types"]).iter().map(|ty| (text(&ty["name"]), Type::read(ty))).collect();
        Self { query: text(&schema["queryType"]["name"]), mutation: text(&schema["mutationType"]["name"]), types }
    }
}

impl Type {
    fn read(ty: &Value) -> Self {
        let field = |field: &Value| Field {
            name: text(&field["name"]),
            arguments: list(&field["args"]).iter().map(Input::read).collect(),
            ty: named(&field["type"]),
        };
        Self {
            kind: text(&ty["kind"]),
            values: list(&ty["enumValues"]).iter().map(|value| text(&value["name"])).collect(),
            inputs: list(&ty["inputFields"]).iter().map(Input::read).collect(),
            fields: list(&ty["fields"]).iter().map(field).collect(),
        }
    }
}

impl Input {
    fn read(input: &Value) -> Self {
        let ty = &input["type"];
        let within = if ty["kind"] == "NON_NULL" { &ty["ofType"] } else { ty };
        Self {
            name: text(&input["name"]),
            ty: named(ty),
            written: written(ty),
            is_list: within["kind"] == "LIST",
            is_required: ty["kind"] == "NON_NULL",
        }
    }
}

fn named(ty: &Value) -> String {
    if ty["ofType"].is_null() { text(&ty["name"]) } else { named(&ty["ofType"]) }
}

fn written(ty: &Value) -> String {
    match ty["kind"].as_str() {
        Some("NON_NULL") => format!("{}!", written(&ty["ofType"])),
        Some("LIST") => format!("[{}]", written(&ty["ofType"])),
        _ => text(&ty["name"]),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

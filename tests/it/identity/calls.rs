//! A minimal call of every root field, made of what introspection tells.

use std::collections::BTreeMap;

use api::schema::Schema;
use serde_json::Value;

const INTROSPECTION: &str = "{ __schema { mutationType { name } types { kind name isOneOf
    fields { name type { ...T } args { name defaultValue type { ...T } } }
    inputFields { name defaultValue type { ...T } } enumValues { name } } } }
    fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }";

/// The types of the schema.
pub(super) struct Types(BTreeMap<String, Value>);

/// A call of a root field.
pub(super) struct Call {
    pub(super) field: String,
    /// The type at its end.
    pub(super) target: String,
    /// The document.
    pub(super) text: String,
}

impl Types {
    pub(super) async fn of(schema: &Schema) -> Self {
        let answer = schema.execute(INTROSPECTION).await;
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        let mut answer = answer.data.into_json().expect("JSON");
        let Value::Array(types) = answer["__schema"]["types"].take() else { panic!("no types: {answer}") };
        Self(types.into_iter().map(|ty| (text(&ty, "name").to_owned(), ty)).collect())
    }

    /// A call of every field of a root type; every id is this one.
    pub(super) fn calls(&self, root: &str, id: &str) -> Vec<Call> {
        let operation = root.to_lowercase();
        let fields = self.0[root]["fields"].as_array().expect("fields").iter();
        let call = |field: &Value| {
            let (name, target) = (text(field, "name"), named(&field["type"]));
            let arguments = self.given(&field["args"], id);
            let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
            let leaf = ["SCALAR", "ENUM"].contains(&text(&self.0[target], "kind"));
            let selection = if leaf { "" } else { "{ __typename }" };
            Call {
                field: name.to_owned(),
                target: target.to_owned(),
                text: format!("{operation} {{ {name}{arguments} {selection} }}"),
            }
        };
        fields.map(call).collect()
    }

    /// What cannot be left out.
    fn given(&self, inputs: &Value, id: &str) -> String {
        let inputs = inputs.as_array().into_iter().flatten();
        let needed =
            inputs.filter(|input| text(&input["type"], "kind") == "NON_NULL" && input["defaultValue"].is_null());
        let given = needed.map(|input| format!("{}: {}", text(input, "name"), self.value(&input["type"], id)));
        given.collect::<Vec<_>>().join(", ")
    }

    fn value(&self, ty: &Value, id: &str) -> String {
        match text(ty, "kind") {
            "NON_NULL" => self.value(&ty["ofType"], id),
            "LIST" => format!("[{}]", self.value(&ty["ofType"], id)),
            _ => self.named_value(text(ty, "name"), id),
        }
    }

    fn named_value(&self, name: &str, id: &str) -> String {
        let ty = &self.0[name];
        match (text(ty, "kind"), name) {
            ("ENUM", _) => text(&ty["enumValues"][0], "name").to_owned(),
            ("INPUT_OBJECT", _) if ty["isOneOf"] == true => {
                let first = &ty["inputFields"][0];
                format!("{{ {}: {} }}", text(first, "name"), self.value(&first["type"], id))
            }
            ("INPUT_OBJECT", _) => format!("{{ {} }}", self.given(&ty["inputFields"], id)),
            (_, "ID") => format!("\"{id}\""),
            (_, "Int" | "Float" | "BigInt") => "1".to_owned(),
            (_, "Boolean") => "true".to_owned(),
            (_, "Decimal") => "\"1\"".to_owned(),
            (_, "DateTime") => "\"2030-01-01T00:00:00Z\"".to_owned(),
            (_, "Date") => "\"2030-01-01\"".to_owned(),
            (_, "JSON") => "{}".to_owned(),
            (_, "String") => "\"x\"".to_owned(),
            other => panic!("no value of {other:?} is known"),
        }
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn named(ty: &Value) -> &str {
    if ty["ofType"].is_object() { named(&ty["ofType"]) } else { text(ty, "name") }
}

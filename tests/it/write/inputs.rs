//! The shape of inputs, as clients that are generated from the schema meet it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use tests::on_both_engines;

use super::{
    contract::{Types, calls, named},
    fixture::{DemoFixture, text},
};

on_both_engines! {
    async fn null_where_it_has_no_meaning_is_nothing(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = calls(&fixture).await;
        let types = Types::read(&fixture).await;
        // What selects tasks to be changed is never null. The other calls name no message to send, and no revenue.
        let excepted = ["redriveTasks", "beginCampaignSend", "completeCampaignSend", "attributeRevenue"];
        let mut wrong = Vec::new();
        for (mutation, kind) in types.mutations().into_iter().filter(|(mutation, _)| !excepted.contains(&&**mutation)) {
            let input = with_nulls(&types, &kind, &calls[&mutation]);
            let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code message path }} }} }}");
            let (data, errors) = fixture.try_query(&query, json!({ "input": input })).await;
            assert!(errors.is_empty(), "{mutation}: {errors:?} {input}");
            let refused = data[&mutation]["userErrors"].as_array().expect("a list").iter();
            let refused: Vec<_> = refused.filter(|error| error["code"] == "INVALID").collect();
            if !refused.is_empty() {
                wrong.push(format!("{mutation}: {refused:?} {input}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    async fn what_has_a_default_can_be_left_out(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let types = Types::read(&fixture).await;
        for ty in types.all().filter(|ty| !text(&ty["name"]).starts_with("__")) {
            let fields = ty["fields"].as_array().into_iter().flatten();
            let arguments = fields.flat_map(|field| field["args"].as_array().into_iter().flatten());
            for input in ty["inputFields"].as_array().into_iter().flatten().chain(arguments) {
                let is_needed = input["type"]["kind"] == "NON_NULL" && !input["defaultValue"].is_null();
                // Whose default is another matter.
                let is_json = named(&input["type"]).1 == "JSON";
                assert!(!is_needed || is_json, "{}.{} = {}", ty["name"], input["name"], input["defaultValue"]);
            }
        }
    }

    /// Generators of TypeScript name the arguments of a field so.
    async fn no_two_fields_have_arguments_of_one_name(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let mut names = BTreeSet::new();
        for ty in Types::read(&fixture).await.all() {
            names.insert(text(&ty["name"]));
            for field in ty["fields"].as_array().into_iter().flatten() {
                if field["args"] == json!([]) {
                    continue;
                }
                let field = text(&field["name"]);
                let name = format!("{}{}{}Args", text(&ty["name"]), field[..1].to_uppercase(), &field[1..]);
                assert!(names.insert(name.clone()), "{name} is there twice");
            }
        }
    }
}

/// The input with null for everything that is not given and can be null, at every depth.
fn with_nulls(types: &Types, kind: &str, input: &Value) -> Value {
    let mut filled = Map::new();
    for field in types.inputs(kind) {
        let name = text(&field["name"]);
        let (_, kind) = named(&field["type"]);
        match &input[&name] {
            Value::Null if field["type"]["kind"] == "NON_NULL" => {}
            Value::Array(items) => {
                filled.insert(name, items.iter().map(|item| with_nulls(types, &kind, item)).collect());
            }
            value @ Value::Object(_) => {
                filled.insert(name, with_nulls(types, &kind, value));
            }
            value => {
                filled.insert(name, value.clone());
            }
        }
    }
    if filled.is_empty() { input.clone() } else { Value::Object(filled) }
}

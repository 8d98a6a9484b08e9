//! What a database cannot hold, at every place of every input.

use serde_json::{Map, Value, json};
use tests::on_both_engines;

use super::{
    contract::{Types, calls, named},
    fixture::{DemoFixture, NOBODY, text},
};

on_both_engines! {
    async fn text_that_no_database_holds_is_refused_at_its_place(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = calls(&fixture).await;
        let types = Types::read(&fixture).await;
        let mut wrong = Vec::new();
        for (mutation, kind) in types.mutations() {
            for (place, scalar) in places(&types, &kind) {
                let (value, below) = match scalar.as_str() {
                    "String" => (json!("a\u{0}b"), None),
                    "JSON" => (json!({ "a_é": ["a\u{0}b"] }), Some("a_é.0")),
                    _ => continue,
                };
                let input = set(&types, &kind, calls[&mutation].clone(), &place, value);
                let path = place.iter().map(String::as_str).chain(below).collect::<Vec<_>>().join(".");
                let refusals = refusals(&fixture, &mutation, &kind, &input).await;
                if refusals != [format!("INVALID {path}")] {
                    wrong.push(format!("{mutation} {path}: {refusals:?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        fixture.check().await;
    }

    async fn odd_values_are_taken_or_refused(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = calls(&fixture).await;
        let types = Types::read(&fixture).await;
        for (mutation, kind) in types.mutations() {
            for (place, scalar) in places(&types, &kind) {
                for value in odd(&scalar) {
                    let input = set(&types, &kind, calls[&mutation].clone(), &place, value);
                    // Fails when an error is one of the server.
                    refusals(&fixture, &mutation, &kind, &input).await;
                }
            }
        }
        fixture.check().await;
    }
}

/// Values of a scalar at its edges.
fn odd(scalar: &str) -> Vec<Value> {
    let deep = (0..70).fold(json!(1), |inner, _| json!([inner]));
    match scalar {
        "String" => vec![json!(""), json!(" "), json!("\u{feff}\u{202e}'\"\\%_"), json!("ж".repeat(70_000))],
        "ID" => vec![json!(""), json!("x"), json!(NOBODY), json!(7)],
        "Int" => vec![json!(i32::MIN), json!(-1), json!(0), json!(i32::MAX)],
        "Float" => vec![json!(-1.5), json!(0), json!(1e300), json!(5e-324)],
        "JSON" => vec![json!(null), json!([]), json!("x"), json!(f64::MAX), json!(u64::MAX), json!({ "": {} }), deep],
        "Decimal" => ["", "-1", "1e5", "0.00000001", "99999999999999999999", "NaN"].map(Value::from).to_vec(),
        "DateTime" => ["", "0000-01-01T00:00:00Z", "+10000-01-01T00:00:00Z", "1970-01-01T00:00:00.123456789Z"]
            .map(Value::from)
            .to_vec(),
        "Date" => ["", "0000-01-01", "9999-12-31", "+10000-01-01", "2026-02-30"].map(Value::from).to_vec(),
        _ => Vec::new(),
    }
}

/// What a call is refused for, as `CODE path`. Errors of the server end the test.
async fn refusals(fixture: &DemoFixture, mutation: &str, kind: &str, input: &Value) -> Vec<String> {
    let results = if input.get("items").is_some() { "results { userErrors { code path } }" } else { "" };
    let query =
        format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code path }} {results} }} }}");
    let (data, errors) = fixture.try_query(&query, json!({ "input": input })).await;
    assert!(!errors.iter().any(|error| error.contains("Internal")), "{mutation} {input}: {errors:?}");
    let payload = &data[mutation];
    let of_items = payload["results"].as_array().into_iter().flatten().map(|result| &result["userErrors"]);
    let refused = of_items.chain([&payload["userErrors"]]).filter_map(Value::as_array).flatten();
    let refused = refused.map(|error| {
        let path = error["path"].as_array().expect("a path").iter().map(text).collect::<Vec<_>>();
        format!("{} {}", text(&error["code"]), path.join("."))
    });
    refused.chain(errors).collect()
}

/// Every place of an input that has a scalar, and which; of a list the first item.
fn places(types: &Types, kind: &str) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    for field in types.inputs(kind) {
        let (is_list, kind) = named(&field["type"]);
        let mut place = vec![text(&field["name"])];
        place.extend(is_list.then(|| "0".to_owned()));
        let below = places(types, &kind);
        if below.is_empty() {
            found.push((place, kind));
        } else {
            found.extend(below.into_iter().map(|(below, kind)| ([place.clone(), below].concat(), kind)));
        }
    }
    found
}

/// The input with a value at a place; what leads there is made as far as the schema needs it.
pub(super) fn set(types: &Types, kind: &str, input: Value, place: &[String], value: Value) -> Value {
    let [name, rest @ ..] = place else { return value };
    if name == "0" {
        let mut items = input.as_array().cloned().unwrap_or_default();
        let first = items.first().cloned().unwrap_or(Value::Null);
        let first = set(types, kind, first, rest, value);
        items.splice(..items.len().min(1), [first]);
        return Value::Array(items);
    }
    let mut object = input.as_object().cloned().unwrap_or_else(|| needed(types, kind));
    let field = types.inputs(kind).find(|field| field["name"] == **name).expect("a field of the type");
    let (_, below) = named(&field["type"]);
    let before = object.get(name).cloned().unwrap_or(Value::Null);
    object.insert(name.clone(), set(types, &below, before, rest, value));
    Value::Object(object)
}

/// An input with nothing but what it cannot be without.
fn needed(types: &Types, kind: &str) -> Map<String, Value> {
    let needed =
        types.inputs(kind).filter(|field| field["type"]["kind"] == "NON_NULL" && field["defaultValue"].is_null());
    let fields = needed.map(|field| {
        let (is_list, kind) = named(&field["type"]);
        let value = match kind.as_str() {
            "String" => json!("x"),
            "ID" => json!(NOBODY),
            "Int" | "Float" => json!(1),
            "Boolean" => json!(true),
            "Decimal" => json!("1"),
            "JSON" => json!({}),
            "DateTime" => json!("2027-01-01T00:00:00Z"),
            "Date" => json!("2027-01-01"),
            _ => types.first_of(&kind).unwrap_or_else(|| Value::Object(self::needed(types, &kind))),
        };
        (text(&field["name"]), if is_list { json!([value]) } else { value })
    });
    fields.collect()
}

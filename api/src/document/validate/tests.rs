//! What validation says and costs. The verdicts stand in `tests/language`.

use async_graphql::{Pos, Value, Variables};
use serde_json::json;

use crate::document::{
    Limits, Rejection,
    tests::{check, complete, documents, is_limit, reason},
};

fn positions(text: &str) -> Vec<Pos> {
    match documents(Limits::default()).get(text) {
        Err(Rejection::Invalid(problems)) => problems.into_iter().flat_map(|problem| problem.positions).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn what_is_wrong_is_named_with_what_was_meant() {
    for (text, message) in [
        ("{ thin { name } }", "unknown field \"thin\" on type \"Query\"; did you mean \"thing\""),
        ("{ thing { name } }{", "syntax error: expected a field, found the end of the text"),
        (
            "{ things(frist: 1) { totalCount } }",
            "unknown argument \"frist\" of the field \"things\"; did you mean \"first\"?",
        ),
        (
            "{ things(filter: { nam: \"x\" }) { totalCount } }",
            "unknown field \"nam\" of \"Filter\"; did you mean \"name\"?",
        ),
        (
            "{ things(filter: { name: \"x\", kind: BIGG }) { totalCount } }",
            "`BIGG` is not a valid \"Kind\"; did you mean \"BIG\"?",
        ),
        (
            "{ things(filter: { name: \"x\", kind: HEAVY }) { totalCount } }",
            "`HEAVY` is not a valid \"Kind\"; the values are BIG, SMALL",
        ),
        ("{ things(filter: { name: \"x\", kind: \"BIG\" }) { totalCount } }", "write BIG, without quotation marks"),
        ("{ things(filter: {}) { totalCount } }", "\"Filter\" needs the field \"name\" of type \"String!\""),
        ("{ things(first: 2147483648) { totalCount } }", "`2147483648` is not a valid \"Int\""),
        ("{ nodes { name } }", "the field \"nodes\" needs the argument \"ids\" of type \"[Int!]!\""),
        (
            "query ($f: Fliter) { things(filter: $f) { totalCount } }",
            "unknown type \"Fliter\"; did you mean \"Filter\"?",
        ),
        ("{ thing }", "the field \"thing\" of type \"Thing!\" needs a selection"),
        ("{ thing { name { x } } }", "the field \"name\" of type \"String!\" has no fields to select"),
        ("{ things(first: $n) { totalCount } }", "the variable \"$n\" is not defined"),
        ("query A($n: Int) { thing { name } }", "the variable \"$n\" is never used"),
        (
            "query ($n: Float) { things(first: $n) { totalCount } }",
            "\"$n\" of type \"Float\" cannot be used where \"Int\" is expected",
        ),
        ("{ thing { a: name a: tags } }", "conflict because \"String!\" and \"[String!]!\" are different types"),
        ("subscription { a }", "the schema has no subscriptions"),
        ("{ thing(choice: {}) { name } }", "\"Choice\" must have exactly one field, and not null"),
        ("{ thing(choice: { a: 1, b: \"x\" }) { name } }", "\"Choice\" must have exactly one field, and not null"),
        (
            "query ($a: Int) { thing(choice: { a: $a }) { name } }",
            "\"$a\" of type \"Int\" cannot be used where \"Int!\" is expected",
        ),
    ] {
        let found = reason(check(text));
        assert!(found.contains(message), "{text}: {found}");
    }
    assert_eq!(check("query ($a: Int!) { thing(choice: { a: $a }) { name } }").map_err(|_| ()), Err(()), "not given");
}

#[test]
fn all_that_is_wrong_is_told_with_its_position() {
    let at = |line, column| Pos { line, column };
    assert_eq!(positions("{\n  things(first: \"1\") { nothing }\n  nobody\n}"), [at(2, 17), at(2, 24), at(3, 3)]);
    // The value itself, however deep, and the name of what is unknown.
    assert_eq!(
        positions("{ things(filter: { and: [{ name: \"x\", kind: MID }] , name: \"y\" }) { totalCount } }"),
        [at(1, 45)]
    );
    assert_eq!(
        positions("{ things(filter: { name: \"x\", and: { nam: 1, name: \"y\" } }) { totalCount } }"),
        [at(1, 38)]
    );
    assert_eq!(positions("query ($f: Filter = { name: 5 }) { things(filter: $f) { totalCount } }"), [at(1, 29)]);
    assert_eq!(positions("{ thing { a: name\n a: tags } }"), [at(1, 11), at(2, 2)]);
    assert_eq!(positions(&format!("{{ {} }}", "nothing ".repeat(50))).len(), 20);
}

#[test]
fn defaults_stand_in_for_what_was_not_sent() {
    let text = "query($a: Boolean = true, $n: Int = 3, $x: Int) { thing { name @include(if: $a) } \
                a: things(first: $n) { totalCount } b: things(first: $x) { totalCount } }";
    let with = |variables| complete(Limits::default(), text, variables);
    let expected = |variables| Ok(Variables::from_json(variables));
    assert_eq!(with(json!({})), expected(json!({ "a": true, "n": 3 })));
    assert_eq!(with(json!({ "a": false, "n": null })), expected(json!({ "a": false, "n": null })));
    // Null is a value, and no condition takes it.
    assert!(reason(with(json!({ "a": null })).map(drop)).contains("\"$a\" must not be null"));
    let text = "query($c: Int) { things(filter: { name: \"x\", count: $c }) { totalCount } }";
    assert_eq!(complete(Limits::default(), text, json!({})), Ok(Variables::default()));
    assert!(complete(Limits::default(), text, json!({ "c": null })).is_err());
    let text = "query($k: [Kind!] = [BIG]) { thing(kinds: $k) { name } }";
    let found = complete(Limits::default(), text, json!({})).expect("it is valid");
    assert_eq!(found.get("k"), Some(&Value::List(vec![Value::Enum(async_graphql::Name::new("BIG"))])));
}

#[test]
fn the_cost_is_bounded() {
    // Every operation spreads the same fragment.
    let operations: String = (0..1_000).map(|n| format!("query Q{n} {{ ...F }} ")).collect();
    let fragment = format!("fragment F on Query {{ {} }}", "thing { name } ".repeat(1_000));
    assert!(is_limit(&documents(Limits::default()).get(&format!("{operations}{fragment}")).map(drop)));
    // Fields under one name, with selections under one name.
    let wide = "parent { parent { parent { name } } } ".repeat(1_000);
    assert_eq!(check(&format!("{{ thing {{ {wide} }} }}")), Ok(()));
    let spread: String = (0..30).map(|n| format!("...F{n} ")).collect();
    let fragments: String =
        (0..30).map(|n| format!("fragment F{n} on Thing {{ parent {{ {} name }} }} ", "tags ".repeat(50))).collect();
    let text = format!("{{ {} }} {fragments}", format!("thing {{ {spread} }} ").repeat(3));
    assert_eq!(check(&text), Ok(()));
}

#[test]
fn variables_that_are_not_declared_are_dropped() {
    let text = "query($n: Int) { things(first: $n) { nodes { name } } }";
    let given = complete(Limits::default(), text, json!({ "n": 1, "other": [{}, {}] })).expect("fine");
    assert_eq!(given.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["n"]);
}

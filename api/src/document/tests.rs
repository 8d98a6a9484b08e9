//! The checks, on a schema of their own.

use async_graphql::{
    EmptySubscription, Enum, ID, InputObject, Json, Object, OneofObject, OutputType, SimpleObject, Variables,
};
use serde_json::json;

use super::{Documents, Limits, Rejection, Shape};

/// Named as the real ones are; nothing here is executed.
struct Query;

struct Mutation;

#[derive(SimpleObject)]
struct ThingConnection {
    nodes: Vec<Thing>,
    edges: Vec<ThingEdge>,
    total_count: i32,
}

#[derive(SimpleObject)]
struct ThingEdge {
    node: Thing,
}

struct Thing;

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Kind {
    Big,
    Small,
}

#[derive(InputObject)]
struct Filter {
    and: Option<Vec<Filter>>,
    kind: Option<Kind>,
    name: String,
    #[graphql(default = 3)]
    count: i32,
}

#[derive(OneofObject)]
enum Choice {
    A(i32),
    B(String),
}

fn never<T: OutputType>() -> T {
    unreachable!("documents are only checked here")
}

#[Object]
impl Query {
    async fn things(&self, _first: Option<i32>, _last: Option<i32>, _filter: Option<Filter>) -> ThingConnection {
        never()
    }

    async fn thing(
        &self,
        _choice: Option<Choice>,
        _ids: Option<Vec<i32>>,
        _id: Option<ID>,
        _kinds: Option<Vec<Kind>>,
        _any: Option<Json<serde_json::Value>>,
    ) -> Thing {
        never()
    }

    async fn nodes(&self, _ids: Vec<i32>) -> Vec<Thing> {
        never()
    }
}

#[Object]
impl Mutation {
    async fn a(&self) -> bool {
        never()
    }

    async fn b(&self) -> bool {
        never()
    }
}

#[Object]
impl Thing {
    async fn name(&self) -> String {
        never()
    }

    async fn tags(&self) -> Vec<String> {
        never()
    }

    async fn parent(&self) -> Thing {
        never()
    }

    async fn ancestors(&self) -> Vec<Thing> {
        never()
    }

    async fn latest(&self, _first: Option<i32>) -> Vec<Thing> {
        never()
    }

    async fn children(&self, _first: Option<i32>, _last: Option<i32>) -> ThingConnection {
        never()
    }
}

pub(super) fn documents(limits: Limits) -> Documents {
    Documents::new(Shape::of::<Query, Mutation, EmptySubscription>(), limits)
}

/// The variables that an operation is executed with.
pub(super) fn complete(limits: Limits, text: &str, variables: serde_json::Value) -> Result<Variables, Rejection> {
    let documents = documents(limits);
    let document = documents.get(text)?;
    let operation = document.operation(None)?;
    let mut variables = Variables::from_json(variables);
    document.check(operation, &mut variables, documents.shape(), documents.limits())?;
    Ok(variables)
}

fn check_with(limits: Limits, text: &str, variables: serde_json::Value) -> Result<(), Rejection> {
    complete(limits, text, variables).map(drop)
}

pub(super) fn check(text: &str) -> Result<(), Rejection> {
    check_with(Limits::default(), text, json!({}))
}

pub(super) fn is_limit(result: &Result<(), Rejection>) -> bool {
    matches!(result, Err(Rejection::Limit(_)))
}

/// The rows that a query is taken for, from the message that refuses it.
fn rows(text: &str, variables: serde_json::Value) -> u64 {
    match check_with(Limits { rows: 0, ..Limits::default() }, text, variables) {
        Ok(()) => 0,
        Err(Rejection::Limit(message)) => {
            let number = message.split(' ').find_map(|word| word.parse().ok());
            number.unwrap_or_else(|| panic!("no number in: {message}"))
        }
        Err(other) => panic!("{other:?}"),
    }
}

pub(super) fn reason(result: Result<(), Rejection>) -> String {
    match result {
        Err(Rejection::Invalid(problems)) => {
            problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join("\n")
        }
        Err(Rejection::Limit(message)) => message,
        Ok(()) => panic!("was not refused"),
    }
}

#[test]
fn rows_multiply_down_the_tree() {
    let none = || json!({});
    assert_eq!(rows("{ thing { name tags parent { name } } }", none()), 0);
    assert_eq!(rows("{ things { totalCount nodes { name } } }", none()), 50);
    assert_eq!(rows("{ things(first: 3) { edges { node { name } } } }", none()), 3);
    assert_eq!(rows("{ things(last: 7) { nodes { name } } }", none()), 7);
    assert_eq!(rows("{ things(first: 1000) { nodes { name } } }", none()), 250);
    assert_eq!(rows("{ things(first: 10) { nodes { children(first: 5) { nodes { name } } } } }", none()), 10 + 50);
    assert_eq!(rows("{ things(first: 2) { nodes { parent { ancestors { name } } } } }", none()), 2 + 128);
    assert_eq!(rows("{ things(first: 2) { nodes { latest(first: 30) { name } } } }", none()), 2 + 60);
    assert_eq!(rows("{ a: things(first: 2) { totalCount } b: things(first: 3) { totalCount } }", none()), 5);
    assert_eq!(rows("{ nodes(ids: [1, 2, 3]) { children(first: 4) { totalCount } } }", none()), 3 + 12);
}

#[test]
fn rows_follow_variables_and_fragments() {
    let text = "query($n: Int = 20, $ids: [Int!]!) { things(first: $n) { ...T } nodes(ids: $ids) { name } } \
                fragment T on ThingConnection { nodes { ...C ...C } } \
                fragment C on Thing { children(first: $n) { totalCount } }";
    assert_eq!(rows(text, json!({ "ids": [] })), 20 * (1 + 20 + 20));
    assert_eq!(rows(text, json!({ "n": 2, "ids": [7, 8] })), 2 * (1 + 2 + 2) + 2);
    assert_eq!(rows(text, json!({ "n": null, "ids": 1 })), 50 * (1 + 50 + 50) + 1);
}

#[test]
fn too_many_rows_are_refused_with_their_number() {
    let text =
        "{ things(first: 250) { nodes { children(first: 250) { nodes { children(first: 250) { totalCount } } } } } }";
    assert!(reason(check(text)).starts_with("this query could return 15687750 rows, at most 500000 are allowed"));
    let deep = (0..7).fold("name".to_owned(), |inner, _| format!("children(first: 250) {{ nodes {{ {inner} }} }}"));
    assert!(is_limit(&check(&format!("{{ thing {{ {deep} }} }}"))));
}

#[test]
fn fragments_are_measured_once() {
    let bomb = |last: &str| {
        let fragments: String =
            (0..60).map(|n| format!("fragment F{n} on Thing {{ ...F{0} ...F{0} }} ", n + 1)).collect();
        format!("{{ thing {{ ...F0 }} }} {fragments} fragment F60 on Thing {{ {last} }}")
    };
    // A chain this long passes the nesting limit; its doublings alone would be 2^60 fields.
    assert!(is_limit(&check(&bomb("name"))));
    let short: String = (0..20).map(|n| format!("fragment F{n} on Thing {{ ...F{0} ...F{0} }} ", n + 1)).collect();
    let text = format!("{{ thing {{ ...F0 }} }} {short} fragment F20 on Thing {{ name }}");
    assert!(reason(check(&text)).contains("fields once its fragments are expanded"));
    // Where nothing reaches them, they are validated all the same.
    let text = format!("{{ thing {{ name }} }} {short} fragment F20 on Thing {{ name }}");
    assert!(reason(check(&text)).contains("fields once its fragments are expanded"));
}

#[test]
fn fragments_that_do_not_exist_or_spread_themselves_are_refused() {
    assert_eq!(reason(check("{ thing { ...F } }")), "unknown fragment \"F\"");
    assert_eq!(
        reason(check("{ thing { ...F } } fragment F on Thing { parent { ...G } } fragment G on Thing { ...F }")),
        "the fragment \"F\" spreads itself"
    );
    assert!(check("{ thing { name } } fragment F on Thing { ...F }").is_err());
}

#[test]
fn a_mutation_is_not_done_twice() {
    for text in [
        "mutation { a a }",
        "mutation { a ... { a } }",
        "mutation { ...F ...F } fragment F on Mutation { a }",
        "mutation { ...F a } fragment F on Mutation { ... on Mutation { a } }",
        "mutation { ...F ...G } fragment F on Mutation { ...G } fragment G on Mutation { a }",
        "query Q { thing { name } } mutation M { a @include(if: true) a }",
    ] {
        let error = documents(Limits::default()).get(text).err().map(Err);
        assert!(
            reason(error.expect(text)).starts_with("the mutation has two fields with the response name \"a\""),
            "{text}"
        );
    }
    for text in [
        "mutation { a again: a __typename __typename }",
        "{ thing { name name } }",
        "mutation A { a } mutation B { a }",
        "mutation { ...F } fragment F on Mutation { a ...G } fragment G on Mutation { b }",
    ] {
        assert!(documents(Limits::default()).get(text).is_ok(), "{text}");
    }
    assert_eq!(check("{ thing { name } thing { name } }"), Ok(()));
}

#[test]
fn depth_is_bounded_through_fragments() {
    let nested = |levels: usize| (0..levels).fold("name".to_owned(), |inner, _| format!("parent {{ {inner} }}"));
    assert!(check(&format!("{{ thing {{ {} }} }}", nested(14))).is_ok());
    assert!(reason(check(&format!("{{ thing {{ {} }} }}", nested(15)))).contains("17 fields deep"));
    let text =
        format!("{{ thing {{ {} }} }} fragment F on Thing {{ {} }}", nested(8).replace("name", "...F"), nested(8));
    assert!(is_limit(&check(&text)));
    let inline = (0..40).fold("name".to_owned(), |inner, _| format!("... {{ {inner} }}"));
    assert!(is_limit(&check(&format!("{{ thing {{ {inline} }} }}"))));
}

#[test]
fn nothing_overflows_the_stack() {
    for open in ["{a", "{a(b:[", "{a(b:{c:", "query($a:[", "{...{", "{a@b(c:[[", "[", "(", "fragment F on T{a{"] {
        assert!(check(&open.repeat(100_000)).is_err(), "{open}");
    }
    for text in ["!", "...", "a:", "\"", "\"\"\"", "#", "@", "$", "a ", "0"] {
        assert!(check(&text.repeat(100_000)).is_err(), "{text}");
    }
    // As deep as it goes, with the deepest of the grammar's rules.
    let list = format!("{{ thing(any: {}1{}) {{ name }} }}", "[".repeat(60), "]".repeat(60));
    assert_eq!(check(&list), Ok(()));
    let object = format!("{{ thing(any: {}1{}) {{ name }} }}", "{and:[".repeat(30), "]}".repeat(30));
    assert_eq!(check(&object), Ok(()));
}

/// What many operations have in common is looked at for each of them, but not for ever.
#[test]
fn operations_that_share_variables_are_bounded() {
    let operations: String = (0..1000).map(|number| format!("query Q{number} {{ ...F }} ")).collect();
    let uses = "$a ".repeat(200);
    let text = format!("{operations} fragment F on Query {{ thing(any: [{uses}]) {{ name }} }}");
    let reason = reason(check_any(&text));
    assert!(reason.contains("uses more than"), "{reason}");
}

/// Of a document with several operations.
fn check_any(text: &str) -> Result<(), Rejection> {
    documents(Limits::default()).get(text).map(drop)
}

#[test]
fn a_flag_of_introspection_may_be_left_out() {
    let text = "query($d: Boolean, $e: Boolean) { __schema { types { fields(includeDeprecated: $d) { name }                 enumValues(includeDeprecated: $e) { name } } } }";
    let variables = complete(Limits::default(), text, json!({ "d": true, "e": null })).expect("good");
    assert_eq!(serde_json::to_value(&variables).expect("JSON"), json!({ "d": true, "e": false }));
}

#[test]
fn introspection_nests_no_lists() {
    let standard = include_str!("introspection.graphql");
    assert_eq!(check(standard), Ok(()));
    assert_eq!(check("{ __type(name: \"Thing\") { fields { type { fields { name } } } } }"), Ok(()));
    let nested = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert!(is_limit(&check(nested)));
    let hidden = "{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } \
                  fragment B on __Type { interfaces { ...C } } fragment C on __Type { possibleTypes { name } }";
    assert!(is_limit(&check(hidden)));
}

#[test]
fn variables_must_fit() {
    let text = "query($f: Filter, $c: Choice, $n: Int, $k: [Kind!], $id: ID) \
                { things(first: $n, filter: $f) { totalCount } thing(choice: $c, kinds: $k, id: $id) { name } }";
    let with = |variables| check_with(Limits::default(), text, variables);
    for good in [
        json!({}),
        json!({ "f": null, "c": null, "n": null, "k": null }),
        json!({ "f": { "name": "x", "and": { "name": "y" }, "kind": "BIG" }, "unknown": 1 }),
        json!({ "c": { "a": 1 }, "n": 3, "k": ["BIG", "SMALL"], "id": 7 }),
        json!({ "k": "BIG", "id": "01890a5d-ac96-774b-bcce-b302099a8057" }),
    ] {
        assert_eq!(with(good.clone()), Ok(()), "{good}");
    }
    for (bad, place) in [
        (json!({ "f": {} }), "\"$f\" of type \"Filter\" lacks the field \"name\""),
        (json!({ "f": 3 }), "\"$f\" has the value `3`"),
        (json!({ "f": { "name": null } }), "\"$f.name\" of type \"String!\" must not be null"),
        (json!({ "f": { "name": "x", "and": [{ "name": "y", "kind": "MID" }] } }), "\"$f.and[0].kind\""),
        (json!({ "f": { "name": "x", "other": 1 } }), "has no field \"other\""),
        (json!({ "c": {} }), "exactly one field"),
        (json!({ "c": { "a": 1, "b": "x" } }), "exactly one field"),
        (json!({ "n": "3" }), "\"$n\" has the value \"3\", which is not a valid \"Int\""),
        (json!({ "n": 1.5 }), "\"$n\""),
        (json!({ "n": 2_147_483_648_i64 }), "\"$n\" has the value `2147483648`, which is not a valid \"Int\""),
        (json!({ "k": ["BG"] }), "did you mean \"BIG\"?"),
        (json!({ "k": ["HEAVY"] }), "; the values are BIG, SMALL"),
        (json!({ "f": { "name": "x", "knd": "BIG" } }), "\"kind\"?"),
        (json!({ "k": [null] }), "\"$k[0]\" of type \"Kind!\" must not be null"),
        (json!({ "id": true }), "\"$id\""),
        (json!({ "id": "seven" }), "\"$id\" is not a valid ID: \"seven\" is not an id"),
        (
            json!({ "unknown": [{ "$serde_json::private::RawValue": "1" }] }),
            "the variable \"$unknown\" has a field whose name begins",
        ),
    ] {
        let reason = reason(with(bad.clone()));
        assert!(reason.contains(place), "{bad}: {reason}");
    }
    assert!(
        reason(check("query($n: Int!) { things(first: $n) { totalCount } }"))
            .contains("\"$n\" of type \"Int!\" was not provided")
    );
}

#[test]
fn documents_are_read_once_and_forgotten_in_time() {
    let documents = documents(Limits::default());
    let first = documents.get("{ thing { name } }").expect("a document");
    let again = documents.get("{ thing { name } }").expect("a document");
    assert!(std::sync::Arc::ptr_eq(&first, &again));
    for n in 0..1_000 {
        documents.get(&format!("{{ a{n}: thing {{ name }} }}")).expect("a document");
    }
    let later = documents.get("{ thing { name } }").expect("a document");
    assert!(!std::sync::Arc::ptr_eq(&first, &later));
}

/// The points that an operation is taken for.
fn points(text: &str, variables: serde_json::Value) -> u64 {
    match check_with(Limits { points: 0, rows: u64::MAX, ..Limits::default() }, text, variables) {
        Ok(()) => 0,
        Err(Rejection::Limit(message)) => {
            let number = message.split(' ').find_map(|word| word.parse().ok());
            number.unwrap_or_else(|| panic!("no number in: {message}"))
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn points_multiply_down_the_tree() {
    let none = || json!({});
    assert_eq!(points("{ things(first: 10) { nodes { name } } }", none()), 5 + 10);
    assert_eq!(points("{ things(first: 10) { totalCount nodes { name } } }", none()), 5 + 10 + 10);
    // What has no id is computed.
    assert_eq!(points("{ things(first: 10) { nodes { parent { parent { name } } } } }", none()), 5 + 10 * (1 + 2 * 20));
    let nested = "{ things(first: 10) { nodes { children(first: 5) { totalCount nodes { name } } } } }";
    assert_eq!(points(nested, none()), 5 + 10 * (1 + 2 + 10 + 5));
    let spread = "{ things(first: 10) { ...T } } fragment T on ThingConnection { totalCount nodes { ...C ...C } } \
                  fragment C on Thing { parent { name } children(first: $n) { totalCount } }";
    let spread = format!("query($n: Int!) {spread}");
    assert_eq!(points(&spread, json!({ "n": 3 })), 5 + 10 + 10 * (1 + 2 * (20 + 2 + 10 + 3)));
    assert_eq!(points("{ __schema { queryType { name } } __type(name: \"Thing\") { name } }", none()), 500 + 30);
}

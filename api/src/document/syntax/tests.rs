//! The grammar, where parsers differ.

use async_graphql::Pos;
use async_graphql_value::Value;

use super::parse;
use crate::document::Rejection;

fn refused(text: &str) -> Rejection {
    parse(text, 100).err().unwrap_or_else(|| panic!("was not refused: {text}"))
}

/// What a value is read as.
fn value(text: &str) -> Value {
    let parsed = parse(&format!("{{ a(b: {text}) }}"), 100).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let (_, operation) = parsed.document.operations.iter().next().expect("an operation");
    let first = operation.node.selection_set.node.items.first().expect("a field");
    let async_graphql::parser::types::Selection::Field(field) = &first.node else { panic!("no field") };
    field.node.get_argument("b").expect("an argument").node.clone()
}

fn string(text: &str) -> String {
    match value(text) {
        Value::String(text) => text,
        other => panic!("{text}: {other}"),
    }
}

#[test]
fn strings_have_the_escapes_of_the_specification() {
    for (text, read) in [
        (r#""""#, ""),
        (r#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{c}\n\r\t"),
        (r#""é😀""#, "é😀"),
        (r#""\u00e9\u00E9""#, "éé"),
        (r#""\ud83d\ude00""#, "😀"),
        (r#""\uD83D\uDE00!""#, "😀!"),
        (r#""\u{1F600}\u{e9}\u{00000041}""#, "😀éA"),
        (r##""# no comment""##, "# no comment"),
    ] {
        assert_eq!(string(text), read, "{text}");
    }
    for text in [
        r#""\ud83d""#,
        r#""\ud83dx""#,
        r#""\ude00""#,
        r#""\ud83d\ud83d""#,
        r#""\ud83d\n""#,
        r#""\ude00\ud83d""#,
        r#""\u{d83d}""#,
        r#""\u{110000}""#,
        r#""\u{}""#,
        r#""\u{+41}""#,
        r#""\u{1F600""#,
        r#""\u12""#,
        r#""\u+123""#,
        r#""\x41""#,
        r#""\é""#,
        "\"a\nb\"",
        "\"a",
        "\"a\\",
        "\"a\\\"",
    ] {
        refused(&format!("{{ a(b: {text}) }}"));
    }
}

#[test]
fn block_strings_lose_their_indentation() {
    for (text, read) in [
        (r#""""""""#, ""),
        (r#""""a\u00e9\n\ """"#, "a\\u00e9\\n\\ "),
        (r#""""say \"""hello\"""""""#, "say \"\"\"hello\"\"\""),
        ("\"\"\"\n    a\n      b\r\n    c\n\n  \"\"\"", "a\n  b\nc"),
        ("\"\"\"  first\n    a\n\tb\"\"\"", "  first\n   a\nb"),
        ("\"\"\"\n\n \t \n\"\"\"", ""),
        ("\"\"\"a \" b \"\" c\"\"\"", "a \" b \"\" c"),
    ] {
        assert_eq!(string(text), read, "{text}");
    }
    for text in ["\"\"\"a", "\"\"\"a\\\"\"\"", "\"\"\"a\"\""] {
        refused(&format!("{{ a(b: {text}"));
    }
}

#[test]
fn numbers_are_written_as_numbers_are() {
    for (text, read) in
        [("0", "0"), ("-0", "0"), ("12", "12"), ("-3", "-3"), ("1.50", "1.5"), ("1e3", "1000.0"), ("2E-1", "0.2")]
    {
        assert_eq!(value(text).to_string(), read, "{text}");
    }
    for text in ["00", "01", "-01", "-", "1.", ".5", "1.e3", "1e", "1e+", "1a", "1_000", "0x1F", "1.2.3", "+1", "1e999"]
    {
        refused(&format!("{{ a(b: {text}) }}"));
    }
}

#[test]
fn brackets_hold_something() {
    for text in [
        "",
        " # only a comment",
        "{}",
        "{ a {} }",
        "{ a() }",
        "{ a @b() }",
        "query () { a }",
        "query ($a: Int) {}",
        "fragment on on T { a }",
        "fragment F T { a }",
        "fragment F on { a }",
        "{ ... on { a } }",
        "{ ...on }",
        "query",
        "query A B { a }",
        "{ a: }",
        "{ a: b: c }",
        "{ a(b) }",
        "{ a(b:) }",
        "{ a(: 1) }",
        "{ a(b: $) }",
        "{ a(b: [1) }",
        "query ($a) { b }",
        "query ($a:) { b }",
        "query (a: Int) { b }",
        "query ($a: Int!!) { b }",
        "query ($a: [Int) { b }",
        "query ($a: Int = $b) { c }",
        "query ($a: [Int] = [$b]) { c }",
        "query ($a: Int @b(c: $d)) { e }",
        "{ a } }",
        "{ a",
        "type A { b: C }",
        "extend type A { b: C }",
        "{ a . b }",
        "{ a .. b }",
        "{ a % }",
        "{ a(b: {c}) }",
        "a",
        "\"text\" { a }",
        "subscribe { a }",
        "{ é }",
        "{ a(b: 'c') }",
    ] {
        refused(text);
    }
    for text in [
        "{ a }",
        "\u{feff}{ a }",
        "{,a,,b,}",
        "query{a}",
        "query A{a}",
        "{a(b:[])}",
        "{a(b:{})}",
        "{on fragment query true null}",
        "query on { a } fragment fragment on T { b }",
        "{ a(b: on, c: fragment) }",
        "query ($a: [[Int!]!]! = [] @b) @c { d }",
        "{ ... { a } ... @b { c } ...d @e }",
        "\"\"\"text\"\"\" query A { b } \"text\" fragment F on T { c }",
        "query (\"text\" $a: Int) { b }",
        "{ a }# comment",
        "mutation { a } ",
        "subscription { a }",
    ] {
        assert!(parse(text, 100).is_ok(), "{text}: {:?}", parse(text, 100).err());
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    for (text, message, line, column) in [
        ("{ a(", "expected an argument, found the end of the text", 1, 5),
        ("{\n  a(b: é)\n}", "unexpected character `é`", 2, 8),
        ("{ a # é\r\n  b(c: \"😀\", d: ]) }", "expected a value, found `]`", 2, 16),
        ("{ a(b: {c: 1, d: 2, c: 3}) }", "the input field \"c\" is given twice", 1, 21),
        ("query A { a } query B { a } query A { b }", "two operations named \"A\"", 1, 35),
        ("{ a } fragment F on T { a } fragment F on T { a }", "two fragments named \"F\"", 1, 38),
        ("query { a } query B { a }", "must be the only operation", 1, 1),
        ("{ a } { b }", "must be the only operation", 1, 1),
        ("fragment F on T { a }", "fragments only", 1, 22),
        ("query", "expected `{`, found the end of the text", 1, 6),
        ("", "expected an operation or a fragment, found the end of the text", 1, 1),
        ("{ a(b: \"c) }", "a string is not closed", 1, 8),
    ] {
        let Rejection::Invalid(problems) = refused(text) else { panic!("{text}") };
        let [problem] = problems.as_slice() else { panic!("{text}: {problems:?}") };
        assert!(problem.message.contains(message), "{text}: {}", problem.message);
        assert_eq!(problem.positions, [Pos { line, column }], "{text}");
    }
}

#[test]
fn nesting_counts_outside_of_strings_and_comments_only() {
    let deep = "{".repeat(65);
    let is_limit = |text: &str| matches!(parse(text, 1_000), Err(Rejection::Limit(_)));
    assert!(is_limit(&"{a".repeat(65)));
    assert!(is_limit(&format!("{{ a(b: {}", "[".repeat(65))));
    assert!(parse(&format!("# {deep}\n{{ a(b: \"{deep}\", c: \"\"\"{deep} \\\"\"\" {deep}\"\"\") }}"), 100).is_ok());
    // The comment ends at the line's end.
    assert!(is_limit(&format!("# \r{}", "{a".repeat(65))));
}

#[test]
fn tokens_are_bounded() {
    let query = |fields: usize| format!("{{ {} }}", "a ".repeat(fields));
    assert!(parse(&query(98), 100).is_ok());
    assert!(matches!(parse(&query(99), 100), Err(Rejection::Limit(_))));
    assert!(parse(&format!("{{ a }}{}", ",#\n ".repeat(1_000)), 3).is_ok());
}

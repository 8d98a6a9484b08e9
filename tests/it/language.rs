//! The server's verdict on documents, which graphql-js is asked for as well: see `tests/language`.

use api::{
    document::{Documents, Limits},
    schema::shape,
};

const DOCUMENTS: &str = include_str!("../language/documents.txt");

#[test]
fn documents_have_the_verdict_of_the_specification() {
    let documents = Documents::new(shape(), Limits::default());
    let lines = DOCUMENTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut wrong = Vec::new();
    for line in lines {
        let (verdict, document) = line.split_once(' ').unwrap_or_else(|| panic!("no verdict: {line}"));
        let is_taken = match verdict {
            "valid" | "laxer" => true,
            "invalid" | "stricter" => false,
            other => panic!("no verdict: {other}"),
        };
        let found = documents.get(document.trim_start());
        if found.is_ok() != is_taken {
            wrong.push(format!("{line}\n  {:?}", found.err()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! Rules that the whole schema keeps.

use std::collections::BTreeSet;

use sea_orm::ColumnType;
use serde_json::Value;
use tests::on_both_engines;

use super::{
    api::Api,
    shape::{Shape, is_list, named, text},
    tables::{ASIDE, Column, HIDDEN, TABLES, Table},
};
use crate::schema::references::REFERENCES;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql");

#[test]
fn the_committed_schema_is_what_the_code_says() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
    let said = ::api::schema::sdl();
    let line = committed.lines().zip(said.lines()).position(|(committed, said)| committed != said);
    assert!(
        committed.trim_end() == said.trim_end(),
        "schema.graphql differs from line {:?} on: run `cargo run -- schema > schema.graphql`",
        line.map(|line| line + 1)
    );
}

on_both_engines! {
    async fn everything_is_described(db: &TestDatabase) {
        let api = Api::open(db).await;
        let mut missing = Vec::new();
        let mut look = |name: String, item: &Value| {
            if text(item, "description").trim().is_empty() {
                missing.push(name);
            }
        };
        for ty in api.shape.types() {
            let name = text(ty, "name");
            look(name.to_owned(), ty);
            for member in ["fields", "inputFields", "enumValues"] {
                for item in ty[member].as_array().into_iter().flatten() {
                    let item_name = format!("{name}.{}", text(item, "name"));
                    for argument in item["args"].as_array().into_iter().flatten() {
                        look(format!("{item_name}({})", text(argument, "name")), argument);
                    }
                    look(item_name, item);
                }
            }
        }
        assert!(missing.is_empty(), "without a description: {missing:#?}");
    }

    async fn every_column_is_shown_as_it_is(db: &TestDatabase) {
        let api = Api::open(db).await;
        let nodes: BTreeSet<_> = api.shape.nodes().into_iter().collect();
        let known: BTreeSet<_> = TABLES.iter().map(|table| table.node.to_owned()).collect();
        assert_eq!(nodes, known, "the list in tables.rs is not that of the schema");
        for table in TABLES.iter() {
            let columns = || table.columns.iter().filter(|column| !HIDDEN.contains(&(table.name, column.name)));
            let stored: BTreeSet<_> = columns().map(|column| column.name).collect();
            let shown: BTreeSet<_> = table.shown.iter().copied().collect();
            assert_eq!(stored, shown, "{}", table.name);
            for column in columns() {
                agrees(&api.shape, table, column);
            }
        }
    }

    async fn every_foreign_key_is_three_fields(db: &TestDatabase) {
        let api = Api::open(db).await;
        let shown = || REFERENCES.iter().filter(|(table, ..)| !ASIDE.contains(table));
        for (table, column, target, _) in shown() {
            let (here, there) = (of(table), of(target));
            let stored = here.columns.iter().find(|known| known.name == *column).expect("a column");
            let single = api.shape.fields(here.node).iter().any(|field| {
                named(&field["type"]) == there.node
                    && !is_list(&field["type"])
                    && (text(&field["type"], "kind") == "NON_NULL") != stored.nullable
            });
            assert!(single, "{}.{column} has no field for its row", here.node);
        }
        // As many connections as keys between each pair of types, beside `descendants`.
        for there in TABLES.iter() {
            for here in TABLES.iter() {
                let keys = shown().filter(|(table, _, target, _)| (*table, *target) == (here.name, there.name));
                let connection = format!("{}Connection", here.node);
                let lists = api.shape.fields(there.node).iter();
                let lists = lists.filter(|field| text(field, "name") != "descendants");
                let lists = lists.filter(|field| named(&field["type"]) == connection).count();
                assert_eq!(lists, keys.count(), "connections of {} to {}", there.node, here.node);
            }
        }
    }
}

fn of(name: &str) -> &'static Table {
    TABLES.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("no type of {name}"))
}

/// Whether a column's field has its type and is null where it can be.
fn agrees(shape: &Shape, table: &Table, column: &Column) {
    let name = format!("{}.{}", table.node, column.name);
    // A rate is shown, whatever the number is that stands for it.
    let plain = column.name.trim_end_matches("_e10").replace('_', "");
    let field = shape.fields(table.node).iter().find(|field| text(field, "name").eq_ignore_ascii_case(&plain));
    let field = field.unwrap_or_else(|| panic!("{name} has no field"));
    let leaf = shape.leaves(table.node).iter().find(|leaf| leaf.name == text(field, "name"));
    leaf.unwrap_or_else(|| panic!("{name} cannot be filtered"));
    assert_eq!(text(&field["type"], "kind") != "NON_NULL", column.nullable, "{name}: null or not");
    let shown = named(&field["type"]);
    let expected = match &column.ty {
        ColumnType::Uuid => "ID",
        ColumnType::String(_) | ColumnType::Text | ColumnType::Char(_) => "String",
        ColumnType::Integer => "Int",
        ColumnType::Boolean => "Boolean",
        ColumnType::Decimal(_) => "Decimal",
        ColumnType::BigInteger if column.name.ends_with("_e10") => "Decimal",
        ColumnType::Date => "Date",
        ColumnType::TimestampWithTimeZone => "DateTime",
        ColumnType::Json | ColumnType::JsonBinary if is_list(&field["type"]) => shown,
        ColumnType::Json | ColumnType::JsonBinary => "JSON",
        ColumnType::Enum { .. } => {
            assert_eq!(text(shape.ty(shown), "kind"), "ENUM", "{name}");
            shown
        }
        other => panic!("{name}: no GraphQL type is known for {other:?}"),
    };
    assert_eq!(shown, expected, "{name}");
}

//! Every check refuses its bad value and admits every legal one.

mod connections;
mod marketing;
mod records;
mod shop;

use std::collections::BTreeSet;

use tests::on_both_engines;

use super::{
    catalog::rules,
    rows::{self, Row},
};

type Values = &'static [(&'static str, &'static str)];

/// One rule: values it admits and values it refuses, each a change to a valid row.
struct Rule {
    table: &'static str,
    name: &'static str,
    good: &'static [Values],
    bad: &'static [Values],
}

on_both_engines! {
    async fn every_check_refuses_what_it_should_and_nothing_else(db: &TestDatabase) {
        rows::insert_all(db).await;
        let mut number = 10;
        for Rule { table, name, good, bad } in all() {
            let name = format!("{table}_{name}_check");
            for values in *good {
                number += 1;
                let outcome = Row::new(table, number).with(*values).insert(db).await;
                assert!(outcome.is_ok(), "{name} refused {values:?}: {outcome:?}");
            }
            for values in *bad {
                number += 1;
                let outcome = Row::new(table, number).with(*values).insert(db).await;
                let error = outcome.expect_err(&format!("{name} admitted {values:?}")).to_string();
                assert!(error.contains(&name), "{values:?} was refused by another rule than {name}: {error}");
            }
        }
    }

    async fn amounts_and_counts_are_never_negative(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (index, (table, column)) in not_negative().enumerate() {
            let outcome = Row::new(table, 10 + index).set(column, "-1").insert(db).await;
            let error = outcome.expect_err(&format!("{table}.{column} admitted -1")).to_string();
            assert!(error.contains(&format!("{table}_{column}_check")), "{table}.{column}: {error}");
        }
    }

    async fn every_check_of_the_schema_is_tried(db: &TestDatabase) {
        let rules_tried = all().map(|rule| (rule.table, rule.name)).chain(not_negative());
        let tried: BTreeSet<_> = rules_tried.map(|(table, name)| format!("{table}_{name}_check")).collect();
        let mut held = rules(db).await;
        // A version of zero is the same mistake on every table; one of them is tried.
        held.retain(|name| !name.ends_with("_version_check") || name == "goals_version_check");
        assert_eq!(held, tried);
    }
}

const fn rule(table: &'static str, name: &'static str, good: &'static [Values], bad: &'static [Values]) -> Rule {
    Rule { table, name, good, bad }
}

/// All rules.
fn all() -> impl Iterator<Item = &'static Rule> {
    records::RULES.iter().chain(shop::RULES).chain(marketing::RULES).chain(connections::RULES)
}

/// The columns that are 0 at least, and by default.
fn not_negative() -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = shop::NOT_NEGATIVE.iter().chain(marketing::NOT_NEGATIVE).chain(connections::NOT_NEGATIVE);
    all.flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)))
}

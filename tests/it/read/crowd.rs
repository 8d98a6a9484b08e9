//! Rows of every table for pages to be cut of: many below the same parents, equal in what they are sorted by, some
//! without a value.

use chrono::{Days, NaiveDate};
use sea_orm::ConnectionTrait;
use tests::TestDatabase;

use super::{
    shape::{Leaf, Shape},
    tables::ASIDE,
};
use crate::schema::{
    references::{AHEAD, REFERENCES},
    rows::{self, Row, TABLES},
};

/// The numbers of the rows that are below the first of each parent.
const SIBLINGS: std::ops::RangeInclusive<usize> = 11..=30;

/// From this number on, rows are siblings too: those that come while a list is read.
pub(super) const LATER: usize = 1000;

/// The foreign keys that no two rows share, and the lists of one row at most that they make.
pub(super) const UNSHARED: [(&str, &str, &str); 2] = [
    ("transactions", "payment_entry_id", "PaymentEntry.transactions"),
    ("transactions", "reverses_id", "Transaction.reversals"),
];

/// Inserts rows up to that number into all tables: the first twenty as siblings, the others below parents of their own.
pub(super) async fn insert_all(db: &TestDatabase, shape: &Shape, last: usize) {
    rows::insert_all(db).await;
    for table in TABLES.into_iter().filter(|table| !ASIDE.contains(table)) {
        let sorts: Vec<Leaf> = shape.sorts(node(table)).into_iter().map(|(_, leaf)| leaf).collect();
        for number in *SIBLINGS.start()..=last {
            insert(db, table, number, &sorts).await;
        }
    }
    // Campaigns with content of their own have it: when they were inserted, only the first one existed.
    let own = "SELECT c.id FROM content AS c WHERE c.campaign_id = campaigns.id ORDER BY c.id DESC LIMIT 1";
    let set = format!("UPDATE campaigns SET content_id = COALESCE(({own}), content_id)");
    db.connection().execute_unprepared(&set).await.expect("content of their own");
}

/// Inserts a row as like to its siblings as the keys and checks admit.
pub(super) async fn insert(db: &TestDatabase, table: &'static str, number: usize, sorts: &[Leaf]) {
    let mut refused = Vec::new();
    let keys = REFERENCES.iter().filter(|(referrer, ..)| *referrer == table).count();
    for rotation in [None].into_iter().chain((0..keys).map(|turn| Some((number + turn) % keys))) {
        for unique in [false, true] {
            match row(table, number, sorts, rotation, unique).insert_only(db).await {
                Ok(()) => return,
                Err(error) => refused.push(error.to_string()),
            }
        }
    }
    panic!("no row {number} of {table}: {refused:#?}");
}

/// `rotation`: the foreign key that points elsewhere; `unique`: its texts and days are its own.
fn row(table: &'static str, number: usize, sorts: &[Leaf], rotation: Option<usize>, unique: bool) -> Row {
    let mut row = Row::new(table, number);
    let keys = REFERENCES.iter().filter(|(referrer, ..)| *referrer == table);
    for (index, (_, column, target, _)) in keys.enumerate() {
        if (table, *column) == AHEAD {
            // Only the first one exists when this row is inserted.
            row = row.set(column, &format!("@{target}"));
            continue;
        }
        if UNSHARED.iter().any(|(of, key, _)| (of, key) == (&table, column)) {
            row = match (number, *target == table) {
                (LATER.., _) => row.set(column, "NULL"),
                (number, true) => row.set(column, &format!("@{target}:{}", before(number))),
                (number, false) => row.set(column, &format!("@{target}:{number}")),
            };
            continue;
        }
        let sibling = SIBLINGS.contains(&number) || number >= LATER;
        let elsewhere = rotation == Some(index);
        let parent = match (*target == table, sibling) {
            (true, true) if (23..LATER).contains(&number) => 11,
            (true, false) => number / 2,
            (false, true) if elsewhere => number,
            (_, true) => 1,
            (false, false) if elsewhere => number - 1,
            (false, false) => number,
        };
        row = row.set(column, &format!("@{target}:{parent}"));
    }
    for (index, leaf) in sorts.iter().enumerate().filter(|(_, leaf)| leaf.name != "id") {
        let column = snake(&leaf.name);
        let value = if leaf.nullable && number.is_multiple_of(3) {
            "NULL".to_owned()
        } else {
            value(leaf, index, number, unique)
        };
        row = match (table, column.as_str()) {
            ("orders", "total_amount") => row.set("subtotal_amount", &value),
            ("order_items", "total_amount") => row.set("price", &value).set("quantity", "1"),
            _ => row,
        };
        row = row.set(&column, &value);
    }
    row
}

/// The row that was inserted before; the first sibling comes after the first row of all.
fn before(number: usize) -> usize {
    if number > *SIBLINGS.start() { number - 1 } else { 1 }
}

/// One of four values, with others for other columns.
fn value(leaf: &Leaf, index: usize, number: usize, unique: bool) -> String {
    let choice = number % 4;
    let day = |days: usize| {
        let first = NaiveDate::from_ymd_opt(2026, 5, 1).expect("a day");
        (first + Days::new(days as u64)).to_string()
    };
    match leaf.ty.as_str() {
        "String" => {
            let text = ["alpha", "Beta", "beta", "Öl"][choice];
            let text = if leaf.name == "email" { text.to_lowercase() } else { text.to_owned() };
            if unique { format!("'{text} {number}'") } else { format!("'{text}'") }
        }
        "Int" => format!("{}", choice + 1),
        "Decimal" => ["0.1", "0.25", "0.9", "1"][choice].to_owned(),
        "Date" => format!("'{}'", day(if unique { number } else { choice })),
        "DateTime" => {
            let fraction = ["", ".250", ".250001", ""][choice];
            format!("'{}T03:02:01{fraction}+00:00'", day(choice / 2 + 10 * index))
        }
        other => panic!("no values of {other} for {}", leaf.name),
    }
}

/// The type of a table, by the names that differ from its own.
pub(super) fn node(table: &str) -> &'static str {
    super::tables::TABLES.iter().find(|known| known.name == table).unwrap_or_else(|| panic!("no type of {table}")).node
}

fn snake(camel: &str) -> String {
    camel.chars().flat_map(|c| c.is_uppercase().then_some('_').into_iter().chain(c.to_lowercase())).collect()
}

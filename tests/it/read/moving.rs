//! Pages of lists that change while they are read.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use serde_json::Value;
use tests::{Engine, TestDatabase, on_both_engines};

use super::{
    api::Api,
    crowd,
    listed::{Listed, Order},
    shape::{Leaf, text},
};
use crate::schema::references::REFERENCES;

/// Lists whose rows can go, with their tables.
const LISTS: [(&str, Option<&str>, &str); 6] = [
    ("tasks", None, "tasks"),
    ("tasks", Some("Agent"), "tasks"),
    ("content", Some("Campaign"), "contentItems"),
    ("order_items", Some("Order"), "items"),
    ("goals", Some("Goal"), "descendants"),
    ("goals", None, "goals"),
];

on_both_engines! {
    async fn a_cursor_outlives_its_row(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        for (number, (table, parent, field)) in LISTS.into_iter().enumerate() {
            let mut moving = Moving::new(db, &api, table, parent, field, number).await;
            for order in moving.listed.orders() {
                moving.lose_an_anchor(&order).await;
            }
        }
    }

    async fn what_stays_is_seen_once(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        for (number, (table, parent, field)) in LISTS.into_iter().enumerate() {
            let mut moving = Moving::new(db, &api, table, parent, field, number).await;
            for order in moving.listed.orders().into_iter().step_by(3) {
                moving.walk(&order, "first", "after").await;
                moving.walk(&order, "last", "before").await;
            }
        }
    }
}

/// A list and what changes it.
struct Moving<'a> {
    db: &'a TestDatabase,
    listed: Listed<'a>,
    table: &'static str,
    sorts: Vec<Leaf>,
    /// Of the row that was added last.
    number: usize,
}

impl<'a> Moving<'a> {
    async fn new(
        db: &'a TestDatabase,
        api: &'a Api,
        table: &'static str,
        parent: Option<&str>,
        field: &str,
        number: usize,
    ) -> Self {
        let listed = Listed::named(api, parent, field).await;
        let sorts = api.shape.sorts(&listed.list.node).into_iter().map(|(_, leaf)| leaf).collect();
        Self { db, listed, table, sorts, number: crowd::LATER * (number + 1) }
    }

    async fn lose_an_anchor(&mut self, order: &Order) {
        let whole = self.listed.edges(&order.argument).await;
        let mut gone = whole.len() / 2;
        while !self.delete(&whole[gone]).await {
            gone += 1;
        }
        let cursor = &whole[gone]["cursor"];
        let arguments = [
            format!("{} first: 250 after: {cursor}", order.argument),
            format!("{} last: 250 before: {cursor}", order.argument),
        ];
        let sides = self.listed.ask(&arguments, &self.listed.page()).await;
        let name = self.listed.name();
        assert_eq!(sides[0]["edges"], Value::from(&whole[gone + 1..]), "{name} {arguments:?}");
        assert_eq!(sides[1]["edges"], Value::from(&whole[..gone]), "{name} {arguments:?}");
        self.add().await;
    }

    /// Reads the list page by page. After each page its anchor goes, a row that was still to come goes, and as many come.
    async fn walk(&mut self, order: &Order, size: &str, from: &str) {
        let name = format!("{} {} {size}", self.listed.name(), order.argument);
        let mut stayed: BTreeSet<String> = ids(&self.listed.edges(&order.argument).await);
        let mut seen = BTreeSet::new();
        let mut deleted = BTreeSet::new();
        let mut cursor = String::new();
        loop {
            let arguments = [format!("{} {size}: 3 {cursor}", order.argument)];
            let page = self.listed.ask(&arguments, &self.listed.page()).await.remove(0);
            let edges = page["edges"].as_array().expect("edges");
            for id in ids(edges) {
                assert!(!deleted.contains(&id), "{name}: a deleted row");
                assert!(seen.insert(id), "{name}: a row twice");
            }
            let (more, anchor) = match size {
                "first" => ("hasNextPage", edges.last()),
                _ => ("hasPreviousPage", edges.first()),
            };
            if page["pageInfo"][more] == false {
                break;
            }
            let anchor = anchor.expect("an empty page is the last").clone();
            cursor = format!("{from}: {}", anchor["cursor"]);
            let now = self.listed.edges(&order.argument).await;
            let ahead = now.iter().rev().find(|edge| !seen.contains(text(&edge["node"], "id")));
            for edge in [Some(&anchor), ahead].into_iter().flatten() {
                if self.delete(edge).await {
                    deleted.extend(ids([edge]));
                    stayed.remove(text(&edge["node"], "id"));
                    self.add().await;
                }
            }
            assert!(deleted.len() < 200, "{name}: no end");
        }
        let missed: Vec<_> = stayed.difference(&seen).collect();
        assert!(missed.is_empty(), "{name}: missed {missed:?}");
    }

    async fn add(&mut self) {
        self.number += 1;
        crowd::insert(self.db, self.table, self.number, &self.sorts).await;
    }

    /// Whether the row could be deleted: others may point at it, or would go along.
    async fn delete(&self, edge: &Value) -> bool {
        let id = text(&edge["node"], "id");
        let id = match self.db.engine() {
            Engine::Postgres => format!("'{id}'"),
            Engine::Sqlite => format!("X'{}'", id.replace('-', "")),
        };
        let table = self.table;
        let mut delete = format!("DELETE FROM {table} WHERE id = {id}");
        for (_, column, ..) in REFERENCES.iter().filter(|(from, _, to, _)| (*from, *to) == (table, table)) {
            delete += &format!(" AND NOT EXISTS (SELECT 1 FROM {table} AS below WHERE below.{column} = {table}.id)");
        }
        self.db.connection().execute_unprepared(&delete).await.is_ok_and(|done| done.rows_affected() == 1)
    }
}

fn ids<'e>(edges: impl IntoIterator<Item = &'e Value>) -> BTreeSet<String> {
    edges.into_iter().map(|edge| text(&edge["node"], "id").to_owned()).collect()
}

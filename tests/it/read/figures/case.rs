//! What is asked of a list: over all of its rows that pass a filter, and over groups of them.

use serde_json::{Map, Value, json};

use super::{
    figure::{self, Figure},
    having,
    key::{self, Group, Key},
    order,
    sheet::Sheet,
};
use crate::read::{api::Api, shape::Shape};

/// A question.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) filter: Value,
    /// Figures over all rows.
    pub(super) overall: Vec<Figure>,
    pub(super) keys: Vec<Key>,
    /// Figures over the rows of each group.
    pub(super) figures: Vec<Figure>,
    pub(super) having: Value,
    pub(super) order: Vec<Value>,
}

impl Case {
    /// The fields that ask it all.
    pub(super) fn selection(&self, number: usize) -> String {
        let groups = match self.keys.is_empty() {
            true => String::new(),
            false => self.groups_field(number, "first: 250", "totalCount"),
        };
        figure::selection(&self.overall) + &groups
    }

    /// The field that asks for a page of groups, and for something else about it.
    pub(super) fn groups_field(&self, number: usize, page: &str, more: &str) -> String {
        let (keys, figures) = (key::selection(&self.keys), figure::selection(&self.figures));
        format!("groups(having: $h{number}, orderBy: $o{number}, {page}) {{ nodes {{ {keys} {figures} }} {more} }} ")
    }

    /// What is answered to [`Case::selection`].
    pub(super) fn answer(&self, shape: &Shape, sheet: &Sheet) -> Value {
        let rows = sheet.passing(shape, &self.filter);
        let overall = figure::aggregate(sheet, &self.overall, &rows);
        if self.keys.is_empty() {
            return json!({ "aggregate": overall });
        }
        let mut groups = Group::all(&self.keys, &rows);
        groups.retain(|group| having::holds(shape, sheet, &self.having, &group.rows));
        groups.sort_by(|a, b| order::compare(sheet, &self.order, a, b));
        let nodes: Vec<Value> = groups.iter().map(|group| group.shown(sheet, &self.figures)).collect();
        json!({ "aggregate": overall, "groups": { "nodes": nodes, "totalCount": groups.len() } })
    }
}

/// Asks for the fields that `selection` makes of each case and its number, all at once.
pub(super) async fn ask(
    api: &Api,
    sheet: &Sheet,
    cases: &[&Case],
    selection: impl Fn(usize, &Case) -> String,
) -> Vec<Value> {
    let Sheet { node, root, .. } = sheet;
    let (mut declared, mut fields, mut variables) = (String::new(), String::new(), Map::new());
    for (number, case) in cases.iter().enumerate() {
        declared += &format!("$f{number}: {node}Filter ");
        variables.insert(format!("f{number}"), case.filter.clone());
        if !case.keys.is_empty() {
            declared += &format!("$h{number}: {node}Having $o{number}: [{node}GroupOrder!] ");
            variables.insert(format!("h{number}"), case.having.clone());
            variables.insert(format!("o{number}"), json!(case.order));
        }
        fields += &format!("c{number}: {root}(filter: $f{number}) {{ {} }} ", selection(number, case));
    }
    let (query, variables) = (format!("query({declared}) {{ {fields} }}"), Value::Object(variables));
    let (mut answer, errors) = api.try_query(&query, variables.clone()).await;
    assert!(errors.is_empty(), "{:?} {errors:?}\n{query}\n{variables}", api.service.database().engine());
    (0..cases.len()).map(|number| answer[format!("c{number}")].take()).collect()
}

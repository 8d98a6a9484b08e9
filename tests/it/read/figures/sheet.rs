//! The rows of a type, as they are read through the API, and its columns.

use std::collections::BTreeSet;

use sea_orm::ColumnType;
use serde_json::Value;

use super::worth::{Worth, units};
use crate::read::{
    api::Api,
    meaning,
    shape::{Shape, named, text},
    tables::{self, TABLES},
};

/// The most rows of a page.
const PAGE: usize = 250;

/// The times by which rows are earlier or later, where these are not `createdAt`: their lists are ordered by them.
const TIMES: [(&str, &str); 3] =
    [("ExchangeRate", "day"), ("KpiMeasurement", "measuredAt"), ("ProductMetric", "periodStart")];

/// What the values of a column are; the types of its figures are named so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Decimal,
    DateTime,
    Date,
    Text,
    Boolean,
    Id,
    Enum,
    Json,
}

const KINDS: [Kind; 9] =
    [Kind::Int, Kind::Decimal, Kind::DateTime, Kind::Date, Kind::Text, Kind::Boolean, Kind::Id, Kind::Enum, Kind::Json];

impl Kind {
    /// The type of the figures of such columns.
    pub(super) fn figures(self) -> String {
        format!("{self:?}Figures")
    }
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The digits after the point of its numbers.
    pub(super) scale: u32,
    is_nullable: bool,
}

/// A relation to one row, and the columns there that can be keys.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// All rows of a type.
pub(super) struct Sheet {
    pub(super) node: String,
    pub(super) root: String,
    pub(super) columns: Vec<Column>,
    pub(super) relations: Vec<Relation>,
    pub(super) rows: Vec<Value>,
}

impl Column {
    /// The columns of a type.
    fn all(shape: &Shape, node: &str) -> Vec<Self> {
        let column = |field: &Value| {
            let kind = KINDS.into_iter().find(|kind| kind.figures() == named(&field["type"]))?;
            let name = text(field, "name").to_owned();
            let leaf = shape.leaves(node).iter().find(|leaf| leaf.name == name).expect("a column of the type");
            let scale = if kind == Kind::Decimal { scale(node, &name) } else { 0 };
            Some(Self { name, kind, scale, is_nullable: leaf.nullable })
        };
        shape.fields(&format!("{node}Aggregate")).iter().filter_map(column).collect()
    }

    pub(super) fn is_key(&self) -> bool {
        self.kind != Kind::Json
    }

    pub(super) fn is_time(&self) -> bool {
        matches!(self.kind, Kind::DateTime | Kind::Date)
    }

    /// What a row has there, if it has something.
    pub(super) fn worth(&self, row: &Value) -> Option<Worth> {
        let value = &row[&self.name];
        let text = || value.as_str().expect("a text");
        match self.kind {
            // JSON has a null of its own, which is a value.
            Kind::Json if !self.is_nullable => Some(Worth::Text(value.to_string())),
            _ if value.is_null() => None,
            Kind::Json => Some(Worth::Text(value.to_string())),
            Kind::Int => Some(Worth::whole(value.as_i64().expect("a whole number").into())),
            Kind::Decimal => Some(Worth::whole(units(text(), self.scale))),
            Kind::DateTime => Some(Worth::Moment(text().parse().expect("a time"))),
            Kind::Boolean => Some(Worth::Boolean(value.as_bool().expect("yes or no"))),
            // As the database has it.
            Kind::Enum => Some(Worth::Text(text().to_ascii_lowercase())),
            Kind::Date | Kind::Text | Kind::Id => Some(Worth::Text(text().to_owned())),
        }
    }
}

/// The digits of a column of decimals. Exchange rates are kept as whole numbers.
fn scale(node: &str, field: &str) -> u32 {
    let table = TABLES.iter().find(|table| table.node == node).expect("a table of the schema");
    let plain = |column: &tables::Column| column.name.trim_end_matches("_e10").replace('_', "");
    let column = table.columns.iter().find(|column| plain(column).eq_ignore_ascii_case(field));
    match column.map(|column| &column.ty) {
        Some(ColumnType::Decimal(Some((_, scale)))) => *scale,
        Some(ColumnType::BigInteger) => 10,
        other => panic!("{node}.{field} is {other:?}"),
    }
}

impl Sheet {
    /// Those of the types with an id whose rows fit on a page.
    pub(super) async fn all(api: &Api) -> Vec<Self> {
        let mut all = Vec::new();
        for node in api.shape.nodes().into_iter().filter(|node| api.shape.has_id(node)) {
            all.push(Self::read(api, node).await);
        }
        all.retain(|sheet| (1..PAGE).contains(&sheet.rows.len()));
        all
    }

    async fn read(api: &Api, node: String) -> Self {
        let (shape, root) = (&api.shape, api.shape.root(&node));
        let nodes = shape.nodes();
        let relation = |field: &Value| {
            let target =
                named(&field["type"]).strip_suffix("Key").filter(|target| nodes.iter().any(|it| it == target))?;
            let columns = Column::all(shape, target).into_iter().filter(Column::is_key).collect();
            Some(Relation { name: text(field, "name").to_owned(), columns })
        };
        let relations: Vec<Relation> = shape.fields(&format!("{node}Key")).iter().filter_map(relation).collect();
        let nested = relations.iter().map(|Relation { name, columns }| {
            let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            format!("{name} {{ {} }} ", columns.join(" "))
        });
        let selection = shape.columns(&node) + &nested.collect::<String>();
        let query = format!("{{ {root}(first: {PAGE}) {{ nodes {{ {selection} }} }} }}");
        let mut answer = api.query(&query, Value::Null).await;
        let Value::Array(rows) = answer[&root]["nodes"].take() else { panic!("no rows: {answer}") };
        Self { columns: Column::all(shape, &node), node, root, relations, rows }
    }

    pub(super) fn column(&self, name: &str) -> &Column {
        let column = self.columns.iter().find(|column| column.name == name);
        column.unwrap_or_else(|| panic!("{} has no column {name}", self.node))
    }

    /// The rows that pass a filter on their own columns.
    pub(super) fn passing(&self, shape: &Shape, filter: &Value) -> Vec<&Value> {
        self.rows.iter().filter(|row| meaning::holds(shape, &self.node, filter, row)).collect()
    }

    /// What tells which of two rows is later.
    pub(super) fn age(&self, row: &Value) -> (Option<Worth>, String) {
        let own = TIMES.iter().find(|(node, _)| *node == self.node).map(|(_, column)| *column);
        (self.column(own.unwrap_or("createdAt")).worth(row), text(row, "id").to_owned())
    }

    /// Whether its amounts are in several currencies.
    pub(super) fn is_mixed(&self) -> bool {
        let currencies: BTreeSet<_> = self.rows.iter().filter_map(|row| row["currency"].as_str()).collect();
        currencies.len() > 1
    }

    /// Its columns, with amounts or without.
    pub(super) fn choice(&self, amounts: bool) -> Vec<&Column> {
        let is_amount = |column: &Column| column.kind == Kind::Decimal && !column.name.starts_with("report");
        self.columns.iter().filter(|column| amounts || !is_amount(column)).collect()
    }
}

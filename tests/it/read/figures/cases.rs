//! Questions made at random: of what introspection tells, with bounds near what rows and groups have.

use std::collections::HashMap;

use serde_json::{Value, json};
use service::zone::Tz;

use super::{
    case::Case,
    figure::Figure,
    key::{Bucket, Group, INTERVALS, Key, ZONES, zone_named},
    sheet::{Column, Kind, Sheet},
};
use crate::read::{
    meaning::operators,
    random::{Maker, Rng},
    shape::{Shape, named, text},
};

/// Percentiles that are tried most: both ends, and places on their edge.
const PERCENTS: [u32; 7] = [1, 100, 2500, 5000, 9500, 9999, 10_000];

/// Makes questions about the rows of a type.
pub(super) struct Cases<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) maker: Maker<'a>,
    /// That of the shop.
    zone: Tz,
}

impl<'a> Cases<'a> {
    /// `rows`: those of each type, for the values of filters.
    pub(super) fn new(
        shape: &'a Shape,
        rows: &'a HashMap<String, Vec<Value>>,
        sheet: &'a Sheet,
        zone: Tz,
        seed: u64,
    ) -> Self {
        Self { sheet, maker: Maker { shape, rows, rng: Rng(seed) }, zone }
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.maker.rng.below(end)
    }

    pub(super) fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        self.maker.rng.pick(items).expect("something to choose from")
    }

    /// A question of `least` to three keys.
    pub(super) fn make(&mut self, least: usize) -> Case {
        let (shape, sheet) = (self.maker.shape, self.sheet);
        let filter = match self.below(3) {
            0 => json!({}),
            _ => self.maker.filter(&sheet.node, 0, 2),
        };
        // Amounts of several currencies are not added: the currency is a key, or amounts are left alone.
        let is_mixed = sheet.is_mixed();
        let amounts = !is_mixed || self.below(2) == 0;
        let number = least + self.below(4 - least);
        let mut keys: Vec<Key> = (0..number).map(|_| self.key()).collect();
        if is_mixed && amounts && number > 0 {
            keys.push(Key { relation: None, column: sheet.column("currency").clone(), bucket: None });
        }
        let overall = self.figures(&sheet.choice(!is_mixed));
        let columns = sheet.choice(amounts);
        let figures = self.figures(&columns);
        let having = match self.below(3) {
            0 => json!({}),
            _ => {
                let groups = Group::all(&keys, &sheet.passing(shape, &filter));
                self.having(&columns, &groups, 2)
            }
        };
        let order = (0..self.below(4)).map(|_| self.term(&columns)).collect();
        Case { filter, overall, keys, figures, having, order }
    }

    fn key(&mut self) -> Key {
        let sheet = self.sheet;
        let own = sheet.relations.is_empty() || self.below(4) > 0;
        let (relation, columns) = match own {
            true => (None, &sheet.columns),
            false => {
                let relation = self.pick(&sheet.relations);
                (Some(relation.name.clone()), &relation.columns)
            }
        };
        let columns: Vec<&Column> = columns.iter().filter(|column| column.is_key()).collect();
        let column = (*self.pick(&columns)).clone();
        let bucket = column.is_time().then(|| self.bucket(column.kind));
        Key { relation, column, bucket }
    }

    fn bucket(&mut self, kind: Kind) -> Bucket {
        // Days have neither hours nor a zone.
        let is_date = kind == Kind::Date;
        let first = usize::from(is_date);
        let interval = INTERVALS[first + self.below(INTERVALS.len() - first)];
        let named = ZONES.get(self.below(ZONES.len() + 1)).copied().filter(|_| !is_date);
        Bucket { interval, named, zone: named.map_or(self.zone, zone_named) }
    }

    fn figures(&mut self, columns: &[&Column]) -> Vec<Figure> {
        (0..=self.below(5)).map(|_| self.figure(columns)).collect()
    }

    fn figure(&mut self, columns: &[&Column]) -> Figure {
        let column = (*self.pick(columns)).clone();
        let shape = self.maker.shape;
        let function = self.pick(shape.fields(&column.kind.figures()));
        let percent = match self.below(2) {
            0 => *self.pick(&PERCENTS),
            _ => u32::try_from(1 + self.below(10_000)).expect("a small number"),
        };
        Figure { column, function: text(function, "name").to_owned(), percent }
    }

    /// Something that groups are ordered by.
    fn term(&mut self, columns: &[&Column]) -> Value {
        let direction = *self.pick(&["ASC", "DESC"]);
        match self.below(5) {
            0 => json!({ "keys": direction }),
            1 => json!({ "count": direction }),
            _ => {
                let (column, function, _) = self.compared(columns, "GroupOrder");
                json!({ &column.name: { function: direction } })
            }
        }
    }

    /// A figure of a column that something can be said about in an input, and the type of what is said.
    pub(super) fn compared<'c>(&mut self, columns: &[&'c Column], input: &str) -> (&'c Column, String, String) {
        let shape = self.maker.shape;
        let columns: Vec<&'c Column> = columns.iter().copied().filter(|column| column.is_key()).collect();
        let column = *self.pick(&columns);
        let fields = shape.ty(&format!("{}{input}", self.sheet.node))["inputFields"].as_array().expect("an input");
        let field = fields.iter().find(|field| text(field, "name") == column.name).expect("a field for each column");
        let (function, ty) = self.pick(&operators(shape, named(&field["type"]))).clone();
        (column, function, ty)
    }
}

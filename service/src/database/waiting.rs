//! Rows of a table that wait to be written together.

use std::collections::{HashMap, hash_map::Entry};

use sea_orm::Value;

use super::{
    Column, Sql,
    records::{Head, Records, Rows},
};

/// What is done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// They are new.
    Insert,
    /// They are there, each found by the first column and the other keys.
    Update,
}

/// Rows of a table that have the same columns.
#[derive(Debug)]
pub(super) struct Waiting {
    act: Act,
    table: &'static str,
    heads: Vec<Head>,
    /// What all of them have, or get.
    same: Vec<(&'static str, Value)>,
    rows: Vec<Vec<Option<String>>>,
    /// Where the row of a key stands: a later update takes the place of an earlier one.
    places: HashMap<Vec<String>, usize>,
}

impl Waiting {
    pub(super) fn new<T>(act: Act, table: &'static str, columns: &[Column<T>], same: &[(&'static str, Value)]) -> Self {
        let heads = columns.iter().map(Column::head).collect();
        Self { act, table, heads, same: same.to_vec(), rows: Vec::new(), places: HashMap::new() }
    }

    /// Whether such rows are written with these.
    pub(super) fn takes<T>(
        &self,
        act: Act,
        table: &str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
    ) -> bool {
        let names = columns.iter().map(|column| (column.name, column.keeps, column.is_key));
        self.act == act
            && self.table == table
            && self.heads.iter().map(|head| (head.name, head.keeps, head.is_key)).eq(names)
            && self.same == same
    }

    pub(super) fn add<'a, T: 'a>(&mut self, columns: &[Column<T>], records: impl Records<'a, T>) {
        for record in records {
            let cell = |column: &Column<T>| {
                let mut text = String::new();
                (column.write)(record, &mut text).then_some(text)
            };
            self.put(columns.iter().map(cell).collect());
        }
    }

    fn put(&mut self, mut cells: Vec<Option<String>>) {
        if let (Act::Update, Some(key)) = (self.act, self.key(&cells)) {
            match self.places.entry(key) {
                Entry::Occupied(place) => {
                    let Some(before) = self.rows.get_mut(*place.get()) else { return };
                    for ((head, cell), earlier) in self.heads.iter().zip(&mut cells).zip(before.iter_mut()) {
                        if head.keeps && cell.is_none() {
                            *cell = earlier.take();
                        }
                    }
                    *before = cells;
                    return;
                }
                Entry::Vacant(place) => {
                    place.insert(self.rows.len());
                }
            }
        }
        self.rows.push(cells);
    }

    /// The key of the row with these cells; none if a part of it is NULL.
    fn key(&self, cells: &[Option<String>]) -> Option<Vec<String>> {
        let columns = self.heads.iter().zip(cells).enumerate();
        columns.filter(|(number, (head, _))| *number == 0 || head.is_key).map(|(_, (_, cell))| cell.clone()).collect()
    }

    pub(super) fn write(&self, sql: &mut Sql) {
        let cell = |row: usize, column: usize, text: &mut String| {
            let cell = self.rows.get(row).and_then(|cells| cells.get(column)?.as_deref());
            cell.inspect(|cell| text.push_str(cell)).is_some()
        };
        let rows = Rows { heads: &self.heads, count: self.rows.len(), cell: &cell };
        match self.act {
            Act::Insert => sql.insert_rows(self.table, &self.same, &rows),
            Act::Update => sql.update_rows(self.table, &self.same, &rows),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Engine, columns};

    struct Row {
        id: i32,
        count: i32,
        note: Option<&'static str>,
    }

    fn columns() -> Vec<Column<Row>> {
        let [note] = columns!(Row: note);
        let mut columns = Vec::from(columns!(Row: id, count));
        columns.push(note.keeping());
        columns
    }

    fn text(waiting: &Waiting) -> (String, String) {
        let mut sql = Sql::new(Engine::Sqlite);
        waiting.write(&mut sql);
        let statement = sql.into_statement().expect("a statement");
        let values = statement.values.expect("parameters").0;
        let [Value::String(Some(json))] = &values[..] else { panic!("one document: {values:?}") };
        (statement.sql, json.clone())
    }

    #[test]
    fn a_row_is_updated_once_to_what_was_said_last() {
        let mut waiting = Waiting::new(Act::Update, "things", &columns(), &[]);
        waiting.add(&columns(), &[Row { id: 1, count: 1, note: Some("kept") }, Row { id: 2, count: 5, note: None }]);
        assert!(waiting.takes(Act::Update, "things", &columns(), &[]));
        waiting.add(&columns(), &[Row { id: 1, count: 2, note: None }]);
        let (sql, json) = text(&waiting);
        assert!(sql.starts_with("UPDATE things SET \"count\" = k.\"count\", "), "{sql}");
        assert_eq!(json, r#"[[1,2,"kept"],[2,5,null]]"#);
    }

    #[test]
    fn new_rows_stand_side_by_side() {
        let mut waiting = Waiting::new(Act::Insert, "things", &columns(), &[]);
        for _ in 0..2 {
            waiting.add(&columns(), &[Row { id: 1, count: 1, note: None }]);
        }
        assert_eq!(text(&waiting).1, "[[1,1,null],[1,1,null]]");
        assert!(!waiting.takes(Act::Update, "things", &columns(), &[]));
        assert!(!waiting.takes(Act::Insert, "others", &columns(), &[]));
        assert!(!waiting.takes(Act::Insert, "things", &columns!(Row: id, count), &[]));
        assert!(!waiting.takes(Act::Insert, "things", &columns(), &[("made", 1.into())]));
    }

    /// With a constant in the condition SQLite would read all rows that have it, for each row of the update.
    #[test]
    fn a_row_is_found_by_all_of_its_keys() {
        let [id, count, note] = columns!(Row: id, count, note);
        let columns = [id, count.keyed(), note];
        let mut waiting = Waiting::new(Act::Update, "things", &columns, &[]);
        waiting.add(&columns, &[Row { id: 1, count: 1, note: None }, Row { id: 1, count: 2, note: Some("a") }]);
        waiting.add(&columns, &[Row { id: 1, count: 1, note: Some("b") }]);
        let (sql, json) = text(&waiting);
        assert!(sql.starts_with("UPDATE things SET \"note\" = k.\"note\" FROM "), "{sql}");
        assert!(sql.ends_with(" WHERE things.\"id\" = k.\"id\" AND things.\"count\" = k.\"count\""), "{sql}");
        assert_eq!(json, r#"[[1,1,"b"],[1,2,"a"]]"#);
    }
}

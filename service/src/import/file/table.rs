//! Rows whose cells are found by the titles of the header.

use std::{
    io::{self, Read},
    sync::Arc,
};

use super::{
    Record, Records,
    header::{Columns, Header, is_separator_line, not_this_format},
};
use crate::{Error, Result, import::report::Refusal};

/// A file, read row by row.
pub(in crate::import) struct Table<R, C> {
    records: Records<R>,
    header: Arc<Header<C>>,
    rows: u64,
}

/// One row's cells.
pub(in crate::import) struct Row<C> {
    /// The line on which it begins.
    pub(in crate::import) line: u64,
    header: Arc<Header<C>>,
    /// Of the declared columns, empty where the file has no such column.
    cells: Vec<String>,
    /// Of the columns under the shop's own titles.
    own: Vec<String>,
}

/// A row whose cells cannot be told apart or read.
pub(in crate::import) struct Unreadable {
    pub(in crate::import) refusal: Refusal,
    /// What it seems to belong to.
    pub(in crate::import) key: String,
}

impl<R: Read, C: Columns> Table<R, C> {
    /// Reads the header.
    pub(in crate::import) fn open(input: R) -> Result<Self> {
        let mut records = Records::new(input);
        let mut titles = titles::<C>(&mut records)?;
        if titles.as_ref().is_some_and(|titles| is_separator_line(titles)) {
            titles = self::titles::<C>(&mut records)?;
        }
        let titles = titles.ok_or_else(|| {
            Error::invalid(format!("the file is empty; its first line must name these columns: {}", C::needed()))
        })?;
        Ok(Self { records, header: Arc::new(Header::new(titles)?), rows: 0 })
    }

    /// The next row that is not empty.
    pub(in crate::import) fn next(&mut self) -> Result<Option<Result<Row<C>, Unreadable>>> {
        while let Some(record) = self.records.next().map_err(unreadable)? {
            if record.fault.is_some() || record.fields().any(|field| !field.trim_ascii().is_empty()) {
                self.rows += 1;
                return Ok(Some(row(record, &self.header)));
            }
        }
        Ok(None)
    }

    /// Rows read so far.
    pub(in crate::import) fn rows(&self) -> u64 {
        self.rows
    }

    /// Bytes read so far.
    pub(in crate::import) fn bytes(&self) -> u64 {
        self.records.offset()
    }
}

impl<C: Columns> Row<C> {
    /// A cell as it stands there.
    pub(in crate::import) fn raw(&self, column: C) -> &str {
        self.cells.get(column.index()).map_or("", String::as_str)
    }

    /// A cell without the blanks around it.
    pub(in crate::import) fn get(&self, column: C) -> &str {
        self.raw(column).trim()
    }

    /// Whether the file has a column: one that is absent says nothing, an empty cell says that there is nothing.
    pub(in crate::import) fn has(&self, column: C) -> bool {
        self.header.has(column)
    }

    /// Titles and cells of the columns under the shop's own titles.
    pub(in crate::import) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        let title = |&place: &usize| self.header.titles.get(place).map_or("", String::as_str);
        self.header.own.iter().map(title).zip(self.own.iter().map(|cell| cell.trim()))
    }

    /// What the row belongs to.
    pub(in crate::import) fn key(&self) -> &str {
        if C::IS_GROUPED { self.get(C::KEY) } else { "" }
    }

    /// Refuses a cell.
    pub(in crate::import) fn refuse(&self, column: C, reason: impl Into<String>) -> Refusal {
        Refusal::new(self.line, self.header.title(column), self.get(column), reason)
    }

    /// What the cell means, or its refusal with the reason.
    pub(in crate::import) fn read<T, E: Into<String>>(
        &self,
        column: C,
        meaning: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refusal> {
        meaning(self.get(column)).map_err(|reason| self.refuse(column, reason))
    }

    /// About how much memory it takes.
    pub(in crate::import) fn size(&self) -> usize {
        size_of::<Self>()
            + self.cells.iter().chain(&self.own).map(|cell| size_of::<String>() + cell.len()).sum::<usize>()
    }
}

/// The titles of the header; of nothing, if the file has no more records.
fn titles<C: Columns>(records: &mut Records<impl Read>) -> Result<Option<Vec<String>>> {
    let Some(record) = records.next().map_err(unreadable)? else { return Ok(None) };
    let fields: Vec<&[u8]> = record.fields().collect();
    if let Some(fault) = not_this_format::<C>(&fields).or_else(|| record.fault.map(str::to_owned)) {
        return Err(Error::invalid(fault));
    }
    Ok(Some(fields.into_iter().map(|title| String::from_utf8_lossy(title).trim().to_owned()).collect()))
}

fn row<C: Columns>(record: &Record, header: &Arc<Header<C>>) -> Result<Row<C>, Unreadable> {
    let fields: Vec<&[u8]> = record.fields().collect();
    let lossy = |place: usize| String::from_utf8_lossy(fields.get(place).copied().unwrap_or_default()).into_owned();
    let refuse = |column: &str, value: &str, reason: String| Unreadable {
        refusal: Refusal::new(record.line, column, value, reason),
        key: header.place(C::KEY).map(|place| lossy(place).trim().to_owned()).unwrap_or_default(),
    };
    if let Some(fault) = record.fault {
        return Err(refuse("", "", fault.to_owned()));
    }
    if fields.len() != header.titles.len() {
        let reason = format!("the row has {} fields, the header has {}", fields.len(), header.titles.len());
        return Err(refuse("", "", reason));
    }
    for (field, title) in fields.iter().zip(&header.titles) {
        if std::str::from_utf8(field).is_err() {
            let reason = "not valid UTF-8; if every accent is refused, save the file as UTF-8".to_owned();
            return Err(refuse(title, &String::from_utf8_lossy(field), reason));
        }
    }
    let cells = header.places().iter().map(|place| place.map(lossy).unwrap_or_default()).collect();
    let own = header.own.iter().copied().map(lossy).collect();
    Ok(Row { line: record.line, header: header.clone(), cells, own })
}

fn unreadable(error: io::Error) -> Error {
    Error::invalid(format!("the file cannot be read: {error}"))
}

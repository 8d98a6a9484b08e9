//! Rows whose cells are found by the titles of the header.

use std::{
    io::{self, Read},
    marker::PhantomData,
};

use super::{Record, Records};
use crate::{Error, Result, import::report::Refusal};

/// The columns that one kind of file must have; others are not read.
pub(in crate::import) trait Columns: Copy + Send + 'static {
    /// The header's titles.
    const TITLES: &'static [&'static str];
    /// The column that names what a row belongs to.
    const KEY: Self;
    /// The place among the titles.
    fn index(self) -> usize;
}

/// Declares an enum of columns, their titles and the one that groups rows.
macro_rules! columns {
    ($(#[$meta:meta])* $name:ident by $key:ident { $($column:ident = $title:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy)]
        pub(super) enum $name { $($column),+ }

        impl $crate::import::file::Columns for $name {
            const TITLES: &'static [&'static str] = &[$($title),+];
            const KEY: Self = Self::$key;

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}
pub(in crate::import) use columns;

/// A file, read row by row.
pub(in crate::import) struct Table<R, C> {
    records: Records<R>,
    /// Where each of the columns stands in a record.
    places: Vec<usize>,
    header: Vec<String>,
    rows: u64,
    columns: PhantomData<C>,
}

/// One row's cells of the declared columns.
pub(in crate::import) struct Row<C> {
    /// The line on which it begins.
    pub(in crate::import) line: u64,
    cells: Vec<String>,
    columns: PhantomData<C>,
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
        let record = records.next().map_err(unreadable)?.ok_or_else(|| {
            Error::invalid(format!(
                "the file is empty; a header with these columns is needed: {}",
                C::TITLES.join(", ")
            ))
        })?;
        if let Some(fault) = record.fault {
            return Err(Error::invalid(format!("the header cannot be read: {fault}")));
        }
        let header: Vec<String> =
            record.fields().map(|title| String::from_utf8_lossy(title).trim().to_owned()).collect();
        let places = places::<C>(&header)?;
        Ok(Self { records, places, header, rows: 0, columns: PhantomData })
    }

    /// The next row that is not empty.
    pub(in crate::import) fn next(&mut self) -> Result<Option<Result<Row<C>, Unreadable>>> {
        while let Some(record) = self.records.next().map_err(unreadable)? {
            if record.fault.is_some() || record.fields().any(|field| !field.trim_ascii().is_empty()) {
                self.rows += 1;
                return Ok(Some(row(record, &self.header, &self.places)));
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

    /// What the row belongs to.
    pub(in crate::import) fn key(&self) -> &str {
        self.get(C::KEY)
    }

    /// Refuses a cell.
    pub(in crate::import) fn refuse(&self, column: C, reason: impl Into<String>) -> Refusal {
        let title = C::TITLES.get(column.index()).copied().unwrap_or_default();
        Refusal::new(self.line, title, self.get(column), reason)
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
        size_of::<Self>() + self.cells.iter().map(|cell| size_of::<String>() + cell.len()).sum::<usize>()
    }
}

fn places<C: Columns>(header: &[String]) -> Result<Vec<usize>> {
    let mut places = Vec::with_capacity(C::TITLES.len());
    let mut missing = Vec::new();
    for &title in C::TITLES {
        let mut found = (0..).zip(header).filter(|(_, cell)| cell.eq_ignore_ascii_case(title)).map(|(place, _)| place);
        match (found.next(), found.next()) {
            (Some(place), None) => places.push(place),
            (Some(_), Some(_)) => {
                return Err(Error::invalid(format!("the column {title:?} stands twice in the header")));
            }
            (None, _) => missing.push(title),
        }
    }
    if missing.is_empty() {
        return Ok(places);
    }
    Err(Error::invalid(format!("the file lacks these columns: {}", missing.join(", "))))
}

fn row<C: Columns>(record: &Record, header: &[String], places: &[usize]) -> Result<Row<C>, Unreadable> {
    let fields: Vec<&[u8]> = record.fields().collect();
    let lossy = |place: usize| String::from_utf8_lossy(fields.get(place).copied().unwrap_or_default());
    let refuse = |column: &str, value: &str, reason: String| Unreadable {
        refusal: Refusal::new(record.line, column, value, reason),
        key: places.get(C::KEY.index()).map(|&place| lossy(place).trim().to_owned()).unwrap_or_default(),
    };
    if let Some(fault) = record.fault {
        return Err(refuse("", "", fault.to_owned()));
    }
    if fields.len() != header.len() {
        let reason = format!("the row has {} fields, the header has {}", fields.len(), header.len());
        return Err(refuse("", "", reason));
    }
    for (place, field) in fields.iter().enumerate() {
        if std::str::from_utf8(field).is_err() {
            let column = header.get(place).map_or("", String::as_str);
            return Err(refuse(column, &lossy(place), "not valid UTF-8".to_owned()));
        }
    }
    let cells = places.iter().map(|&place| lossy(place).into_owned()).collect();
    Ok(Row { line: record.line, cells, columns: PhantomData })
}

fn unreadable(error: io::Error) -> Error {
    Error::invalid(format!("the file cannot be read: {error}"))
}

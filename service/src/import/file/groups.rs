//! Consecutive rows with the same key: a product's rows stand together.

use std::io::Read;

use super::{Columns, Row, Table, Unreadable};
use crate::{Result, import::Progress};

/// The most that is held of one group.
const LARGEST: usize = 32 << 20;
/// The rows after which a group that may be cut is cut.
const ROWS: usize = 500;

/// Reads a table group by group.
pub(in crate::import) struct Groups<R, C> {
    table: Table<R, C>,
    pending: Option<Group<C>>,
    /// What the last row seems to belong to that could not be read, and is not a part of what is pending.
    unreadable: Option<String>,
    may_cut: bool,
}

/// Rows that belong together.
pub(in crate::import) struct Group<C> {
    /// What they belong to.
    pub(in crate::import) key: String,
    /// At least one row; only the first when there were [too many](Self::is_too_large).
    pub(in crate::import) rows: Vec<Row<C>>,
    /// The rows are more than fit into memory.
    pub(in crate::import) is_too_large: bool,
    /// A row that seems to belong to it cannot be read.
    pub(in crate::import) lacks_rows: bool,
    size: usize,
}

/// What comes next in a file.
pub(in crate::import) enum Step<C> {
    /// A group ended.
    Group(Group<C>),
    /// A row cannot be read. The group around it goes on.
    Unreadable(Unreadable),
}

impl<R: Read, C: Columns> Groups<R, C> {
    /// Reads the header. Groups that `may_cut` come in handy pieces when they are large.
    pub(in crate::import) fn open(input: R, may_cut: bool) -> Result<Self> {
        Ok(Self { table: Table::open(input)?, pending: None, unreadable: None, may_cut })
    }

    pub(in crate::import) fn next(&mut self) -> Result<Option<Step<C>>> {
        loop {
            let row = match self.table.next()? {
                None => return Ok(self.pending.take().map(Step::Group)),
                Some(Err(unreadable)) => {
                    self.note(&unreadable.key);
                    return Ok(Some(Step::Unreadable(unreadable)));
                }
                Some(Ok(row)) => row,
            };
            match &mut self.pending {
                Some(group) if group.key == row.key() && !(self.may_cut && group.is_full()) => group.push(row),
                pending => {
                    let lacks_rows = self.unreadable.take().is_some_and(|key| key == row.key());
                    if let Some(group) = pending.replace(Group { lacks_rows, ..Group::new(row) }) {
                        return Ok(Some(Step::Group(group)));
                    }
                }
            }
        }
    }

    /// Notes that a row cannot be read.
    fn note(&mut self, key: &str) {
        match &mut self.pending {
            Some(group) if group.key == key => group.lacks_rows = true,
            _ => self.unreadable = Some(key.to_owned()),
        }
    }

    /// Whether rows are held that the next step may bring.
    pub(in crate::import) fn holds_rows(&self) -> bool {
        self.pending.is_some()
    }

    /// The group so far, when rows with this key do not belong to it.
    pub(in crate::import) fn take_unless(&mut self, key: &str) -> Option<Group<C>> {
        self.pending.take_if(|group| !C::IS_GROUPED || group.key != key)
    }

    /// How far the file is read.
    pub(in crate::import) fn progress(&self) -> Progress {
        Progress { bytes: self.table.bytes(), rows: self.table.rows() }
    }
}

impl<C: Columns> Group<C> {
    fn new(row: Row<C>) -> Self {
        let key = row.key().to_owned();
        Self { key, size: row.size(), rows: vec![row], is_too_large: false, lacks_rows: false }
    }

    fn push(&mut self, row: Row<C>) {
        self.size += row.size();
        if self.size <= LARGEST {
            self.rows.push(row);
        } else {
            self.is_too_large = true;
            self.rows.truncate(1);
        }
    }

    /// About how many bytes it keeps.
    pub(in crate::import) fn size(&self) -> usize {
        self.size
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.size > LARGEST / 2
    }
}

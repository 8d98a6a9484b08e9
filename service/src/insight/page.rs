//! Pages of reports: rows in the order of a number, the largest first, then of their ids.

use sea_orm::QueryResult;
use uuid::Uuid;

use crate::{Result, database::Sql};

/// Which rows of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The most rows.
    pub size: u32,
    /// Only those after this place.
    pub after: Option<Place>,
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number that rows are ordered by.
    pub rank: i64,
    /// The row.
    pub id: Uuid,
}

/// The rows of a page, each with its place.
#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// The rows.
    pub rows: Vec<(Place, T)>,
    /// Whether there are more.
    pub has_next: bool,
}

impl Page {
    /// Writes the condition and the order of the rows `r`, which have a `rank` and an `id`.
    pub(super) fn write(&self, sql: &mut Sql) {
        if let Some(Place { rank, id }) = self.after {
            sql.push(" WHERE (r.rank < ").bind(rank).push(" OR r.rank = ").bind(rank);
            sql.push(" AND r.id > ").bind(id).push(")");
        }
        // One more: whether there is a next page.
        sql.write(format_args!(" ORDER BY r.rank DESC, r.id LIMIT {}", u64::from(self.size) + 1));
    }

    /// Reads what was written so.
    pub(super) fn read<T>(
        &self,
        found: &[QueryResult],
        read: impl Fn(&QueryResult, Uuid) -> Result<T>,
    ) -> Result<Rows<T>> {
        let row = |row: &QueryResult| {
            let place = Place { rank: row.try_get_by("rank")?, id: row.try_get_by("id")? };
            Ok((place, read(row, place.id)?))
        };
        let rows = found.iter().map(row).collect::<Result<Vec<_>>>()?;
        Ok(self.first(rows))
    }

    /// Cuts the page out of all rows.
    pub(super) fn cut<T>(&self, mut rows: Vec<(Place, T)>) -> Rows<T> {
        rows.sort_by_key(|(place, _)| (std::cmp::Reverse(place.rank), place.id));
        let is_after = |place: &Place| match self.after {
            Some(after) => (std::cmp::Reverse(place.rank), place.id) > (std::cmp::Reverse(after.rank), after.id),
            None => true,
        };
        rows.retain(|(place, _)| is_after(place));
        self.first(rows)
    }

    fn first<T>(&self, mut rows: Vec<(Place, T)>) -> Rows<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_next = rows.len() > size;
        rows.truncate(size);
        Rows { rows, has_next }
    }
}

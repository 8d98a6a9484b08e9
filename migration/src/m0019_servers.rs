//! Which servers use the database.

use crate::schema::{Table, TablesOf, tables_of, timestamp, varchar};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0019_servers", &[], || vec![servers()]).commenting(&[include_str!("m0019_servers.txt")])
}

/// The times are those of the database. The rows are few, and need no index.
fn servers() -> Table {
    Table::new("servers").column(varchar("version", 50)).column(timestamp("seen_at")).created()
}

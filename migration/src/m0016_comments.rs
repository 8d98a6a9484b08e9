//! What every table and column is for, for whoever looks at PostgreSQL itself (`\d+ tasks` in psql).

use crate::schema::{TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0016_comments", &[], Vec::new).commenting(&[
        include_str!("m0016_comments/agents.txt"),
        include_str!("m0016_comments/work.txt"),
        include_str!("m0016_comments/catalog.txt"),
        include_str!("m0016_comments/customers.txt"),
        include_str!("m0016_comments/orders.txt"),
        include_str!("m0016_comments/marketing.txt"),
        include_str!("m0016_comments/analytics.txt"),
        include_str!("m0016_comments/finance.txt"),
        include_str!("m0016_comments/system.txt"),
    ])
}

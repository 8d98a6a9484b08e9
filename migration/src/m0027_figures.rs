//! What figures of a period are found by.

use crate::schema::{Addition, TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0027_figures", &[], Vec::new).adding(|| vec![orders()])
}

fn orders() -> Addition {
    Addition::to("orders").index(&["placed_at", "id"])
}

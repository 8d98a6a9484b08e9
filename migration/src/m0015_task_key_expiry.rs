//! Unique keys whose window is over are removed: an index finds them.

use crate::schema::{Addition, TablesOf, tables_of};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0015_task_key_expiry", &[], Vec::new).adding(|| vec![task_keys()])
}

fn task_keys() -> Addition {
    Addition::to("task_keys").index_where("expiry", &["expires_at"], "expires_at IS NOT NULL")
}

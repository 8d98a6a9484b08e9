//! What the fields of an endpoint must be.

use std::collections::BTreeSet;

use entity::webhook_endpoints;
use serde_json::{Value as Json, json};

use crate::{
    Result, UnitOfWork,
    edit::check,
    events::EventKind,
    refusal::{Code, Refusal},
};

/// The most endpoints.
pub(super) const ENDPOINTS: i64 = 100;
/// The most characters of a URL.
const URL: usize = 2000;
/// The most characters of a query.
const QUERY: usize = 20_000;

/// Refuses fields that cannot be. That the URL leads to somebody else's server and that the query can be executed is for
/// whoever knows HTTP and GraphQL to check.
pub(super) fn check(endpoint: &webhook_endpoints::Model) -> Result<(), Refusal> {
    check::text("name", &endpoint.name, check::NAME)?;
    check::text("url", &endpoint.url, URL)?;
    match &endpoint.query {
        Some(query) => check::text("query", query, QUERY),
        None => Ok(()),
    }
}

/// The kinds that are named, each once and in order, as they are stored.
pub(super) fn stored_kinds(kinds: &[String]) -> Result<Json, Refusal> {
    let mut known = BTreeSet::new();
    for (index, name) in kinds.iter().enumerate() {
        match named(name) {
            Some(kind) => known.insert(kind.name()),
            None => {
                let message = format!("there is no kind of events named {name:?}; one is such as \"order.placed\"");
                return Err(Refusal::new(Code::Invalid, message).at(["kinds".to_owned(), index.to_string()]));
            }
        };
    }
    Ok(json!(known))
}

/// The kinds that an endpoint wants; none for all. Kinds of a newer version are left out.
pub(super) fn wanted_kinds(kinds: &Json) -> Option<Vec<EventKind>> {
    let names = kinds.as_array().filter(|names| !names.is_empty())?;
    Some(names.iter().filter_map(|name| named(name.as_str()?)).collect())
}

fn named(name: &str) -> Option<EventKind> {
    EventKind::ALL.iter().copied().find(|kind| kind.name() == name)
}

/// Refuses endpoints of a server that could not sign what it sends to them.
pub(super) fn check_signing(unit: &UnitOfWork) -> Result<(), Refusal> {
    match unit.links() {
        Some(_) => Ok(()),
        None => {
            let message = "webhooks need a secret to sign them with: start the server with VIVIDWALLS_PUBLIC_URL, and \
                           on PostgreSQL with VIVIDWALLS_SECRET, too";
            Err(Refusal::new(Code::Invalid, message))
        }
    }
}

/// Refuses one endpoint too many. Until the end of the unit nobody else adds one.
pub(super) async fn check_room(unit: &UnitOfWork) -> Result<()> {
    unit.lock_name("webhook endpoints").await?;
    let mut sql = unit.sql();
    sql.push("SELECT count(*) AS n FROM webhook_endpoints");
    let rows = unit.rows(sql).await?;
    let count: i64 = rows.first().map(|row| row.try_get_by("n")).transpose()?.unwrap_or_default();
    match count < ENDPOINTS {
        true => Ok(()),
        false => Err(Refusal::new(Code::LimitReached, format!("there are {ENDPOINTS} endpoints, the maximum")).into()),
    }
}

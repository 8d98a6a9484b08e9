//! What messages say: an event, and what the endpoint's query answers about its object.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use async_graphql::{Request, Response, Value, Variables, parser::types::OperationType};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;
use service::{
    Actor, Error, Result,
    database::Requester,
    events::{Cursor, Logged},
    principal::{Principal, Role},
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    document::{Documents, Limits, Problem, Rejection},
    read::{Merged, Meter, json, load},
    schema::{Schema, shape},
};

/// The most bytes of what a query answers.
const OBJECT: usize = 256 << 10;
/// How long a query may take.
const LONGEST: Duration = Duration::from_secs(10);
/// What a query may ask for: it is asked again for each event.
const LIMITS: Limits = Limits { tokens: 4_000, depth: 12, fields: 1_000, rows: 250, points: 1_000 };

/// The documents of endpoints. Read when the first one is asked for: most servers send no webhooks.
static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| Documents::new(shape(), LIMITS));

/// Refuses a text that is no query of the form `query($id: ID!) { … }`, or one that asks for too much.
pub(crate) fn check(query: &str) -> Result<(), String> {
    prepared(query, Uuid::nil()).map(drop).map_err(|rejection| match rejection {
        Rejection::Limit(message) => message,
        Rejection::Invalid(problems) => {
            let messages: Vec<_> = problems.into_iter().map(|problem| problem.message).collect();
            messages.join("; ")
        }
    })
}

/// The message about an event.
pub(super) async fn of(schema: &Schema, query: Option<&str>, kind: &str, event: &Logged) -> Result<Vec<u8>> {
    let object = match query {
        Some(query) => object(schema, query, event.aggregate_id).await?,
        None => NULL.to_vec(),
    };
    let data = Data {
        cursor: event.cursor,
        aggregate_id: event.aggregate_id,
        version: event.aggregate_version,
        principal: &event.principal,
        changes: &event.changes,
    };
    Ok(written(kind, event.occurred_at, data, &object))
}

/// A message that only shows whether an endpoint takes messages.
pub(crate) fn test(endpoint: Uuid, version: i32, principal: &str, at: DateTime<Utc>) -> Vec<u8> {
    let data = Data { cursor: Cursor::START, aggregate_id: endpoint, version, principal, changes: &json!({}) };
    written("webhook.test", at, data, NULL)
}

const NULL: &[u8] = b"null";

/// What a message says of the event itself.
struct Data<'a> {
    cursor: Cursor,
    aggregate_id: Uuid,
    version: i32,
    principal: &'a str,
    changes: &'a serde_json::Value,
}

fn written(kind: &str, at: DateTime<Utc>, data: Data<'_>, object: &[u8]) -> Vec<u8> {
    let Data { cursor, aggregate_id, version, principal, changes } = data;
    let mut body = Vec::with_capacity(512 + object.len());
    let mut member = |name: &str, value: &str| {
        body.extend_from_slice(name.as_bytes());
        json::text(&mut body, value);
    };
    member(r#"{"type":"#, kind);
    member(r#","timestamp":"#, &at.to_rfc3339_opts(SecondsFormat::Micros, true));
    member(r#","data":{"cursor":"#, &cursor.to_string());
    member(r#","aggregateId":"#, &aggregate_id.to_string());
    body.extend_from_slice(format!(r#","version":{version},"principal":"#).as_bytes());
    json::text(&mut body, principal);
    body.extend_from_slice(format!(r#","changes":{changes},"object":"#).as_bytes());
    body.extend_from_slice(object);
    body.extend_from_slice(b"}}");
    body
}

/// What a query answers now, to whoever may only look. Null if it cannot be answered, or the answer is too long; an
/// error if the database cannot answer now.
async fn object(schema: &Schema, query: &str, id: Uuid) -> Result<Vec<u8>> {
    let request = match prepared(query, id) {
        Ok(request) => request,
        // It was good when it was saved: the schema has changed.
        Err(rejection) => {
            tracing::debug!("the query of a webhook endpoint is not good any more: {rejection:?}");
            return Ok(NULL.to_vec());
        }
    };
    let Ok(response) = timeout(LONGEST, load::execute(schema, request)).await else { return Ok(NULL.to_vec()) };
    if let Some(error) = outage(&response) {
        return Err(error);
    }
    if response.data == Value::Null {
        return Ok(NULL.to_vec());
    }
    let mut object = Vec::new();
    json::value(&mut object, &response.data);
    Ok(if object.len() > OBJECT { NULL.to_vec() } else { object })
}

/// Why the database could not answer, if it may answer later.
fn outage(response: &Response) -> Option<Error> {
    let source = |error: &async_graphql::ServerError| {
        error.source::<Error>().cloned().or_else(|| error.source::<Arc<Error>>().map(|error| Error::clone(error)))
    };
    let is_outage = |error: &Error| matches!(error, Error::Unavailable(_) | Error::Locked | Error::Collision);
    response.errors.iter().filter_map(source).find(is_outage)
}

/// A request that asks a query about an object.
fn prepared(query: &str, id: Uuid) -> Result<Request, Rejection> {
    let invalid = |message: &str| {
        let problem = Problem { message: message.to_owned(), positions: Vec::new() };
        Rejection::Invalid(vec![problem])
    };
    let document = DOCUMENTS.get(query)?;
    let operation = document.operation(None)?;
    if operation.kind != OperationType::Query {
        return Err(invalid("this is not a query: an endpoint's query is such as `query($id: ID!) { … }`"));
    }
    let mut variables = Variables::from_json(json!({ "id": id }));
    document.check(operation, &mut variables, DOCUMENTS.shape(), DOCUMENTS.limits())?;
    let principal = Principal { name: "webhook".to_owned(), key: None, role: Role::Viewer, agent: None };
    let requester = Requester { client: Some("webhook".into()), is_heavy: false };
    let mut request = Request::new("").variables(variables).data(Actor { principal, request: None }).data(requester);
    request = request.data(Arc::new(Meter::default()));
    if operation.is_merged {
        request = request.data(Merged);
    }
    request.set_parsed_query(document.parsed.clone());
    Ok(request)
}

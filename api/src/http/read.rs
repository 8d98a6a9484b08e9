//! The parameters of a GraphQL request, from a query string or a body.

use async_graphql::{Name, ParseRequestError, Value, Variables, indexmap::IndexMap};
use async_graphql_axum::{GraphQLRequest, rejection::GraphQLRejection};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Query},
    http::{HeaderMap, Request, StatusCode, Uri, header},
};
use serde::Deserialize;

use super::{Settings, body};

/// What a client asks for.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Value")]
pub(super) struct Parameters {
    /// Nothing when the client has sent no more than the hash of a persisted query.
    pub(super) query: Option<String>,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    /// What it would cost is asked, and nothing else.
    pub(super) only_cost: bool,
    /// How long the request was that it came in, in bytes.
    pub(super) size: usize,
}

const NO_QUERY: &str = "the parameter `query` is missing";

impl Parameters {
    /// Those of a request that has a text, or has none: the library does not tell none from an empty one.
    pub(super) fn new(sent: async_graphql::Request, has_text: bool) -> Result<Self, &'static str> {
        let is_persisted = sent.extensions.contains_key("persistedQuery");
        // Clients that persist queries leave the text out, or empty.
        let query = Some(sent.query).filter(|query| has_text && !(is_persisted && query.is_empty()));
        if query.is_none() && !is_persisted {
            return Err(NO_QUERY);
        }
        let only_cost = sent.extensions.get("cost").is_some_and(|cost| *cost == Value::from("only"));
        Ok(Self { query, operation_name: sent.operation_name, variables: sent.variables, only_cost, size: 0 })
    }
}

/// Read as GraphQL's values: `serde_json` gives a meaning of its own to some names.
impl TryFrom<Value> for Parameters {
    type Error = String;

    fn try_from(mut sent: Value) -> Result<Self, Self::Error> {
        let mut has_text = false;
        if let Value::Object(object) = &mut sent {
            has_text = object.get("query").is_some_and(|query| *query != Value::Null);
            // Null is as good as nothing.
            object.retain(|name, value| name != "query" || *value != Value::Null);
        }
        let sent = sent.into_json().and_then(serde_json::from_value::<async_graphql::Request>);
        Self::new(sent.map_err(|error| error.to_string())?, has_text).map_err(str::to_owned)
    }
}

/// A request that is no GraphQL request: the status and what is wrong.
#[derive(Debug)]
pub(super) struct Malformed(pub(super) StatusCode, pub(super) String);

impl Malformed {
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

/// Reads the query string of a GET request.
pub(super) fn from_uri(uri: &Uri) -> Result<Parameters, Malformed> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| Malformed::bad("the query string cannot be decoded"))?;
    let (mut sent, mut has_text) = (async_graphql::Request::new(""), false);
    for (name, value) in pairs {
        match name.as_str() {
            "query" => (sent.query, has_text) = (value, true),
            "operationName" if !value.is_empty() => sent.operation_name = Some(value),
            "variables" if !value.is_empty() => sent.variables = object(&name, &value)?,
            "extensions" if !value.is_empty() => sent.extensions = object(&name, &value)?,
            _ => {}
        }
    }
    let size = uri.query().map_or(0, str::len);
    Ok(Parameters { size, ..Parameters::new(sent, has_text).map_err(Malformed::bad)? })
}

fn object<T: for<'a> Deserialize<'a>>(name: &str, value: &str) -> Result<T, Malformed> {
    serde_json::from_str(value)
        .map_err(|error| Malformed::bad(format!("the parameter `{name}` must be a JSON object: {error}")))
}

/// Reads the body of a POST request.
pub(super) async fn from_body(headers: &HeaderMap, body: Body, settings: &Settings) -> Result<Parameters, Malformed> {
    if is_coded(headers) {
        let message = "the body must not be compressed: send it without `Content-Encoding`".to_owned();
        return Err(Malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    if !is_json(headers) {
        return Err(Malformed(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body must be JSON in UTF-8: send it with `Content-Type: application/json`".to_owned(),
        ));
    }
    let body = body::collect(headers, body, settings.body_limit, settings).await?;
    let size = body.len();
    Ok(Parameters { size, ..parse(body).await? })
}

/// What is unpacked can be much larger than what came.
pub(super) fn is_coded(headers: &HeaderMap) -> bool {
    headers.get_all(header::CONTENT_ENCODING).iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// A page of another site can send text or forms without asking; it cannot send JSON.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = value.split(';').map(str::trim);
    let json = parts.next().is_some_and(|media| media.eq_ignore_ascii_case("application/json"));
    json && parts.filter_map(|parameter| parameter.split_once('=')).all(|(name, value)| {
        !name.trim().eq_ignore_ascii_case("charset") || value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    })
}

/// By the library's extractor, behind our bounds. It does not tell what is wrong, nor null or no text from an empty one:
/// such bodies are read again.
async fn parse(body: Bytes) -> Result<Parameters, Malformed> {
    let request = Request::post("/").header(header::CONTENT_TYPE, "application/json").body(Body::from(body.clone()));
    let request = request.map_err(|error| Malformed::bad(error.to_string()))?;
    match GraphQLRequest::<GraphQLRejection>::from_request(request, &()).await {
        Ok(sent) if !sent.0.query.is_empty() => Parameters::new(sent.into_inner(), true).map_err(Malformed::bad),
        Ok(_) => serde_json::from_slice(&body).map_err(|error| Malformed::bad(error.to_string())),
        Err(GraphQLRejection(error)) => serde_json::from_slice(&body).map_err(|_| Malformed::bad(wrong(&body, &error))),
    }
}

/// What is wrong with a body.
fn wrong(body: &[u8], error: &ParseRequestError) -> String {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => wrong_parameter(&object).unwrap_or_else(|| match object.get("query") {
            None | Some(Value::Null) => NO_QUERY.to_owned(),
            Some(_) => format!("the body is no GraphQL request: {error}"),
        }),
        Ok(Value::List(_)) => "batched requests are not supported: send one request at a time".to_owned(),
        Ok(_) => "the body must be a JSON object with the parameter `query`".to_owned(),
        Err(error) => format!("the body is not JSON: {error}"),
    }
}

fn wrong_parameter(object: &IndexMap<Name, Value>) -> Option<String> {
    let wrong = |name: &str, kind: &str| Some(format!("the parameter `{name}` must be {kind}"));
    let no_string =
        |name: &&str| object.get(*name).is_some_and(|value| !matches!(value, Value::String(_) | Value::Null));
    if let Some(name) = ["query", "operationName"].iter().copied().find(no_string) {
        return wrong(name, "a string");
    }
    let no_object =
        |name: &&str| object.get(*name).is_some_and(|value| !matches!(value, Value::Object(_) | Value::Null));
    ["variables", "extensions"].iter().copied().find(no_object).and_then(|name| wrong(name, "an object"))
}

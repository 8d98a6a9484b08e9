//! The parameters of a GraphQL request, from a query string or a body.

use std::collections::BTreeMap;

use async_graphql::Variables;
use axum::{
    body::{Body, Bytes},
    extract::Query,
    http::{HeaderMap, StatusCode, Uri, header},
};
use serde::{Deserialize, de::IgnoredAny};

/// What a client asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    pub(super) query: String,
    #[serde(default)]
    pub(super) operation_name: Option<String>,
    #[serde(default)]
    pub(super) variables: Option<Variables>,
    /// Read to refuse what is no object; none is known.
    #[serde(default, rename = "extensions")]
    _extensions: Option<BTreeMap<String, IgnoredAny>>,
}

/// A request that is no GraphQL request: the status and what is wrong.
#[derive(Debug)]
pub(super) struct Malformed(pub(super) StatusCode, pub(super) String);

impl Malformed {
    fn bad(message: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, message.into())
    }
}

/// Reads the query string of a GET request.
pub(super) fn from_uri(uri: &Uri) -> Result<Parameters, Malformed> {
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map_err(|_| Malformed::bad("the query string cannot be decoded"))?;
    let mut parameters = Parameters::default();
    let mut query = None;
    for (name, value) in pairs {
        match name.as_str() {
            "query" => query = Some(value),
            "operationName" if !value.is_empty() => parameters.operation_name = Some(value),
            "variables" if !value.is_empty() => parameters.variables = object(&name, &value)?,
            "extensions" if !value.is_empty() => parameters._extensions = object(&name, &value)?,
            _ => {}
        }
    }
    parameters.query = query.ok_or_else(|| Malformed::bad("the parameter `query` is missing"))?;
    Ok(parameters)
}

fn object<T: for<'a> Deserialize<'a>>(name: &str, value: &str) -> Result<Option<T>, Malformed> {
    serde_json::from_str(value)
        .map_err(|error| Malformed::bad(format!("the parameter `{name}` must be a JSON object: {error}")))
}

/// Reads the body of a POST request.
pub(super) async fn from_body(headers: &HeaderMap, body: Body, limit: usize) -> Result<Parameters, Malformed> {
    if !is_json(headers) {
        return Err(Malformed(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body must be JSON in UTF-8: send it with `Content-Type: application/json`".to_owned(),
        ));
    }
    parse(&collect(headers, body, limit).await?)
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

async fn collect(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Malformed> {
    let too_large = || Malformed(StatusCode::PAYLOAD_TOO_LARGE, format!("the body has more than {limit} bytes"));
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    // Whatever fails here other than the limit is a client that went away.
    axum::body::to_bytes(body, limit).await.map_err(|_| too_large())
}

fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    serde_json::from_slice(body).map_err(|error| {
        if !error.is_data() {
            return Malformed::bad(format!("the body is not JSON: {error}"));
        }
        Malformed::bad(match serde_json::from_slice(body) {
            Ok(serde_json::Value::Object(object)) if !object.contains_key("query") => {
                "the parameter `query` is missing".to_owned()
            }
            Ok(serde_json::Value::Object(object)) => {
                wrong_parameter(&object).unwrap_or_else(|| format!("the body is no GraphQL request: {error}"))
            }
            Ok(serde_json::Value::Array(_)) => "batches are not served: send one request at a time".to_owned(),
            _ => "the body must be a JSON object with the parameter `query`".to_owned(),
        })
    })
}

fn wrong_parameter(object: &serde_json::Map<String, serde_json::Value>) -> Option<String> {
    let wrong = |name: &str, kind: &str| Some(format!("the parameter `{name}` must be {kind}"));
    if !object.get("query")?.is_string() {
        return wrong("query", "a string");
    }
    if object.get("operationName").is_some_and(|value| !value.is_string() && !value.is_null()) {
        return wrong("operationName", "a string");
    }
    let no_object = |name: &&str| object.get(*name).is_some_and(|value| !value.is_object() && !value.is_null());
    ["variables", "extensions"].iter().copied().find(no_object).and_then(|name| wrong(name, "an object"))
}

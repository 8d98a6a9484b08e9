//! Whether the process lives, and whether it can serve.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::App;
use crate::metrics::Health;

/// The process answers: who asks here learns that the main runtime goes on by the answer itself.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The result of the last check.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, Json<Value>) {
    readiness(app.metrics.health())
}

/// Whether requests can be served, and why not. The reasons are sentences of ours, which name no place or person.
pub(super) fn readiness(health: &Health) -> (StatusCode, Json<Value>) {
    match health.ready() {
        Ok(warnings) if warnings.is_empty() => (StatusCode::OK, Json(json!({ "ready": true }))),
        Ok(warnings) => (StatusCode::OK, Json(json!({ "ready": true, "warnings": warnings }))),
        Err(reason) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "reason": reason }))),
    }
}

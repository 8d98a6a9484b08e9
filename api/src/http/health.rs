//! Whether the process lives, and whether it can serve.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use service::readiness::Readiness;

use super::App;

/// How long the database may take to say that it is there.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The server does not stop, and the database can be used.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, Json<Value>) {
    let known = async { app.service()?.readiness().await };
    let reason = match tokio::time::timeout(DATABASE_TIMEOUT, known).await {
        Ok(Ok(Readiness { obstacle: None, warnings })) => {
            let mut answer = json!({ "ready": true });
            if !warnings.is_empty() {
                answer["warnings"] = warnings.into();
            }
            return (StatusCode::OK, Json(answer));
        }
        Ok(Ok(Readiness { obstacle: Some(reason), .. })) => reason,
        Ok(Err(error)) => {
            tracing::warn!("not ready: {}", error.explained());
            match error {
                service::Error::Unavailable(_) => error.to_string(),
                _ => "the database is not available".to_owned(),
            }
        }
        Err(_) => "the database does not answer within a second".to_owned(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "ready": false, "reason": reason })))
}

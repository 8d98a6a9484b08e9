//! Whether the process lives, and whether it can serve.

use std::{sync::Arc, time::Duration};

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};

use super::App;

/// How long the database may take to say that it is there.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(1);

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The database answers and has every migration.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, Json<Value>) {
    let reason = match tokio::time::timeout(DATABASE_TIMEOUT, app.database.migrations()).await {
        Ok(Ok(migrations)) => match migrations.iter().filter(|migration| !migration.applied).count() {
            0 => return (StatusCode::OK, Json(json!({ "ready": true }))),
            1 => "a migration is pending: run `vividwalls migrate up`".to_owned(),
            pending => format!("{pending} migrations are pending: run `vividwalls migrate up`"),
        },
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

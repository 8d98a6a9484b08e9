//! Pages of other origins that may read answers.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};

use super::browser;

/// Lets pages of these origins read the router's answers; `*` lets all. Costs nothing when empty.
pub(super) fn allow(router: Router, origins: Vec<HeaderValue>) -> Router {
    let origins: Arc<[HeaderValue]> = origins.into_iter().filter(|origin| !origin.is_empty()).collect();
    if origins.is_empty() { router } else { router.layer(middleware::from_fn_with_state(origins, answer)) }
}

async fn answer(State(origins): State<Arc<[HeaderValue]>>, request: Request, next: Next) -> Response {
    let allowed = request.headers().get(header::ORIGIN).filter(|origin| browser::is_allowed(origin, &origins)).cloned();
    let preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if preflight { preflighted() } else { next.run(request).await };
    response.headers_mut().append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = allowed {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

/// Without an allowed origin beside them these say nothing.
fn preflighted() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, authorization, content-type, last-event-id, x-request-id"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    let headers: HeaderMap = headers.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
    (StatusCode::NO_CONTENT, headers).into_response()
}

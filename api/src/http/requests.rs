//! What is done about every request of a connection, whatever it asks for.

use std::convert::Infallible;

use axum::{
    Router,
    http::{HeaderValue, Request, Response, StatusCode, Version, header},
};
use hyper::{body::Incoming, service::Service};
use hyper_util::service::TowerToHyperService;

use super::{activity::Running, answer_body::AnswerBody, head, request_body::RequestBody, stream_timeout::Taking};

/// Answers a request, by the router unless its head is refused.
pub(super) async fn answer(
    router: TowerToHyperService<Router>,
    running: Running,
    request: Request<Incoming>,
) -> Result<Response<AnswerBody>, Infallible> {
    let is_multiplexed = is_multiplexed(request.version());
    let refusal = head::refusal(&request);
    let (request, rest) = RequestBody::watch(request, running.allowance());
    let mut response = match refusal {
        Some(refusal) => refusal,
        None => router.call(request).await?,
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        running.upgraded();
    } else if !is_multiplexed && rest.is_there() {
        // So that no other request is sent on it.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let taking = if is_multiplexed { Taking::current() } else { None };
    Ok(response.map(|body| AnswerBody::new(body, running, taking)))
}

/// Whether requests of this version share a connection at the same time.
pub(super) fn is_multiplexed(version: Version) -> bool {
    version >= Version::HTTP_2
}

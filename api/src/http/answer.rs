//! Status and body of an answer.

use async_graphql::{ServerError, Value};
use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use tokio::task::spawn_blocking;

use super::{
    accept::Media,
    admission::{Memory, Refused},
    coding::{self, Coding, Compression},
    failure::{self, Code},
    read::Malformed,
};
use crate::read::json;

/// From how many bytes on an answer is worth compressing: shorter ones fit into a packet as they are.
const LONG: usize = 1400;

/// What is told beside an answer.
pub(super) type Extensions = serde_json::Value;

/// An answer, ready to be sent.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    /// The code and message of the first error, for the log.
    pub(super) reason: Option<(String, String)>,
    coding: Coding,
    /// What the client is told beside it.
    hint: Option<(HeaderName, HeaderValue)>,
}

/// What is answered, in the words of GraphQL; `data` is absent, not null, when nothing was executed.
pub(super) fn content(
    data: Option<&Value>,
    errors: &[ServerError],
    extensions: Option<&Extensions>,
) -> serde_json::Result<Vec<u8>> {
    let mut content = vec![b'{'];
    if !errors.is_empty() {
        content.extend_from_slice(br#""errors":"#);
        serde_json::to_writer(&mut content, errors)?;
    }
    if let Some(data) = data {
        content.extend_from_slice(if errors.is_empty() { br#""data":"# } else { br#","data":"# });
        json::value(&mut content, data);
    }
    if let Some(extensions) = extensions {
        content.extend_from_slice(br#","extensions":"#);
        serde_json::to_writer(&mut content, extensions)?;
    }
    content.push(b'}');
    Ok(content)
}

/// Writes what was executed. A long answer is written on a thread of its own, which keeps its memory until it has written,
/// whether or not somebody still waits for it.
pub(super) async fn write<T: Send + 'static>(
    executed: async_graphql::Response,
    memory: Memory,
    write: impl FnOnce(&async_graphql::Response) -> T + Send + 'static,
) -> Option<T> {
    let is_long = json::is_long(&executed.data);
    let work = move || {
        let written = write(&executed);
        drop((executed, memory));
        written
    };
    if !is_long {
        return Some(work());
    }
    let written = spawn_blocking(work).await;
    written.inspect_err(|error| tracing::error!("an answer cannot be written: {error}")).ok()
}

impl Answer {
    /// The answer to a request that was executed: what did not succeed stands in its errors.
    pub(super) async fn executed(
        executed: async_graphql::Response,
        extensions: Option<Extensions>,
        memory: Memory,
    ) -> Self {
        let answer = write(executed, memory, move |executed| {
            Self::new(StatusCode::OK, Some(&executed.data), &executed.errors, extensions.as_ref())
        });
        answer.await.unwrap_or_else(|| Self::of(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new()))
    }

    /// The answer to a well-formed request that cannot be executed. In the older media type the
    /// status stays 200, by the specification.
    pub(super) fn refused(errors: &[ServerError], media: Media) -> Self {
        let status = match media {
            Media::GraphQl => StatusCode::BAD_REQUEST,
            Media::Json => StatusCode::OK,
        };
        Self::new(status, None, errors, None)
    }

    /// The answer to what is no GraphQL request.
    pub(super) fn malformed(Malformed(status, message): Malformed) -> Self {
        let code = match status {
            StatusCode::PAYLOAD_TOO_LARGE => Code::LimitExceeded,
            StatusCode::REQUEST_TIMEOUT => Code::Timeout,
            _ => Code::BadUserInput,
        };
        Self::new(status, None, &[failure::error(code, message)], None)
    }

    /// The answer to a method, or an operation over a method, that is not served.
    pub(super) fn not_allowed(message: &str, allow: &'static str) -> Self {
        let error = failure::error(Code::BadUserInput, message);
        let hint = Some((header::ALLOW, HeaderValue::from_static(allow)));
        Self { hint, ..Self::new(StatusCode::METHOD_NOT_ALLOWED, None, &[error], None) }
    }

    /// The answer when the server is at fault, or cannot say who asks, in either media type.
    pub(super) fn failed(code: Code, error: &ServerError) -> Self {
        let bearer = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        let hint = (code == Code::Unauthenticated).then_some(bearer);
        Self { hint, ..Self::new(code.status(), None, std::slice::from_ref(error), None) }
    }

    /// The answer to an operation that may not begin now.
    pub(super) fn not_admitted(refused: Refused) -> Self {
        let (code, error, wait) = failure::not_admitted(refused);
        // Whole seconds, and not too early.
        let seconds = HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        Self { hint: Some((header::RETRY_AFTER, seconds)), ..Self::failed(code, &error) }
    }

    /// The answer to who is not let in, or cannot be asked for now.
    pub(super) fn denied(error: &service::Error, request: &str) -> Self {
        let (code, told) = failure::of(error, request);
        let answer = Self::failed(code, &told);
        match error {
            service::Error::Throttled(seconds) => {
                Self { hint: Some((header::RETRY_AFTER, HeaderValue::from(*seconds))), ..answer }
            }
            _ => answer,
        }
    }

    /// The answer to a client that has too much open already.
    pub(super) fn full(message: impl Into<String>) -> Self {
        let error = failure::error(Code::LimitExceeded, message);
        Self::new(StatusCode::TOO_MANY_REQUESTS, None, &[error], None)
    }

    /// An answer without errors that was kept.
    pub(super) fn kept(body: Bytes, coding: Coding) -> Self {
        Self { coding, ..Self::of(StatusCode::OK, body) }
    }

    fn of(status: StatusCode, body: Bytes) -> Self {
        Self { status, body, reason: None, coding: Coding::Identity, hint: None }
    }

    /// Whether compressing it saves anything.
    pub(super) fn is_long(&self) -> bool {
        self.coding == Coding::Identity && self.body.len() >= LONG
    }

    /// What is sent, if it is in this coding.
    pub(super) fn body_in(&self, coding: Coding) -> Option<Bytes> {
        (self.coding == coding).then(|| self.body.clone())
    }

    /// The same in fewer bytes.
    pub(super) async fn pack(self, effort: Compression) -> Self {
        match coding::gzip(self.body.clone(), effort).await {
            Ok(body) => Self { body, coding: Coding::Gzip, ..self },
            Err(error) => {
                tracing::error!("an answer cannot be compressed: {error}");
                self
            }
        }
    }

    fn new(status: StatusCode, data: Option<&Value>, errors: &[ServerError], extensions: Option<&Extensions>) -> Self {
        let reason = errors.first().map(failure::reason);
        let (status, body) = match content(data, errors, extensions) {
            Ok(body) => (status, body.into()),
            Err(error) => {
                tracing::error!("an answer cannot be written: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, Bytes::new())
            }
        };
        Self { reason, ..Self::of(status, body) }
    }

    pub(super) fn into_response(self, media: Media, request: &str) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(7);
        headers.insert(header::CONTENT_TYPE, media.content_type());
        headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
        if self.coding == Coding::Gzip {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Ok(request) = HeaderValue::from_str(request) {
            headers.insert(REQUEST_ID, request);
        }
        if let Some((name, hint)) = self.hint {
            headers.insert(name, hint);
        }
        response
    }
}

/// The name of a request, in its log lines and its answer.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

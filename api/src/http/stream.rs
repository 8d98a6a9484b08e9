//! GraphQL over server-sent events, each operation on a connection of its own: the protocol of `graphql-sse`.
//!
//! `id` is the cursor of the event: a client that comes back with `Last-Event-ID` goes on behind it.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::parser::types::OperationType;
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, Response, StatusCode, header},
};
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use service::Error;
use tokio::time::{sleep, timeout};

use super::{
    App,
    accept::Media,
    access_log::AccessLog,
    answer::{Answer, REQUEST_ID},
    browser,
    failure::{self, Code},
    operation::{self, Answered},
    read::{self, Malformed},
    seats::Seat,
    sender::Sender,
    shutdown::Shutdown,
    socket, ticket,
};
use crate::{events::ResumePoint, metrics::Transport};

/// Answers a request to `/graphql/stream`.
pub(super) async fn handle(
    State(app): State<Arc<App>>,
    stopping: Option<Extension<Shutdown>>,
    request: Request,
) -> Response<Body> {
    let sender = Sender::of(request.headers(), request.extensions());
    let mut line = AccessLog::begin(&app, Transport::EventStream, sender);
    let stopping = stopping.map(|Extension(stopping)| stopping).unwrap_or_default();
    match begin(&app, &stopping, request, &mut line).await {
        Ok(body) => {
            let mut response = Response::new(body);
            if let Ok(id) = HeaderValue::from_str(&line.id) {
                response.headers_mut().insert(REQUEST_ID, id);
            }
            for (name, value) in [
                (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ] {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }
        Err(answer) => {
            line.end(&answer);
            answer.into_response(Media::Json, &line.id)
        }
    }
}

async fn begin(app: &Arc<App>, stopping: &Shutdown, request: Request, line: &mut AccessLog) -> Result<Body, Answer> {
    let (head, body) = request.into_parts();
    if browser::is_foreign(&head, &app.settings.allowed_origins) {
        return Err(browser::refusal());
    }
    let may_write = match head.method {
        Method::GET => false,
        Method::POST => true,
        _ => return Err(Answer::not_allowed("operations are sent by GET or POST", "GET, POST")),
    };
    if !takes_events(&head.headers) {
        let message = "answers come as text/event-stream".to_owned();
        return Err(Answer::malformed(Malformed(StatusCode::NOT_ACCEPTABLE, message)));
    }
    // Before the body is read, and before anything is told.
    let known = async {
        let credentials = ticket::credentials(&head, app, line.sender.address).await?;
        let principal = credentials.admit(app, line.sender.address).await?;
        Ok((credentials, principal))
    };
    let known = known.await;
    app.metrics.authentications.note(ticket::method(&head), &known);
    let (credentials, principal) = known.map_err(|error: Error| Answer::denied(&error, &line.id))?;
    let most = app.settings.watch.sockets;
    let seat = app.watchers.take(principal.family(), most).ok_or_else(|| Answer::full(socket::full(most)))?;
    line.principal = Some(principal.name);
    let reading = async {
        match may_write {
            true => read::from_body(&head.headers, body, &app.settings).await,
            false => read::from_uri(&head.uri),
        }
    };
    let parameters = match timeout(app.settings.request_timeout, reading).await {
        Ok(parameters) => parameters.map_err(Answer::malformed)?,
        Err(_) => {
            let error = failure::error(Code::Timeout, "the body did not come in time");
            return Err(Answer::failed(Code::Timeout, &error));
        }
    };
    // What cannot be executed is told in the stream, where it has its place.
    let operation = parameters.query.as_deref().and_then(|query| app.documents.get(query).ok());
    let operation = operation.as_ref().and_then(|found| found.operation(parameters.operation_name.as_deref()).ok());
    if !may_write && operation.is_some_and(|operation| operation.kind == OperationType::Mutation) {
        return Err(Answer::not_allowed("mutations are sent by POST", "POST"));
    }
    let last = head.headers.get("last-event-id").and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty());
    let place = Arc::new(ResumePoint::after(last.map(str::to_owned)));
    let answers = operation::answers(
        Arc::clone(app),
        credentials,
        parameters,
        Arc::clone(&place),
        stopping.watch(),
        line.of_operation(app),
    );
    // The operation has a line of its own.
    line.forget();
    let mut answers = answers.boxed();
    // With the head the client knows that it will miss nothing. It also comes when that takes long.
    let first = tokio::select! {
        biased;
        answered = answers.next() => Some(stream::iter(answered)),
        () = place.begun() => None,
        () = sleep(app.settings.watch.keepalive) => None,
    };
    let answers = stream::iter(first).flatten().chain(answers).boxed();
    let counted = app.metrics.watching.socket(Transport::EventStream);
    let open = Open { answers, place, _seat: seat };
    Ok(Body::from_stream(counted.during(written(open, app.settings.watch.keepalive))))
}

fn takes_events(headers: &HeaderMap) -> bool {
    let mut ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    ranges.any(|value| {
        let media = value.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
        media.into_iter().any(|media| media.eq_ignore_ascii_case("text/event-stream"))
    })
}

/// A stream that is there.
struct Open {
    answers: BoxStream<'static, Answered>,
    place: Arc<ResumePoint>,
    _seat: Seat<String>,
}

/// The events, and a comment whenever there was none for a while; the first at once, so that the client sees the head.
fn written(open: Open, keepalive: Duration) -> impl Stream<Item = Result<Bytes, Infallible>> + Send {
    let events = stream::unfold(Some(open), move |open| async move {
        let mut open = open?;
        let Ok(answered) = timeout(keepalive, open.answers.next()).await else {
            return Some((SIGN_OF_LIFE.to_owned(), Some(open)));
        };
        Some(match answered {
            Some(Answered::Next(payload)) => {
                let id = open.place.last().map(|cursor| format!("id: {cursor}\n")).unwrap_or_default();
                (format!("event: next\n{id}data: {payload}\n\n"), Some(open))
            }
            Some(Answered::Failed(errors) | Answered::Denied(errors)) => {
                (format!("event: next\ndata: {{\"errors\":{errors}}}\n\n{COMPLETE}"), None)
            }
            // The connection ends without a word of an end: the client comes back, to another server.
            Some(Answered::Cut) => return None,
            None => (COMPLETE.to_owned(), None),
        })
    });
    stream::once(std::future::ready(SIGN_OF_LIFE.to_owned())).chain(events).map(|text| Ok(Bytes::from(text)))
}

const SIGN_OF_LIFE: &str = ":\n\n";
const COMPLETE: &str = "event: complete\ndata:\n\n";

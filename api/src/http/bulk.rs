//! The files of bulk jobs: what a job reads is sent here, and what it wrote is read here.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, Response, StatusCode, header, request::Parts},
};
use futures::stream::try_unfold;
use serde_json::json;
use service::{
    Actor, Error, Result, Service,
    jobs::download::Download,
    refusal::{Code, Refusal},
};
use uuid::Uuid;

use super::{
    App,
    accept::Media,
    access_log::AccessLog,
    answer::{Answer, REQUEST_ID},
    body::Pieces,
    browser,
    identity::Credentials,
    read::{Malformed, is_coded},
    sender::Sender,
};
use crate::metrics::Transport;

/// Takes the file of a job, as it comes: little of it is in memory.
pub(super) async fn upload(State(app): State<Arc<App>>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut line = AccessLog::begin(&app, Transport::Http, Sender::of(&head.headers, &head.extensions));
    match receive(&app, &id, &head, body, &mut line).await {
        Ok(bytes) => {
            let text = json!({ "bytes": bytes }).to_string();
            line.write(StatusCode::OK.as_u16(), text.len());
            respond(Body::from(text), "application/json; charset=utf-8", &line)
        }
        Err(answer) => refuse(answer, line),
    }
}

/// Sends the result of a job, as it is read.
pub(super) async fn result(State(app): State<Arc<App>>, Path(id): Path<String>, request: Request) -> Response<Body> {
    let (head, _) = request.into_parts();
    let mut line = AccessLog::begin(&app, Transport::Http, Sender::of(&head.headers, &head.extensions));
    match find(&app, &id, &head, &mut line).await {
        Ok(download) => {
            // How long it is, is not known yet.
            line.write(StatusCode::OK.as_u16(), 0);
            let name = format!("attachment; filename=\"job-{id}.{}\"", download.extension);
            let media_type = download.media_type;
            let mut response = respond(stream(download), media_type, &line);
            if let Ok(name) = HeaderValue::from_str(&name) {
                response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Err(answer) => refuse(answer, line),
    }
}

async fn receive(app: &App, id: &str, head: &Parts, body: Body, line: &mut AccessLog) -> Result<u64, Answer> {
    let (service, actor) = admit(app, head, line).await?;
    let id: Uuid = id.parse().map_err(|_| unknown())?;
    if is_coded(&head.headers) {
        let message = "the file must not be compressed: send it without `Content-Encoding`".to_owned();
        return Err(Answer::malformed(Malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)));
    }
    let pieces = Pieces::of(&head.headers, body, app.settings.bulk_limit, &app.settings);
    let mut pieces = pieces.map_err(Answer::malformed)?;
    let refused = |error: Error| refused(&error, &line.id);
    let mut upload = service.begin_upload(&actor, id).await.map_err(refused)?;
    while let Some(piece) = pieces.next().await.map_err(Answer::malformed)? {
        upload.add(&piece).await.map_err(refused)?;
    }
    upload.finish().await.map_err(refused)
}

async fn find(app: &App, id: &str, head: &Parts, line: &mut AccessLog) -> Result<Download, Answer> {
    let (service, actor) = admit(app, head, line).await?;
    let id: Uuid = id.parse().map_err(|_| unknown())?;
    service.begin_download(&actor, id).await.map_err(|error| refused(&error, &line.id))
}

/// Who sends the request.
async fn admit<'a>(app: &'a App, head: &Parts, line: &mut AccessLog) -> Result<(&'a Service, Actor), Answer> {
    if browser::is_foreign(head, &app.settings.allowed_origins) {
        return Err(browser::refusal());
    }
    let address = line.sender.address;
    let known = async { Credentials::of(head, app)?.admit(app, address).await };
    let known = known.await;
    app.metrics.authentications.note(Credentials::method(head), &known);
    let principal = known.map_err(|error| Answer::denied(&error, &line.id))?;
    line.principal = Some(principal.name.clone());
    let service = app.service().map_err(|error| Answer::denied(&error, &line.id))?;
    Ok((service, Actor { principal, request: Some(line.id.clone()) }))
}

/// The answer to what is no id, and so names no job.
fn unknown() -> Answer {
    Answer::malformed(Malformed(StatusCode::NOT_FOUND, "there is no such bulk job".to_owned()))
}

/// The answer to what is refused.
fn refused(error: &Error, request: &str) -> Answer {
    let mut answer = Answer::denied(error, request);
    if let Error::Refused(refusal) = error {
        answer.status = status(refusal).unwrap_or(answer.status);
    }
    answer
}

fn status(refusal: &Refusal) -> Option<StatusCode> {
    match refusal.code {
        Code::NotFound => Some(StatusCode::NOT_FOUND),
        Code::Forbidden => Some(StatusCode::FORBIDDEN),
        Code::InvalidTransition => Some(StatusCode::CONFLICT),
        _ => None,
    }
}

fn refuse(answer: Answer, mut line: AccessLog) -> Response<Body> {
    line.end(&answer);
    answer.into_response(Media::Json, &line.id)
}

/// The pieces of a result, one after the other.
fn stream(download: Download) -> Body {
    Body::from_stream(try_unfold(download, |mut download| async move {
        let piece = download.next().await?;
        Ok::<_, Error>(piece.map(|piece| (piece, download)))
    }))
}

fn respond(body: Body, media_type: &'static str, line: &AccessLog) -> Response<Body> {
    let mut response = Response::new(body);
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&line.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

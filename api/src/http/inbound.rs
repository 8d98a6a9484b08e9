//! Webhooks of other systems: what they send is stored when the signature is right, and processed afterwards.
//!
//! - `shopify`, `stripe`: how each of them signs, and where it says what.
//!
//! Whoever sends is answered at once, and sends again what was not accepted.

mod shopify;
mod stripe;

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode},
    response::IntoResponse,
};
use serde_json::Value as Json;
use service::{Error, Result, principal::Source};
use tokio::time::timeout;

use super::{
    App,
    access_log::AccessLog,
    answer::REQUEST_ID,
    body,
    failure::{self, Code},
    read::Malformed,
    sender::Sender,
};
use crate::{config::Secret, metrics::Transport};

/// Takes a webhook of Shopify.
pub(super) async fn shopify(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    receive(&app, Source::Shopify, request).await
}

/// Takes a webhook of Stripe.
pub(super) async fn stripe(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    receive(&app, Source::Stripe, request).await
}

/// Why a webhook was not accepted.
enum Fault {
    Body(Malformed),
    Other(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

async fn receive(app: &App, source: Source, request: Request) -> Response<Body> {
    if app.settings.webhooks.secrets(source).is_empty() {
        let message = format!("This server has no secret for webhooks of {}.\n", source.name());
        return (StatusCode::NOT_FOUND, message).into_response();
    }
    let (head, body) = request.into_parts();
    let mut line = AccessLog::begin(app, Transport::Http, Sender::of(&head.headers, &head.extensions));
    let id = line.id.clone();
    let work = accept(app, source, &head.headers, body, &id);
    let accepted = timeout(app.settings.request_timeout, work).await.unwrap_or(Err(Error::Timeout.into()));
    if accepted.is_ok() {
        line.principal = Some(source.name().to_owned());
    }
    answer(line, accepted)
}

async fn accept(app: &App, source: Source, headers: &HeaderMap, body: Body, request: &str) -> Result<(), Fault> {
    let limit = app.settings.webhooks.body_limit;
    let body = body::collect(headers, body, limit, &app.settings).await.map_err(Fault::Body)?;
    let (service, secrets) = (app.service()?, app.settings.webhooks.secrets(source));
    let sent = Sent { headers, body: &body, secrets };
    let received = match source {
        Source::Shopify => shopify::read(&sent)?,
        Source::Stripe => stripe::read(&sent, service)?,
    };
    service.receive(request, received).await?;
    Ok(())
}

/// What was sent, and what it may be signed with.
struct Sent<'a> {
    headers: &'a HeaderMap,
    body: &'a Bytes,
    secrets: &'a [Secret],
}

impl Sent<'_> {
    /// A header that is a text.
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn secrets(&self) -> impl Iterator<Item = &str> {
        self.secrets.iter().map(Secret::reveal)
    }

    /// The body, if the signature is right.
    fn json(&self, is_signed: bool) -> Result<Json> {
        if !is_signed {
            return Err(Error::Unauthenticated("the signature of the webhook is not valid".to_owned()));
        }
        serde_json::from_slice(self.body).map_err(|error| Error::invalid(format!("the body is not JSON: {error}")))
    }
}

fn answer(mut line: AccessLog, accepted: Result<(), Fault>) -> Response<Body> {
    let (status, text) = match accepted {
        Ok(()) => (StatusCode::OK, String::new()),
        Err(fault) => {
            let (status, told) = match fault {
                Fault::Body(Malformed(status, message)) => (status, failure::error(Code::BadUserInput, message)),
                Fault::Other(error) => {
                    let (code, told) = failure::of(&error, &line.id);
                    (code.status(), told)
                }
            };
            line.reason = Some(failure::reason(&told));
            (status, format!("{}\n", told.message))
        }
    };
    line.write(status.as_u16(), text.len());
    let mut response = (status, text).into_response();
    if let Ok(id) = HeaderValue::from_str(&line.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

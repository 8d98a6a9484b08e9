//! Leaving lists by the link of a message (RFC 8058). A mail program posts to it. Whoever opens it in a browser sees a
//! page with a button, since what only looks at links must not unsubscribe anybody.
//!
//! Nobody needs a key: the token says who leaves what. Tokens that are not valid count as keys that are refused.

use std::{future::ready, net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderName, HeaderValue, Response, StatusCode, header, request::Parts},
    response::IntoResponse,
};
use service::{Actor, Error, Result, links::Purpose, marketing::lists::unsubscribe::Unsubscribe};
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
use crate::metrics::Transport;

/// The largest body, in bytes: it says one thing.
const BODY: usize = 4 << 10;

/// What the body says: a name and its value, as a form or in parts.
const ONE_CLICK: [&str; 2] = ["List-Unsubscribe", "One-Click"];

const POLICY: &str = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Nothing is loaded, the form leads here, and no other page shows it or learns its address.
const GUARD: [(HeaderName, &str); 5] = [
    (header::CONTENT_TYPE, "text/html; charset=utf-8"),
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
];

/// The button.
const FORM: &str = "<form method=\"post\"><input type=\"hidden\" name=\"List-Unsubscribe\" value=\"One-Click\">\
                    <button>Unsubscribe</button></form>";

/// Shows the page, which changes nothing.
pub(super) async fn show(State(app): State<Arc<App>>, Path(token): Path<String>, request: Request) -> Response<Body> {
    let sender = Sender::of(request.headers(), request.extensions());
    let address = sender.address;
    let line = AccessLog::begin(&app, Transport::Http, sender);
    let known = check(&app, &token, address).await;
    answer(line, known.map(|()| ("Do you want to stop receiving emails from us?", FORM)))
}

/// Takes the address off the list.
pub(super) async fn leave(State(app): State<Arc<App>>, Path(token): Path<String>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let sender = Sender::of(&head.headers, &head.extensions);
    let address = sender.address;
    let line = AccessLog::begin(&app, Transport::Http, sender);
    // The server acts for the owner of the address, who has no key.
    let actor = Actor { request: Some(line.id.clone()), ..Actor::server() };
    let work = async {
        check(&app, &token, address).await?;
        check_body(&app, &head, body).await?;
        unsubscribe(&app, &actor, token).await
    };
    let left = timeout(app.settings.request_timeout, work).await.unwrap_or(Err(Error::Timeout));
    answer(line, left.map(|()| ("You are unsubscribed.", "")))
}

/// Refuses a token that is not valid. Who shows too many is not asked any more.
async fn check(app: &App, token: &str, address: Option<IpAddr>) -> Result<()> {
    let service = app.service()?;
    let is_valid = service.links().is_some_and(|links| links.verify(Purpose::Unsubscribe, token).is_some());
    let checked = match is_valid {
        true => Ok(()),
        false => Err(Error::Unauthenticated("the link is not valid".to_owned())),
    };
    app.guesses.ask(service, address, ready(Ok(is_valid)), ready(checked)).await
}

/// Refuses a body that does not say what mail programs and the page say.
async fn check_body(app: &App, head: &Parts, body: Body) -> Result<()> {
    let body = body::collect(&head.headers, body, BODY, &app.settings).await;
    let body = body.map_err(|Malformed(_, message)| Error::invalid(message))?;
    let text = String::from_utf8_lossy(&body);
    match ONE_CLICK.iter().all(|part| text.contains(part)) {
        true => Ok(()),
        false => Err(Error::invalid("the body must be List-Unsubscribe=One-Click")),
    }
}

async fn unsubscribe(app: &App, actor: &Actor, token: String) -> Result<()> {
    let verb = Unsubscribe { token: Some(token), email: None, list_id: None, all: false, reason: None };
    app.service()?.perform(actor, None, &verb).await.map(drop)
}

/// The page with a sentence and what follows it, or with what is wrong.
fn answer(mut line: AccessLog, page: Result<(&'static str, &'static str)>) -> Response<Body> {
    let (status, (sentence, rest)) = match page {
        Ok(page) => (StatusCode::OK, page),
        Err(error) => {
            let (code, told) = failure::of(&error, &line.id);
            line.reason = Some(failure::reason(&told));
            let (status, sentence) = refused(code);
            (status, (sentence, ""))
        }
    };
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Unsubscribe</title><p>{sentence}</p>{rest}</html>\n"
    );
    line.write(status.as_u16(), html.len());
    let mut response = (status, GUARD, html).into_response();
    if let Ok(id) = HeaderValue::from_str(&line.id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// What people are told.
fn refused(code: Code) -> (StatusCode, &'static str) {
    match code {
        Code::Unauthenticated => (StatusCode::NOT_FOUND, "This link is not valid."),
        Code::Throttled => (code.status(), "There were too many links that are not valid. Try again in a minute."),
        Code::BadUserInput => {
            (code.status(), "This link only works with the button on its page, or from a mail program.")
        }
        _ => (code.status(), "It did not work. Please try again later."),
    }
}

//! Tickets: how a browser's `EventSource`, which cannot send a header, shows who it is.

use std::{net::IpAddr, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, Request, State},
    http::{HeaderValue, Method, Response, header, request::Parts},
};
use serde::Deserialize;
use serde_json::json;
use service::{Error, Result};

use super::{
    App, accept::Media, access_log::AccessLog, answer::Answer, browser, identity::Credentials, sender::Sender,
};
use crate::metrics::{AuthMethod, Transport};

/// Answers a request to `/graphql/ticket`: a ticket for the key that it came with.
pub(super) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let (head, _) = request.into_parts();
    let mut line = AccessLog::begin(&app, Transport::Http, Sender::of(&head.headers, &head.extensions));
    if browser::is_foreign(&head, &app.settings.allowed_origins) {
        let answer = browser::refusal();
        line.end(&answer);
        return answer.into_response(Media::Json, &line.id);
    }
    if head.method != Method::POST {
        let answer = Answer::not_allowed("tickets are made by POST", "POST");
        line.end(&answer);
        return answer.into_response(Media::Json, &line.id);
    }
    match issue(&app, &head, &mut line).await {
        Ok(body) => {
            line.write(200, body.len());
            let mut response = Response::new(Body::from(body));
            for (name, value) in [
                (header::CONTENT_TYPE, "application/json; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ] {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            response
        }
        Err(error) => {
            let answer = Answer::denied(&error, &line.id);
            line.end(&answer);
            answer.into_response(Media::Json, &line.id)
        }
    }
}

async fn issue(app: &App, head: &Parts, line: &mut AccessLog) -> Result<String> {
    let known = async {
        let credentials = Credentials::of(head, app)?;
        let principal = credentials.admit(app, line.sender.address).await?;
        Ok::<_, Error>((credentials, principal))
    };
    let known = known.await;
    app.metrics.authentications.note(Credentials::method(head), &known);
    let (credentials, principal) = known?;
    line.principal = Some(principal.name);
    // While there is no key, none is needed, and an empty ticket is no ticket.
    let Some(key) = &credentials.key else { return Ok(json!({ "ticket": "", "expiresAt": null }).to_string()) };
    let ticket = app.service()?.ticket(key)?;
    Ok(json!({ "ticket": ticket.text, "expiresAt": ticket.expires_at }).to_string())
}

/// Who sends a request: by its head, or by the ticket in its address.
pub(super) async fn credentials(head: &Parts, app: &App, address: Option<IpAddr>) -> Result<Credentials> {
    let credentials = Credentials::of(head, app)?;
    if head.method != Method::GET || credentials.key.is_some() {
        return Ok(credentials);
    }
    match Query::<Shown>::try_from_uri(&head.uri) {
        Ok(Query(Shown { ticket: Some(ticket) })) if !ticket.is_empty() => {
            let service = app.service()?;
            let (is_issued, key) = (service.is_issued_ticket(&ticket), service.redeem(&ticket));
            let key = app.guesses.ask(service, address, is_issued, key).await?;
            Ok(Credentials { key: Some(key), ..credentials })
        }
        Ok(_) => Ok(credentials),
        Err(_) => Err(Error::Unauthenticated("the ticket cannot be read".to_owned())),
    }
}

/// What a head shows of who sends it, also by its address.
pub(super) fn method(head: &Parts) -> AuthMethod {
    let has_ticket = Query::<Shown>::try_from_uri(&head.uri).is_ok_and(|Query(shown)| shown.ticket.is_some());
    match Credentials::method(head) {
        AuthMethod::Nothing if has_ticket => AuthMethod::Ticket,
        method => method,
    }
}

#[derive(Deserialize)]
struct Shown {
    ticket: Option<String>,
}

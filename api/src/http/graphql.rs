//! One GraphQL request, from its head to its answer.

use std::{net::IpAddr, panic::AssertUnwindSafe, sync::Arc};

use async_graphql::parser::types::OperationType;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{Method, Response, StatusCode, request::Parts},
    response::{IntoResponse, Redirect},
};
use futures::FutureExt;
use service::{Actor, principal::Principal};

use super::{
    App,
    accept::Media,
    access_log::AccessLog,
    admission::Memory,
    answer::Answer,
    body, browser,
    coding::{Coding, Compression},
    cost::{self, Asked},
    failure::{self, Code},
    identity::Credentials,
    operation::{self, Executed, Execution, prepare},
    read::{self, Malformed, Parameters},
    sender::Sender,
};
use crate::metrics::Transport;

/// Answers a request to `/graphql`.
pub(super) async fn handle(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let sender = Sender::of(request.headers(), request.extensions());
    let mut line = AccessLog::begin(&app, Transport::Http, sender);
    if is_visit(&request) {
        line.forget();
        return Redirect::temporary("/graphiql").into_response();
    }
    let media = Media::negotiate(request.headers());
    let coding = Coding::negotiate(request.headers());
    let answer = match media {
        Some(media) => within_time(&app, request, media, coding, &mut line).await,
        None => Answer::malformed(Malformed(
            StatusCode::NOT_ACCEPTABLE,
            "`Accept` must allow application/graphql-response+json or application/json".to_owned(),
        )),
    };
    let answer = match app.settings.compression && coding == Coding::Gzip && answer.is_long() {
        true => answer.pack(Compression::fast()).await,
        false => answer,
    };
    line.end(&answer);
    answer.into_response(media.unwrap_or(Media::Json), &line.id)
}

/// A browser that was pointed at the API shows the page to try it in.
fn is_visit(request: &Request) -> bool {
    let asks = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("query=")));
    request.method() == Method::GET && !asks && Media::is_page(request.headers())
}

/// The answer, or the news that it took too long or that the code is broken.
async fn within_time(app: &Arc<App>, request: Request, media: Media, coding: Coding, line: &mut AccessLog) -> Answer {
    let id = line.id.clone();
    let work = AssertUnwindSafe(answer(app, request, media, coding, line)).catch_unwind();
    match tokio::time::timeout(app.settings.request_timeout, work).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Answer::failed(Code::Internal, &failure::internal(&id, "a panic, told by the line before")),
        Err(_) => {
            let limit = app.settings.request_timeout;
            let message = format!("the request took longer than {limit:?} and was stopped");
            Answer::failed(Code::Timeout, &failure::error(Code::Timeout, message))
        }
    }
}

async fn answer(app: &Arc<App>, request: Request, media: Media, coding: Coding, line: &mut AccessLog) -> Answer {
    let (head, body) = request.into_parts();
    if browser::is_foreign(&head, &app.settings.allowed_origins) {
        return browser::refusal();
    }
    if ![Method::GET, Method::HEAD, Method::POST].contains(&head.method) {
        return Answer::not_allowed("requests are sent by GET or POST", "GET, HEAD, POST");
    }
    // Before the body is read, and before anything is told.
    let (credentials, principal) = match authenticate(app, &head, line.sender.address).await {
        Ok(known) => known,
        Err(error) => return Answer::denied(&error, &line.id),
    };
    line.principal = Some(principal.name.clone());
    if let Err(refused) = app.admission.check(&principal) {
        return Answer::not_admitted(refused);
    }
    let may_write = head.method == Method::POST;
    let parameters = match may_write {
        true => read::from_body(&head.headers, body, &app.settings).await,
        false => read::from_uri(&head.uri),
    };
    match parameters {
        Ok(parameters) => {
            let actor = Actor { principal, request: Some(line.id.clone()) };
            let cost = Asked::of(&head.headers, &parameters);
            let wanted = Wanted { may_write, cost, media, coding };
            execute(app, parameters, (&credentials, actor), wanted, line).await
        }
        Err(malformed) => {
            // What it was refused for may stand at its end.
            let length = body::length(&head.headers).unwrap_or_default().min(app.settings.body_limit);
            app.admission.charge(&principal, length);
            Answer::malformed(malformed)
        }
    }
}

async fn authenticate(app: &App, head: &Parts, address: Option<IpAddr>) -> service::Result<(Credentials, Principal)> {
    let known = async {
        let credentials = Credentials::of(head, app)?;
        let principal = credentials.admit(app, address).await?;
        Ok::<_, service::Error>((credentials, principal))
    };
    let known = known.await;
    app.metrics.authentications.note(Credentials::method(head), &known);
    known
}

/// What may be answered, and how.
struct Wanted {
    may_write: bool,
    cost: Asked,
    media: Media,
    coding: Coding,
}

async fn execute(
    app: &Arc<App>,
    parameters: Parameters,
    (credentials, actor): (&Credentials, Actor),
    Wanted { may_write, cost, media, coding }: Wanted,
    line: &mut AccessLog,
) -> Answer {
    let principal = actor.principal.clone();
    let prepared = match prepare(app, parameters, credentials, actor, line) {
        Ok(prepared) => prepared,
        Err(errors) => return Answer::refused(&errors, media),
    };
    match prepared.kind {
        OperationType::Mutation | OperationType::Subscription if !may_write => {
            return Answer::not_allowed("only queries are allowed over GET", "POST");
        }
        OperationType::Subscription => {
            let error = "subscriptions are served at /graphql/ws and /graphql/stream";
            return Answer::refused(&[failure::error(Code::BadUserInput, error)], media);
        }
        _ => {}
    }
    // What is kept for everybody tells nobody's cost.
    let question = prepared.question.filter(|_| cost == Asked::No).map(|question| (coding, question));
    if cost == Asked::Only {
        let extensions = cost::extensions(app, &principal, prepared.estimate, None);
        return Answer::executed(async_graphql::Response::default(), Some(extensions), Memory::default()).await;
    }
    let admitted = match app.admission.begin(&principal, prepared.kind, prepared.estimate).await {
        Ok(admitted) => admitted,
        Err(refused) => return Answer::not_admitted(refused),
    };
    // Paid for all the same: it is long.
    if let Some(body) = question.as_ref().and_then(|question| app.introspections.get(question)) {
        return Answer::kept(body, coding);
    }
    let execution = Execution::new(prepared.request, prepared.description, line, admitted);
    let Executed { response, is_refused, points, memory } = operation::execute(app, execution).await;
    if is_refused {
        return Answer::refused(&response.errors, media);
    }
    let extensions = (cost == Asked::Too).then(|| cost::extensions(app, &principal, prepared.estimate, Some(points)));
    let question = question.filter(|_| response.errors.is_empty());
    let answer = Answer::executed(response, extensions, memory).await;
    match question {
        Some(question) => {
            let answer = match coding {
                Coding::Gzip => answer.pack(Compression::default()).await,
                Coding::Identity => answer,
            };
            if let Some(body) = answer.body_in(coding) {
                app.introspections.put(question, body);
            }
            answer
        }
        None => answer,
    }
}

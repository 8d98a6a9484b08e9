//! One operation over any transport: its checks, and its answers.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{Response, ServerError, Value, parser::types::OperationType};
use axum::http::HeaderMap;
use futures::{
    FutureExt, Stream, StreamExt,
    stream::{self, BoxStream},
};
use service::{Actor, Result, Service, events::Cursor, principal::Principal};
use tokio::time::{Instant, sleep_until, timeout};

use super::{
    App,
    answer::Content,
    failure::{self, Code},
    identity::{self, Caller},
    line::Line,
    read::Parameters,
    stopping::Live,
};
use crate::{document::Refusal, events::Place, read::load};

/// How often it is asked whether who watches may still do so.
const RECHECK: Duration = Duration::from_secs(30);

/// An operation that may be executed.
pub(super) struct Prepared {
    pub(super) request: async_graphql::Request,
    pub(super) kind: OperationType,
    /// What a subscription asks, if it begins now: the same for all who ask it.
    asks: Option<String>,
}

/// Holds a request against the schema and the limits.
pub(super) fn prepare(app: &App, parameters: Parameters, actor: Actor, line: &mut Line) -> Result<Prepared, Refusal> {
    let Parameters { query, operation_name, variables, .. } = parameters;
    let variables = variables.unwrap_or_default();
    let document = app.documents.get(&query)?;
    let operation = document.operation(operation_name.as_deref())?;
    line.operation = operation.name.as_ref().map(ToString::to_string);
    line.kind = Some(operation.kind);
    document.check(operation, &variables, app.documents.shape(), app.documents.limits())?;
    let is_shared = operation.kind == OperationType::Subscription && operation.begins_now(&variables);
    let asks = is_shared.then(|| {
        let given = serde_json::to_string(&variables).unwrap_or_default();
        [operation_name.as_deref().unwrap_or_default(), &given, &query].join("\0")
    });
    // The text is not needed any more: the document goes with the request.
    let mut request = async_graphql::Request::new("").variables(variables).data(actor);
    request.operation_name = operation_name;
    request.set_parsed_query(document.parsed.clone());
    Ok(Prepared { request, kind: operation.kind, asks })
}

/// Who asks, as often as one has to know.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) caller: Caller,
    pub(super) authorization: Option<String>,
}

impl Credentials {
    pub(super) async fn principal(&self, app: &App) -> Result<Principal> {
        identity::authenticate(app, self.caller, self.authorization.as_deref()).await
    }
}

/// What an operation answers, in JSON.
#[derive(Clone, Debug)]
pub(super) enum Answered {
    /// An answer; a subscription may have more.
    Next(Arc<str>),
    /// It cannot go on: the errors. There is no more.
    Failed(Arc<str>),
    /// The server stops before it is at its end. There is no more.
    Cut,
}

/// The answers to an operation.
pub(super) fn answers(
    app: Arc<App>,
    credentials: Credentials,
    parameters: Parameters,
    place: Arc<Place>,
    live: Live,
) -> impl Stream<Item = Answered> + Send {
    let line = Line::begin(&HeaderMap::new(), app.settings.log_requests);
    let begun = async move {
        let mut operation = Operation { app, credentials, live, line, bytes: 0 };
        match operation.begin(parameters, place).await {
            Ok(answers) => {
                let recheck = Instant::now() + RECHECK;
                stream::unfold(Some((operation, answers, recheck)), next).boxed()
            }
            Err(last) => stream::once(std::future::ready(last)).boxed(),
        }
    };
    begun.into_stream().flatten()
}

struct Operation {
    app: Arc<App>,
    credentials: Credentials,
    live: Live,
    line: Line,
    bytes: usize,
}

type Answers = BoxStream<'static, Answered>;
type Running = (Operation, Answers, Instant);

async fn next(running: Option<Running>) -> Option<(Answered, Option<Running>)> {
    let (mut operation, mut answers, mut recheck) = running?;
    let is_watching = operation.line.kind == Some(OperationType::Subscription);
    loop {
        let answered = tokio::select! {
            answered = answers.next() => answered,
            () = operation.live.stopped(), if is_watching => return Some((Answered::Cut, None)),
            () = sleep_until(recheck), if is_watching => match operation.credentials.principal(&operation.app).await {
                Err(service::Error::Unavailable(_)) | Ok(_) => {
                    recheck = Instant::now() + RECHECK;
                    continue;
                }
                Err(error) => {
                    let (_, error) = failure::of(&error, &operation.line.id);
                    Some(failed(&[error]))
                }
            },
        };
        return match answered {
            Some(answered) => {
                operation.note(&answered);
                let ended = !matches!(answered, Answered::Next(_));
                Some((answered, (!ended).then_some((operation, answers, recheck))))
            }
            None => {
                operation.line.write(200, operation.bytes);
                None
            }
        };
    }
}

impl Operation {
    async fn begin(&mut self, parameters: Parameters, place: Arc<Place>) -> Result<Answers, Answered> {
        let begun = self.execute(parameters, place).await;
        begun.inspect_err(|last| self.note(last))
    }

    async fn execute(&mut self, parameters: Parameters, place: Arc<Place>) -> Result<Answers, Answered> {
        let failure_of = |error: &service::Error, id: &str| failed(&[failure::of(error, id).1]);
        let principal = self.credentials.principal(&self.app).await;
        let principal = principal.map_err(|error| failure_of(&error, &self.line.id))?;
        let caller = principal.caller();
        let actor = Actor { principal, request: Some(self.line.id.clone()) };
        let prepared = prepare(&self.app, parameters, actor, &mut self.line);
        let Prepared { request, kind, asks } = prepared.map_err(|refusal| failed(&[refusal.into()]))?;
        let (app, id) = (Arc::clone(&self.app), self.line.id.clone());
        match asks {
            Some(asks) if place.resume().is_none() => {
                let lagged = failed(&[failure::error(
                    Code::LimitExceeded,
                    "this subscriber did not keep up: subscribe again with `after` and the last cursor that came",
                )]);
                let key = [caller.as_str(), &asks].join("\0").into();
                let seat = self.app.audiences.join(key, |place| watch(&app, request.data(place), id), lagged);
                // After joining: what is committed from now on is told.
                let start = latest(&app).await.map_err(|error| failure_of(&error, &self.line.id))?;
                Ok(seat.after(start, place).boxed())
            }
            _ if kind == OperationType::Subscription => Ok(watch(&app, request.data(place), id)),
            _ => Ok(answer(app, request.data(Arc::clone(&self.line.meter)), id).into_stream().boxed()),
        }
    }

    /// Counts what is answered, and writes the line of what failed.
    fn note(&mut self, answered: &Answered) {
        match answered {
            Answered::Next(text) => self.bytes += text.len(),
            Answered::Failed(text) => self.line.write(400, self.bytes + text.len()),
            Answered::Cut => {}
        }
    }
}

async fn latest(app: &App) -> Result<Cursor> {
    let service = app.schema.data::<Service>().ok_or_else(|| service::Error::internal("the schema has no service"))?;
    service.log().latest().await
}

/// Executes a subscription.
fn watch(app: &App, request: async_graphql::Request, id: String) -> Answers {
    let responses = AssertUnwindSafe(load::execute_stream(&app.schema, request)).catch_unwind();
    let answered = move |response: Result<Response, _>| match response {
        // What ends a subscription is an answer without data.
        Ok(response) => answered(response, &id, |_| true),
        Err(_) => failed(&[panicked(&id)]),
    };
    responses.map(answered).boxed()
}

/// Executes a query or a mutation.
async fn answer(app: Arc<App>, request: async_graphql::Request, id: String) -> Answered {
    let limit = app.settings.request_timeout;
    let work = AssertUnwindSafe(load::execute(&app.schema, request)).catch_unwind();
    match timeout(limit, work).await {
        // An error met while executing has a path; one without stopped the request before.
        Ok(Ok(response)) => answered(response, &id, |errors| errors.iter().any(|error| error.path.is_empty())),
        Ok(Err(_)) => failed(&[panicked(&id)]),
        Err(_) => {
            let message = format!("the request took longer than {limit:?} and was given up");
            failed(&[failure::error(Code::Timeout, message)])
        }
    }
}

fn panicked(id: &str) -> ServerError {
    failure::internal(id, "a panic, told by the line before")
}

/// An answer of the schema; one without data that `is_end` is the last.
fn answered(mut response: Response, id: &str, is_end: impl FnOnce(&[ServerError]) -> bool) -> Answered {
    let is_nothing = response.data == Value::Null && !response.errors.is_empty();
    let is_last = is_nothing && is_end(&response.errors);
    failure::disclose(&mut response.errors, id);
    if is_last {
        return failed(&response.errors);
    }
    let content = Content { errors: &response.errors, data: Some(&response.data) };
    Answered::Next(serde_json::to_string(&content).unwrap_or_default().into())
}

fn failed(errors: &[ServerError]) -> Answered {
    Answered::Failed(serde_json::to_string(errors).unwrap_or_default().into())
}

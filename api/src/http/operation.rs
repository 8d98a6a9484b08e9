//! One operation over any transport: its checks, and its answers.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{Response, ServerError, Value, parser::types::OperationType};
use axum::http::HeaderMap;
use futures::{
    FutureExt, Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use service::{Actor, Result, principal::Principal};
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
    // The text is not needed any more: the document goes with the request.
    let mut request = async_graphql::Request::new("").variables(variables).data(actor);
    request.operation_name = operation_name;
    request.set_parsed_query(document.parsed.clone());
    Ok(Prepared { request, kind: operation.kind })
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
#[derive(Debug)]
pub(super) enum Answered {
    /// An answer; a subscription may have more.
    Next(String),
    /// It cannot go on: the errors. There is no more.
    Failed(String),
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

/// The answers of the schema, or what came instead of one.
type Responses = BoxStream<'static, Result<Response, ServerError>>;
type Running = (Operation, Responses, Instant);

async fn next(running: Option<Running>) -> Option<(Answered, Option<Running>)> {
    let (mut operation, mut answers, mut recheck) = running?;
    let is_watching = operation.line.kind == Some(OperationType::Subscription);
    loop {
        let response = tokio::select! {
            response = answers.next() => response,
            () = operation.live.stopped(), if is_watching => return Some((Answered::Cut, None)),
            () = sleep_until(recheck), if is_watching => match operation.credentials.principal(&operation.app).await {
                Err(service::Error::Unavailable(_)) | Ok(_) => {
                    recheck = Instant::now() + RECHECK;
                    continue;
                }
                Err(error) => {
                    let (_, error) = failure::of(&error, &operation.line.id);
                    return Some((operation.fail(&[error]), None));
                }
            },
        };
        return match response {
            Some(Ok(response)) => {
                let answered = operation.answer(response);
                let ended = !matches!(answered, Answered::Next(_));
                Some((answered, (!ended).then_some((operation, answers, recheck))))
            }
            Some(Err(error)) => Some((operation.fail(&[error]), None)),
            None => {
                operation.line.write(200, operation.bytes);
                None
            }
        };
    }
}

impl Operation {
    async fn begin(&mut self, parameters: Parameters, place: Arc<Place>) -> Result<Responses, Answered> {
        let principal = match self.credentials.principal(&self.app).await {
            Ok(principal) => principal,
            Err(error) => {
                let (_, error) = failure::of(&error, &self.line.id);
                return Err(self.fail(&[error]));
            }
        };
        let actor = Actor { principal, request: Some(self.line.id.clone()) };
        let Prepared { request, kind } = match prepare(&self.app, parameters, actor, &mut self.line) {
            Ok(prepared) => prepared,
            Err(refusal) => return Err(self.fail(&[refusal.into()])),
        };
        let id = self.line.id.clone();
        let panicked = move |_| failure::internal(&id, "a panic, told by the line before");
        if kind == OperationType::Subscription {
            let answers = load::execute_stream(&self.app.schema, request.data(place));
            return Ok(AssertUnwindSafe(answers).catch_unwind().map_err(panicked).boxed());
        }
        let (app, meter) = (Arc::clone(&self.app), Arc::clone(&self.line.meter));
        let answer = async move {
            let limit = app.settings.request_timeout;
            let work = AssertUnwindSafe(load::execute(&app.schema, request.data(meter))).catch_unwind();
            match timeout(limit, work).await {
                Ok(answer) => answer.map_err(panicked),
                Err(_) => {
                    let message = format!("the request took longer than {limit:?} and was given up");
                    Err(failure::error(Code::Timeout, message))
                }
            }
        };
        Ok(answer.into_stream().boxed())
    }

    fn answer(&mut self, mut response: Response) -> Answered {
        let nothing = response.data == Value::Null && !response.errors.is_empty();
        // An error met while executing has a path; one without stopped the request before. What ends a subscription is
        // an answer without data.
        let failed = match self.line.kind {
            Some(OperationType::Subscription) => nothing,
            _ => nothing && response.errors.iter().any(|error| error.path.is_empty()),
        };
        failure::disclose(&mut response.errors, &self.line.id);
        if failed {
            return self.fail(&response.errors);
        }
        let content = Content { errors: &response.errors, data: Some(&response.data) };
        let text = serde_json::to_string(&content).unwrap_or_default();
        self.bytes += text.len();
        Answered::Next(text)
    }

    fn fail(&mut self, errors: &[ServerError]) -> Answered {
        let text = serde_json::to_string(errors).unwrap_or_default();
        self.line.write(400, self.bytes + text.len());
        Answered::Failed(text)
    }
}

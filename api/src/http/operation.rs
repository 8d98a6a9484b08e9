//! One operation over any transport: its checks (`prepare`), and its answers.

mod prepare;

use std::{panic::AssertUnwindSafe, sync::Arc};

pub(super) use self::prepare::{Prepared, prepare};
use async_graphql::{Response, ServerError, Value, parser::types::OperationType};
use futures::{
    FutureExt, Stream, StreamExt,
    stream::{self, BoxStream},
};
use service::{Actor, Result, database::Requester, events::BeforePage, principal::Principal};
use tokio::time::timeout;

use super::{
    App,
    access_log::AccessLog,
    admission::{Admission, Admitted, Memory},
    answer::{self, content},
    failure::{self, Code},
    identity::Credentials,
    read::Parameters,
    seats::Seat,
    shutdown::Live,
    standing::{Standing, Standings},
};
use crate::{
    document::{Description, REPLAYED_PAGE},
    events::ResumePoint,
    metrics::{End, Subscribed},
    read::{Meter, load},
    write::Forbidden,
};

/// What an operation answers, in JSON.
#[derive(Clone, Debug)]
pub(super) enum Answered {
    /// An answer; a subscription may have more.
    Next(Arc<str>),
    /// It cannot go on: the errors. There is no more.
    Failed(Arc<str>),
    /// Who asks may no longer do so: the errors. There is no more.
    Denied(Arc<str>),
    /// The server stops before it is at its end. There is no more.
    Cut,
}

/// The answers to an operation.
pub(super) fn answers(
    app: Arc<App>,
    credentials: Credentials,
    parameters: Parameters,
    place: Arc<ResumePoint>,
    live: Live,
    line: AccessLog,
) -> impl Stream<Item = Answered> + Send {
    let begun = async move {
        let standing = Standings::follow(&app, &credentials);
        let mut operation = Operation {
            app,
            credentials,
            standing,
            live,
            line,
            subscribed: None,
            bytes: 0,
            watch: None,
            _admitted: None,
        };
        match operation.begin(parameters, place).await {
            Ok(answers) => stream::unfold(Some((operation, answers)), next).boxed(),
            Err(last) => stream::once(std::future::ready(last)).boxed(),
        }
    };
    begun.into_stream().flatten()
}

struct Operation {
    app: Arc<App>,
    credentials: Credentials,
    standing: Standing,
    live: Live,
    line: AccessLog,
    /// Once it is known to be a subscription.
    subscribed: Option<Subscribed>,
    bytes: usize,
    /// Its place among the subscriptions of its client, if it is one.
    watch: Option<Seat<String>>,
    /// The memory of its variables, if it is one.
    _admitted: Option<Admitted>,
}

type Answers = BoxStream<'static, Answered>;
type Running = (Operation, Answers);

async fn next(running: Option<Running>) -> Option<(Answered, Option<Running>)> {
    let (mut operation, mut answers) = running?;
    let is_watching = operation.line.kind == Some(OperationType::Subscription);
    let answered = tokio::select! {
        biased;
        error = operation.standing.ended(), if is_watching => {
            let (_, error) = failure::of(&error, &operation.line.id);
            Some(Answered::Denied(written(&[error])))
        }
        () = operation.live.stopped(), if is_watching => Some(Answered::Cut),
        answered = answers.next() => answered,
    };
    match answered {
        Some(answered) => {
            operation.note(&answered);
            let ended = !matches!(answered, Answered::Next(_));
            Some((answered, (!ended).then_some((operation, answers))))
        }
        None => {
            operation.ends(End::Completed);
            operation.line.write(200, operation.bytes);
            None
        }
    }
}

impl Operation {
    async fn begin(&mut self, parameters: Parameters, place: Arc<ResumePoint>) -> Result<Answers, Answered> {
        let begun = self.execute(parameters, place).await;
        begun.inspect_err(|last| self.note(last))
    }

    async fn execute(&mut self, parameters: Parameters, place: Arc<ResumePoint>) -> Result<Answers, Answered> {
        let failure_of = |error: &service::Error, id: &str| failed(&[failure::of(error, id).1]);
        let principal = self.credentials.principal(&self.app).await;
        let principal = principal.map_err(|error| failure_of(&error, &self.line.id))?;
        let family = principal.family();
        self.line.principal = Some(principal.name.clone());
        let actor = Actor { principal: principal.clone(), request: Some(self.line.id.clone()) };
        let refused = |refused| failed(&[failure::not_admitted(refused).1]);
        self.app.admission.check(&principal).map_err(refused)?;
        let prepared = prepare(&self.app, parameters, &self.credentials, actor, &mut self.line);
        let Prepared { mut request, kind, estimate, description, asks, .. } =
            prepared.map_err(|errors| failed(&errors))?;
        if kind == OperationType::Subscription {
            let most = self.app.settings.watch.subscriptions;
            self.watch = self.app.watches.take(family.clone(), most);
            if self.watch.is_none() {
                let message = format!("you already have {most} subscriptions, the maximum");
                return Err(failed(&[failure::error(Code::LimitExceeded, message)]));
            }
            request = request.data(paid_pages(&self.app.admission, &principal));
        }
        let admitted = self.app.admission.begin(&principal, kind, estimate).await;
        let admitted = admitted.map_err(refused)?;
        let (app, id) = (Arc::clone(&self.app), self.line.id.clone());
        if kind == OperationType::Subscription {
            self.subscribed = Some(app.metrics.watching.subscription(self.line.transport));
        }
        match asks {
            Some(asks) if place.resume().is_none() => {
                let lagged = failed(&[failure::error(
                    Code::LimitExceeded,
                    "the subscription fell too far behind: subscribe again with `after` set to the last cursor you received",
                )]);
                let key = [family.as_str(), &asks].join("\0").into();
                let seat = self.app.subscriptions.join(key, |place| watch(&app, request.data(place), id), lagged);
                seat.begun().await;
                // What is committed from now on is told.
                let latest = async { app.service()?.log().latest().await };
                let requester = Requester { client: Some(family.into()), is_heavy: false };
                let start = requester.scope(latest).await.map_err(|error| failure_of(&error, &self.line.id))?;
                place.begin();
                self._admitted = Some(admitted);
                Ok(seat.after(start, place).boxed())
            }
            _ if kind == OperationType::Subscription => {
                self._admitted = Some(admitted);
                Ok(watch(&app, request.data(place), id))
            }
            _ => {
                let execution = Execution::new(request, description, &self.line, admitted);
                Ok(answer(app, execution).into_stream().boxed())
            }
        }
    }

    /// Counts what is answered, and writes the line of what failed.
    fn note(&mut self, answered: &Answered) {
        match answered {
            Answered::Next(text) => self.bytes += text.len(),
            Answered::Failed(errors) => {
                let code = self.fail(errors);
                self.ends(if code == Some(Code::LimitExceeded) { End::Lagged } else { End::Failed });
            }
            Answered::Denied(errors) => {
                self.fail(errors);
                self.ends(End::Denied);
            }
            Answered::Cut => self.ends(End::Stopped),
        }
    }

    /// Says how a subscription ends.
    fn ends(&mut self, end: End) {
        if let Some(subscribed) = &mut self.subscribed {
            subscribed.ends(end);
        }
    }

    fn fail(&mut self, errors: &str) -> Option<Code> {
        let errors: Vec<ServerError> = serde_json::from_str(errors).unwrap_or_default();
        self.line.reason = errors.first().map(failure::reason);
        let code = self.line.reason.as_ref().and_then(|(code, _)| Code::named(code));
        self.line.write(code.unwrap_or(Code::BadUserInput).status().as_u16(), self.bytes);
        code
    }
}

/// Takes the points of what a subscription reads from the log, page by page.
fn paid_pages(admission: &Arc<Admission>, principal: &Principal) -> BeforePage {
    let (admission, principal) = (Arc::clone(admission), principal.clone());
    BeforePage::new(move || {
        let (admission, principal) = (Arc::clone(&admission), principal.clone());
        async move { admission.spend(&principal, REPLAYED_PAGE).await }
    })
}

/// Executes a subscription.
fn watch(app: &App, request: async_graphql::Request, id: String) -> Answers {
    let responses = AssertUnwindSafe(load::execute_stream(&app.schema, request)).catch_unwind();
    let id: Arc<str> = id.into();
    let answered = move |response: Result<Response, _>| {
        let id = Arc::clone(&id);
        async move {
            match response {
                Ok(response) => answered(response, &id).await,
                Err(_) => failed(&[panicked(&id)]),
            }
        }
    };
    responses.then(answered).boxed()
}

/// A query or a mutation that was executed, with its errors as the client learns them.
pub(super) struct Executed {
    pub(super) response: Response,
    /// It was stopped before anything was executed.
    pub(super) is_refused: bool,
    /// The points that it is charged.
    pub(super) points: u64,
    /// Held until the answer is written.
    pub(super) memory: Memory,
}

/// A query or a mutation that is to be executed.
pub(super) struct Execution {
    request: async_graphql::Request,
    description: Description,
    id: String,
    forbidden: Forbidden,
    meter: Arc<Meter>,
    admitted: Admitted,
}

impl Execution {
    pub(super) fn new(
        request: async_graphql::Request,
        description: Description,
        line: &AccessLog,
        admitted: Admitted,
    ) -> Self {
        let (meter, forbidden) = (Arc::clone(&line.meter), line.forbidden.clone());
        let request = request.data(Arc::clone(&meter));
        Self { request, description, id: line.id.clone(), forbidden, meter, admitted }
    }
}

/// Executes a query or a mutation.
pub(super) async fn execute(app: &App, execution: Execution) -> Executed {
    let Execution { request, description, id, forbidden, meter, mut admitted } = execution;
    let mut response = load::execute(&app.schema, request).await;
    description.put(&mut response.data);
    // An error met while executing has a path; one without stopped the request before.
    let is_refused = response.data == Value::Null && response.errors.iter().any(|error| error.path.is_empty());
    failure::sources(&response.errors).for_each(|error| forbidden.note(&error));
    failure::disclose(&mut response.errors, &id);
    let points = admitted.settle(if is_refused { 0 } else { meter.points() });
    Executed { response, is_refused, points, memory: admitted.into_memory() }
}

/// The same within the time of a request.
async fn answer(app: Arc<App>, execution: Execution) -> Answered {
    let id = execution.id.clone();
    let limit = app.settings.request_timeout;
    let work = async {
        let Executed { response, is_refused, memory, .. } = execute(&app, execution).await;
        match is_refused {
            true => failed(&response.errors),
            false => told(response, memory, &id).await,
        }
    };
    match timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(answered)) => answered,
        Ok(Err(_)) => failed(&[panicked(&id)]),
        Err(_) => {
            let message = format!("the request took longer than {limit:?} and was stopped");
            failed(&[failure::error(Code::Timeout, message)])
        }
    }
}

fn panicked(id: &str) -> ServerError {
    failure::internal(id, "a panic, told by the line before")
}

/// An answer of a subscription; what ends it is one without data.
async fn answered(mut response: Response, id: &str) -> Answered {
    failure::disclose(&mut response.errors, id);
    match response.data == Value::Null && !response.errors.is_empty() {
        true => failed(&response.errors),
        false => told(response, Memory::default(), id).await,
    }
}

async fn told(response: Response, memory: Memory, id: &str) -> Answered {
    let text = answer::write(response, memory, |response| {
        let content = content(Some(&response.data), &response.errors, None).unwrap_or_default();
        Arc::<str>::from(String::from_utf8(content).unwrap_or_default())
    });
    match text.await {
        Some(text) => Answered::Next(text),
        None => failed(&[panicked(id)]),
    }
}

fn failed(errors: &[ServerError]) -> Answered {
    Answered::Failed(written(errors))
}

fn written(errors: &[ServerError]) -> Arc<str> {
    serde_json::to_string(errors).unwrap_or_default().into()
}

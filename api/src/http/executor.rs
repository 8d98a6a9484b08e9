//! Our operations (checked, executed, errors disclosed) as async-graphql's `Executor`, for one caller: whatever serves an
//! executor can serve this one.

use std::sync::Arc;

use async_graphql::{Data, Request, Response, ServerError, parser::types::OperationType};
use futures::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use service::{Actor, Result, database::Database};

use super::{
    App, Settings,
    access_log::AccessLog,
    admission::Admitted,
    app,
    failure::{self, Code},
    identity::{Caller, Credentials},
    operation::{self, Execution, Prepared},
    read::Parameters,
    sender::Sender,
};
use crate::{
    metrics::{Metrics, Transport},
    read::{Merged, load},
    schema::Schema,
};

/// Executes operations as the owner of an API key, or as the local administrator. How long a query may take, what a client may spend, and the end
/// of a subscription whose key is revoked, are left to whoever serves it.
#[derive(Clone)]
pub struct Executor {
    app: Arc<App>,
    credentials: Credentials,
}

impl Executor {
    /// For the caller with this key (`vw_…`), without one for the local administrator.
    pub fn new(schema: Schema, database: Database, settings: Settings, key: Option<&str>) -> Result<Self> {
        let authorization = key.map(|key| format!("Bearer {key}"));
        let credentials = Credentials::new(Caller::here(), authorization.as_deref())?;
        Ok(Self { app: Arc::new(app(schema, settings, Arc::new(Metrics::new(&database)))), credentials })
    }

    async fn prepare(&self, request: Request, line: &mut AccessLog) -> Result<Prepared, Vec<ServerError>> {
        let has_text = !request.query.is_empty();
        let parameters = Parameters::new(request, has_text);
        let parameters = parameters.map_err(|message| vec![failure::error(Code::BadUserInput, message)])?;
        let principal = self.credentials.principal(&self.app).await;
        let principal = principal.map_err(|error| vec![failure::of(&error, &line.id).1])?;
        line.principal = Some(principal.name.clone());
        let actor = Actor { principal, request: Some(line.id.clone()) };
        let mut prepared = operation::prepare(&self.app, parameters, &self.credentials, actor, line)?;
        // Who serves it writes values.
        prepared.request = prepared.request.data(Merged).data(Arc::clone(&line.meter));
        Ok(prepared)
    }

    /// Executes a query or a mutation, or says why it is not done.
    async fn run(&self, prepared: Result<Prepared, Vec<ServerError>>, mut line: AccessLog) -> Response {
        let response = match prepared {
            Ok(Prepared { kind: OperationType::Subscription, .. }) => {
                let message = "a subscription has many answers: this way takes queries and mutations";
                Response::from_errors(vec![failure::error(Code::BadUserInput, message)])
            }
            Ok(Prepared { request, description, .. }) => {
                let execution = Execution::new(request, description, &line, Admitted::default());
                operation::execute(&self.app, execution).await.response
            }
            Err(errors) => Response::from_errors(errors),
        };
        line.reason = response.errors.first().map(failure::reason);
        line.write(200, 0);
        response
    }
}

impl async_graphql::Executor for Executor {
    async fn execute(&self, request: Request) -> Response {
        let mut line = AccessLog::begin(&self.app, Transport::Executor, Sender::default());
        let prepared = self.prepare(request, &mut line).await;
        self.run(prepared, line).await
    }

    fn execute_stream(&self, request: Request, _: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let this = self.clone();
        let answers = async move {
            let mut line = AccessLog::begin(&this.app, Transport::Executor, Sender::default());
            match this.prepare(request, &mut line).await {
                Ok(Prepared { kind: OperationType::Subscription, request, .. }) => {
                    let answers = load::execute_stream(&this.app.schema, request);
                    line.write(200, 0);
                    let disclosed = move |mut response: Response| {
                        failure::disclose(&mut response.errors, &line.id);
                        response
                    };
                    answers.map(disclosed).boxed()
                }
                prepared => stream::once(async move { this.run(prepared, line).await }).boxed(),
            }
        };
        answers.into_stream().flatten().boxed()
    }
}

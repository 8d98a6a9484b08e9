//! Our operations (checked, executed, errors disclosed) as async-graphql's `Executor`, for one caller: whatever serves an
//! executor can serve this one.

use std::sync::Arc;

use async_graphql::{Data, Request, Response, ServerError, parser::types::OperationType};
use axum::http::HeaderMap;
use futures::{
    FutureExt, StreamExt,
    stream::{self, BoxStream},
};
use service::{Actor, Result, database::Database};

use super::{
    App, Settings,
    access_log::AccessLog,
    app,
    failure::{self, Code},
    identity::{Caller, Credentials},
    operation::{self, Executed, Prepared},
    read::Parameters,
};
use crate::{
    read::{Merged, load},
    schema::Schema,
};

/// Executes operations as the owner of an API key, or as the local administrator. How long a query may take, and the end
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
        Ok(Self { app: Arc::new(app(schema, database, settings)), credentials })
    }

    async fn prepare(&self, request: Request, line: &mut AccessLog) -> Result<Prepared, Vec<ServerError>> {
        let parameters =
            Parameters::try_from(request).map_err(|message| vec![failure::error(Code::BadUserInput, message)])?;
        let principal = self.credentials.principal(&self.app).await;
        let principal = principal.map_err(|error| vec![failure::of(&error, &line.id).1])?;
        line.principal = Some(principal.name.clone());
        let actor = Actor { principal, request: Some(line.id.clone()) };
        let mut prepared = operation::prepare(&self.app, parameters, &self.credentials, actor, line)?;
        // Who serves it writes values.
        prepared.request = prepared.request.data(Merged).data(Arc::clone(&line.meter));
        Ok(prepared)
    }

    async fn run(&self, prepared: Prepared, id: &str) -> Response {
        let Prepared { request, description, .. } = prepared;
        let Executed { response, .. } = operation::execute(&self.app, request, &description, id).await;
        response
    }
}

impl async_graphql::Executor for Executor {
    async fn execute(&self, request: Request) -> Response {
        let mut line = AccessLog::begin(&HeaderMap::new(), self.app.settings.log_requests);
        let response = match self.prepare(request, &mut line).await {
            Ok(Prepared { kind: OperationType::Subscription, .. }) => {
                let message = "a subscription has many answers: this way takes queries and mutations";
                Response::from_errors(vec![failure::error(Code::BadUserInput, message)])
            }
            Ok(prepared) => self.run(prepared, &line.id).await,
            Err(errors) => Response::from_errors(errors),
        };
        line.reason = response.errors.first().map(failure::reason);
        line.write(200, 0);
        response
    }

    fn execute_stream(&self, request: Request, _: Option<Arc<Data>>) -> BoxStream<'static, Response> {
        let this = self.clone();
        let answers = async move {
            let mut line = AccessLog::begin(&HeaderMap::new(), this.app.settings.log_requests);
            match this.prepare(request, &mut line).await {
                Ok(prepared) if prepared.kind == OperationType::Subscription => {
                    let answers = load::execute_stream(&this.app.schema, prepared.request);
                    let id = line.id.clone();
                    let disclosed = move |mut response: Response| {
                        failure::disclose(&mut response.errors, &id);
                        response
                    };
                    answers.map(disclosed).boxed()
                }
                Ok(prepared) => {
                    let response = this.run(prepared, &line.id).await;
                    stream::once(std::future::ready(response)).boxed()
                }
                Err(errors) => stream::once(std::future::ready(Response::from_errors(errors))).boxed(),
            }
        };
        answers.into_stream().flatten().boxed()
    }
}

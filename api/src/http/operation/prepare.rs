//! Whether an operation may be executed: its document, its variables and what it could cost.

use std::sync::Arc;

use async_graphql::{ServerError, parser::types::OperationType};
use service::{Actor, database::Requester};

use crate::{
    document::{Description, Estimate},
    http::{
        App, access_log::AccessLog, failure, identity::Credentials, introspection, read::Parameters,
        standing::Standings,
    },
    read::Merged,
    write::Revoked,
};

/// An operation that may be executed.
pub(in crate::http) struct Prepared {
    pub(in crate::http) request: async_graphql::Request,
    pub(in crate::http) kind: OperationType,
    /// What it could cost.
    pub(in crate::http) estimate: Estimate,
    /// Where it asks for the schema's description.
    pub(in crate::http) description: Description,
    /// What a subscription asks, if it begins now: the same for all who ask it.
    pub(super) asks: Option<String>,
    /// What is asked about the schema, if nothing else is asked.
    pub(in crate::http) question: Option<String>,
}

/// Holds a request against the schema and the limits. Who is refused pays for what was read.
pub(in crate::http) fn prepare(
    app: &Arc<App>,
    parameters: Parameters,
    credentials: &Credentials,
    actor: Actor,
    line: &mut AccessLog,
) -> Result<Prepared, Vec<ServerError>> {
    let (principal, size) = (actor.principal.clone(), parameters.size);
    let prepared = checked(app, parameters, credentials, actor, line);
    prepared.inspect_err(|_| app.admission.charge(&principal, size))
}

fn checked(
    app: &Arc<App>,
    parameters: Parameters,
    credentials: &Credentials,
    actor: Actor,
    line: &mut AccessLog,
) -> Result<Prepared, Vec<ServerError>> {
    let Parameters { query, operation_name, mut variables, size, .. } = parameters;
    let Some(query) = query else { return Err(vec![failure::persisted_query()]) };
    let document = app.documents.get(&query).map_err(failure::rejection)?;
    let operation = document.operation(operation_name.as_deref()).map_err(failure::rejection)?;
    line.operation = operation.name.as_ref().map(ToString::to_string);
    line.kind = Some(operation.kind);
    line.document = Some(Arc::clone(&document));
    let (shape, limits) = (app.documents.shape(), app.documents.limits());
    let limits = limits.of(&actor.principal);
    let estimate = document.check(operation, &mut variables, shape, &limits).map_err(failure::rejection)?;
    let estimate = estimate.at_least(Estimate::of_request(size));
    let is_shared = operation.kind == OperationType::Subscription && operation.begins_now(&variables);
    let asks = is_shared.then(|| {
        let given = serde_json::to_string(&variables).unwrap_or_default();
        [operation_name.as_deref().unwrap_or_default(), &given, &query].join("\0")
    });
    let question = introspection::question(&document, &query, operation_name.as_deref(), &variables);
    // The text is not needed any more: the document goes with the request.
    let requester = Requester { client: Some(actor.principal.family().into()), is_heavy: estimate.is_heavy() };
    let mut request = async_graphql::Request::new("").variables(variables).data(actor).data(requester);
    request = request.data(line.forbidden.clone());
    request.operation_name = operation_name;
    if let Some(deadline) = line.deadline(app.settings.request_timeout) {
        request = request.data(deadline);
    }
    if operation.kind == OperationType::Mutation {
        let (app, credentials) = (Arc::clone(app), credentials.clone());
        request = request.data(Revoked::new(move || {
            let mut standing = Standings::follow(&app, &credentials);
            async move { standing.ended().await }
        }));
    }
    if operation.is_merged {
        request = request.data(Merged);
    }
    request.set_parsed_query(document.parsed.clone());
    let (kind, description) = (operation.kind, operation.description.clone());
    Ok(Prepared { request, kind, estimate, description, asks, question })
}

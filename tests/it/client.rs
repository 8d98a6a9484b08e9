//! Operations on the schema in this process, over a test's database.

use std::{sync::Arc, time::Duration};

use api::{
    read::{
        Meter,
        load::{execute, execute_stream},
    },
    schema::Schema,
};
use async_graphql::{Request, Response, Variables};
use futures::{Stream, StreamExt};
use serde_json::{Value, json};
use service::{
    Actor, Error, Service,
    clock::Clock,
    database::{Database, Settings},
    links::Links,
    principal::Principal,
};
use tests::{Engine, TestDatabase};

/// What a mutation says of each refusal.
const REFUSAL: &str = "code message path __typename ... on VersionConflictError { current } \
                       ... on InvalidTransitionError { from to allowed } ... on CycleError { cycle } \
                       ... on InsufficientStockError { lines { variantId sku location requested available } } \
                       ... on StaleQuantityError { current } ... on PriceChangedError { expected total } \
                       ... on DiscountRefusedError { discountCode reason } ... on InUseError { by } \
                       ... on AmountExceededError { asked available currency } ... on ClosedPeriodError { until } \
                       ... on ApprovalRequiredError { limit asked } ... on SuppressedError { state since } \
                       ... on BudgetExceededError { sliceId asked available }";

/// A test's database with pools of their own, as a process has them.
pub(crate) async fn connect(db: &TestDatabase) -> Database {
    // PostgreSQL's own are told by its notices.
    let log_statements = db.engine() == Engine::Sqlite;
    Database::connect(&Settings { log_statements, ..settings(db) }).await.expect("an open database")
}

/// How it is opened. A machine that is busy with other tests is no outage: who waits for a connection has time.
pub(crate) fn settings(db: &TestDatabase) -> Settings {
    let url = db.url().parse().expect("a URL of the harness");
    Settings { acquire_timeout: Duration::from_secs(60), ..Settings::new(url) }
}

/// Somebody who sends operations. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) service: Service,
    pub(crate) schema: Schema,
    actor: Actor,
}

impl Client {
    /// The local administrator.
    pub(crate) fn new(service: Service) -> Self {
        let actor = Actor { principal: Principal::local(), request: None };
        Self { schema: ::api::schema::schema(service.clone()), service, actor }
    }

    /// The local administrator of a process of its own.
    pub(crate) async fn open(db: &TestDatabase, clock: Clock) -> Self {
        let links = Links::new("a secret of the tests", "https://shop.example").expect("links");
        Self::new(Service::new(connect(db).await, clock).with_links(links))
    }

    /// Somebody else.
    pub(crate) fn acting(&self, principal: Principal) -> Self {
        self.acting_in(Actor { principal, request: None })
    }

    /// Somebody else, in a request with a name.
    pub(crate) fn acting_in(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    pub(crate) fn clock(&self) -> &Clock {
        self.service.clock()
    }

    /// The whole response.
    pub(crate) async fn respond(&self, query: &str, variables: Value) -> Response {
        self.metered(query, variables, Arc::default()).await
    }

    async fn metered(&self, query: &str, variables: Value, meter: Arc<Meter>) -> Response {
        let request = self.request(query, variables).data(meter);
        let schema = self.schema.clone();
        // As a task, as the server runs it.
        tokio::spawn(async move { execute(&schema, request).await }).await.expect("no panic")
    }

    pub(crate) fn request(&self, query: &str, variables: Value) -> Request {
        Request::new(query).variables(Variables::from_json(variables)).data(self.actor.clone())
    }

    /// The data of an operation without errors.
    pub(crate) async fn query(&self, query: &str, variables: Value) -> Value {
        self.counted(query, variables).await.0
    }

    /// The same, and how many statements it took to read it.
    pub(crate) async fn counted(&self, query: &str, variables: Value) -> (Value, usize) {
        let meter = Arc::new(Meter::default());
        let response = self.metered(query, variables, Arc::clone(&meter)).await;
        let errors = errors(&response);
        assert!(errors.is_empty(), "{errors:?}\n{}", query.chars().take(2000).collect::<String>());
        (data(&response), meter.statements())
    }

    /// The data of an operation and its errors.
    pub(crate) async fn try_query(&self, query: &str, variables: Value) -> (Value, Vec<String>) {
        let response = self.respond(query, variables).await;
        let errors = errors(&response);
        (data(&response), errors)
    }

    /// The one error of an operation.
    pub(crate) async fn error(&self, query: &str, variables: Value) -> Error {
        let response = self.respond(query, variables).await;
        let [error] = &response.errors[..] else { panic!("one error is expected: {response:?}\n{query}") };
        error.source::<Error>().unwrap_or_else(|| panic!("not ours: {error:?}\n{query}")).clone()
    }

    /// The responses of a subscription.
    pub(crate) fn subscribe(&self, query: &str, variables: Value) -> impl Stream<Item = Response> + Unpin + use<> {
        Box::pin(execute_stream(&self.schema, self.request(query, variables)))
    }

    /// The first data of an operation of any kind.
    pub(crate) async fn first(&self, query: &str, variables: Value) -> Value {
        let response = self.subscribe(query, variables).next().await.expect("an answer");
        assert!(response.errors.is_empty(), "{:?}\n{query}", response.errors);
        data(&response)
    }

    /// The payload of a mutation with one `input`, done or refused.
    pub(crate) async fn mutate(&self, name: &str, input: Value, fields: &str) -> Value {
        self.query(&mutation(name, fields), json!({ "input": input })).await[name].take()
    }

    /// The payload of a mutation that is done.
    pub(crate) async fn done(&self, name: &str, input: Value, fields: &str) -> Value {
        let payload = self.mutate(name, input, fields).await;
        assert_eq!(payload["userErrors"], json!([]), "{name}");
        payload
    }

    /// Why a mutation is refused.
    pub(crate) async fn refused(&self, name: &str, input: Value) -> Value {
        let mut payload = self.mutate(name, input, "replayed").await;
        let [error] = &mut payload["userErrors"].as_array_mut().expect("a list")[..] else {
            panic!("one refusal of {name} is expected: {payload}")
        };
        error.take()
    }

    /// The code with which a mutation is refused.
    pub(crate) async fn code(&self, name: &str, input: Value) -> String {
        self.refused(name, input).await["code"].as_str().expect("a code").to_owned()
    }

    /// The code and the place in the input: `INVALID name`.
    pub(crate) async fn code_and_path(&self, name: &str, input: Value) -> String {
        let refused = self.refused(name, input).await;
        let path = refused["path"].as_array().expect("a path").iter().filter_map(Value::as_str);
        let path = path.collect::<Vec<_>>().join(".");
        format!("{} {path}", refused["code"].as_str().expect("a code")).trim_end().to_owned()
    }
}

/// The data of a response, as a client gets it.
pub(crate) fn data(response: &Response) -> Value {
    let mut text = Vec::new();
    api::read::json::value(&mut text, &response.data);
    serde_json::from_slice(&text).expect("JSON")
}

/// The document of a mutation with one `input`.
pub(crate) fn mutation(name: &str, fields: &str) -> String {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} userErrors {{ {REFUSAL} }} }} }}")
}

/// What the service says of each error, and else the message.
fn errors(response: &Response) -> Vec<String> {
    let said = response.errors.iter().map(|error| match error.source::<Error>() {
        Some(source) => format!("{source}: {source:?}"),
        None => error.message.clone(),
    });
    said.collect()
}

//! The demo house, and somebody who writes.

use std::sync::Arc;

use api::{
    read::{Meter, load::execute},
    schema::Schema,
};
use async_graphql::{Request, Response, Variables};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use service::{
    Actor, Error, Service,
    clock::Clock,
    consistency,
    database::{Database, Settings},
    principal::Principal,
    seed,
};
use tests::TestDatabase;

use crate::events::told::Versions;

/// What a refusal shows.
const ERROR: &str = "code message path ... on VersionConflictError { current } \
                     ... on InvalidTransitionError { from to allowed } ... on CycleError { cycle }";

/// An id that no row has.
pub(super) const NOBODY: &str = "00000000-0000-0000-0000-00000000abcd";

/// The house with somebody who writes.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) database: Database,
    pub(super) clock: Clock,
    schema: Schema,
    actor: Actor,
    /// Those of what was there at the beginning.
    versions: Arc<Versions>,
}

/// When the house is looked at.
pub(super) fn now() -> DateTime<Utc> {
    "2026-03-14T15:09:26.535897Z".parse().expect("a time")
}

impl Desk {
    /// The house, with the administrator at the desk.
    pub(super) async fn open(db: &TestDatabase) -> Self {
        let url = db.url().parse().expect("a URL of the harness");
        let database = Database::connect(&Settings::new(url)).await.expect("an open database");
        seed::demo(&database, now()).await.expect("planted").expect("it was empty");
        let clock = Clock::standing(now());
        let schema = ::api::schema::schema(Service::new(database.clone(), clock.clone()));
        let actor = Actor { principal: Principal::local(), request: Some("the request".to_owned()) };
        let versions = Arc::new(Versions::now(db.connection()).await);
        Self { database, clock, schema, actor, versions }
    }

    /// The same house, with somebody else at the desk.
    pub(super) fn acting(&self, principal: Principal) -> Self {
        Self { actor: Actor { principal, request: None }, ..self.clone() }
    }

    /// The rules over the same database.
    pub(super) fn service(&self) -> Service {
        Service::new(self.database.clone(), self.clock.clone())
    }

    async fn respond(&self, query: &str, variables: Value, meter: Arc<Meter>) -> Response {
        let variables = Variables::from_json(variables);
        let request = Request::new(query).variables(variables).data(self.actor.clone()).data(meter);
        let schema = self.schema.clone();
        // As a task, as the server runs it.
        tokio::spawn(async move { execute(&schema, request).await }).await.expect("no panic")
    }

    /// The data of an operation without errors.
    pub(super) async fn ask(&self, query: &str, variables: Value) -> Value {
        self.metered(query, variables).await.0
    }

    /// The same, and how many statements it took to read it.
    pub(super) async fn metered(&self, query: &str, variables: Value) -> (Value, usize) {
        let meter = Arc::new(Meter::default());
        let response = self.respond(query, variables, Arc::clone(&meter)).await;
        let sources = response.errors.iter().map(|error| (error, error.source::<Error>())).collect::<Vec<_>>();
        assert!(sources.is_empty(), "{sources:?}\n{query}");
        (response.data.into_json().expect("JSON"), meter.statements())
    }

    /// The payload of a mutation, done or refused.
    pub(super) async fn mutate(&self, name: &str, input: Value, fields: &str) -> Value {
        self.ask(&mutation(name, fields), json!({ "input": input })).await[name].take()
    }

    /// The payload of a mutation that is done.
    pub(super) async fn done(&self, name: &str, input: Value, fields: &str) -> Value {
        let payload = self.mutate(name, input, fields).await;
        assert_eq!(payload["userErrors"], json!([]), "{name}");
        payload
    }

    /// Why a mutation is refused.
    pub(super) async fn refused(&self, name: &str, input: Value) -> Value {
        let mut payload = self.mutate(name, input, "replayed").await;
        let [error] = &mut payload["userErrors"].as_array_mut().expect("a list")[..] else {
            panic!("one refusal of {name} is expected: {payload}")
        };
        error.take()
    }

    /// The code and the place of a refusal: `INVALID name`.
    pub(super) async fn code(&self, name: &str, input: Value) -> String {
        let error = self.refused(name, input).await;
        let path = error["path"].as_array().expect("a path").iter().filter_map(Value::as_str);
        let path = path.collect::<Vec<_>>().join(".");
        format!("{} {path}", error["code"].as_str().expect("a code")).trim_end().to_owned()
    }

    /// The data of an operation, whatever its errors, and these.
    pub(super) async fn try_ask(&self, query: &str, variables: Value) -> (Value, Vec<String>) {
        let response = self.respond(query, variables, Arc::default()).await;
        let errors = response.errors.iter().map(|error| format!("{:?}", error.source::<Error>()));
        let errors = errors.collect();
        (response.data.into_json().expect("JSON"), errors)
    }

    /// The error of a mutation that fails as a whole.
    pub(super) async fn fails(&self, name: &str, input: Value) -> Error {
        let response = self.respond(&mutation(name, "replayed"), json!({ "input": input }), Arc::default()).await;
        let [error] = &response.errors[..] else { panic!("one error is expected: {response:?}") };
        error.source::<Error>().unwrap_or_else(|| panic!("not ours: {error:?}")).clone()
    }

    /// The id of the agent of this name.
    pub(super) async fn agent(&self, name: &str) -> String {
        let query = "query($name: String!) { agentByName(name: $name) { id } }";
        text(&self.ask(query, json!({ "name": name })).await["agentByName"]["id"])
    }

    /// What must hold between all rows, after every test.
    pub(super) async fn check(&self) {
        let broken = consistency::check(self.database.reader()).await.expect("checked");
        assert_eq!(broken, []);
        self.versions.check_events_since(self.database.reader()).await;
    }
}

fn mutation(name: &str, fields: &str) -> String {
    let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ {fields} userErrors {{ {ERROR} }} }} }}")
}

/// A text of an answer.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text is expected: {value}")).to_owned()
}

/// An object with some members changed.
pub(super) fn with(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    object
}

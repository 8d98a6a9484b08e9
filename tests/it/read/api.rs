//! The schema over a test's database.

use std::sync::Arc;

use api::{
    read::{
        Meter,
        load::{execute, execute_stream},
    },
    schema::Schema,
};
use async_graphql::{Request, Response, Variables};
use futures::{StreamExt, pin_mut};
use serde_json::Value;
use service::{
    Actor, Service,
    clock::Clock,
    database::{Database, Settings},
    principal::Principal,
};
use tests::TestDatabase;

use super::{house, shape::Shape};

/// The schema, its shape and the database below it.
pub(super) struct Api {
    pub(super) database: Database,
    pub(super) shape: Shape,
    schema: Schema,
}

impl Api {
    pub(super) async fn open(db: &TestDatabase) -> Self {
        let url = db.url().parse().expect("a URL of the harness");
        let database = Database::connect(&Settings::new(url)).await.expect("an open database");
        let schema = ::api::schema::schema(Service::new(database.clone(), Clock::standing(house::now())));
        Self { shape: Shape::of(&schema).await, database, schema }
    }

    /// The data of a query that has no errors.
    pub(super) async fn ask(&self, query: &str) -> Value {
        self.ask_with(query, Value::Null).await.0
    }

    /// The same, with variables, and the number of statements it took.
    pub(super) async fn ask_with(&self, query: &str, variables: Value) -> (Value, usize) {
        let meter = Arc::new(Meter::default());
        let request = Request::new(query).variables(Variables::from_json(variables.clone())).data(Arc::clone(&meter));
        // As a task, as the server runs it.
        let schema = self.schema.clone();
        let response = tokio::spawn(async move { execute(&schema, request).await }).await.expect("no panic");
        let shown = |text: &str| text.chars().take(2000).collect::<String>();
        assert!(
            response.errors.is_empty(),
            "{:?}\n{}\n{}",
            response.errors.iter().map(|error| (error, error.source::<service::Error>())).collect::<Vec<_>>(),
            shown(query),
            shown(&variables.to_string())
        );
        (response.data.into_json().expect("JSON"), meter.statements())
    }

    /// The first answer to any operation of somebody who may do all.
    pub(super) async fn first(&self, query: &str, variables: Value) -> Value {
        let request = Request::new(query)
            .variables(Variables::from_json(variables))
            .data(Actor { principal: Principal::local(), request: None });
        let answers = execute_stream(&self.schema, request);
        pin_mut!(answers);
        let response = answers.next().await.expect("an answer");
        assert!(response.errors.is_empty(), "{:?}\n{query}", response.errors);
        response.data.into_json().expect("JSON")
    }

    /// The answer, errors and all.
    pub(super) async fn respond(&self, query: &str) -> Response {
        execute(&self.schema, Request::new(query)).await
    }

    /// Why a query is refused.
    pub(super) async fn refusal(&self, query: &str) -> service::Error {
        self.refusal_with(query, Value::Null).await
    }

    /// The same, with variables.
    pub(super) async fn refusal_with(&self, query: &str, variables: Value) -> service::Error {
        let request = Request::new(query).variables(Variables::from_json(variables));
        let schema = self.schema.clone();
        let response = tokio::spawn(async move { execute(&schema, request).await }).await.expect("no panic");
        let [error] = &response.errors[..] else { panic!("one error is expected: {response:?}\n{query}") };
        error.source::<service::Error>().unwrap_or_else(|| panic!("not ours: {error:?}\n{query}")).clone()
    }
}

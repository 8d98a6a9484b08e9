//! Our operations over what async-graphql-axum makes of an executor.

use ::api::{
    http::{Executor, Settings},
    schema::schema,
};
use async_graphql::{Executor as _, Request};
use async_graphql_axum::GraphQL;
use axum::{Router, routing::any_service};
use futures::StreamExt;
use serde_json::{Value, json};
use service::{Service, clock::Clock};
use tests::{TestDatabase, on_both_engines};

use super::Served;
use crate::client::{connect, data};

const AGENT: &str = r#"mutation($name: String!) {
    createAgent(input: { name: $name, type: ORCHESTRATOR }) { agent { id name parent { id } } userErrors { code path } }
}"#;

async fn executor(db: &TestDatabase) -> Executor {
    let database = connect(db).await;
    let schema = schema(Service::new(database.clone(), Clock::system()));
    Executor::new(schema, database, Settings::default(), None).expect("an executor")
}

on_both_engines! {
    async fn its_service_answers_as_ours(db: &TestDatabase) {
        let service = GraphQL::new(executor(db).await);
        let served = Served::serve(connect(db).await, Router::new().route("/graphql", any_service(service))).await;
        let made = served.ask(AGENT, json!({ "name": "Conductor" })).json();
        assert_eq!(made["data"]["createAgent"]["userErrors"], json!([]), "{made}");
        assert_eq!(made["data"]["createAgent"]["agent"]["parent"], Value::Null);

        let ours = Served::start(db).await;
        for (query, variables) in [
            ("{ agents { totalCount nodes { name parent { id } children { nodes { id } } } } }", json!({})),
            ("query($id: ID!) { node(id: $id) { __typename id ... on Agent { name } } }", json!({ "id": made["data"]["createAgent"]["agent"]["id"] })),
            ("{ agents(first: 251) { totalCount } }", json!({})),
            ("{ agents { nope } }", json!({})),
            ("query($id: ID!) { task(id: $id) { id } }", json!({ "id": "no id" })),
        ] {
            let (theirs, ours) = (served.ask(query, variables.clone()).json(), ours.ask(query, variables).json());
            // Theirs has null where nothing was executed.
            assert_eq!((&theirs["data"], &theirs["errors"]), (&ours["data"], &ours["errors"]), "{query}");
        }
        let refused = served.ask(AGENT, json!({ "name": "" })).json();
        assert_eq!(refused["data"]["createAgent"]["userErrors"][0]["code"], "INVALID", "{refused}");
    }

    async fn a_subscription_has_answers(db: &TestDatabase) {
        let executor = executor(db).await;
        let query = "subscription { agentEvents(after: \"0-0\") { agent { name } } }";
        let latest = data(&executor.execute(Request::new("{ latestEventCursor }")).await);
        let query = query.replace("0-0", latest["latestEventCursor"].as_str().expect("a cursor"));
        let mut answers = executor.execute_stream(Request::new(query), None);
        let variables = json!({ "name": "Conductor" });
        let made = executor.execute(Request::new(AGENT).variables(async_graphql::Variables::from_json(variables))).await;
        assert!(made.errors.is_empty(), "{:?}", made.errors);
        let answer = answers.next().await.expect("an answer");
        assert!(answer.errors.is_empty(), "{:?}", answer.errors);
        assert_eq!(answer.data.into_json().expect("JSON"), json!({ "agentEvents": { "agent": { "name": "Conductor" } } }));
        let refused = executor.execute_stream(Request::new("{ nope }"), None).next().await.expect("an answer");
        assert_eq!(refused.errors.len(), 1);
    }
}

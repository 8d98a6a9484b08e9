//! How answers are put together: fields of one name, conditions on types, places of errors, rows that are joined.

use std::{collections::HashSet, future::poll_fn};

use ::api::read::load::execute;
use async_graphql::{PathSegment, Response, ServerError};
use chrono::Utc;
use entity::configurations;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use serde_json::{Value, json};
use tests::on_both_engines;
use uuid::Uuid;

use super::{api::Api, crowd};
use crate::client::data;

on_both_engines! {
    async fn fields_of_one_name_are_one(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 9).await;
        let plain = "{ agents(first: 3) { totalCount nodes { id name parent { id name } workload { pending running }
                     tasks(first: 2) { nodes { id taskType assignedAgent { id name } } pageInfo { hasNextPage endCursor } } } } }";
        let (expected, statements) = api.counted(plain, Value::Null).await;
        let repeated = "query { agents(first: 3) { ...Page nodes { id ...A } } }
            fragment Page on AgentConnection { totalCount nodes { ... on Node { id } name parent { id } ...B } }
            fragment A on Agent { parent { name } workload { running } tasks(first: 2) { nodes { id assignedAgent { id } } } }
            fragment B on Agent { workload { pending }
                tasks(first: 2) { pageInfo { hasNextPage } nodes { taskType assignedAgent { name } } pageInfo { endCursor } } }";
        assert_eq!(api.counted(repeated, Value::Null).await, (expected, statements));
    }

    async fn only_fields_of_the_type_are_answered(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 3).await;
        let first = api.query("{ agents(first: 1) { nodes { id name } } }", Value::Null).await;
        let agent = &first["agents"]["nodes"][0];
        let node = "query($id: ID!) { node(id: $id) { __typename ... on Node { key: id } ... on Agent { name } ... on Task { id taskType } } }";
        let answer = api.query(node, json!({ "id": agent["id"] })).await;
        assert_eq!(answer, json!({ "node": { "__typename": "Agent", "key": agent["id"], "name": agent["name"] } }));
    }

    /// Fields stand in the answer in the order in which they are asked for.
    async fn fields_keep_their_order(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 3).await;
        let response = api.respond("{ agents(first: 1) { totalCount nodes { name b: isActive id a: isActive } __typename } }", Value::Null).await;
        let mut text = Vec::new();
        ::api::read::json::value(&mut text, &response.data);
        let text = String::from_utf8(text).expect("text");
        let places = ["totalCount", "nodes", "name", "\"b\"", "\"id\"", "\"a\"", "__typename"].map(|name| text.find(name));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{text}");
    }

    async fn a_row_that_is_looked_up_brings_what_it_points_at(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 9).await;
        let fields = "id taskType assignedAgent { id name parent { name } } again: assignedAgent { type }
                      workflowExecution { status workflow { name goal { name ownerAgent { name } } } } parentTask { taskType }";
        let list = api.query(&format!("{{ tasks(first: 9) {{ nodes {{ {fields} }} }} }}"), Value::Null).await;
        for task in list["tasks"]["nodes"].as_array().expect("tasks") {
            let one = format!("query($id: ID!) {{ task(id: $id) {{ {fields} }} }}");
            let (answer, statements) = api.counted(&one, json!({ "id": task["id"] })).await;
            assert_eq!(&answer["task"], task);
            // The second field that leads to the agent looks it up.
            assert_eq!(statements, 2);
            let one = one.replace("again: assignedAgent { type }", "");
            assert_eq!(api.counted(&one, json!({ "id": task["id"] })).await.1, 1);
        }
    }

    /// An error below what may be null makes that null, and nothing else.
    async fn an_error_stays_where_null_may_stand(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 9).await;
        let query = "{ agents(first: 9) { nodes { id parent { tasks(first: 251) { totalCount } } } } tasks(first: 1) { totalCount } }";
        let response = api.respond(query, Value::Null).await;
        let answer = data(&response);
        let agents = answer["agents"]["nodes"].as_array().expect("agents");
        assert!(agents.len() > 1 && agents.iter().all(|agent| agent["parent"] == Value::Null), "{answer}");
        // Each agent with a parent has an error, so that its null does not say that it has none.
        let told: HashSet<String> = response.errors.iter().map(path).collect();
        let parents = api.query("{ agents(first: 9) { nodes { parent { id } } } }", Value::Null).await;
        for (index, agent) in parents["agents"]["nodes"].as_array().expect("agents").iter().enumerate() {
            let field = format!("agents nodes {index} parent");
            let is_told = told.iter().any(|path| path.starts_with(&field));
            assert_eq!(is_told, !agent["parent"].is_null(), "{index}: {told:?}");
        }
        let tasks = api.query("{ tasks(first: 1) { totalCount } }", Value::Null).await["tasks"].take();
        assert_eq!(answer["tasks"], tasks);
        let query = "{ agentByName(name: \"a\\u0000b\") { id } tasks(first: 1) { totalCount } }";
        let response = api.respond(query, Value::Null).await;
        assert_eq!((place(&response).as_str(), data(&response)), ("agentByName", json!({ "agentByName": null, "tasks": tasks })));
    }

    /// A row is read once wherever it stands. What fails below it is told at each of its places, and null goes no further
    /// than there.
    async fn an_error_is_told_at_every_place_of_a_row(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        let agents = |below: &str| format!("{{ agents(first: 40) {{ nodes {{ parent {{ id {below} }} }} }} }}");
        let fine = api.query(&agents("tasks(first: 2) { nodes { id } }"), Value::Null).await;
        let fine = fine["agents"]["nodes"].as_array().expect("agents");
        let nested = "tasks(first: 2) { nodes { assignedAgent { tasks(first: 251) { totalCount } } } }";
        for (below, needs_tasks, place) in [
            ("tasks(first: 251) { totalCount }", false, "tasks"),
            (nested, true, "tasks nodes 0 assignedAgent tasks"),
        ] {
            let response = api.respond(&agents(below), Value::Null).await;
            let answer = data(&response);
            let (mut places, mut parents) = (Vec::new(), HashSet::new());
            for (index, agent) in fine.iter().enumerate() {
                let parent = &agent["parent"];
                let has_tasks = parent["tasks"]["nodes"].as_array().is_some_and(|tasks| !tasks.is_empty());
                let fails = !parent.is_null() && (has_tasks || !needs_tasks);
                let id = if fails { &Value::Null } else { &parent["id"] };
                assert_eq!(&answer["agents"]["nodes"][index]["parent"]["id"], id, "{below}: {index}");
                if fails {
                    places.push(format!("agents nodes {index} parent {place}"));
                    parents.insert(parent["id"].to_string());
                }
            }
            assert_eq!(response.errors.iter().map(path).collect::<Vec<_>>(), places, "{below}");
            assert!(parents.len() < places.len(), "{below}: each parent stands in one place");
        }
    }

    /// Rows that cannot be read: the field is null, and its neighbours are answered.
    async fn a_lookup_that_fails_is_null(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 3).await;
        let agents = api.query("{ agents(first: 1) { nodes { id } } }", Value::Null).await;
        db.connection().execute_unprepared("ALTER TABLE agents RENAME COLUMN system_prompt TO gone").await.expect("renamed");
        let query = "query($id: ID!) { node(id: $id) { ... on Agent { systemPrompt } } nodes(ids: [$id]) { ... on Agent { systemPrompt } } agents(first: 1) { nodes { id } } }";
        let response = api.respond(query, json!({ "id": agents["agents"]["nodes"][0]["id"] })).await;
        let expected = json!({ "node": null, "nodes": [null], "agents": agents["agents"] });
        assert_eq!((data(&response), response.errors.len()), (expected, 2), "{response:?}");
    }

    /// However little is read for it, an answer does not grow without end.
    async fn an_answer_has_a_greatest_length(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 3).await;
        let long = format!("UPDATE agents SET system_prompt = '{}'", "x".repeat(1 << 20));
        db.connection().execute_unprepared(&long).await.expect("updated");
        let query = |times: u32| {
            let fields: String = (0..times).map(|number| format!("d{number}: systemPrompt ")).collect();
            format!("{{ agents(first: 1) {{ nodes {{ {fields} }} }} }}")
        };
        let short = api.respond(&query(30), Value::Null).await;
        assert!(short.errors.is_empty(), "{:?}", short.errors);
        let response = api.respond(&query(34), Value::Null).await;
        assert!(response.errors.iter().any(|error| error.message.contains("longer than")), "{:?}", response.errors);
    }

    /// A long answer is written in pieces, between which others have their turn.
    async fn a_long_answer_is_whole(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 30).await;
        let query = |times: usize| {
            let names: String = (0..times).map(|number| format!("n{number}: name ")).collect();
            format!("{{ agents(first: 30) {{ nodes {{ {names} }} }} }}")
        };
        let nodes = |data: Value| data["agents"]["nodes"].as_array().expect("agents").clone();
        let short = nodes(api.query(&query(1), Value::Null).await);
        let long = nodes(api.query(&query(4_000), Value::Null).await);
        assert!(short.len() >= 20 && short.len() == long.len());
        for (short, long) in short.iter().zip(long) {
            let names = long.as_object().expect("an agent");
            assert!(names.len() == 4_000 && names.values().all(|name| *name == short["n0"]), "{short}");
        }
    }

    async fn a_long_row_gives_way(db: &TestDatabase) {
        let api = Api::open(db).await;
        let now = Utc::now();
        let long = configurations::ActiveModel {
            id: Set(Uuid::now_v7()),
            key: Set("long".to_owned()),
            value: Set(json!("x".repeat(60_000))),
            version: Set(1),
            created_at: Set(now.into()),
            updated_at: Set(now.into()),
            ..Default::default()
        };
        long.insert(db.connection()).await.expect("inserted");
        let query = |times: usize| {
            let values: String = (0..times).map(|number| format!("v{number}: value ")).collect();
            format!("{{ configurations(filter: {{ key: {{ eq: \"long\" }} }}) {{ nodes {{ {values} }} }} }}")
        };
        let (_, short_turns) = in_turns(&api, &query(1)).await;
        let (_, turns) = in_turns(&api, &query(300)).await;
        assert!(turns >= short_turns + 15, "{short_turns}, {turns}");
    }

    async fn errors_say_where_they_happened(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 9).await;
        for (query, place) in [
            ("{ a: agents(first: 251) { totalCount } }", "a"),
            ("{ agents(first: 3) { nodes { t: tasks(first: 251) { totalCount } } } }", "agents nodes 0 t"),
            ("{ agents(first: 3) { edges { n: node { t: tasks(first: 251) { totalCount } } } } }", "agents edges 0 n t"),
            ("{ workflows(first: 3) { nodes { runs: nextRuns(n: 101) } } }", "workflows nodes 0 runs"),
            (
                "{ tasks(first: 3) { nodes { assignedAgent { descendants(maxDepth: -1) { totalCount } } } } }",
                "tasks nodes 0 assignedAgent descendants",
            ),
        ] {
            let response = api.respond(query, Value::Null).await;
            assert_eq!(self::place(&response), place, "{query}: {response:?}");
        }
    }
}

/// The data of a query, and how many times it had the thread.
async fn in_turns(api: &Api, query: &str) -> (Value, usize) {
    let (schema, request) = (api.schema.clone(), api.request(query, Value::Null));
    // As a task, which the runtime takes turns with.
    let answered = tokio::spawn(async move {
        let mut answer = Box::pin(execute(&schema, request));
        let mut turns = 0;
        let polled = poll_fn(|cx| {
            turns += 1;
            answer.as_mut().poll(cx)
        });
        let response = polled.await;
        (response, turns)
    });
    let (response, turns) = answered.await.expect("no panic");
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    (data(&response), turns)
}

fn place(response: &Response) -> String {
    let [error] = &response.errors[..] else { panic!("one error is expected: {response:?}") };
    path(error)
}

fn path(error: &ServerError) -> String {
    let names = error.path.iter().map(|segment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    });
    names.collect::<Vec<_>>().join(" ")
}

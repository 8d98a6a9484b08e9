//! The subscriptions of the schema.

use std::sync::Arc;

use api::{events::ResumePoint, read::load::execute_stream};
use async_graphql::{Response, resolver_utils::EnumType};
use entity::sea_orm_active_enums::EventAggregate;
use futures::{Stream, StreamExt};
use serde_json::{Value, json};
use service::{
    Error,
    events::{BeforePage, Cursor, EventKind, Filter},
};
use tests::on_both_engines;
use tokio::sync::Semaphore;

use super::{object, settle};
use crate::{client::data, work::fixture::WorkFixture};

/// One answer of a subscription, without errors.
async fn one(stream: &mut (impl Stream<Item = Response> + Unpin)) -> Value {
    let response = stream.next().await.expect("an answer");
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    data(&response)
}

async fn now(fixture: &WorkFixture) -> String {
    fixture.query("{ latestEventCursor }", json!({})).await["latestEventCursor"].as_str().expect("a cursor").to_owned()
}

/// GraphQL has the kinds of the log, by the same names.
#[test]
fn every_kind_of_event_is_in_the_schema() {
    let names = EventKind::ALL.iter().map(|kind| kind.name().replace('.', "_").to_uppercase());
    let names: Vec<_> = names.chain(["OTHER".to_owned()]).collect();
    let shown: Vec<_> = api::events::EventKind::items().iter().map(|item| item.name).collect();
    assert_eq!(shown, names);
}

on_both_engines! {
    async fn the_log_is_paged_from_both_ends(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let lease = { fixture.create(1).await; fixture.claim(1).await.remove(0) };
        assert_eq!(fixture.complete(&lease).await, None);
        let of_tasks = Filter { aggregate_types: Some(vec![EventAggregate::Task]), ..Filter::default() };
        settle(&fixture.service, Cursor::START, of_tasks, 3).await;
        let query = "query($first: Int, $after: String, $last: Int, $before: String, $filter: EventFilter) {
            events(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
                nodes { kind } pageInfo { hasPreviousPage hasNextPage startCursor endCursor } } }";
        let tasks = json!({ "aggregateTypes": ["TASK"] });
        let page = async |arguments: Value| {
            let mut variables = arguments;
            variables["filter"] = tasks.clone();
            let found = fixture.query(query, variables).await["events"].clone();
            let kinds: Vec<_> = found["nodes"].as_array().expect("nodes").iter().map(|node| node["kind"].clone()).collect();
            let info = found["pageInfo"].clone();
            (json!(kinds), (info["hasPreviousPage"] == true, info["hasNextPage"] == true), info)
        };
        let (kinds, more, info) = page(json!({ "last": 2 })).await;
        assert_eq!((kinds, more), (json!(["TASK_CLAIMED", "TASK_COMPLETED"]), (true, false)));
        let (kinds, more, _) = page(json!({ "last": 2, "before": info["startCursor"] })).await;
        assert_eq!((kinds, more), (json!(["TASK_CREATED"]), (false, true)));
        let (kinds, more, info) = page(json!({ "first": 1 })).await;
        assert_eq!((kinds, more), (json!(["TASK_CREATED"]), (false, true)));
        let (kinds, more, _) = page(json!({ "first": 5, "after": info["endCursor"] })).await;
        assert_eq!((kinds, more), (json!(["TASK_CLAIMED", "TASK_COMPLETED"]), (true, false)));
        let since = fixture.clock().now();
        let of_now = json!({ "filter": { "kinds": ["TASK_CREATED"], "occurredFrom": since } });
        assert_eq!(fixture.query(query, of_now).await["events"]["nodes"], json!([{ "kind": "TASK_CREATED" }]));
        let earlier = json!({ "filter": { "kinds": ["TASK_CREATED"], "occurredBefore": since } });
        assert_eq!(fixture.query(query, earlier).await["events"]["nodes"], json!([]));
    }

    async fn a_task_is_seen_from_its_creation_to_its_end(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let after = now(&fixture).await;
        let task = fixture.create(1).await.remove(0);
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.complete(&lease).await, None);
        let query = "subscription($after: String) { taskEvents(after: $after) { cursor kind changes principal occurredAt taskId
                     task { id status assignedAgent { name parent { name } tasks(first: 5) { totalCount nodes { taskType } } } } } }";
        let mut events = fixture.subscribe(query, json!({ "after": after }));
        let mut cursors = Vec::new();
        for kind in ["TASK_CREATED", "TASK_CLAIMED", "TASK_COMPLETED"] {
            let event = one(&mut events).await["taskEvents"].clone();
            assert_eq!((&event["kind"], &event["taskId"], &event["task"]["id"]), (&json!(kind), &json!(task), &json!(task)));
            assert_eq!(event["task"]["status"], json!("COMPLETED"), "as it is now");
            assert_eq!(event["task"]["assignedAgent"]["tasks"]["totalCount"], json!(1));
            assert_eq!(event["task"]["assignedAgent"]["parent"]["name"], json!("Director"));
            assert_eq!(event["principal"], json!("local"));
            assert!(!object(&event["changes"]).is_empty());
            cursors.push(event["cursor"].as_str().expect("a cursor").to_owned());
        }
        assert!(cursors.is_sorted());
        // And live, again and again: what one answer loaded is not kept for the next.
        for count in 2..5 {
            fixture.create(1).await;
            let event = one(&mut events).await["taskEvents"].clone();
            assert_eq!(event["kind"], json!("TASK_CREATED"));
            assert_eq!(event["task"]["assignedAgent"]["tasks"]["totalCount"], json!(count));
        }
    }

    async fn filters_and_what_is_gone(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let after = now(&fixture).await;
        let task = fixture.create(2).await.remove(0);
        fixture.done("cancelTask", json!({ "taskId": task }), "replayed").await;
        use sea_orm::EntityTrait;
        entity::tasks::Entity::delete_by_id(task.parse::<uuid::Uuid>().expect("an id")).exec(db.connection()).await.expect("deleted");
        for filter in [
            json!({ "statuses": ["CANCELLED"] }),
            json!({ "kinds": ["TASK_CANCELLED"], "agentSubtree": fixture.director }),
            json!({ "ids": [task], "statuses": ["CANCELLED"], "agentIds": [fixture.specialist] }),
        ] {
            let query = "subscription($after: String, $filter: TaskEventFilter) { taskEvents(after: $after, filter: $filter) { kind taskId task { id } } }";
            let mut events = fixture.subscribe(query, json!({ "after": after, "filter": filter }));
            let event = one(&mut events).await;
            assert_eq!(event["taskEvents"], json!({ "kind": "TASK_CANCELLED", "taskId": task, "task": null }), "{filter}");
        }
        let query = "subscription($after: String, $filter: TaskEventFilter) { taskEvents(after: $after, filter: $filter) { taskId } }";
        let mut events = fixture.subscribe(query, json!({ "after": after, "filter": { "agentSubtree": fixture.other } }));
        // Nothing of the past is the other director's: the next is the first.
        let input = json!({ "tasks": [{ "assignedAgentId": fixture.other, "taskType": "write" }] });
        let made = fixture.done("createTasks", input, "tasks { id }").await["tasks"][0]["id"].clone();
        assert_eq!(one(&mut events).await["taskEvents"]["taskId"], made);
    }

    async fn system_events_of_some_weight(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let mut events = fixture.subscribe("subscription { systemEvents(minSeverity: WARNING) { kind systemEvent { severity message } } }", json!({}));
        // It follows from some moment after its first poll on.
        let write = async {
            loop {
                for severity in ["INFO", "ERROR"] {
                    fixture.done("recordSystemEvent", json!({ "eventType": "disk", "severity": severity, "message": severity }), "replayed").await;
                }
            }
        };
        let event = tokio::select! {
            event = one(&mut events) => event,
            () = write => unreachable!("it writes for ever"),
        };
        assert_eq!(event["systemEvents"], json!({ "kind": "SYSTEM_RECORDED", "systemEvent": { "severity": "ERROR", "message": "ERROR" } }));
    }

    async fn the_log_is_read_in_pages(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = fixture.create(3).await.remove(2);
        settle(&fixture.service, Cursor::START, Filter::default(), 3).await;
        let query = "query($after: String, $filter: EventFilter) { events(first: 2, after: $after, filter: $filter) {
                     edges { cursor node { cursor kind aggregateType aggregateId aggregateVersion agentId agent { name } execution { id } principal changes occurredAt } }
                     nodes { aggregateId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let page = fixture.query(query, json!({})).await["events"].clone();
        assert_eq!(page["pageInfo"]["hasNextPage"], json!(true));
        assert_eq!(page["edges"][0]["node"]["agent"]["name"], json!("Specialist"));
        assert_eq!(page["edges"][0]["node"]["aggregateType"], json!("TASK"));
        let page = fixture.query(query, json!({ "after": page["pageInfo"]["endCursor"] })).await["events"].clone();
        assert_eq!((&page["nodes"], &page["pageInfo"]["hasNextPage"]), (&json!([{ "aggregateId": task }]), &json!(false)));
        let page = fixture.query(query, json!({ "filter": { "aggregateIds": [task] } })).await["events"].clone();
        assert_eq!(page["nodes"], json!([{ "aggregateId": task }]));
    }

    async fn what_is_replayed_waits_for_its_turn(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let of_tasks = Filter { aggregate_types: Some(vec![EventAggregate::Task]), ..Filter::default() };
        settle(&fixture.service, Cursor::START, of_tasks, 1).await;
        let (asked, granted) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let before_page = BeforePage::new({
            let (asked, granted) = (Arc::clone(&asked), Arc::clone(&granted));
            move || {
                asked.add_permits(1);
                let granted = Arc::clone(&granted);
                async move { granted.acquire().await.expect("it is open").forget() }
            }
        });
        let place = Arc::new(ResumePoint::after(Some(Cursor::START.to_string())));
        let request = fixture.request("subscription { taskEvents { kind } }", json!({}));
        let request = request.data(Arc::clone(&place)).data(before_page);
        let mut events = Box::pin(execute_stream(&fixture.schema, request));
        let grant = async {
            let _asked = asked.acquire().await.expect("it is open");
            assert_eq!(place.last(), None);
            granted.add_permits(1);
        };
        let (event, ()) = tokio::join!(one(&mut events), grant);
        assert_eq!(event["taskEvents"]["kind"], json!("TASK_CREATED"));
    }

    async fn a_transport_resumes_where_it_was(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(3).await;
        let query = "subscription { taskEvents { kind } }";
        let place = Arc::new(ResumePoint::after(Some(Cursor::START.to_string())));
        let request = fixture.request(query, json!({})).data(Arc::clone(&place));
        let mut events = Box::pin(execute_stream(&fixture.schema, request));
        one(&mut events).await;
        let first = place.last().expect("a place");
        one(&mut events).await;
        assert!(place.last().expect("a place") > first);
        let wrong = Arc::new(ResumePoint::after(Some("x".to_owned())));
        let mut events = Box::pin(execute_stream(&fixture.schema, fixture.request(query, json!({})).data(wrong)));
        let response = events.next().await.expect("an answer");
        assert!(matches!(response.errors[0].source::<Error>(), Some(Error::Invalid(_))), "{response:?}");
        assert!(events.next().await.is_none());
    }
}

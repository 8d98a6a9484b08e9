//! The subscriptions of customers, campaigns, budgets and bulk jobs: whose events they deliver.

use entity::sea_orm_active_enums::EventAggregate;
use serde_json::{Map, Value, json};
use service::{
    clock::Clock,
    events::{Event, EventKind},
    seed,
};
use tests::on_both_engines;
use uuid::Uuid;

use super::{start, write};
use crate::client::Client;

/// The type, the field, the list, and an event of each.
const STREAMS: [(&str, &str, &str, EventAggregate, EventKind); 4] = [
    ("Customer", "customer", "customers", EventAggregate::Customer, EventKind::CustomerMerged),
    ("Campaign", "campaign", "campaigns", EventAggregate::Campaign, EventKind::CampaignPaused),
    ("Budget", "budget", "budgets", EventAggregate::Budget, EventKind::BudgetAlert),
    ("Job", "job", "bulkJobs", EventAggregate::Job, EventKind::JobProgressed),
];

/// The status that the events name.
fn status(aggregate: EventAggregate) -> &'static str {
    if aggregate == EventAggregate::Job { "RUNNING" } else { "PAUSED" }
}

fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("no id: {value}"))
}

on_both_engines! {
    async fn each_has_the_events_of_its_objects(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(start())).await;
        seed::demo(client.service.database(), start()).await.expect("inserted").expect("it was empty");
        let query = "{ customers(first: 1) { nodes { id } } campaigns(first: 1) { nodes { id } }
            budgets(first: 1) { nodes { id } } bulkJobs(first: 1) { nodes { id } }
            agentByName(name: \"Marketing Specialist\") { id parent { id } } }";
        let found = client.query(query, json!({})).await;
        let (agent, parent) = (id(&found["agentByName"]["id"]), id(&found["agentByName"]["parent"]["id"]));
        let object = |list: &str| id(&found[list]["nodes"][0]["id"]);
        let after = client.query("{ latestEventCursor }", json!({})).await["latestEventCursor"].clone();
        let events = STREAMS.map(|(_, _, list, aggregate_type, kind)| Event {
            kind,
            aggregate_type,
            aggregate_id: object(list),
            aggregate_version: 0,
            agent_id: Some(agent),
            execution_id: None,
            changes: Map::from_iter([("status".to_owned(), json!(status(aggregate_type)))]),
        });
        write(&client.service, events).await;
        for (ty, field, list, aggregate_type, kind) in STREAMS {
            let (key, name) = (object(list), kind.name().replace('.', "_").to_uppercase());
            let query = format!(
                "subscription($after: String, $filter: {ty}EventFilter) {{ {field}Events(after: $after, filter: $filter) {{
                     kind {field}Id {field} {{ id }} }} }}"
            );
            let mut filters = vec![json!({}), json!({ "ids": [key], "kinds": [name] })];
            if !matches!(ty, "Customer" | "Job") {
                filters.push(json!({ "agentSubtree": parent }));
            }
            if ty == "Campaign" {
                filters.push(json!({ "statuses": [status(aggregate_type)], "agentIds": [agent] }));
            }
            if ty == "Job" {
                filters.push(json!({ "statuses": [status(aggregate_type)] }));
            }
            for filter in filters {
                let told = client.first(&query, json!({ "after": after, "filter": filter })).await;
                let event = &told[format!("{field}Events")];
                assert_eq!((&event["kind"], &event[field]["id"]), (&json!(name), &json!(key)), "{ty} {filter}");
                assert_eq!(event[format!("{field}Id")], json!(key));
            }
        }
    }
}

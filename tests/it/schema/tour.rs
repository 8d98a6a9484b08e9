//! What a server does all day, once: its lists in their default order, a sale, a campaign, the life of the work,
//! webhooks, what time does to them.

mod campaign;
mod connections;
mod persons;
mod shop;

use std::path::Path;

use chrono::Duration;
use sea_orm::ConnectionTrait;
use serde_json::json;
use service::{
    events::Filter,
    jobs, keys,
    retention::{Archive, FinishedWork, Kind, Retention},
    work::schedule,
};
use tests::TestDatabase;

use super::{
    references::{AHEAD, REFERENCES},
    rows::{Row, TABLES},
};
use crate::{
    read::shape::Shape,
    work::fixture::{WorkFixture, held},
};

pub(super) use campaign::promote;
pub(super) use connections::connect;
pub(super) use persons::know;
pub(super) use shop::sell;

/// Longer than anything was kept.
const LONG: std::time::Duration = std::time::Duration::from_secs(3_650 * 86_400);

/// Rows of each table: enough that reading all of them costs more than an index.
const ROWS: usize = 2_000;

/// Fills every table. Each row has parents of its own; the agents are below the fixture's orchestrator.
pub(super) async fn fill(db: &TestDatabase) {
    for table in TABLES {
        let mut sql = String::from("BEGIN;");
        for number in 11..11 + ROWS {
            let parents = REFERENCES.iter().filter(|(referrer, column, target, _)| {
                *referrer == table && *target != table && (table, *column) != AHEAD
            });
            let (mut row, other) = (Row::new(table, number), 11 + (number - 10) % ROWS);
            for (_, column, target, _) in parents {
                row = row.set(column, &format!("@{target}:{number}"));
            }
            // What is over: what the work is about is rare among it.
            row = match table {
                "agents" => row.set("parent_id", "(SELECT id FROM agents WHERE type = 'orchestrator')"),
                "agent_collaborations" => row.set("responding_agent_id", &format!("@agents:{other}")),
                "task_dependencies" => row.set("depends_on_id", &format!("@tasks:{other}")),
                "tasks" => row.set("status", "'completed'").set("completed_at", super::rows::NOW),
                "approvals" => row.set("status", "'approved'").set("decided_at", super::rows::NOW),
                "events" => row.set("aggregate_id", &format!("@tasks:{number}")),
                "products" => row.set("collection", &format!("'collection {}'", number % 100)),
                "discounts" => row.set("is_active", "FALSE"),
                "system_events" => row.set("event_type", &format!("'type {}'", number % 100)),
                _ => row,
            };
            sql += &row.sql(db);
            sql += ";";
        }
        sql += "COMMIT;";
        db.connection().execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("{table}: {error}"));
    }
    let back = "UPDATE campaigns SET content_id = (SELECT c.id FROM content AS c WHERE c.campaign_id = campaigns.id)";
    db.connection().execute_unprepared(back).await.expect("what campaigns send");
    if db.engine() == tests::Engine::Postgres {
        db.connection().execute_unprepared("ANALYZE").await.expect("analysed");
    }
}

/// Every list field of the schema, at the root and below the first rows of its parent.
pub(super) async fn read(fixture: &WorkFixture) {
    let shape = Shape::of(&fixture.schema).await;
    for list in shape.lists() {
        let page = format!("{}(first: 3) {{ nodes {{ __typename {} }} }}", list.field, shape.columns(&list.node));
        let query = match &list.parent {
            Some(parent) => format!("{{ {}(first: 3) {{ nodes {{ {page} }} }} }}", shape.root(parent)),
            None => format!("{{ {page} }}"),
        };
        fixture.query(&query, json!({})).await;
    }
    for query in READS {
        fixture.query(&format!("{{ {query} }}"), json!({})).await;
    }
    let board = format!(
        "agent(id: \"{}\") {{ tasks(filter: {{ status: {{ eq: PENDING }} }}, orderBy: [{{ field: PRIORITY }}, {{ field: CREATED_AT }}], first: 9) {{ nodes {{ id }} }} status workload {{ running }} stats {{ completed }} }}",
        fixture.specialist
    );
    fixture.query(&format!("{{ {board} }}"), json!({})).await;
    fixture
        .query(
            &format!("{{ auditLog(filter: {{ objectId: {{ eq: \"{}\" }} }}) {{ nodes {{ id }} }} }}", fixture.top),
            json!({}),
        )
        .await;
}

/// Lists in an order or with a filter that has an index.
const READS: &[&str] = &[
    "orders(orderBy: [{ field: TOTAL_AMOUNT, direction: DESC }], first: 3) { nodes { id } }",
    "customers(orderBy: [{ field: TOTAL_SPENT, direction: DESC }], first: 3) { nodes { id } }",
    "products(filter: { collection: { eq: \"collection 7\" }, status: { eq: ACTIVE } }, orderBy: [{ field: ID }], first: 3) { nodes { id } }",
    "products(filter: { tags: { has: \"abstract\" } }) { nodes { id } }",
    "customers(filter: { tags: { has: \"vip\" } }) { nodes { id } }",
    "agents(filter: { mcpTools: { has: \"n8n\" } }) { nodes { id } }",
    "reports(filter: { recipientAgents: { has: \"a\" } }) { nodes { id } }",
    "kpiMeasurements(orderBy: [{ field: MEASURED_AT, direction: DESC }], first: 3) { nodes { id } }",
    "kpis(first: 3) { nodes { measurements(orderBy: [{ field: MEASURED_AT, direction: DESC }], first: 3) { nodes { id } } } }",
    "workflows(first: 3) { nodes { executions(orderBy: [{ field: STARTED_AT, direction: DESC }], first: 3) { nodes { id } } } }",
    "transactions(orderBy: [{ field: TRANSACTION_DATE, direction: DESC }], first: 3) { nodes { id } }",
    "transactions(filter: { type: { eq: REFUND }, transactionDate: { gte: \"2026-05-01\" } }, orderBy: [{ field: TRANSACTION_DATE }], first: 3) { nodes { id } }",
    "systemEvents(filter: { eventType: { eq: \"type 7\" } }, first: 3) { nodes { id } }",
    "approvals(filter: { status: { eq: PENDING } }, first: 3) { nodes { id } }",
    "approvals(filter: { subjectId: { eq: \"00000000-0000-7000-8000-000000000000\" } }, first: 3) { nodes { id } }",
    "orders(filter: { tags: { has: \"below-minimum\" } }) { nodes { id } }",
    "shippingMethods(filter: { countries: { has: \"US\" } }) { nodes { id } }",
    "auditLog(first: 3) { nodes { id } }",
    "consents(first: 3) { nodes { id } }",
    "inboundWebhooks(first: 3) { nodes { id } }",
    "webhookEndpoints(filter: { kinds: { has: \"order.placed\" } }) { nodes { id } }",
    "webhookDeliveries(filter: { endpointId: { eq: \"00000000-0000-7000-8000-000000000000\" } }, first: 3) { nodes { id } }",
    "consents(filter: { customerId: { eq: \"00000000-0000-7000-8000-000000000000\" } }, first: 3) { nodes { id } }",
    "events(first: 3) { nodes { id } }",
    "agentByName(name: \"agent 77\") { id }",
    "workStats { totals { pending } rows(first: 3) { figures { completed } } }",
    "series(metric: SALES, period: { lastDays: 7 }, interval: DAY) { value }",
    "returned: series(metric: RETURN_RATE, period: { lastDays: 7 }, interval: DAY) { value }",
    "failed: series(metric: FAILED_EXECUTION_RATE, period: { lastDays: 1 }, interval: DAY) { value }",
    "completed: series(metric: TASKS_COMPLETED, period: { lastDays: 7 }, interval: DAY) { value }",
    "converted: series(metric: CONVERSION_RATE, period: { lastDays: 1 }, interval: DAY) { value }",
    "levels: series(metric: STOCKOUTS, period: { lastDays: 7 }, interval: DAY) { value }",
    "executiveSummary(period: { lastDays: 7 }) { revenue { change target } acquisitionCost { value } returnOnAdSpend { value } }",
    "salesFunnel(period: { lastDays: 7 }) { purchases { count } repeatCustomers { count } }",
    "agentScorecards(period: { lastDays: 7 }, first: 3) { nodes { score revenue } }",
    "campaignPerformance(period: { lastDays: 7 }, first: 3) { nodes { attributed } }",
    "slaReport(period: { lastDays: 7 }) { totals { met atRisk } }",
    "customers(first: 3) { nodes { value { net } } }",
    "goals(first: 3) { nodes { forecast { expected } } }",
    "budgetReport(month: \"2026-05-01\") { actual }",
];

/// Work from its creation to every end, and what the server does about it by itself.
pub(super) async fn work(fixture: &WorkFixture) {
    let unique = json!({ "key": "payout", "windowSeconds": 60 });
    let first = json!({ "ref": "a", "assignedAgentId": fixture.specialist, "taskType": "write", "unique": unique });
    let next = json!({ "assignedAgentId": fixture.specialist, "taskType": "send", "dependsOn": [{ "ref": "a" }] });
    let input = json!({ "tasks": [first, next], "idempotencyKey": "once" });
    for _ in 0..2 {
        fixture.done("createTasks", input.clone(), "tasks { id }").await;
    }
    fixture.create(8).await;
    let leases = fixture.claim(6).await;
    fixture.done("heartbeatTasks", json!({ "items": [held(&leases[0])] }), "results { userErrors { code } }").await;
    assert_eq!(fixture.complete(&leases[0]).await, None);
    assert_eq!(fixture.fail(&leases[1], "PERMANENT").await, None);
    fixture.done("retryTask", json!({ "taskId": leases[1]["taskId"] }), "task { id }").await;
    assert_eq!(fixture.fail(&leases[2], "RETRYABLE").await, None);
    let deadline = fixture.clock().now() + Duration::minutes(5);
    let mut ask = held(&leases[3]);
    ask["subject"] = json!("a discount");
    ask["deadlineAt"] = json!(deadline);
    fixture.done("requestApproval", ask, "approval { id }").await;
    fixture.done("cancelTask", json!({ "taskId": leases[4]["taskId"] }), "cancelled { id }").await;
    let started =
        fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id }").await;
    let execution = &started["workflowExecution"]["id"];
    fixture.done("cancelExecution", json!({ "workflowExecutionId": execution }), "cancelled { id }").await;
    // The lease of the last one lapses; the grace time and the approval's deadline are over too.
    fixture.pass(300).await;
    schedule::start_due(&fixture.service).await.expect("started");
}

/// The log, keys, and removing what is old.
pub(super) async fn keep(fixture: &WorkFixture) {
    let log = fixture.service.log();
    let latest = log.latest().await.expect("a cursor");
    log.read_after(Some(latest), 100, Filter::default()).await.expect("a page");
    let one = Filter { aggregate_ids: Some(vec![fixture.top]), ..Filter::default() };
    log.read_after(None, 100, one).await.expect("a page");
    keys::find(fixture.service.database(), "vw_nobody").await.expect("read");
    let old = fixture.clock().now() - Duration::days(3_650);
    log.prune(old).await.expect("pruned");
    assert_eq!(jobs::run_due(&fixture.service).await.expect("looked for"), 0);
    let retention =
        Retention { events: LONG, idempotency_keys: LONG, minor_system_events: LONG, system_events: LONG, audit: LONG };
    for kind in Kind::ALL {
        fixture.service.remove_old(kind, retention).await.expect("removed");
    }
    // Nothing is as old: the folder is not looked at.
    let work = FinishedWork { age: LONG, archive: Archive::new(Path::new("nowhere")) };
    assert_eq!(fixture.service.archive_old_work(&work).await.expect("looked for"), 0);
}

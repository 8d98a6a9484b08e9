//! Workflows that start by the clock.

use chrono::{DateTime, Duration, Utc};
use entity::{events, sea_orm_active_enums::WorkflowTriggerType, workflows};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    TransactionTrait,
};
use serde_json::{Value, json};
use service::work::schedule::{Schedule, Scheduler, start_due};
use tests::{Engine, TestDatabase, on_both_engines};

use super::fixture::{WorkFixture, at_once, second, start};

on_both_engines! {
    async fn a_slot_is_started_once_by_three_processes(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        schedule(db, &fixture, json!({ "cron": "*/5 * * * *", "overlap": "QUEUE" })).await;
        let services = [fixture.service.clone(), second(db, fixture.clock()).await, second(db, fixture.clock()).await];
        for round in 1..=3 {
            fixture.clock().advance(Duration::minutes(5));
            let started = at_once(6, |number| {
                let service = services[number % 3].clone();
                async move { start_due(&service).await.expect("started") }
            })
            .await;
            assert_eq!(started.iter().sum::<usize>(), 1, "{started:?}");
            assert_eq!(executions(&fixture).await.len(), round);
        }
        fixture.check().await;
    }

    async fn missed_slots_are_caught_up_as_the_rule_says(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for (rule, expected) in [("SKIP", 0), ("ONE", 1), ("ALL", 4)] {
            schedule(db, &fixture, json!({ "cron": "0 * * * *", "catchUp": rule, "overlap": "QUEUE" })).await;
            // Four slots pass, from the next full hour on.
            fixture.clock().advance(Duration::minutes(4 * 60 + 30));
            assert_eq!(start_due(&fixture.service).await.expect("started"), expected, "{rule}");
            assert_eq!(start_due(&fixture.service).await.expect("started"), 0, "{rule}, again");
            fixture.clock().advance(Duration::minutes(30));
            assert_eq!(start_due(&fixture.service).await.expect("started"), 1, "{rule}: on time");
            clear(&fixture).await;
            fixture.clock().advance(Duration::hours(19));
        }
    }

    async fn an_execution_that_is_not_over_is_respected(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for (rule, expected) in [
            ("SKIP", json!(["RUNNING"])),
            ("QUEUE", json!(["RUNNING", "PENDING"])),
            ("CANCEL_OLD", json!(["CANCELLED", "RUNNING"])),
        ] {
            let before = clear(&fixture).await;
            schedule(db, &fixture, json!({ "cron": "0 * * * *", "overlap": rule })).await;
            for _ in 0..2 {
                fixture.clock().advance(Duration::hours(1));
                start_due(&fixture.service).await.expect("started");
            }
            assert_eq!(json!(executions(&fixture).await[before..]), expected, "{rule}");
        }
    }

    async fn a_queued_execution_begins_when_the_earlier_one_ends(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        schedule(db, &fixture, json!({ "cron": "0 * * * *", "overlap": "QUEUE" })).await;
        for _ in 0..2 {
            fixture.clock().advance(Duration::hours(1));
            start_due(&fixture.service).await.expect("started");
        }
        for expected in [json!(["COMPLETED", "RUNNING"]), json!(["COMPLETED", "COMPLETED"])] {
            loop {
                let input = json!({ "subtreeOfAgentId": fixture.top, "max": 9 });
                let leases = fixture.done("claimTasks", input, "leases { taskId token task { workflowExecutionId } }").await["leases"].clone();
                let leases = leases.as_array().expect("leases").clone();
                assert!(leases.len() <= 1, "only the running execution gives tasks");
                let Some(lease) = leases.first() else { break };
                fixture.complete(lease).await;
                if json!(executions(&fixture).await) == expected {
                    break;
                }
            }
            assert_eq!(json!(executions(&fixture).await), expected);
        }
        fixture.check().await;
    }
}

on_both_engines! {
    async fn a_schedule_that_cannot_start_holds_up_no_other(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let early = register(&fixture, "Early", "Specialist", "*/5 * * * *").await;
        register(&fixture, "Late", "Other director", "*/5 * * * *").await;
        fixture.done("deactivateAgent", json!({ "id": fixture.specialist }), "agent { isActive }").await;
        for slot in ["2026-11-21T08:05:00Z", "2026-11-21T08:10:00Z"] {
            fixture.clock().advance(Duration::minutes(5));
            assert_eq!(start_due(&fixture.service).await.expect("started"), usize::from(slot.contains("08:05")));
            assert_eq!(start_due(&fixture.service).await.expect("started"), 0, "it has moved on");
            assert_eq!(failed(db).await.last(), Some(&json!([slot, "AGENT_INACTIVE"])));
        }
        let query = "query($id: ID!) { workflow(id: $id) { nextRunAt } }";
        let next = fixture.query(query, json!({ "id": early })).await["workflow"]["nextRunAt"].clone();
        assert_eq!(next, "2026-11-21T08:15:00+00:00");
        fixture.done("activateAgent", json!({ "id": fixture.specialist }), "agent { isActive }").await;
        fixture.clock().advance(Duration::minutes(5));
        assert_eq!(start_due(&fixture.service).await.expect("started"), 1, "it starts again");
        fixture.check().await;
    }

    async fn a_year_by_the_minute_is_caught_up(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        for (rule, expected) in [("ALL", 100), ("ONE", 1), ("SKIP", 1)] {
            schedule(db, &fixture, json!({ "cron": "* * * * *", "catchUp": rule, "overlap": "QUEUE" })).await;
            fixture.clock().advance(Duration::days(365));
            assert_eq!(start_due(&fixture.service).await.expect("started"), expected, "{rule}");
            assert_eq!(start_due(&fixture.service).await.expect("started"), 0, "{rule}, again");
        }
    }

    async fn what_is_queued_in_the_moment_of_an_end_gets_its_turn(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        schedule(db, &fixture, json!({ "cron": "* * * * *", "overlap": "QUEUE" })).await;
        for round in 0..8 {
            fixture.clock().advance(Duration::minutes(1));
            let ends = at_once(2, |number| {
                let fixture = fixture.clone();
                async move {
                    match number {
                        0 => {
                            start_due(&fixture.service).await.expect("started");
                        }
                        _ => clear_running(&fixture).await,
                    }
                }
            });
            ends.await;
            start_due(&fixture.service).await.expect("started");
            let states = executions(&fixture).await;
            let open: Vec<_> = states.iter().filter(|state| **state != "CANCELLED").collect();
            assert!(open.is_empty() || open.contains(&&json!("RUNNING")), "{round}: {states:?}");
        }
        fixture.check().await;
    }

    async fn what_was_queued_for_nothing_goes_on(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        schedule(db, &fixture, json!({ "cron": "0 * * * *", "overlap": "QUEUE" })).await;
        fixture.clock().advance(Duration::hours(1));
        start_due(&fixture.service).await.expect("started");
        let queue = "UPDATE workflow_executions SET status = 'pending'";
        db.connection().execute_unprepared(queue).await.expect("queued");
        fixture.clock().advance(Duration::hours(1));
        start_due(&fixture.service).await.expect("started");
        assert_eq!(json!(executions(&fixture).await), json!(["RUNNING", "PENDING"]));
    }
}

/// On SQLite nobody holds a row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_meets_a_lock_is_started_later_or_fails() {
    tests::run(Engine::Postgres, async |db| {
        let fixture = WorkFixture::open(db).await;
        schedule(db, &fixture, json!({ "cron": "*/5 * * * *", "catchUp": "SKIP" })).await;
        let mut scheduler = Scheduler::default();
        let mut look = async |minutes| {
            fixture.clock().advance(Duration::minutes(minutes));
            scheduler.start_due(&fixture.service).await.expect("looked")
        };
        let hold = async || {
            let holder = db.connection().begin().await.expect("a transaction");
            holder.execute_unprepared("SELECT id FROM agents FOR UPDATE").await.expect("held");
            holder
        };

        let holder = hold().await;
        assert_eq!(look(5).await, 0);
        assert_eq!(look(2).await, 0, "it is late, but was not missed");
        holder.commit().await.expect("released");
        assert_eq!(look(0).await, 1);
        assert_eq!(failed(db).await, Vec::<Value>::new());
        clear(&fixture).await;

        let holder = hold().await;
        assert_eq!(look(3).await, 0, "08:10");
        assert_eq!(look(10).await, 0, "08:20");
        assert_eq!(failed(db).await, [json!(["2026-11-21T08:10:00Z", "UNAVAILABLE"])]);
        holder.commit().await.expect("released");
        assert_eq!(look(0).await, 1, "that of 08:15; that of 08:20 does not begin meanwhile");
        assert_eq!(failed(db).await.len(), 1);
        fixture.check().await;
    })
    .await;
}

/// Cancels what runs.
async fn clear_running(fixture: &WorkFixture) {
    let running = "{ workflowExecutions(filter: { status: { eq: RUNNING } }) { nodes { id } } }";
    let found = fixture.query(running, json!({})).await["workflowExecutions"]["nodes"].clone();
    for execution in found.as_array().expect("nodes") {
        fixture.done("cancelExecution", json!({ "workflowExecutionId": execution["id"] }), "cancelled { id }").await;
    }
}

/// A workflow of one task that starts by the clock; its id.
async fn register(fixture: &WorkFixture, name: &str, agent: &str, cron: &str) -> Value {
    let definition = json!({ "tasks": [{ "taskType": "write", "agent": agent }] });
    let input = json!({ "name": name, "ownerAgentId": fixture.director, "triggerType": "SCHEDULE",
        "triggerConfig": { "cron": cron }, "definition": definition });
    fixture.done("registerWorkflow", input, "workflow { id }").await["workflow"]["id"].clone()
}

/// Slot and code of each start that failed, in order. The rows, since the log shows only what is settled.
async fn failed(db: &TestDatabase) -> Vec<Value> {
    let failed = events::Entity::find()
        .filter(events::Column::Kind.eq("workflow.slot_failed"))
        .order_by_asc(events::Column::Position);
    let failed = failed.all(db.connection()).await.expect("read");
    failed.iter().map(|event| json!([event.changes["slot"], event.changes["code"]])).collect()
}

on_both_engines! {
    async fn the_next_runs_are_foreseen(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let runs = async |arguments: &str| {
            let query = format!("query($id: ID!) {{ workflow(id: $id) {{ nextRuns{arguments} }} }}");
            fixture.try_query(&query, json!({ "id": fixture.workflow })).await
        };
        assert_eq!(runs("").await.0["workflow"]["nextRuns"], json!([]), "it starts by hand");
        schedule(db, &fixture, json!({ "cron": "30 9 * * 1-5", "timeZone": "Europe/Berlin" })).await;
        fixture.clock().advance(Duration::minutes(30));
        // It is half past nine on a Saturday in Berlin.
        let expected = json!(["2026-11-23T08:30:00Z", "2026-11-24T08:30:00Z", "2026-11-25T08:30:00Z", "2026-11-26T08:30:00Z", "2026-11-27T08:30:00Z"]);
        let shown = |answer: Value| -> Value {
            answer["workflow"]["nextRuns"].as_array().expect("times").iter()
                .map(|slot| json!(time(slot.as_str().expect("a time")).to_rfc3339_opts(chrono::SecondsFormat::Secs, true))).collect()
        };
        assert_eq!(shown(runs("").await.0), expected);
        assert_eq!(shown(runs("(n: 1)").await.0), json!([expected[0]]));
        assert_eq!(shown(runs("(n: 100)").await.0).as_array().map(Vec::len), Some(100));
        for n in [-1, 0, 101] {
            let (_, errors) = runs(&format!("(n: {n})")).await;
            assert!(errors[0].contains(&format!("`n` is {n}")), "{errors:?}");
        }
        fixture.done("archiveWorkflow", json!({ "id": fixture.workflow }), "workflow { id }").await;
        assert_eq!(shown(runs("").await.0), json!([]));
        schedule(db, &fixture, json!({ "cron": "0 0 30 2 *" })).await;
        assert_eq!(shown(runs("").await.0), json!([]), "a day that never comes");
    }
}

#[test]
fn summer_time_begins_and_ends() {
    let slots = |cron: &str, after: &str, count| -> Vec<String> {
        let schedule = Schedule::parse(&json!({ "cron": cron, "timeZone": "Europe/Berlin" })).expect("a schedule");
        schedule.next(time(after), count).iter().map(|slot| slot.format("%m-%dT%H:%M").to_string()).collect()
    };
    // On 2026-03-29 there is no half past two: it is taken right after the gap.
    assert_eq!(slots("30 2 * * *", "2026-03-28T12:00:00Z", 2), ["03-29T01:00", "03-30T00:30"]);
    // On 2026-10-25 half past two comes twice: a fixed time is taken once, the first time.
    assert_eq!(slots("30 2 * * *", "2026-10-24T12:00:00Z", 2), ["10-25T00:30", "10-26T01:30"]);
    // So are lists, ranges and steps of ranges.
    let expected = ["10-25T00:00", "10-25T13:00", "10-26T01:00"];
    assert_eq!(slots("0 2,14 * * *", "2026-10-24T13:00:00Z", 3), expected);
    assert_eq!(slots("0,30 2 * * *", "2026-10-24T13:00:00Z", 3), ["10-25T00:00", "10-25T00:30", "10-26T01:00"]);
    assert_eq!(
        slots("0 1-3 * * *", "2026-10-24T13:00:00Z", 4),
        ["10-24T23:00", "10-25T00:00", "10-25T02:00", "10-26T00:00"]
    );
    assert_eq!(slots("0 2-14/12 * * *", "2026-10-24T13:00:00Z", 3), expected);
    assert_eq!(slots("0 2,3 * * *", "2026-03-28T12:00:00Z", 2), ["03-29T01:00", "03-30T00:00"], "once after the gap");
    assert_eq!(slots("0,30 2 * * *", "2026-03-28T12:00:00Z", 3), ["03-29T01:00", "03-30T00:00", "03-30T00:30"]);
    // From within the hour that comes again, the first time is over.
    assert_eq!(slots("30 2 * * *", "2026-10-25T01:15:00Z", 1), ["10-26T01:30"]);
    // Every hour is every hour.
    assert_eq!(slots("0 * * * *", "2026-10-25T00:00:00Z", 3), ["10-25T01:00", "10-25T02:00", "10-25T03:00"]);
}

#[test]
fn what_is_no_schedule_is_explained() {
    for (config, path) in [
        (json!({}), &["triggerConfig", "cron"][..]),
        (json!({ "cron": "* * * *" }), &["triggerConfig", "cron"]),
        (json!({ "cron": "61 * * * *" }), &["triggerConfig", "cron"]),
        (json!({ "cron": "* * * * * *" }), &["triggerConfig", "cron"]),
        (json!({ "cron": "0 9 * * *", "timeZone": "Berlin" }), &["triggerConfig", "timeZone"]),
        (json!({ "cron": "0 9 * * *", "catchUp": "SOME" }), &["triggerConfig"]),
    ] {
        let refusal = Schedule::parse(&config).expect_err(&config.to_string());
        assert_eq!(refusal.path, path, "{config}");
    }
}

fn time(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

/// Gives the workflow a schedule, from the test's beginning on.
async fn schedule(db: &TestDatabase, fixture: &WorkFixture, config: Value) {
    let next = Schedule::parse(&config).expect("a schedule").next_after(fixture.clock().now());
    let workflow = workflows::ActiveModel {
        id: Set(fixture.workflow),
        trigger_type: Set(WorkflowTriggerType::Schedule),
        trigger_config: Set(config),
        next_run_at: Set(next.map(Into::into)),
        ..Default::default()
    };
    workflow.update(db.connection()).await.expect("scheduled");
    assert!(fixture.clock().now() >= start());
}

/// The states of all executions, oldest first.
async fn executions(fixture: &WorkFixture) -> Vec<Value> {
    let query = "{ workflowExecutions(orderBy: [{ field: CREATED_AT }]) { nodes { status } } }";
    let found = fixture.query(query, json!({})).await;
    found["workflowExecutions"]["nodes"].as_array().expect("nodes").iter().map(|node| node["status"].clone()).collect()
}

/// Ends everything, so that the next rule begins with nothing open; how many executions there are.
async fn clear(fixture: &WorkFixture) -> usize {
    let open = "{ workflowExecutions(filter: { status: { in: [PENDING, RUNNING, PAUSED] } }) { nodes { id } } }";
    loop {
        let found = fixture.query(open, json!({})).await["workflowExecutions"]["nodes"].clone();
        let Some(execution) = found.as_array().expect("nodes").first() else { break };
        fixture.done("cancelExecution", json!({ "workflowExecutionId": execution["id"] }), "cancelled { id }").await;
    }
    executions(fixture).await.len()
}

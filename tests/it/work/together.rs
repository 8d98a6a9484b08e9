//! Calls of one principal that share a transaction: each gets what it would get alone.

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use service::{Actor, principal::Principal};
use tests::{Engine, on_both_engines};

use super::fixture::{WorkFixture, at_once, held, ids};

/// How many calls of each kind.
const EACH: usize = 5;

on_both_engines! {
    async fn all_verbs_at_once_do_what_each_would_do_alone(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(5 * EACH).await;
        let leases = fixture.claim(4 * EACH).await;
        fixture.clock().advance(chrono::Duration::seconds(20));
        let stale = json!({ "taskId": leases[0]["taskId"], "token": leases[1]["taskId"] });
        let done = at_once(7 * EACH, |number| {
            let (fixture, lease, stale) = (fixture.clone(), leases[number % (4 * EACH)].clone(), stale.clone());
            async move {
                match number / EACH {
                    0 => assert_eq!(fixture.complete(&lease).await, None),
                    1 => assert_eq!(fixture.fail(&lease, "PERMANENT").await, None),
                    2 => assert_eq!(fixture.end("releaseTasks", &lease, json!({})).await, None),
                    3 => {
                        let fields = "leases { taskId token expiresAt } results { userErrors { code } }";
                        let heartbeats = fixture.done("heartbeatTasks", json!({ "items": [held(&lease)] }), fields).await;
                        let expires = fixture.clock().now() + chrono::Duration::seconds(60);
                        let mut kept = held(&lease);
                        kept["expiresAt"] = json!(expires.to_rfc3339());
                        assert_eq!((&heartbeats["leases"], &heartbeats["results"]), (&json!([kept]), &json!([{ "userErrors": [] }])));
                    }
                    4 => assert_eq!(fixture.claim(1).await.len(), 1),
                    5 => {
                        let input = json!({ "tasks": [fixture.task(), fixture.task()] });
                        let made = fixture.done("createTasks", input, "tasks { id }").await;
                        assert_eq!(ids(&made["tasks"]).len(), 2);
                    }
                    _ => assert_eq!(fixture.complete(&stale).await.as_deref(), Some("STALE_LEASE")),
                }
            }
        })
        .await;
        assert_eq!(done.len(), 7 * EACH);
        let count = "{ done: tasks(filter: { status: { eq: COMPLETED } }) { totalCount } \
                       failed: tasks(filter: { status: { eq: FAILED } }) { totalCount } \
                       running: tasks(filter: { status: { eq: IN_PROGRESS } }) { totalCount } \
                       pending: tasks(filter: { status: { eq: PENDING } }) { totalCount } }";
        let expected = json!({ "done": { "totalCount": EACH }, "failed": { "totalCount": EACH },
            "running": { "totalCount": 2 * EACH }, "pending": { "totalCount": 3 * EACH } });
        assert_eq!(fixture.query(count, json!({})).await, expected);
        fixture.check().await;
    }

    async fn one_that_cannot_be_done_spoils_no_other(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(EACH).await;
        let leases = fixture.claim(EACH).await;
        at_once(3 * EACH, |number| {
            let (fixture, lease) = (fixture.clone(), leases[number % EACH].clone());
            async move {
                let mut task = fixture.task();
                match number / EACH {
                    0 => assert_eq!(fixture.complete(&lease).await, None),
                    1 => {
                        let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
                        assert_eq!(ids(&made["tasks"]).len(), 1);
                    }
                    _ => {
                        task["priority"] = json!(11);
                        assert_eq!(fixture.code("createTasks", json!({ "tasks": [task] })).await, "INVALID");
                    }
                }
            }
        })
        .await;
        fixture.check().await;
    }

    async fn a_heartbeat_beside_the_end_of_its_task_revives_nothing(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(EACH).await;
        let leases = fixture.claim(EACH).await;
        at_once(4 * EACH, |number| {
            let (fixture, lease) = (fixture.clone(), leases[number % EACH].clone());
            async move {
                if number / EACH == 1 {
                    assert_eq!(fixture.complete(&lease).await, None);
                } else {
                    let refused = fixture.end("heartbeatTasks", &lease, json!({})).await;
                    assert!(refused.is_none_or(|code| code == "STALE_LEASE"));
                }
            }
        })
        .await;
        for lease in &leases {
            assert_eq!(fixture.status(lease["taskId"].as_str().expect("an id")).await, "COMPLETED");
        }
        fixture.check().await;
    }
}

on_both_engines! {
    async fn nothing_is_done_for_callers_that_have_gone(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lock = match db.engine() {
            Engine::Postgres => "LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE",
            Engine::Sqlite => "UPDATE agents SET version = version",
        };
        let holder = db.connection().begin().await.expect("a transaction");
        holder.execute_unprepared(lock).await.expect("locked");
        let actor = Actor { principal: Principal::local(), request: None };
        let claim = fixture.claim_of(1);
        for _ in 0..EACH {
            let mut call = Box::pin(fixture.service.share(&actor, claim.clone()));
            assert!(futures::poll!(call.as_mut()).is_pending());
        }
        holder.rollback().await.expect("free");
        assert_eq!(fixture.claim(1).await.len(), 1, "nobody else has it");
        fixture.check().await;
    }
}

/// A row that somebody holds stops those who need it, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_task_stops_no_other_call_on_postgres() {
    tests::run(Engine::Postgres, async |db| {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        let holder = db.connection().begin().await.expect("a transaction");
        holder.execute_unprepared("SELECT id FROM tasks FOR UPDATE").await.expect("locked");
        let waiting = {
            let (fixture, lease) = (fixture.clone(), lease.clone());
            tokio::spawn(async move { fixture.complete(&lease).await })
        };
        at_once(EACH, |_| {
            let fixture = fixture.clone();
            async move { assert_eq!(fixture.create(1).await.len(), 1) }
        })
        .await;
        assert!(!waiting.is_finished(), "it waits as long as it has to");
        holder.rollback().await.expect("free");
        assert_eq!(waiting.await.expect("no panic"), None);
        fixture.check().await;
    })
    .await;
}

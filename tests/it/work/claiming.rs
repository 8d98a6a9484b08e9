//! Who gets which task.

use std::{
    collections::BTreeSet,
    future::{pending, poll_fn},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use service::{
    Actor,
    principal::Principal,
    work::claim::{Claim, Lease},
};
use tests::on_both_engines;
use tokio::sync::Notify;

use super::fixture::{WorkFixture, at_once, limit, second};

on_both_engines! {
    async fn every_task_is_given_once(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let made: BTreeSet<String> = fixture.create(120).await.into_iter().collect();
        let taken = at_once(8, |_| {
            let fixture = fixture.clone();
            async move {
                let mut own = Vec::new();
                loop {
                    let leases = fixture.claim(7).await;
                    if leases.is_empty() {
                        return own;
                    }
                    own.extend(leases);
                }
            }
        })
        .await
        .concat();
        let given: Vec<&str> = taken.iter().map(|lease| lease["taskId"].as_str().expect("an id")).collect();
        assert_eq!(given.len(), made.len(), "none twice");
        assert_eq!(given.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), made);
        fixture.check().await;
    }

    async fn the_most_urgent_comes_first_then_the_oldest(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let mut expected = Vec::new();
        for priority in [5, 1, 5, 3] {
            let task = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "priority": priority });
            let payload = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
            expected.push((priority, expected.len(), payload["tasks"][0]["id"].clone()));
            fixture.clock().advance(chrono::Duration::seconds(1));
        }
        expected.sort_by_key(|(priority, age, _)| (*priority, *age));
        let leases = fixture.claim(10).await;
        let given: Vec<&Value> = leases.iter().map(|lease| &lease["taskId"]).collect();
        assert_eq!(given, expected.iter().map(|(_, _, id)| id).collect::<Vec<_>>());
    }

    async fn claims_that_are_served_together_get_what_each_wants(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        // What one agent or type has is more urgent than anything of the others.
        let kinds = [(fixture.specialist, "write", 1), (fixture.specialist, "draw", 5), (fixture.other, "write", 9)];
        for (agent, kind, priority) in kinds {
            let task = json!({ "assignedAgentId": agent, "taskType": kind, "priority": priority });
            fixture.done("createTasks", json!({ "tasks": vec![task; 20] }), "replayed").await;
        }
        let leases = at_once(30, |number| {
            let fixture = fixture.clone();
            let (agent, kind, _) = kinds[number % 3];
            let input = json!({ "agentIds": [agent], "taskTypes": [kind], "max": 2, "leaseSeconds": 60 });
            let wanted = json!({ "assignedAgentId": agent, "taskType": kind });
            async move {
                let fields = "leases { task { assignedAgentId taskType } }";
                let claimed = fixture.done("claimTasks", input, fields).await["leases"].clone();
                assert_eq!(claimed, json!([{ "task": wanted }, { "task": wanted }]));
            }
        })
        .await;
        assert_eq!(leases.len(), 30);
        fixture.check().await;
    }

    async fn a_limit_holds_however_many_claim(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        limit(db, fixture.specialist, 3).await;
        fixture.create(40).await;
        let fixture = &fixture;
        for _ in 0..5 {
            let leases = at_once(6, |_| {
                let fixture = fixture.clone();
                async move { fixture.claim(2).await }
            })
            .await
            .concat();
            assert_eq!(leases.len(), 3, "the room is used, and no more");
            fixture.check().await;
            for lease in &leases {
                assert_eq!(fixture.complete(lease).await, None);
            }
        }
        fixture.check().await;
    }

    async fn a_limit_that_is_lowered_meanwhile_holds(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        limit(db, fixture.specialist, 5).await;
        fixture.create(5).await;
        let holder = db.connection().begin().await.expect("a transaction");
        let lower = "UPDATE agents SET max_concurrent_tasks = 1 WHERE max_concurrent_tasks = 5";
        holder.execute_unprepared(lower).await.expect("lowered");
        let claim = {
            let fixture = fixture.clone();
            tokio::spawn(async move { fixture.claim(5).await })
        };
        db.until_blocked(&claim).await;
        holder.commit().await.expect("committed");
        assert_eq!(claim.await.expect("no panic").len(), 1);
        fixture.check().await;
    }

    async fn types_subtrees_and_times_are_looked_at(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let later = fixture.clock().now() + chrono::Duration::hours(1);
        let tasks = json!([
            { "assignedAgentId": fixture.specialist, "taskType": "write" },
            { "assignedAgentId": fixture.director, "taskType": "plan" },
            { "assignedAgentId": fixture.other, "taskType": "plan" },
            { "assignedAgentId": fixture.specialist, "taskType": "write", "runAfter": later },
        ]);
        fixture.done("createTasks", json!({ "tasks": tasks }), "tasks { id }").await;
        let claim = async |input: Value| {
            let payload = fixture.done("claimTasks", input, "leases { task { taskType assignedAgentId } }").await;
            payload["leases"].as_array().expect("leases").len()
        };
        assert_eq!(claim(json!({ "subtreeOfAgentId": fixture.director, "taskTypes": ["ship"], "max": 9 })).await, 0);
        assert_eq!(claim(json!({ "subtreeOfAgentId": fixture.director, "taskTypes": ["plan"], "max": 9 })).await, 1);
        assert_eq!(claim(json!({ "subtreeOfAgentId": fixture.top, "max": 9 })).await, 2);
        let of_no_type = json!({ "agentIds": [fixture.specialist], "taskTypes": [] });
        assert_eq!(fixture.code("claimTasks", of_no_type).await, "INVALID");
        fixture.pass(3600).await;
        fixture.pass(10).await;
        assert_eq!(claim(json!({ "agentIds": [fixture.specialist], "max": 9 })).await, 2, "the lapsed one and the late one");
        fixture.check().await;
    }

    async fn a_waiting_claim_hears_of_new_work(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let waiting = waiting_claim(&fixture).await;
        let bell = fixture.service.signals().listen_claimable();
        let made = fixture.create(1).await;
        assert!(bell.has_changed().expect("a server"));
        let leases = waiting.await.expect("answered");
        assert_eq!(leases.iter().map(|lease| lease.task.to_string()).collect::<Vec<_>>(), made);
    }

    async fn who_waits_is_woken_by_a_retry_and_by_a_changed_agent(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "backoffSeconds": 0 });
        fixture.done("createTasks", json!({ "tasks": [task] }), "replayed").await;
        let lease = fixture.claim(1).await.remove(0);
        let mut bell = fixture.service.signals().listen_claimable();
        assert_eq!(fixture.fail(&lease, "RETRYABLE").await, None);
        assert!(bell.has_changed().expect("a server"));
        assert_eq!(fixture.claim(1).await.len(), 1, "without a delay");
        bell.borrow_and_update();
        let more = json!({ "id": fixture.specialist, "maxConcurrentTasks": 2 });
        fixture.done("updateAgent", more, "replayed").await;
        assert!(bell.has_changed().expect("a server"));
        fixture.check().await;
    }

    async fn a_freed_slot_is_found_without_being_woken(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        limit(db, fixture.specialist, 1).await;
        let made = fixture.create(2).await;
        let lease = fixture.claim(1).await.remove(0);
        let bell = fixture.service.signals().listen_claimable();
        let waiting = {
            let fixture = fixture.clone();
            tokio::spawn(async move {
                let input = json!({ "agentIds": [fixture.specialist], "waitSeconds": 20 });
                fixture.done("claimTasks", input, "leases { taskId }").await
            })
        };
        assert_eq!(fixture.complete(&lease).await, None);
        assert!(!bell.has_changed().expect("a server"), "an end wakes nobody");
        assert_eq!(waiting.await.expect("no panic")["leases"], json!([{ "taskId": made[1] }]));
        fixture.check().await;
    }

    async fn what_an_agent_may_not_have_takes_nobodys_place(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        limit(db, fixture.specialist, 1).await;
        for (agent, priority) in [(fixture.specialist, 1), (fixture.other, 9)] {
            let task = json!({ "assignedAgentId": agent, "taskType": "write", "priority": priority });
            fixture.done("createTasks", json!({ "tasks": vec![task; 10] }), "replayed").await;
        }
        let input = json!({ "agentIds": [fixture.specialist, fixture.other], "max": 5 });
        let payload = fixture.done("claimTasks", input, "leases { task { assignedAgentId } }").await;
        let agents: Vec<&Value> = payload["leases"].as_array().expect("leases").iter().map(|lease| &lease["task"]["assignedAgentId"]).collect();
        let (one, other) = (json!(fixture.specialist), json!(fixture.other));
        assert_eq!(agents, [&one, &other, &other, &other, &other]);
        fixture.check().await;
    }

    async fn two_processes_share_the_work(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(30).await;
        let other = second(db, fixture.clock()).await;
        let claim = fixture.claim_of(4);
        let services = [fixture.service.clone(), other];
        let actor = service::Actor::server();
        let taken = at_once(8, |number| {
            let (service, claim, actor) = (services[number % 2].clone(), claim.clone(), actor.clone());
            async move { service.share(&actor, claim).await.expect("claimed") }
        })
        .await
        .concat();
        let ids: BTreeSet<_> = taken.iter().map(|lease| lease.task).collect();
        assert_eq!((taken.len(), ids.len()), (30, 30));
        fixture.check().await;
    }

    async fn what_no_claim_can_be_is_refused(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let agents = json!([fixture.specialist]);
        for input in [
            json!({}),
            json!({ "agentIds": agents, "max": 0 }),
            json!({ "agentIds": agents, "max": 251 }),
            json!({ "agentIds": agents, "leaseSeconds": 4 }),
            json!({ "agentIds": agents, "leaseSeconds": 30, "heartbeatSeconds": 11 }),
        ] {
            assert_eq!(fixture.code("claimTasks", input).await, "INVALID");
        }
    }
}

on_both_engines! {
    async fn a_server_that_stops_answers_who_waits_for_work(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let waiting = waiting_claim(&fixture).await;
        fixture.service.signals().stop();
        fixture.create(1).await;
        assert!(waiting.await.expect("answered").is_empty(), "who waited gets nothing");
        let late = fixture.service.claim(&local(), fixture.claim_of(1), Duration::ZERO, pending()).await;
        assert!(late.expect("answered").is_empty(), "nothing is given out any more");
    }
}

/// A claim that has found nothing at its first look, and waits.
async fn waiting_claim(fixture: &WorkFixture) -> impl Future<Output = service::Result<Vec<Lease>>> {
    let (service, claim) = (fixture.service.clone(), Claim { wait_seconds: 20, ..fixture.claim_of(1) });
    let waits = Arc::new(Notify::new());
    // Whether a claim is revoked is asked while it waits.
    let revoked = {
        let waits = Arc::clone(&waits);
        poll_fn(move |_| {
            waits.notify_one();
            Poll::Pending
        })
    };
    let mut claim = Box::pin(async move { service.claim(&local(), claim, Duration::from_secs(600), revoked).await });
    tokio::select! {
        _ = &mut claim => panic!("there is nothing to claim yet"),
        () = waits.notified() => {}
    }
    claim
}

fn local() -> Actor {
    Actor { principal: Principal::local(), request: None }
}

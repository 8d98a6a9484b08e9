//! Who gets which task.

use std::{collections::BTreeSet, future::pending, time::Duration};

use serde_json::{Value, json};
use service::{Actor, principal::Principal, work::claim::Claim};
use tests::on_both_engines;

use super::house::{House, at_once, limit, second};

on_both_engines! {
    async fn every_task_is_given_once(db: &TestDatabase) {
        let house = House::open(db).await;
        let made: BTreeSet<String> = house.create(120).await.into_iter().collect();
        let taken = at_once(8, |_| {
            let house = house.clone();
            async move {
                let mut own = Vec::new();
                loop {
                    let leases = house.claim(7).await;
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
        house.check().await;
    }

    async fn the_most_urgent_comes_first_then_the_oldest(db: &TestDatabase) {
        let house = House::open(db).await;
        let mut expected = Vec::new();
        for priority in [5, 1, 5, 3] {
            let task = json!({ "assignedAgentId": house.specialist, "taskType": "write", "priority": priority });
            let payload = house.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
            expected.push((priority, expected.len(), payload["tasks"][0]["id"].clone()));
            house.clock().advance(chrono::Duration::seconds(1));
        }
        expected.sort_by_key(|(priority, age, _)| (*priority, *age));
        let leases = house.claim(10).await;
        let given: Vec<&Value> = leases.iter().map(|lease| &lease["taskId"]).collect();
        assert_eq!(given, expected.iter().map(|(_, _, id)| id).collect::<Vec<_>>());
    }

    async fn claims_that_are_served_together_get_what_each_wants(db: &TestDatabase) {
        let house = House::open(db).await;
        // What one agent or type has is more urgent than anything of the others.
        let kinds = [(house.specialist, "write", 1), (house.specialist, "draw", 5), (house.other, "write", 9)];
        for (agent, kind, priority) in kinds {
            let task = json!({ "assignedAgentId": agent, "taskType": kind, "priority": priority });
            house.done("createTasks", json!({ "tasks": vec![task; 20] }), "replayed").await;
        }
        let leases = at_once(30, |number| {
            let house = house.clone();
            let (agent, kind, _) = kinds[number % 3];
            let input = json!({ "agentIds": [agent], "taskTypes": [kind], "max": 2, "leaseSeconds": 60 });
            let wanted = json!({ "assignedAgentId": agent, "taskType": kind });
            async move {
                let fields = "leases { task { assignedAgentId taskType } }";
                let claimed = house.done("claimTasks", input, fields).await["leases"].clone();
                assert_eq!(claimed, json!([{ "task": wanted }, { "task": wanted }]));
            }
        })
        .await;
        assert_eq!(leases.len(), 30);
        house.check().await;
    }

    async fn a_limit_holds_however_many_claim(db: &TestDatabase) {
        let house = House::open(db).await;
        limit(db, house.specialist, 3).await;
        house.create(40).await;
        let house = &house;
        for _ in 0..5 {
            let leases = at_once(6, |_| {
                let house = house.clone();
                async move { house.claim(2).await }
            })
            .await
            .concat();
            assert_eq!(leases.len(), 3, "the room is used, and no more");
            house.check().await;
            for lease in &leases {
                assert_eq!(house.complete(lease).await, None);
            }
        }
        house.check().await;
    }

    async fn types_subtrees_and_times_are_looked_at(db: &TestDatabase) {
        let house = House::open(db).await;
        let later = house.clock().now() + chrono::Duration::hours(1);
        let tasks = json!([
            { "assignedAgentId": house.specialist, "taskType": "write" },
            { "assignedAgentId": house.director, "taskType": "plan" },
            { "assignedAgentId": house.other, "taskType": "plan" },
            { "assignedAgentId": house.specialist, "taskType": "write", "runAfter": later },
        ]);
        house.done("createTasks", json!({ "tasks": tasks }), "tasks { id }").await;
        let claim = async |input: Value| {
            let payload = house.done("claimTasks", input, "leases { task { taskType assignedAgentId } }").await;
            payload["leases"].as_array().expect("leases").len()
        };
        assert_eq!(claim(json!({ "subtreeOfAgentId": house.director, "taskTypes": ["ship"], "max": 9 })).await, 0);
        assert_eq!(claim(json!({ "subtreeOfAgentId": house.director, "taskTypes": ["plan"], "max": 9 })).await, 1);
        assert_eq!(claim(json!({ "subtreeOfAgentId": house.top, "max": 9 })).await, 2);
        let of_no_type = json!({ "agentIds": [house.specialist], "taskTypes": [] });
        assert_eq!(house.code("claimTasks", of_no_type).await, "INVALID");
        house.pass(3600).await;
        house.pass(10).await;
        assert_eq!(claim(json!({ "agentIds": [house.specialist], "max": 9 })).await, 2, "the lapsed one and the late one");
        house.check().await;
    }

    async fn a_waiting_claim_hears_of_new_work(db: &TestDatabase) {
        let house = House::open(db).await;
        let waiting = {
            let house = house.clone();
            tokio::spawn(async move {
                let input = json!({ "agentIds": [house.specialist], "waitSeconds": 20 });
                house.done("claimTasks", input, "leases { taskId }").await
            })
        };
        tokio::task::yield_now().await;
        let made = house.create(1).await;
        let payload = waiting.await.expect("no panic");
        assert_eq!(payload["leases"][0]["taskId"], json!(made[0]));
    }

    async fn what_an_agent_may_not_have_takes_nobodys_place(db: &TestDatabase) {
        let house = House::open(db).await;
        limit(db, house.specialist, 1).await;
        for (agent, priority) in [(house.specialist, 1), (house.other, 9)] {
            let task = json!({ "assignedAgentId": agent, "taskType": "write", "priority": priority });
            house.done("createTasks", json!({ "tasks": vec![task; 10] }), "replayed").await;
        }
        let input = json!({ "agentIds": [house.specialist, house.other], "max": 5 });
        let payload = house.done("claimTasks", input, "leases { task { assignedAgentId } }").await;
        let agents: Vec<&Value> = payload["leases"].as_array().expect("leases").iter().map(|lease| &lease["task"]["assignedAgentId"]).collect();
        let (one, other) = (json!(house.specialist), json!(house.other));
        assert_eq!(agents, [&one, &other, &other, &other, &other]);
        house.check().await;
    }

    async fn two_processes_share_the_work(db: &TestDatabase) {
        let house = House::open(db).await;
        house.create(30).await;
        let other = second(db, house.clock()).await;
        let claim = service::work::claim::Claim {
            agent_ids: vec![house.specialist],
            subtree_of_agent_id: None,
            task_types: None,
            max: 4,
            lease_seconds: 60,
            heartbeat_seconds: None,
            wait_seconds: 0,
            worker: None,
        };
        let services = [house.service.clone(), other];
        let actor = service::Actor::server();
        let taken = at_once(8, |number| {
            let (service, claim, actor) = (services[number % 2].clone(), claim.clone(), actor.clone());
            async move { service.share(&actor, claim).await.expect("claimed") }
        })
        .await
        .concat();
        let ids: BTreeSet<_> = taken.iter().map(|lease| lease.task).collect();
        assert_eq!((taken.len(), ids.len()), (30, 30));
        house.check().await;
    }

    async fn what_no_claim_can_be_is_refused(db: &TestDatabase) {
        let house = House::open(db).await;
        let agents = json!([house.specialist]);
        for input in [
            json!({}),
            json!({ "agentIds": agents, "max": 0 }),
            json!({ "agentIds": agents, "max": 251 }),
            json!({ "agentIds": agents, "leaseSeconds": 4 }),
            json!({ "agentIds": agents, "leaseSeconds": 30, "heartbeatSeconds": 11 }),
        ] {
            assert_eq!(house.code("claimTasks", input).await, "INVALID");
        }
    }
}

on_both_engines! {
    async fn a_server_that_stops_answers_who_waits_for_work(db: &TestDatabase) {
        let house = House::open(db).await;
        let claim = Claim {
            agent_ids: vec![house.specialist],
            subtree_of_agent_id: None,
            task_types: None,
            max: 1,
            lease_seconds: 60,
            heartbeat_seconds: None,
            wait_seconds: 0,
            worker: None,
        };
        let actor = Actor { principal: Principal::local(), request: None };
        let service = house.service.clone();
        let waiting = {
            let (service, actor, claim) = (service.clone(), actor.clone(), claim.clone());
            tokio::spawn(async move { service.claim(&actor, claim, Duration::from_secs(600), pending()).await })
        };
        service.signals().stop();
        assert!(waiting.await.expect("no panic").expect("answered").is_empty());
        house.create(1).await;
        let leases = service.claim(&actor, claim, Duration::ZERO, pending()).await.expect("answered");
        assert!(leases.is_empty(), "nothing is given out any more");
    }
}

//! Money that is promised: it is spent, given back, or ends by itself.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{RESERVATION, acting, allocate, amount, budget, count, expense, reserve, standing, team, told, total};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn what_is_promised_is_spent_in_parts_and_the_rest_is_free_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ads, root) = budget(&shop, "ads", "100", None).await;
        let held = reserve(&shop, &root, "60", json!({})).await;
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 60.00 0.00");
        let over = json!({ "sliceId": root, "amount": "40.01", "purpose": "ads" });
        let refused = shop.refused("reserveBudget", over).await;
        assert_eq!((&refused["code"], amount(&refused["available"])), (&json!("BUDGET_EXCEEDED"), 40.into()));
        let commit = |changes: Value| with(json!({ "reservationId": held }), changes);
        let fields = "reservation { id } transaction { amount category transactionDate description }";
        let part = shop.done("commitBudget", commit(json!({ "amount": "20", "final": false })), fields).await;
        let booked = json!({ "amount": "20.00", "category": "ads", "transactionDate": "2026-11-21", "description": "ads" });
        assert_eq!(part["transaction"], booked);
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 40.00 20.00");
        assert_eq!(shop.code_and_path("commitBudget", commit(json!({ "amount": "40.01" }))).await, "AMOUNT_EXCEEDED amount");
        assert_eq!(shop.code_and_path("commitBudget", commit(json!({ "date": "2026-12-01" }))).await, "INVALID date");
        shop.done("commitBudget", commit(json!({ "amount": "15", "date": "2026-11-30" })), fields).await;
        assert_eq!((standing(&shop, &root).await, total(&shop, &ads).await), ("100.00 0.00 0.00 35.00".into(), "100.00 35.00".into()));
        for verb in ["commitBudget", "releaseBudget"] {
            assert_eq!(shop.code_and_path(verb, json!({ "reservationId": held })).await, "INVALID_TRANSITION reservationId");
            assert_eq!(shop.code_and_path(verb, json!({ "reservationId": NOBODY })).await, "NOT_FOUND reservationId");
        }
        assert_eq!((told(db, "budget.committed").await, told(db, "transaction.recorded").await), (2, 2));
        shop.check().await;
    }

    async fn what_is_given_up_is_free_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let held = reserve(&shop, &root, "60", json!({})).await;
        shop.done("commitBudget", json!({ "reservationId": held, "amount": "10", "final": false }), RESERVATION).await;
        shop.done("releaseBudget", json!({ "reservationId": held }), RESERVATION).await;
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 0.00 10.00");
        shop.check().await;
    }

    async fn a_promise_ends_with_its_time(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        reserve(&shop, &root, "10", json!({ "ttlSeconds": 60 })).await;
        reserve(&shop, &root, "20", json!({})).await;
        assert_eq!(shop.pass(59).await.reservations, 0);
        assert_eq!(shop.pass(1).await.reservations, 1);
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 20.00 0.00");
        assert_eq!(shop.pass(86_400).await.reservations, 1);
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 0.00 0.00");
        assert_eq!(told(db, "budget.released").await, 2);
        shop.check().await;
    }

    async fn a_task_that_ends_gives_its_money_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        for ends_by in ["completeTasks", "cancelTask"] {
            let task = json!({ "assignedAgentId": team.director, "taskType": ends_by });
            let made = shop.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
            let task = made["tasks"][0]["id"].clone();
            let held = reserve(&shop, &root, "30", json!({ "taskId": task })).await;
            shop.done("commitBudget", json!({ "reservationId": held, "amount": "5", "final": false }), RESERVATION).await;
            reserve(&shop, &root, "10", json!({ "taskId": task })).await;
            match ends_by {
                "cancelTask" => {
                    shop.done("cancelTask", json!({ "taskId": task }), "replayed").await;
                }
                _ => {
                    let claim = json!({ "agentIds": [team.director], "taskTypes": [ends_by] });
                    let lease = shop.done("claimTasks", claim, "leases { taskId token }").await["leases"][0].clone();
                    let result = with(lease, json!({ "outputData": {} }));
                    shop.done("completeTasks", json!({ "items": [result] }), "results { index }").await;
                }
            }
            let late = json!({ "sliceId": root, "amount": "1", "purpose": "x", "taskId": task });
            assert_eq!(shop.code_and_path("reserveBudget", late).await, "INVALID taskId");
        }
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 0.00 10.00");
        shop.check().await;
    }

    async fn the_same_effect_is_promised_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let first = reserve(&shop, &root, "10", json!({ "effectKey": "e" })).await;
        assert_eq!(reserve(&shop, &root, "10", json!({ "effectKey": "e" })).await, first);
        let other = json!({ "sliceId": root, "amount": "11", "purpose": "ads", "effectKey": "e" });
        assert_eq!(shop.code_and_path("reserveBudget", other).await, "ALREADY_EXISTS effectKey");
        assert_eq!(count(db, "SELECT COUNT(*) FROM budget_reservations").await, 1);
        shop.check().await;
    }

    async fn no_agent_promises_more_than_it_may(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        shop.configure("authority", json!({ "Director": { "spend": 50 } })).await;
        let (_, root) = budget(&shop, "ads", "200", None).await;
        let part = allocate(&shop, &root, &team.director, "100").await;
        let director = acting(&shop, &team.director);
        reserve(&director, &part, "50", json!({})).await;
        let call = |slice: &Value, amount: &str| json!({ "sliceId": slice, "amount": amount, "purpose": "ads" });
        let spend = with(expense("ads", "50.01"), json!({ "budgetSliceId": part }));
        assert_eq!(director.code_and_path("reserveBudget", call(&part, "50.01")).await, "BUDGET_EXCEEDED amount");
        allocate(&shop, &root, &team.director, "50").await;
        assert_eq!(director.code("reserveBudget", call(&part, "50.01")).await, "APPROVAL_REQUIRED");
        assert_eq!(director.code("recordTransaction", spend.clone()).await, "APPROVAL_REQUIRED");
        assert_eq!(director.code_and_path("reserveBudget", call(&root, "1")).await, "FORBIDDEN sliceId");
        // People have no limits.
        shop.done("recordTransaction", spend, "transaction { id }").await;
        shop.check().await;
    }

    async fn money_in_another_currency_needs_an_exchange_rate(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let owner = json!(team.director);
        let new = json!({ "name": "x", "category": "ads", "year": 2026, "month": 11, "amount": "100", "currency": "EUR" });
        let new = with(new, json!({ "ownerAgentId": owner }));
        let fields = "budget { slices { nodes { id } } }";
        let root = shop.done("createBudget", new, fields).await["budget"]["slices"]["nodes"][0]["id"].clone();
        let call = json!({ "sliceId": root, "amount": "1", "purpose": "ads" });
        // The limits of agents are in the currency of the shop.
        assert_eq!(acting(&shop, &owner).code_and_path("reserveBudget", call).await, "INVALID sliceId");
        let held = reserve(&shop, &root, "1", json!({})).await;
        let commit = json!({ "reservationId": held });
        assert_eq!(shop.code_and_path("commitBudget", commit).await, "INVALID reservationId");
        shop.check().await;
    }

    async fn what_nobody_can_promise_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let call = json!({ "sliceId": root, "amount": "1", "purpose": "ads" });
        for (changes, refusal) in [
            (json!({ "amount": "0" }), "INVALID amount"),
            (json!({ "amount": "0.001" }), "INVALID amount"),
            (json!({ "purpose": "" }), "INVALID purpose"),
            (json!({ "purpose": "\u{0}" }), "INVALID purpose"),
            (json!({ "ttlSeconds": 0 }), "INVALID ttlSeconds"),
            (json!({ "ttlSeconds": 2_000_000_000 }), "INVALID ttlSeconds"),
            (json!({ "effectKey": "x".repeat(256) }), "INVALID effectKey"),
            (json!({ "sliceId": NOBODY }), "NOT_FOUND sliceId"),
            (json!({ "taskId": NOBODY }), "NOT_FOUND taskId"),
            (json!({ "campaignId": NOBODY }), "NOT_FOUND campaignId"),
            (json!({ "approvalId": NOBODY }), "NOT_FOUND approvalId"),
        ] {
            assert_eq!(shop.code_and_path("reserveBudget", with(call.clone(), changes)).await, refusal);
        }
        shop.check().await;
    }
}

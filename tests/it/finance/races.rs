//! Many at once: no slice ever gives more than it has.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{agent, allocate, budget, campaign, count, expense, record, reserve, standing, team, total};
use crate::{
    shop::fixture::{NOBODY, ShopFixture, with},
    work::fixture::at_once,
};

/// What became of a call: `done`, or the code of its refusal.
async fn outcome(shop: ShopFixture, name: &'static str, input: Value) -> String {
    let payload = shop.mutate(name, input, "replayed").await;
    payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned()
}

fn number(outcomes: &[String], which: &str) -> usize {
    outcomes.iter().filter(|outcome| *outcome == which).count()
}

on_both_engines! {
    async fn fifty_spend_what_is_enough_for_twenty(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (ads, root) = budget(&shop, "ads", "1000", None).await;
        let part = allocate(&shop, &root, &team.director, "200").await;
        let outcomes = at_once(50, |number| {
            let (shop, part) = (shop.clone(), part.clone());
            async move {
                match number % 2 {
                    0 => outcome(shop, "recordTransaction", with(expense("ads", "10"), json!({ "budgetSliceId": part }))).await,
                    _ => outcome(shop, "reserveBudget", json!({ "sliceId": part, "amount": "10", "purpose": "ads" })).await,
                }
            }
        })
        .await;
        assert_eq!((number(&outcomes, "done"), number(&outcomes, "BUDGET_EXCEEDED")), (20, 30), "{outcomes:?}");
        let spent = count(db, "SELECT COUNT(*) FROM transactions").await * 10;
        assert_eq!(standing(&shop, &part).await, format!("200.00 0.00 {}.00 {spent}.00", 200 - spent));
        assert_eq!(total(&shop, &ads).await, format!("1000.00 {spent}.00"));
        shop.check().await;
    }

    async fn handing_down_and_spending_share_what_there_is(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let second = agent(&shop, "Second", &team.director).await;
        let (_, root) = budget(&shop, "ads", "300", None).await;
        let part = allocate(&shop, &root, &team.director, "100").await;
        let outcomes = at_once(40, |number| {
            let (shop, part, root) = (shop.clone(), part.clone(), root.clone());
            let agents = [team.specialist.clone(), second.clone()];
            let director = team.director.clone();
            async move {
                let down = |agent: &Value, amount: &str| json!({ "sliceId": part, "agentId": agent, "amount": amount });
                match number % 4 {
                    0 => outcome(shop, "allocateBudget", down(&agents[0], "10")).await,
                    1 => outcome(shop, "allocateBudget", down(&agents[1], "10")).await,
                    2 => outcome(shop, "recordTransaction", with(expense("ads", "10"), json!({ "budgetSliceId": part }))).await,
                    _ => outcome(shop, "allocateBudget", json!({ "sliceId": root, "agentId": director, "amount": "-1" })).await,
                }
            }
        })
        .await;
        assert_eq!(number(&outcomes, "done") + number(&outcomes, "BUDGET_EXCEEDED"), 40, "{outcomes:?}");
        let overdrawn = "SELECT COUNT(*) FROM budget_slices
            WHERE ROUND(delegated_amount + reserved_amount + spent_amount, 2) > allocated_amount";
        assert_eq!(count(db, overdrawn).await, 0);
        shop.check().await;
    }

    async fn what_a_slice_cannot_bear_is_counted_beside_what_names_no_slice(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (advertising, root) = budget(&shop, "advertising", "1000", None).await;
        let part = allocate(&shop, &root, &team.director, "5").await;
        let campaign = campaign(&shop, json!({ "budgetSliceId": part })).await;
        let outcomes = at_once(20, |number| {
            let (shop, campaign) = (shop.clone(), campaign.clone());
            async move {
                match number % 2 {
                    0 => outcome(shop, "recordCampaignSpend", json!({ "campaignId": campaign, "amount": "10" })).await,
                    _ => outcome(shop, "recordTransaction", expense("advertising", "10")).await,
                }
            }
        })
        .await;
        assert_eq!(number(&outcomes, "done"), 20, "{outcomes:?}");
        assert_eq!(standing(&shop, &part).await, "5.00 0.00 0.00 0.00");
        assert_eq!(total(&shop, &advertising).await, "1000.00 200.00");
        shop.check().await;
    }

    async fn a_transaction_is_reversed_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ads, _) = budget(&shop, "ads", "100", None).await;
        let bill = record(&shop, expense("ads", "10")).await;
        let outcomes = at_once(10, |_| {
            let (shop, bill) = (shop.clone(), bill.clone());
            outcome(shop, "reverseTransaction", json!({ "id": bill, "reason": "x" }))
        })
        .await;
        assert_eq!((number(&outcomes, "done"), number(&outcomes, "ALREADY_EXISTS")), (1, 9), "{outcomes:?}");
        assert_eq!(total(&shop, &ads).await, "100.00 0.00");
        shop.check().await;
    }

    async fn a_budget_counts_each_expense_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let outcomes = at_once(12, |number| {
            let shop = shop.clone();
            let new = json!({ "name": "x", "category": "ads", "year": 2026, "month": 11, "amount": "100" });
            async move {
                match number % 6 {
                    0 => outcome(shop, "createBudget", new).await,
                    _ => outcome(shop, "recordTransaction", expense("ads", "1")).await,
                }
            }
        })
        .await;
        assert_eq!((number(&outcomes, "done"), number(&outcomes, "ALREADY_EXISTS")), (11, 1), "{outcomes:?}");
        assert_eq!(count(db, "SELECT COUNT(*) FROM budgets WHERE spent_amount = 10").await, 1);
        shop.check().await;
    }

    async fn reservations_that_are_spent_together_count_once_each(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (ads, root) = budget(&shop, "ads", "1000", None).await;
        let part = allocate(&shop, &root, &team.director, "100").await;
        let campaign = campaign(&shop, json!({})).await;
        let mut held = Vec::new();
        for number in 0..12 {
            let (slice, more) = match number % 3 {
                0 => (&part, json!({ "campaignId": campaign })),
                1 => (&part, json!({})),
                _ => (&root, json!({ "effectKey": format!("effect {number}") })),
            };
            held.push(reserve(&shop, slice, "10", more).await);
        }
        let outcomes = at_once(50, |number| {
            let shop = shop.clone();
            let input = match number {
                // Each reservation: all that is left of it, twice; half of it; too much of it.
                0..24 => json!({ "reservationId": held[number % 12], "idempotencyKey": format!("key {number}") }),
                24..36 => json!({ "reservationId": held[number % 12], "amount": "5", "final": false }),
                36..48 => json!({ "reservationId": held[number % 12], "amount": "11" }),
                _ => json!({ "reservationId": NOBODY }),
            };
            outcome(shop, "commitBudget", input)
        })
        .await;
        assert_eq!(number(&outcomes, "NOT_FOUND"), 2, "{outcomes:?}");
        let known = ["done", "NOT_FOUND", "INVALID_TRANSITION", "AMOUNT_EXCEEDED"];
        assert!(outcomes.iter().all(|outcome| known.contains(&outcome.as_str())), "{outcomes:?}");
        assert_eq!(standing(&shop, &part).await, "100.00 0.00 0.00 80.00");
        assert_eq!(standing(&shop, &root).await, "1000.00 100.00 0.00 40.00");
        assert_eq!(total(&shop, &ads).await, "1000.00 120.00");
        assert_eq!(count(db, "SELECT COUNT(*) FROM campaigns WHERE spent = 40").await, 1);
        let done = i64::try_from(number(&outcomes, "done")).expect("few");
        assert_eq!(count(db, "SELECT COUNT(*) FROM transactions").await, done);
        shop.check().await;
    }

    async fn reservations_that_are_made_together_share_what_there_is(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let outcomes = at_once(30, |number| {
            let effect = (number % 2 == 0).then(|| format!("effect {}", number % 10));
            let input = json!({ "sliceId": root, "amount": "10", "purpose": "ads", "effectKey": effect });
            outcome(shop.clone(), "reserveBudget", input)
        })
        .await;
        // Fifteen name five effects: these are reserved once each.
        let reserved = count(db, "SELECT COUNT(*) FROM budget_reservations").await;
        assert_eq!(reserved, 10, "{outcomes:?}");
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 100.00 0.00");
        shop.check().await;
    }
}

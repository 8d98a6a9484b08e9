//! Handing money down: no slice gives more than it has, and nothing is lost.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{acting, agent, allocate, amount, budget, campaign, expense, record, standing, team, told, total};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn a_budget_counts_what_its_month_has_spent(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        record(&shop, expense("ads", "30")).await;
        record(&shop, with(expense("ads", "7"), json!({ "date": "2026-10-31" }))).await;
        record(&shop, expense("rent", "9")).await;
        let taken_back = record(&shop, expense("ads", "5")).await;
        shop.done("reverseTransaction", json!({ "id": taken_back, "reason": "twice" }), "reversal { id }").await;
        let (ads, root) = budget(&shop, "ads", "100", None).await;
        assert_eq!((total(&shop, &ads).await, standing(&shop, &root).await), ("100.00 30.00".into(), "100.00 0.00 0.00 30.00".into()));
        assert_eq!(told(db, "budget.alert").await, 0);
        record(&shop, expense("ads", "55")).await;
        assert_eq!((told(db, "budget.alert").await, told(db, "budget.exceeded").await), (1, 0));
        // What has happened counts, even if it is more than there is.
        let bill = record(&shop, expense("ads", "20")).await;
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 0.00 105.00");
        assert_eq!((told(db, "budget.alert").await, told(db, "budget.exceeded").await), (3, 1));
        // Each crossing is told once; below it and up again is another one.
        shop.done("reverseTransaction", json!({ "id": bill, "reason": "wrong" }), "reversal { id }").await;
        assert_eq!(total(&shop, &ads).await, "100.00 85.00");
        record(&shop, expense("ads", "5")).await;
        assert_eq!(told(db, "budget.alert").await, 4);
        shop.check().await;
    }

    async fn a_budget_is_changed_and_never_below_its_use(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (ads, root) = budget(&shop, "ads", "100", Some(&team.director)).await;
        record(&shop, expense("ads", "30")).await;
        allocate(&shop, &root, &team.specialist, "20").await;
        let change = |changes: Value| with(json!({ "id": ads }), changes);
        assert_eq!(shop.code_and_path("updateBudget", change(json!({ "amount": "49.99" }))).await, "INVALID amount");
        let changes = json!({ "amount": "50", "name": "Ads", "ownerAgentId": null, "expectedVersion": 1 });
        let changed = shop.done("updateBudget", change(changes.clone()), "budget { name allocatedAmount version }").await;
        assert_eq!(changed["budget"], json!({ "name": "Ads", "allocatedAmount": "50.00", "version": 2 }));
        assert_eq!(shop.code_and_path("updateBudget", change(changes)).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(standing(&shop, &root).await, "50.00 20.00 0.00 30.00");
        let again = json!({ "name": "x", "category": "ads", "year": 2026, "month": 11, "amount": "1" });
        for (changes, refusal) in [
            (json!({}), "ALREADY_EXISTS category"),
            (json!({ "month": 13 }), "INVALID month"),
            (json!({ "year": 0 }), "INVALID year"),
            (json!({ "amount": "-1" }), "INVALID amount"),
            (json!({ "amount": "1.001" }), "INVALID amount"),
            (json!({ "currency": "usd" }), "INVALID currency"),
            (json!({ "name": " " }), "INVALID name"),
            (json!({ "category": "x".repeat(101) }), "INVALID category"),
            (json!({ "ownerAgentId": NOBODY }), "NOT_FOUND ownerAgentId"),
        ] {
            assert_eq!(shop.code_and_path("createBudget", with(again.clone(), changes)).await, refusal);
        }
        shop.check().await;
    }

    async fn money_is_handed_down_and_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let part = allocate(&shop, &root, &team.director, "60").await;
        let below = allocate(&shop, &part, &team.specialist, "20").await;
        assert_eq!(allocate(&shop, &part, &team.specialist, "5").await, below);
        assert_eq!(standing(&shop, &root).await, "100.00 60.00 0.00 0.00");
        assert_eq!(standing(&shop, &part).await, "60.00 25.00 0.00 0.00");
        let call = |slice: &Value, agent: &Value, amount: &str| json!({ "sliceId": slice, "agentId": agent, "amount": amount });
        let other = agent(&shop, "Other", &json!(shop.orchestrator)).await;
        for (input, refusal) in [
            (call(&root, &team.director, "0"), "INVALID amount"),
            (call(&root, &team.director, "0.001"), "INVALID amount"),
            (call(&root, &team.director, "40.01"), "BUDGET_EXCEEDED amount"),
            (call(&root, &team.director, "-35.01"), "BUDGET_EXCEEDED amount"),
            (call(&root, &team.specialist, "1"), "ALREADY_EXISTS agentId"),
            (call(&part, &other, "1"), "NOT_PERMITTED agentId"),
            (call(&part, &team.director, "1"), "ALREADY_EXISTS agentId"),
            (call(&root, &other, "-1"), "INVALID agentId"),
            (call(&json!(NOBODY), &other, "1"), "NOT_FOUND sliceId"),
            (call(&root, &json!(NOBODY), "1"), "NOT_FOUND agentId"),
        ] {
            assert_eq!(shop.code_and_path("allocateBudget", input.clone()).await, refusal, "{input}");
        }
        let refused = shop.refused("allocateBudget", call(&root, &team.director, "50")).await;
        assert_eq!((&refused["sliceId"], amount(&refused["available"])), (&root, 40.into()), "{refused}");
        allocate(&shop, &part, &team.specialist, "-25").await;
        allocate(&shop, &root, &team.director, "-60").await;
        assert_eq!(standing(&shop, &root).await, "100.00 0.00 0.00 0.00");
        assert_eq!(told(db, "budget.allocated").await, 5);
        shop.check().await;
    }

    async fn moving_keeps_the_total(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let other = agent(&shop, "Other", &json!(shop.orchestrator)).await;
        let (ads, root) = budget(&shop, "ads", "100", None).await;
        let (rent, second) = budget(&shop, "rent", "50", None).await;
        let one = allocate(&shop, &root, &team.director, "30").await;
        let two = allocate(&shop, &root, &other, "10").await;
        let call = |from: &Value, to: &Value, amount: &str| json!({ "fromSliceId": from, "toSliceId": to, "amount": amount });
        shop.done("moveBudget", call(&one, &two, "12.50"), "from { id } to { id }").await;
        assert_eq!(standing(&shop, &one).await, "17.50 0.00 0.00 0.00");
        assert_eq!(standing(&shop, &two).await, "22.50 0.00 0.00 0.00");
        assert_eq!(standing(&shop, &root).await, "100.00 40.00 0.00 0.00");
        shop.done("moveBudget", call(&root, &second, "60"), "from { id } to { id }").await;
        assert_eq!((total(&shop, &ads).await, total(&shop, &rent).await), ("40.00 0.00".into(), "110.00 0.00".into()));
        assert_eq!(standing(&shop, &second).await, "110.00 0.00 0.00 0.00");
        for (input, refusal) in [
            (call(&root, &second, "0.01"), "BUDGET_EXCEEDED amount"),
            (call(&one, &two, "17.51"), "BUDGET_EXCEEDED amount"),
            (call(&one, &two, "-1"), "INVALID amount"),
            (call(&one, &one, "1"), "INVALID toSliceId"),
            (call(&one, &root, "1"), "INVALID toSliceId"),
            (call(&one, &json!(NOBODY), "1"), "NOT_FOUND toSliceId"),
            (call(&json!(NOBODY), &one, "1"), "NOT_FOUND fromSliceId"),
        ] {
            assert_eq!(shop.code_and_path("moveBudget", input.clone()).await, refusal, "{input}");
        }
        // An agent that is not active gets no more, but what it has can be moved away.
        shop.done("deactivateAgent", json!({ "id": other }), "agent { id }").await;
        assert_eq!(shop.code_and_path("moveBudget", call(&one, &two, "1")).await, "AGENT_INACTIVE toSliceId");
        shop.done("moveBudget", call(&two, &one, "1"), "from { id } to { id }").await;
        shop.check().await;
    }

    async fn no_budget_counts_more_than_a_column_holds(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let most = "9999999999.99";
        let (ads, root) = budget(&shop, "ads", "100", None).await;
        let part = allocate(&shop, &root, &team.director, "10").await;
        record(&shop, expense("ads", most)).await;
        for more in [json!({}), json!({ "budgetSliceId": part })] {
            let input = with(expense("ads", "1"), more);
            assert_eq!(shop.code_and_path("recordTransaction", input).await, "INVALID amount");
        }
        assert_eq!(total(&shop, &ads).await, format!("100.00 {most}"));
        for _ in 0..2 {
            record(&shop, expense("rent", most)).await;
        }
        let rent = json!({ "name": "x", "category": "rent", "year": 2026, "month": 11, "amount": "1" });
        assert_eq!(shop.code_and_path("createBudget", rent).await, "INVALID category");
        shop.check().await;
    }

    async fn an_agent_uses_what_was_handed_to_it_or_below(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let (_, root) = budget(&shop, "ads", "100", None).await;
        let (_, owned) = budget(&shop, "rent", "100", Some(&team.director)).await;
        let part = allocate(&shop, &root, &team.director, "60").await;
        let (director, specialist) = (acting(&shop, &team.director), acting(&shop, &team.specialist));
        let below = allocate(&director, &part, &team.specialist, "20").await;
        allocate(&director, &owned, &team.specialist, "10").await;
        let call = |slice: &Value| json!({ "sliceId": slice, "agentId": team.specialist, "amount": "1" });
        assert_eq!(director.code_and_path("allocateBudget", call(&root)).await, "FORBIDDEN sliceId");
        assert_eq!(specialist.code_and_path("allocateBudget", call(&part)).await, "FORBIDDEN sliceId");
        let spend = |slice: &Value| with(expense("ads", "5"), json!({ "budgetSliceId": slice }));
        assert_eq!(specialist.code_and_path("recordTransaction", spend(&part)).await, "FORBIDDEN budgetSliceId");
        assert_eq!(specialist.code_and_path("recordTransaction", expense("ads", "5")).await, "INVALID budgetSliceId");
        record(&specialist, spend(&below)).await;
        record(&director, spend(&below)).await;
        assert_eq!(standing(&shop, &below).await, "20.00 0.00 0.00 10.00");
        shop.check().await;
    }

    async fn a_campaign_spends_what_its_agent_may_spend(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let team = team(&shop).await;
        let capability = json!({ "agentId": team.specialist, "capabilityType": "commerce", "capabilityName": "marketing" });
        shop.done("setAgentCapability", capability, "agentCapability { id }").await;
        let specialist = acting(&shop, &team.specialist);
        let ((_, rent), (_, advertising)) =
            (budget(&shop, "rent", "100", None).await, budget(&shop, "advertising", "100", None).await);
        let other = json!({ "name": "x", "type": "ADS", "budgetSliceId": rent });
        assert_eq!(shop.code_and_path("createCampaign", other).await, "INVALID budgetSliceId");
        // Nobody owns it: whoever may not spend its money can neither charge it nor make it its own.
        let campaign = campaign(&shop, json!({ "budgetSliceId": advertising })).await;
        let spend = json!({ "campaignId": campaign, "amount": "5" });
        assert_eq!(specialist.code_and_path("recordCampaignSpend", spend.clone()).await, "FORBIDDEN campaignId");
        for (verb, more) in [("updateCampaign", json!({ "ownerAgentId": team.specialist })), ("cancelCampaign", json!({}))] {
            assert_eq!(specialist.code_and_path(verb, with(json!({ "id": campaign }), more)).await, "FORBIDDEN id", "{verb}");
        }
        shop.done("recordCampaignSpend", spend, "campaign { id }").await;
        assert_eq!(standing(&shop, &advertising).await, "100.00 0.00 0.00 5.00");
        shop.check().await;
    }
}

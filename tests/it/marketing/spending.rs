//! What campaigns cost.

use chrono::Duration;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{amount, begin, claim, costs, launched, send, standing, text};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn messages_are_booked_at_the_end(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "costPerMessage": "0.05" })).await;
        for (number, task) in claim(&shop, 10).await.iter().enumerate() {
            send(&shop, task, &format!("m{number}")).await;
        }
        assert_eq!(costs(&shop, &campaign).await, "2 sent, 0 booked, 0.00 spent");
        shop.pass(1).await;
        assert_eq!(costs(&shop, &campaign).await, "2 sent, 2 booked, 0.10 spent");
        assert_eq!(expenses(&shop, &campaign).await, ["advertising 0.10 2026-11-21"]);
        shop.check().await;
    }

    async fn messages_of_a_day_are_booked_on_it(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "costPerMessage": "0.05", "sendsPerMinute": 1 })).await;
        send(&shop, &claim(&shop, 10).await[0], "m1").await;
        assert_eq!(shop.pass(60).await.bookings, 0);
        // The next day.
        assert_eq!(shop.pass(24 * 3600).await.bookings, 1);
        assert_eq!(shop.pass(60).await.bookings, 0);
        assert_eq!(expenses(&shop, &campaign).await, ["advertising 0.05 2026-11-21"]);
        shop.check().await;
    }

    async fn a_campaign_is_paused_before_it_spends_more_than_its_budget(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let more = json!({ "costPerMessage": "0.10", "budget": "0.15" });
        let campaign = launched(&shop, &["ann", "bob"], more).await;
        let tasks = claim(&shop, 10).await;
        send(&shop, &tasks[0], "m1").await;
        assert_eq!(begin(&shop, &tasks[1]).await, "PENDING");
        assert!(standing(&shop, &campaign).await.starts_with("PAUSED: "));
        assert_eq!(costs(&shop, &campaign).await, "1 sent, 1 booked, 0.10 spent");
        // With more money it goes on.
        shop.done("updateCampaign", json!({ "id": campaign, "budget": "0.20" }), "replayed").await;
        shop.done("resumeCampaign", json!({ "id": campaign }), "replayed").await;
        shop.pass(0).await;
        shop.clock().advance(Duration::seconds(60));
        send(&shop, &claim(&shop, 10).await[0], "m2").await;
        assert_eq!(shop.pass(1).await.campaigns, 1);
        assert_eq!(costs(&shop, &campaign).await, "2 sent, 2 booked, 0.20 spent");
        shop.check().await;
    }

    async fn a_campaign_without_a_budget_spends_no_more_than_can_be_booked(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "costPerMessage": "60000000" })).await;
        let tasks = claim(&shop, 10).await;
        send(&shop, &tasks[0], "m1").await;
        assert_eq!(begin(&shop, &tasks[1]).await, "PENDING");
        assert_eq!(costs(&shop, &campaign).await, "1 sent, 1 booked, 60000000.00 spent");
        shop.done("cancelCampaign", json!({ "id": campaign }), "replayed").await;
        shop.check().await;
    }

    async fn a_fact_above_the_budget_is_recorded_and_pauses(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let more = json!({ "costPerMessage": "0.10", "budget": "10" });
        let campaign = launched(&shop, &["ann", "bob"], more).await;
        send(&shop, &claim(&shop, 1).await[0], "m1").await;
        let spend = |amount: &str| json!({ "campaignId": campaign, "amount": amount, "externalId": amount });
        let fields = "campaign { status spent } transaction { category amount campaignId }";
        let spent = shop.done("recordCampaignSpend", spend("9.80"), fields).await;
        assert_eq!(spent["campaign"]["status"], "ACTIVE");
        assert_eq!(spent["transaction"]["campaignId"], campaign);
        let spent = shop.done("recordCampaignSpend", spend("5"), fields).await;
        assert_eq!((&spent["campaign"]["status"], amount(&spent["campaign"]["spent"])), (&json!("PAUSED"), Decimal::new(1490, 2)));
        assert_eq!(shop.code_and_path("recordCampaignSpend", spend("5")).await, "ALREADY_EXISTS externalId");
        for wrong in ["0", "-1", "0.001"] {
            assert_eq!(shop.code_and_path("recordCampaignSpend", spend(wrong)).await, "INVALID amount");
        }
        // Whoever begins now is put back.
        let held = claim(&shop, 1).await.remove(0);
        assert_eq!(begin(&shop, &held).await, "PENDING");
        shop.check().await;
    }

    async fn an_expense_of_the_books_is_noticed_by_the_next_message(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({ "budget": "10" })).await;
        let expense = json!({ "type": "EXPENSE", "category": "advertising", "amount": "11", "campaignId": campaign });
        shop.done("recordTransaction", expense, "replayed").await;
        assert!(standing(&shop, &campaign).await.starts_with("ACTIVE"));
        assert_eq!(begin(&shop, &claim(&shop, 1).await[0]).await, "PENDING");
        assert!(standing(&shop, &campaign).await.starts_with("PAUSED"));
        shop.check().await;
    }

    async fn another_cost_concerns_later_messages(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "costPerMessage": "0.10" })).await;
        let tasks = claim(&shop, 10).await;
        send(&shop, &tasks[0], "m1").await;
        shop.done("updateCampaign", json!({ "id": campaign, "costPerMessage": "0.30" }), "replayed").await;
        send(&shop, &tasks[1], "m2").await;
        shop.pass(1).await;
        assert_eq!(costs(&shop, &campaign).await, "2 sent, 2 booked, 0.40 spent");
        shop.check().await;
    }

    async fn many_at_once_do_not_overdraw(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let people = ["ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal"];
        let more = json!({ "costPerMessage": "0.10", "budget": "0.30" });
        let campaign = launched(&shop, &people, more).await;
        let begins = claim(&shop, 10).await.into_iter().map(|held| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let begun = shop.done("beginCampaignSend", held.clone(), "send").await;
                if begun["send"] == true {
                    shop.done("completeCampaignSend", with(held, json!({})), "replayed").await;
                }
                begun["send"] == true
            })
        });
        let begun = futures::future::join_all(begins.collect::<Vec<_>>()).await;
        assert_eq!(begun.into_iter().filter(|sent| matches!(sent, Ok(true))).count(), 3);
        assert_eq!(costs(&shop, &campaign).await, "3 sent, 3 booked, 0.30 spent");
        shop.check().await;
    }
}

/// The expenses of a campaign.
async fn expenses(shop: &ShopFixture, campaign: &Value) -> Vec<String> {
    let query = "query($id: ID!) { campaign(id: $id) { transactions(first: 9) {
        nodes { category amount transactionDate } } } }";
    let found = shop.query(query, json!({ "id": campaign })).await["campaign"]["transactions"]["nodes"].clone();
    let shown = |node: &Value| {
        format!("{} {:.2} {}", text(&node["category"]), amount(&node["amount"]), text(&node["transactionDate"]))
    };
    found.as_array().expect("a list").iter().map(shown).collect()
}

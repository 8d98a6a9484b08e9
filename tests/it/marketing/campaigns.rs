//! Campaigns: how they are launched, and how they end.

use chrono::Duration;
use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;

use super::{approved, begin, campaign, claim, launched, list, person, segment, send, standing};
use crate::shop::fixture::{NOBODY, ShopFixture, text, with};

on_both_engines! {
    async fn a_launch_writes_down_each_address_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = campaign(&shop, &["ann", "bob"], json!({})).await;
        let launch = async || {
            let launched = shop.done("launchCampaign", json!({ "id": campaign }), "added campaign { status }").await;
            assert_eq!(launched["campaign"]["status"], "ACTIVE");
            launched["added"].clone()
        };
        assert_eq!(launch().await, 2);
        assert_eq!(launch().await, 0);
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann PENDING, bob PENDING");
        // Who comes to the segment later is added by another launch.
        let target = "query($id: ID!) { campaign(id: $id) { targetSegmentId launchedAt } }";
        let target = shop.query(target, json!({ "id": campaign })).await["campaign"].clone();
        let item = json!({ "customerId": person(&shop, "cid").await, "segmentId": target["targetSegmentId"] });
        shop.done("assignSegment", json!({ "items": [item] }), "replayed").await;
        assert_eq!(launch().await, 1);
        shop.check().await;
    }

    async fn subscribers_of_a_list_are_recipients(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let items: Vec<Value> = ["ann", "bob", "cid"]
            .iter()
            .map(|name| json!({ "email": format!("{name}@example.com"), "listId": news, "source": "API" }))
            .collect();
        shop.done("subscribe", json!({ "items": items }), "replayed").await;
        shop.done("unsubscribe", json!({ "email": "cid@example.com", "listId": news }), "replayed").await;
        let input = json!({ "name": "News", "type": "EMAIL", "targetListId": news, "contentId": approved(&shop).await });
        let made = shop.done("createCampaign", input, "campaign { id }").await["campaign"]["id"].clone();
        assert_eq!(shop.done("launchCampaign", json!({ "id": made }), "added").await["added"], 2);
        assert_eq!(standing(&shop, &made).await, "ACTIVE: ann PENDING, bob PENDING");
        // Nobody deletes the list meanwhile.
        assert_eq!(shop.code_and_path("deleteEmailList", json!({ "id": news })).await, "IN_USE id");
        shop.check().await;
    }

    async fn what_is_not_ready_is_not_launched(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let target = segment(&shop, "All", json!({})).await;
        let draft = json!({ "type": "newsletter", "title": "Draft" });
        let draft = shop.done("createContent", draft, "content { id }").await["content"]["id"].clone();
        for (more, refusal) in [
            (json!({}), "INVALID id"),
            (json!({ "targetSegmentId": target }), "INVALID id"),
            (json!({ "targetSegmentId": target, "contentId": draft }), "INVALID_TRANSITION id"),
            (json!({ "contentId": approved(&shop).await }), "INVALID id"),
        ] {
            let input = with(json!({ "name": "Spring", "type": "EMAIL" }), more);
            let made = shop.done("createCampaign", input, "campaign { id }").await["campaign"]["id"].clone();
            assert_eq!(shop.code_and_path("launchCampaign", json!({ "id": made })).await, refusal);
            let scheduled = json!({ "id": made, "startsAt": "2026-12-01T08:00:00Z" });
            assert_eq!(shop.code_and_path("scheduleCampaign", scheduled).await, refusal);
        }
        shop.check().await;
    }

    async fn what_no_campaign_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let target = segment(&shop, "All", json!({})).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        for (changes, place) in [
            (json!({ "name": " " }), "INVALID name"),
            (json!({ "budget": "-1" }), "INVALID budget"),
            (json!({ "budget": "0.001" }), "INVALID budget"),
            (json!({ "costPerMessage": "-0.01" }), "INVALID costPerMessage"),
            (json!({ "sendsPerMinute": 0 }), "INVALID sendsPerMinute"),
            (json!({ "sendsPerMinute": 60_001 }), "INVALID sendsPerMinute"),
            (json!({ "currency": "XXY" }), "INVALID currency"),
            (json!({ "startDate": "2026-12-02", "endDate": "2026-12-01" }), "INVALID endDate"),
            (json!({ "targetSegmentId": target, "targetListId": news }), "INVALID targetListId"),
            (json!({ "type": "SMS", "targetListId": news }), "INVALID targetListId"),
            (json!({ "contentId": NOBODY }), "NOT_FOUND contentId"),
        ] {
            let input = with(json!({ "name": "Spring", "type": "EMAIL" }), changes);
            assert_eq!(shop.code_and_path("createCampaign", input.clone()).await, place, "{input}");
        }
        shop.check().await;
    }

    async fn a_campaign_is_launched_at_its_time(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = campaign(&shop, &["ann"], json!({})).await;
        let at = |starts: Value| json!({ "id": campaign, "startsAt": starts });
        assert_eq!(shop.code_and_path("scheduleCampaign", at(json!("2026-11-21T08:00:00Z"))).await, "INVALID startsAt");
        let status = "campaign { status scheduledAt }";
        shop.done("scheduleCampaign", at(json!("2026-11-21T09:00:00Z")), status).await;
        // It can be taken back.
        let draft = shop.done("scheduleCampaign", at(Value::Null), status).await["campaign"].clone();
        assert_eq!(draft, json!({ "status": "DRAFT", "scheduledAt": null }));
        shop.done("scheduleCampaign", at(json!("2026-11-21T10:00:00Z")), status).await;
        assert_eq!(shop.pass(3600).await.launches, 0);
        assert_eq!(shop.pass(3600).await.launches, 1);
        assert!(standing(&shop, &campaign).await.starts_with("ACTIVE: ann"));
        assert_eq!(shop.pass(1).await.launches, 0);
        shop.check().await;
    }

    async fn what_is_not_ready_at_its_time_is_a_draft_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = campaign(&shop, &["ann"], json!({})).await;
        let scheduled = json!({ "id": campaign, "startsAt": "2026-11-21T09:00:00Z" });
        shop.done("scheduleCampaign", scheduled, "replayed").await;
        let content = "query($id: ID!) { campaign(id: $id) { contentId } }";
        let content = shop.query(content, json!({ "id": campaign })).await["campaign"]["contentId"].clone();
        shop.done("updateContent", json!({ "id": content, "body": "Better." }), "content { status }").await;
        shop.pass(3600).await;
        assert_eq!(standing(&shop, &campaign).await, "DRAFT: ");
        shop.check().await;
    }

    async fn a_campaign_ends_when_everybody_was_written_to(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({})).await;
        let tasks = claim(&shop, 10).await;
        for (number, task) in tasks.iter().enumerate() {
            assert_eq!(shop.pass(1).await.campaigns, 0);
            send(&shop, task, &format!("message {number}")).await;
        }
        assert_eq!(shop.pass(1).await.campaigns, 1);
        assert_eq!(standing(&shop, &campaign).await, "COMPLETED: ann SENT, bob SENT");
        for verb in ["pauseCampaign", "resumeCampaign", "cancelCampaign", "launchCampaign"] {
            assert_eq!(shop.code_and_path(verb, json!({ "id": campaign })).await, "INVALID_TRANSITION id", "{verb}");
        }
        let changed = json!({ "id": campaign, "name": "x" });
        assert_eq!(shop.code_and_path("updateCampaign", changed).await, "INVALID_TRANSITION id");
        shop.check().await;
    }

    async fn a_campaign_that_reaches_nobody_by_name_ends_after_its_last_day(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let input = json!({ "name": "Ads", "type": "ADS", "endDate": "2026-11-22" });
        let made = shop.done("createCampaign", input, "campaign { id }").await["campaign"]["id"].clone();
        shop.done("launchCampaign", json!({ "id": made }), "replayed").await;
        assert_eq!(shop.pass(24 * 3600).await.campaigns, 0);
        assert_eq!(shop.pass(24 * 3600).await.campaigns, 1);
        assert_eq!(standing(&shop, &made).await, "COMPLETED: ");
        shop.check().await;
    }

    async fn a_cancelled_campaign_writes_to_nobody(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "sendsPerMinute": 1 })).await;
        let tasks = claim(&shop, 10).await;
        assert_eq!(tasks.len(), 1);
        shop.done("cancelCampaign", json!({ "id": campaign }), "campaign { status }").await;
        assert_eq!(begin(&shop, &tasks[0]).await, "SKIPPED campaign_ended");
        let names = standing(&shop, &campaign).await;
        assert_eq!(names, "CANCELLED: ann SKIPPED, bob SKIPPED");
        shop.check().await;
    }

    async fn an_agent_launches_what_it_may_spend(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let input = json!({ "name": "Marketer", "type": "SPECIALIST", "parentId": shop.orchestrator });
        let agent = shop.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
        let capability = json!({ "agentId": agent, "capabilityType": "commerce", "capabilityName": "marketing" });
        shop.done("setAgentCapability", capability, "agentCapability { id }").await;
        shop.configure("authority", json!({ "Marketer": { "spend": 100 } })).await;
        let own = Some(text(&agent).parse().expect("an id"));
        let marketer = shop.acting(Principal { agent: own, ..ShopFixture::somebody(Role::Agent, "marketer") });
        let mine = json!({ "ownerAgentId": agent, "costPerMessage": "0.10", "budget": "100" });
        let campaign = campaign(&shop, &["ann"], mine).await;
        let raised = json!({ "id": campaign, "budget": "100.01" });
        marketer.done("updateCampaign", raised.clone(), "campaign { id }").await;
        assert_eq!(marketer.code("launchCampaign", json!({ "id": campaign })).await, "APPROVAL_REQUIRED");
        marketer.done("updateCampaign", json!({ "id": campaign, "budget": "100" }), "campaign { id }").await;
        marketer.done("launchCampaign", json!({ "id": campaign }), "added").await;
        assert_eq!(marketer.code("updateCampaign", raised).await, "APPROVAL_REQUIRED");
        assert_eq!(marketer.code("updateCampaign", json!({ "id": campaign, "budget": null })).await, "APPROVAL_REQUIRED");
        // That of another agent is none of its own.
        let other = json!({ "name": "x", "type": "ADS", "ownerAgentId": shop.orchestrator });
        let other = shop.done("createCampaign", other, "campaign { id }").await["campaign"]["id"].clone();
        for verb in ["launchCampaign", "cancelCampaign", "updateCampaign"] {
            assert_eq!(marketer.code_and_path(verb, json!({ "id": other })).await, "FORBIDDEN id", "{verb}");
        }
        shop.check().await;
    }

    async fn recipients_have_their_turns_at_the_rate(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = campaign(&shop, &["ann", "bob", "cid"], json!({ "sendsPerMinute": 2 })).await;
        shop.done("launchCampaign", json!({ "id": campaign }), "added").await;
        assert_eq!(shop.pass(0).await.messages, 2);
        assert_eq!(shop.pass(0).await.messages, 0);
        assert_eq!(begin_all(&shop).await, 1);
        shop.clock().advance(Duration::seconds(30));
        assert_eq!(begin_all(&shop).await, 1);
        assert_eq!(shop.pass(0).await.messages, 1);
        assert_eq!(begin_all(&shop).await, 0);
        shop.clock().advance(Duration::seconds(30));
        assert_eq!(begin_all(&shop).await, 1);
        shop.check().await;
    }

    async fn messages_that_nobody_sent_hold_further_ones_up(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let people = ["ann", "bob", "cid", "dan", "eve"];
        let campaign = campaign(&shop, &people, json!({ "sendsPerMinute": 2 })).await;
        shop.done("launchCampaign", json!({ "id": campaign }), "added").await;
        assert_eq!(shop.pass(0).await.messages, 2);
        // No worker comes for ten minutes: then there are not twenty messages to be sent at once.
        assert_eq!(shop.pass(600).await.messages, 0);
        assert_eq!(begin_all(&shop).await, 2);
        assert_eq!(shop.pass(0).await.messages, 2);
        assert_eq!(begin_all(&shop).await, 1);
        shop.check().await;
    }

    async fn a_campaign_without_recipients_ends_after_its_last_day(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = campaign(&shop, &[], json!({ "endDate": "2026-11-22" })).await;
        assert_eq!(shop.done("launchCampaign", json!({ "id": campaign }), "added").await["added"], 0);
        assert_eq!(shop.pass(24 * 3600).await.campaigns, 0);
        assert_eq!(shop.pass(24 * 3600).await.campaigns, 1);
        assert_eq!(standing(&shop, &campaign).await, "COMPLETED: ");
        shop.check().await;
    }
}

/// Begins all messages whose turn has come; how many.
async fn begin_all(shop: &ShopFixture) -> usize {
    let tasks = claim(shop, 10).await;
    for task in &tasks {
        assert_eq!(begin(shop, task).await, "send");
    }
    tasks.len()
}

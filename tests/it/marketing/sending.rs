//! Sending: who is written to, and how often.

use chrono::Duration;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{begin, campaign, claim, costs, launched, list, person, say, send, standing, text};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn a_message_is_begun_and_sent(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        let fields = "send address providerKey unsubscribeUrl attempt recipient { id status }";
        let begun = shop.done("beginCampaignSend", held.clone(), fields).await;
        let id = text(&begun["recipient"]["id"]);
        assert_eq!(begun["recipient"]["status"], "SENDING");
        assert_eq!((&begun["send"], &begun["address"], &begun["attempt"]), (&json!(true), &json!("ann@example.com"), &json!(1)));
        assert_eq!(begun["providerKey"], format!("send:{id}"));
        let url = text(&begun["unsubscribeUrl"]);
        let token = url.strip_prefix("https://shop.example/unsubscribe/").expect("an address of the server").to_owned();
        let sent = with(held.clone(), json!({ "providerMessageId": "m1" }));
        shop.done("completeCampaignSend", sent.clone(), "recipient { status }").await;
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann SENT");
        assert_eq!(shop.code_and_path("completeCampaignSend", sent).await, "STALE_LEASE token");
        let task = "query($id: ID!) { task(id: $id) { status } }";
        assert_eq!(shop.query(task, json!({ "id": held["taskId"] })).await["task"]["status"], "COMPLETED");
        // The link takes the recipient's consent back.
        shop.done("unsubscribe", json!({ "token": token }), "replayed").await;
        let known = shop.query("{ customers(first: 1) { nodes { acceptsMarketing } } }", Value::Null).await;
        assert_eq!(known["customers"]["nodes"][0]["acceptsMarketing"], false);
        shop.check().await;
    }

    async fn nobody_is_written_to_without_consent_at_that_moment(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        say(&shop, "ann", "WITHDRAWN").await;
        assert_eq!(begin(&shop, &held).await, "SKIPPED withdrawn");
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann SKIPPED");
        // Its task has ended.
        assert_eq!(shop.code_and_path("beginCampaignSend", held).await, "STALE_LEASE token");
        assert_eq!(shop.pass(1).await.campaigns, 1);
        shop.check().await;
    }

    async fn nobody_is_written_to_who_left_the_list(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let item = json!({ "email": "ann@example.com", "listId": news, "source": "API" });
        shop.done("subscribe", json!({ "items": [item] }), "replayed").await;
        let more = json!({ "targetSegmentId": null, "targetListId": news });
        launched(&shop, &[], more).await;
        let held = claim(&shop, 10).await.remove(0);
        shop.done("unsubscribe", json!({ "email": "ann@example.com", "listId": news }), "replayed").await;
        shop.clock().advance(Duration::seconds(1));
        say(&shop, "ann", "GRANTED").await;
        assert_eq!(begin(&shop, &held).await, "SKIPPED off_list");
        shop.check().await;
    }

    async fn who_said_no_at_another_address_is_not_written_to(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        let ann = shop.query("{ customerByEmail(email: \"ann@example.com\") { id } }", Value::Null).await;
        let into = person(&shop, "bob").await;
        say(&shop, "bob", "WITHDRAWN").await;
        // Both are one person.
        let merge = json!({ "intoId": into, "fromIds": [ann["customerByEmail"]["id"]] });
        shop.done("mergeCustomers", merge, "customer { id }").await;
        assert_eq!(begin(&shop, &held).await, "SKIPPED withdrawn");
        shop.check().await;
    }

    async fn a_message_is_not_begun_when_its_task_is_to_be_stopped(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        shop.done("cancelTask", json!({ "taskId": held["taskId"] }), "replayed").await;
        assert_eq!(begin(&shop, &held).await, "SKIPPED task_ended");
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann SKIPPED");
        shop.check().await;
    }

    async fn who_begins_twice_sends_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        assert_eq!(begin(&shop, &held).await, "send");
        assert_eq!(begin(&shop, &held).await, "UNKNOWN");
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann UNKNOWN");
        assert_eq!(shop.pass(1).await.campaigns, 1);
        shop.check().await;
    }

    async fn a_provider_that_knows_keys_is_asked_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({ "resendUnknown": true })).await;
        let held = claim(&shop, 10).await.remove(0);
        let first = shop.done("beginCampaignSend", held.clone(), "providerKey attempt").await;
        // The worker is gone; another one goes on.
        assert_eq!(shop.pass(3600).await.leases, 1);
        shop.clock().advance(Duration::hours(2));
        let held = claim(&shop, 10).await.remove(0);
        let second = shop.done("beginCampaignSend", held.clone(), "providerKey attempt").await;
        assert_eq!(second["providerKey"], first["providerKey"]);
        assert_eq!((&first["attempt"], &second["attempt"]), (&json!(1), &json!(2)));
        shop.done("completeCampaignSend", held, "replayed").await;
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann SENT");
        shop.check().await;
    }

    async fn a_message_that_failed_is_sent_again_unless_it_is_permanent(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({ "costPerMessage": "0.10" })).await;
        let mut tasks = claim(&shop, 10).await;
        let (second, first) = (tasks.remove(1), tasks.remove(0));
        for (task, permanent) in [(&first, false), (&second, true)] {
            let failed = with(task.clone(), json!({ "failed": true, "code": "REFUSED", "permanent": permanent }));
            assert_eq!(shop.code_and_path("completeCampaignSend", failed.clone()).await, "INVALID_TRANSITION taskId");
            assert_eq!(begin(&shop, task).await, "send");
            shop.done("completeCampaignSend", failed, "recipient { status }").await;
        }
        let names = standing(&shop, &campaign).await;
        assert!(names.contains("FAILED") && names.contains("QUEUED"), "{names}");
        assert_eq!(costs(&shop, &campaign).await, "0 sent, 0 booked, 0.00 spent");
        shop.clock().advance(Duration::hours(2));
        let again = claim(&shop, 10).await;
        assert_eq!(again.len(), 1);
        send(&shop, &again[0], "m1").await;
        assert_eq!(shop.pass(1).await.campaigns, 1);
        shop.check().await;
    }

    async fn a_pause_puts_messages_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let held = claim(&shop, 10).await.remove(0);
        shop.done("pauseCampaign", json!({ "id": campaign }), "replayed").await;
        assert_eq!(begin(&shop, &held).await, "PENDING");
        assert_eq!(shop.pass(60).await.messages, 0);
        assert_eq!(shop.code_and_path("launchCampaign", json!({ "id": campaign })).await, "INVALID_TRANSITION id");
        shop.done("resumeCampaign", json!({ "id": campaign }), "replayed").await;
        assert_eq!(shop.pass(60).await.messages, 1);
        send(&shop, &claim(&shop, 10).await[0], "m1").await;
        assert_eq!(standing(&shop, &campaign).await, "ACTIVE: ann SENT");
        shop.check().await;
    }

    async fn a_task_that_ends_without_a_report_leaves_nobody_waiting(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann", "bob"], json!({})).await;
        let tasks = claim(&shop, 10).await;
        assert_eq!(begin(&shop, &tasks[0]).await, "send");
        shop.done("completeTasks", json!({ "items": tasks }), "results { userErrors { code } }").await;
        assert_eq!(shop.pass(1).await.lost, 2);
        let names = standing(&shop, &campaign).await;
        assert!(names.contains("UNKNOWN") && names.contains("SKIPPED"), "{names}");
        shop.check().await;
    }

    async fn a_task_of_something_else_sends_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let task = json!({ "assignedAgentId": shop.orchestrator, "taskType": "send_message" });
        shop.done("createTasks", json!({ "tasks": [task] }), "replayed").await;
        let held = claim(&shop, 10).await.remove(0);
        assert_eq!(shop.code_and_path("beginCampaignSend", held.clone()).await, "INVALID taskId");
        for (changes, place) in [
            (json!({ "failed": true }), "INVALID code"),
            (json!({ "code": "x" }), "INVALID failed"),
            (json!({ "failed": true, "code": "x", "providerMessageId": "m" }), "INVALID providerMessageId"),
            (json!({}), "INVALID taskId"),
        ] {
            assert_eq!(shop.code_and_path("completeCampaignSend", with(held.clone(), changes)).await, place);
        }
        shop.check().await;
    }

    async fn launches_and_sweeps_at_once_make_each_task_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let people = ["ann", "bob", "cid", "dan", "eve", "fay"];
        let campaign = campaign(&shop, &people, json!({})).await;
        let launch = || {
            let (shop, input) = (shop.clone(), json!({ "id": campaign }));
            tokio::spawn(async move { shop.done("launchCampaign", input, "added").await["added"].as_i64() })
        };
        let added = futures::future::join_all((0..4).map(|_| launch())).await;
        let added: i64 = added.into_iter().map(|added| added.expect("no panic").expect("a number")).sum();
        assert_eq!(added, 6);
        let sweeps = (0..4).map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.pass(0).await.messages })
        });
        let swept = futures::future::join_all(sweeps).await;
        let made: usize = swept.into_iter().map(|made| made.expect("no panic")).sum();
        // A sweep that another one was in the way of looks once more.
        let later = shop.pass(0).await.messages;
        assert_eq!(made + later, 6);
        shop.clock().advance(Duration::seconds(60));
        assert_eq!(claim(&shop, 10).await.len(), 6);
        shop.check().await;
    }
}

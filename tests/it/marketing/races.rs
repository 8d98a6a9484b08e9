//! Many at once: each campaign is launched once, and nobody is written to who has withdrawn.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::Duration;
use serde_json::{Value, json};
use service::work;
use tests::{TestDatabase, on_both_engines};

use super::{approved, begin, campaign, claim, list, say, standing, text};
use crate::{
    client::Client,
    shop::fixture::{ShopFixture, count},
    work::fixture::at_once,
};

/// How often a withdrawal meets the beginning of a message.
const ROUNDS: usize = 200;

/// The same shop by another server.
async fn elsewhere(shop: &ShopFixture, db: &TestDatabase) -> Client {
    Client::open(db, shop.clock().clone()).await
}

/// How often a launch was told.
async fn launches(db: &TestDatabase) -> i64 {
    count(db, "SELECT COUNT(*) FROM events WHERE kind = 'campaign.launched'").await
}

/// Launches a campaign for people on a list, whose turns have come: their names by the tasks that write to them.
async fn launched_for(shop: &ShopFixture, people: usize) -> (Value, BTreeMap<String, String>) {
    let news = list(shop, json!({ "name": "News", "type": "STATIC" })).await;
    let emails = (0..people).map(|number| format!("person-{number}@example.com"));
    let items: Vec<Value> =
        emails.map(|email| json!({ "email": email, "listId": news, "source": "CUSTOMER" })).collect();
    shop.done("subscribe", json!({ "items": items, "onError": "REJECT_ALL" }), "replayed").await;
    let input = json!({ "name": "News", "type": "EMAIL", "targetListId": news, "contentId": approved(shop).await });
    let made = shop.done("createCampaign", input, "campaign { id }").await["campaign"]["id"].clone();
    shop.done("launchCampaign", json!({ "id": made }), "added").await;
    shop.pass(0).await;
    shop.clock().advance(Duration::seconds(60));
    let query = "{ campaignRecipients(first: 250) { nodes { taskId address } } }";
    let found = shop.query(query, Value::Null).await["campaignRecipients"]["nodes"].clone();
    let name = |node: &Value| (text(&node["taskId"]), text(&node["address"]).replace("@example.com", ""));
    (made, found.as_array().expect("a list").iter().map(name).collect())
}

on_both_engines! {
    async fn two_servers_launch_a_draft_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let draft = campaign(&shop, &["ann", "bob", "cid"], json!({})).await;
        let servers: [Client; 2] = [(*shop).clone(), elsewhere(&shop, db).await];
        let added = at_once(6, |number| {
            let (server, input) = (servers[number % 2].clone(), json!({ "id": draft }));
            async move { server.done("launchCampaign", input, "added").await["added"].as_i64().expect("a number") }
        })
        .await;
        assert_eq!(added.iter().sum::<i64>(), 3, "{added:?}");
        assert_eq!(launches(db).await, 1);
        assert_eq!(standing(&shop, &draft).await, "ACTIVE: ann PENDING, bob PENDING, cid PENDING");
        shop.check().await;
    }

    async fn two_servers_launch_what_is_due_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let mut due = Vec::new();
        for name in ["ann", "bob", "cid", "dan"] {
            let campaign = campaign(&shop, &[name], json!({})).await;
            let scheduled = json!({ "id": campaign, "startsAt": "2026-11-21T09:00:00Z" });
            shop.done("scheduleCampaign", scheduled, "replayed").await;
            due.push((name, campaign));
        }
        shop.clock().advance(Duration::hours(1));
        let servers = [shop.service.clone(), elsewhere(&shop, db).await.service];
        let swept = at_once(4, |number| {
            let server = servers[number % 2].clone();
            async move { work::sweep(&server).await.expect("swept").launches }
        })
        .await;
        // Whom another server was in the way of looks once more.
        let later = shop.pass(0).await.launches;
        assert_eq!(swept.iter().sum::<usize>() + later, due.len(), "{swept:?}");
        assert_eq!(launches(db).await, 4);
        for (name, campaign) in &due {
            assert_eq!(standing(&shop, campaign).await, format!("ACTIVE: {name} QUEUED"));
        }
        shop.clock().advance(Duration::seconds(60));
        assert_eq!(claim(&shop, 10).await.len(), due.len());
        shop.check().await;
    }

    async fn nobody_is_written_to_whose_withdrawal_was_acknowledged(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (campaign, names) = launched_for(&shop, ROUNDS).await;
        let tasks = claim(&shop, 250).await;
        assert_eq!(tasks.len(), ROUNDS);
        let mut sent = 0;
        for (round, held) in tasks.into_iter().enumerate() {
            let is_withdrawn = Arc::new(AtomicBool::new(false));
            let outcomes = at_once(2, |number| {
                let (shop, held, is_withdrawn) = (shop.clone(), held.clone(), Arc::clone(&is_withdrawn));
                let (name, looks) = (names[&text(&held["taskId"])].clone(), round % 4);
                async move {
                    if number == 0 {
                        say(&shop, &name, "WITHDRAWN").await;
                        is_withdrawn.store(true, Ordering::SeqCst);
                        return None;
                    }
                    // The worker comes at another moment each time.
                    for _ in 0..looks {
                        shop.query("{ agents(first: 1) { nodes { id } } }", Value::Null).await;
                    }
                    let was_withdrawn = is_withdrawn.load(Ordering::SeqCst);
                    Some((was_withdrawn, begin(&shop, &held).await))
                }
            })
            .await;
            let (was_withdrawn, begun) = outcomes.into_iter().flatten().next().expect("an answer");
            if begun == "send" {
                assert!(!was_withdrawn, "round {round}");
                shop.done("completeCampaignSend", held, "recipient { status }").await;
                sent += 1;
            } else {
                assert_eq!(begun, "SKIPPED withdrawn", "round {round}");
            }
        }
        let query = "query($id: ID!) { campaign(id: $id) { messageCount } }";
        assert_eq!(shop.query(query, json!({ "id": campaign })).await["campaign"]["messageCount"], sent);
        assert_eq!(shop.pass(1).await.campaigns, 1);
        shop.check().await;
    }
}

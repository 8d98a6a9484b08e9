//! Marketing: whom the company writes to.
//!
//! - [`criteria`]: which customers they find. [`segments`]: members by criteria and by hand. [`lists`]: how addresses come
//!   onto lists, and how they leave. [`dynamic`]: lists that find their subscribers.
//! - [`campaigns`]: how they are launched and end. [`sending`]: who is written to, and how often. [`engagement`]: what comes
//!   of it. [`spending`]: what it costs. [`contents`]: what is approved before it is sent. [`races`]: many at once.

mod campaigns;
mod contents;
mod criteria;
mod dynamic;
mod engagement;
mod lists;
mod races;
mod segments;
mod sending;
mod spending;

use chrono::Duration;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::shop::fixture::{ShopFixture, text, with};

/// A new customer; the id.
async fn customer(shop: &ShopFixture, input: Value) -> Value {
    shop.done("createCustomer", input, "customer { id }").await["customer"]["id"].clone()
}

/// A customer with nothing but an address.
async fn person(shop: &ShopFixture, name: &str) -> Value {
    customer(shop, json!({ "email": format!("{name}@example.com") })).await
}

/// Records what an address allows now, as its owner says.
async fn say(shop: &ShopFixture, name: &str, state: &str) {
    let said = json!({
        "address": format!("{name}@example.com"), "channel": "EMAIL", "state": state, "source": "CUSTOMER",
        "evidence": { "form": "footer" },
    });
    shop.done("setConsent", said, "replayed").await;
}

/// The names in the addresses of customers, in their order: `ann, bob`.
fn names(customers: &Value) -> String {
    let customers = customers.as_array().unwrap_or_else(|| panic!("a list is expected: {customers}"));
    let emails = customers.iter().map(|customer| text(&customer["email"]));
    let mut names: Vec<String> = emails.map(|email| email.split('@').next().unwrap_or_default().to_owned()).collect();
    names.sort();
    names.join(", ")
}

/// A new segment; the id.
async fn segment(shop: &ShopFixture, name: &str, criteria: Value) -> Value {
    let input = json!({ "name": name, "type": "ONLINE", "criteria": criteria });
    shop.done("createSegment", input, "segment { id }").await["segment"]["id"].clone()
}

/// Recomputes a segment: `+1 -0 = 2` members.
async fn recompute(shop: &ShopFixture, segment: &Value) -> String {
    let fields = "added removed segment { memberCount }";
    let payload = shop.done("recomputeSegment", json!({ "id": segment }), fields).await;
    format!("+{} -{} = {}", payload["added"], payload["removed"], payload["segment"]["memberCount"])
}

/// The members of a segment.
async fn members(shop: &ShopFixture, segment: &Value) -> String {
    let query = "query($id: ID!) { customerSegment(id: $id) { members(first: 100) { nodes { customer { email } } } } }";
    let found = shop.query(query, json!({ "id": segment })).await;
    let nodes = found["customerSegment"]["members"]["nodes"].as_array().expect("a list").clone();
    names(&nodes.iter().map(|node| node["customer"].clone()).collect())
}

/// A new list; the id.
async fn list(shop: &ShopFixture, input: Value) -> Value {
    shop.done("createEmailList", input, "emailList { id }").await["emailList"]["id"].clone()
}

/// What is known of a list: its count, and each address with its status.
async fn subscribers(shop: &ShopFixture, list: &Value) -> String {
    let query = "query($id: ID!) { emailList(id: $id) { subscriberCount subscribers(first: 100) {
        nodes { email status } } } }";
    let found = shop.query(query, json!({ "id": list })).await["emailList"].clone();
    let nodes = found["subscribers"]["nodes"].as_array().expect("a list");
    let mut rows: Vec<String> = nodes
        .iter()
        .map(|node| format!("{} {}", text(&node["email"]).replace("@example.com", ""), text(&node["status"])))
        .collect();
    rows.sort();
    format!("{}: {}", found["subscriberCount"], rows.join(", "))
}

/// Content that was approved; the id.
async fn approved(shop: &ShopFixture) -> Value {
    let input = json!({ "type": "newsletter", "title": "Hello", "body": "How are you?" });
    let content = shop.done("createContent", input, "content { id }").await["content"]["id"].clone();
    let submitted = shop.done("submitContent", json!({ "id": content }), "approval { id }").await;
    let decision = json!({ "approvalId": submitted["approval"]["id"], "decision": "APPROVE" });
    shop.done("decideApproval", decision, "replayed").await;
    content
}

/// A draft of a campaign for new people with these names, all of whom want messages; the id.
async fn campaign(shop: &ShopFixture, people: &[&str], more: Value) -> Value {
    let segment = segment(shop, &format!("Of {}", people.join(" ")), json!({})).await;
    for name in people {
        let item = json!({ "customerId": person(shop, name).await, "segmentId": segment });
        shop.done("assignSegment", json!({ "items": [item] }), "replayed").await;
        say(shop, name, "GRANTED").await;
    }
    let input =
        json!({ "name": "Spring", "type": "EMAIL", "targetSegmentId": segment, "contentId": approved(shop).await });
    shop.done("createCampaign", with(input, more), "campaign { id }").await["campaign"]["id"].clone()
}

/// Launches a campaign, and lets the turns of its recipients come.
async fn launched(shop: &ShopFixture, people: &[&str], more: Value) -> Value {
    let campaign = campaign(shop, people, more).await;
    shop.done("launchCampaign", json!({ "id": campaign }), "added").await;
    shop.pass(0).await;
    shop.clock().advance(Duration::seconds(60));
    campaign
}

/// Claims tasks that send messages: what a worker needs to report on each.
async fn claim(shop: &ShopFixture, most: i32) -> Vec<Value> {
    let input = json!({ "agentIds": [shop.orchestrator], "taskTypes": ["send_message"], "max": most });
    let leases = shop.done("claimTasks", input, "leases { taskId token }").await["leases"].clone();
    leases.as_array().expect("a list").clone()
}

/// Begins to send a message: whether it is sent, or what became of the recipient.
async fn begin(shop: &ShopFixture, held: &Value) -> String {
    let begun = shop.done("beginCampaignSend", held.clone(), "send recipient { status skipReason }").await;
    match begun["send"] == true {
        true => "send".to_owned(),
        false => {
            let reason = begun["recipient"]["skipReason"].as_str().unwrap_or_default();
            format!("{} {reason}", text(&begun["recipient"]["status"])).trim_end().to_owned()
        }
    }
}

/// Sends a message: the recipient.
async fn send(shop: &ShopFixture, held: &Value, message: &str) -> Value {
    assert_eq!(begin(shop, held).await, "send");
    let sent = with(held.clone(), json!({ "providerMessageId": message }));
    shop.done("completeCampaignSend", sent, "recipient { id }").await["recipient"]["id"].clone()
}

/// Where a campaign stands: its status, and its recipients by name.
async fn standing(shop: &ShopFixture, campaign: &Value) -> String {
    let query = "query($id: ID!) { campaign(id: $id) { status recipients(first: 100) { nodes { address status } } } }";
    let found = shop.query(query, json!({ "id": campaign })).await["campaign"].clone();
    let nodes = found["recipients"]["nodes"].as_array().expect("a list");
    let shown =
        |node: &Value| format!("{} {}", text(&node["address"]).replace("@example.com", ""), text(&node["status"]));
    let mut rows: Vec<String> = nodes.iter().map(shown).collect();
    rows.sort();
    format!("{}: {}", text(&found["status"]), rows.join(", "))
}

/// What a campaign has counted and spent.
async fn costs(shop: &ShopFixture, campaign: &Value) -> String {
    let query = "query($id: ID!) { campaign(id: $id) { messageCount bookedCount spent } }";
    let found = shop.query(query, json!({ "id": campaign })).await["campaign"].clone();
    format!("{} sent, {} booked, {:.2} spent", found["messageCount"], found["bookedCount"], amount(&found["spent"]))
}

/// An amount of an answer.
fn amount(value: &Value) -> Decimal {
    text(value).parse().expect("an amount")
}

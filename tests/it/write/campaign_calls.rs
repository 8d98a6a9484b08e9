//! Calls of the mutations of campaigns and content, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::{DemoFixture, with};

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let agent = fixture.agent("Marketing Specialist").await;
    let ads = |name: &str| json!({ "name": name, "type": "ADS", "budget": "10" });
    let campaign =
        async |name: &str| fixture.done("createCampaign", ads(name), "campaign { id }").await["campaign"]["id"].clone();
    let (draft, scheduled, active) = (campaign("Calls 1").await, campaign("Calls 2").await, campaign("Calls 3").await);
    let starts = json!({ "id": scheduled, "startsAt": "2026-04-01T00:00:00Z" });
    fixture.done("scheduleCampaign", starts, "replayed").await;
    fixture.done("launchCampaign", json!({ "id": active }), "replayed").await;
    let content = async |title: &str| {
        let input = json!({ "type": "newsletter", "title": title });
        fixture.done("createContent", input, "content { id }").await["content"]["id"].clone()
    };
    let (text, other) = (content("Calls 1").await, content("Calls 2").await);
    let rows = "{ customers(first: 1) { nodes { id } } campaignRecipients(first: 1) { nodes { id } } }";
    let rows = fixture.query(rows, json!({})).await;
    let customer = rows["customers"]["nodes"][0]["id"].clone();
    let engaged = json!({ "recipientId": rows["campaignRecipients"]["nodes"][0]["id"], "kind": "DELIVERED" });
    let touched =
        json!({ "customerId": customer, "agentId": agent, "campaignId": draft, "channel": "web", "kind": "visit" });
    let task = json!({ "assignedAgentId": agent, "taskType": "campaign_calls" });
    fixture.done("createTasks", json!({ "tasks": [task] }), "replayed").await;
    let claim = json!({ "agentIds": [agent], "taskTypes": ["campaign_calls"] });
    let held = fixture.done("claimTasks", claim, "leases { taskId token }").await["leases"][0].clone();
    vec![
        ("createCampaign", ads("Calls new")),
        ("updateCampaign", json!({ "id": scheduled, "budget": "20" })),
        ("scheduleCampaign", json!({ "id": draft, "startsAt": "2026-04-01T00:00:00Z" })),
        ("launchCampaign", json!({ "id": draft })),
        ("pauseCampaign", json!({ "id": active })),
        ("resumeCampaign", json!({ "id": active })),
        ("cancelCampaign", json!({ "id": active })),
        ("beginCampaignSend", held.clone()),
        ("completeCampaignSend", with(held, json!({ "providerMessageId": "x" }))),
        ("recordCampaignEngagement", json!({ "items": [engaged] })),
        ("recordTouchpoint", json!({ "items": [touched] })),
        ("recordCampaignSpend", json!({ "campaignId": draft, "amount": "1" })),
        ("createContent", json!({ "type": "newsletter", "title": "Calls new" })),
        ("updateContent", json!({ "id": text, "title": "x" })),
        ("submitContent", json!({ "id": other })),
        ("publishContent", json!({ "id": text })),
        ("archiveContent", json!({ "id": text })),
    ]
}

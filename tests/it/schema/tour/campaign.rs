//! A campaign, from the list of those who want it to what they do with a message.

use serde_json::{Value, json};

use crate::work::fixture::{WorkFixture, held};

/// Writes to the subscribers of a list, of whom one leaves.
pub(crate) async fn promote(fixture: &WorkFixture) {
    let made = fixture.done("createEmailList", json!({ "name": "Tour", "type": "STATIC" }), "emailList { id }").await;
    let list = &made["emailList"]["id"];
    let subscriber = |name: &str| json!({ "email": address(name), "listId": list, "source": "API" });
    let items = [subscriber("one"), subscriber("other")];
    fixture.done("subscribe", json!({ "items": items }), "replayed").await;
    let input = json!({
        "name": "Tour", "type": "EMAIL", "ownerAgentId": fixture.other, "targetListId": list,
        "contentId": approved(fixture).await,
    });
    let made = fixture.done("createCampaign", input, "campaign { id }").await;
    fixture.done("launchCampaign", json!({ "id": made["campaign"]["id"] }), "added").await;
    fixture.pass(1).await;
    send(fixture).await;
    let left = json!({ "email": address("one"), "listId": list });
    fixture.done("unsubscribe", left, "replayed").await;
}

fn address(name: &str) -> String {
    format!("{name}@list.example.com")
}

/// Content that was approved; the id.
async fn approved(fixture: &WorkFixture) -> Value {
    let input = json!({ "type": "newsletter", "title": "Tour" });
    let made = fixture.done("createContent", input, "content { id }").await;
    let content = made["content"]["id"].clone();
    let submitted = fixture.done("submitContent", json!({ "id": content }), "approval { id }").await;
    let decision = json!({ "approvalId": submitted["approval"]["id"], "decision": "APPROVE" });
    fixture.done("decideApproval", decision, "replayed").await;
    content
}

/// Sends a message, which is opened.
async fn send(fixture: &WorkFixture) {
    let claim = json!({ "agentIds": [fixture.other], "taskTypes": ["send_message"], "max": 1 });
    let claimed = fixture.done("claimTasks", claim, "leases { taskId token }").await;
    let mut task = held(&claimed["leases"][0]);
    fixture.done("beginCampaignSend", task.clone(), "send").await;
    task["providerMessageId"] = json!("tour");
    fixture.done("completeCampaignSend", task, "recipient { id }").await;
    let opened = json!({ "items": [{ "providerMessageId": "tour", "kind": "OPENED" }] });
    fixture.done("recordCampaignEngagement", opened, "results { userErrors { code } }").await;
}

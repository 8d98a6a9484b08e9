//! Content: from the draft to the public.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{approved, launched, text};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn what_was_approved_is_published_and_archived(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let content = approved(&shop).await;
        assert_eq!(status(&shop, &content).await, "APPROVED");
        assert_eq!(shop.code_and_path("archiveContent", json!({ "id": content })).await, "INVALID_TRANSITION id");
        shop.done("publishContent", json!({ "id": content }), "content { publishedAt }").await;
        assert_eq!(status(&shop, &content).await, "PUBLISHED");
        let changed = json!({ "id": content, "body": "x" });
        assert_eq!(shop.code_and_path("updateContent", changed.clone()).await, "INVALID_TRANSITION id");
        // What came of it is no part of the text.
        shop.done("updateContent", json!({ "id": content, "performanceMetrics": { "views": 3 } }), "replayed").await;
        assert_eq!(status(&shop, &content).await, "PUBLISHED");
        shop.done("archiveContent", json!({ "id": content }), "replayed").await;
        shop.done("updateContent", changed, "replayed").await;
        assert_eq!(status(&shop, &content).await, "DRAFT");
        assert_eq!(shop.code_and_path("publishContent", json!({ "id": content })).await, "INVALID_TRANSITION id");
        shop.check().await;
    }

    async fn the_decision_concerns_the_text(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let edited = submitted(&shop).await;
        let patch = json!({ "title": "Better", "metadata": { "tone": "calm" } });
        let decision = json!({ "approvalId": edited["approval"]["id"], "decision": "EDIT", "patch": patch });
        shop.done("decideApproval", decision, "task { status }").await;
        let query = "query($id: ID!) { contentItem(id: $id) { status title body metadata reviewedAt } }";
        let found = shop.query(query, json!({ "id": edited["content"]["id"] })).await["contentItem"].clone();
        let expected = json!({ "status": "APPROVED", "title": "Better", "body": "How are you?", "metadata": { "tone": "calm" } });
        assert_eq!(found, with(expected, json!({ "reviewedAt": found["reviewedAt"] })));
        assert_ne!(found["reviewedAt"], Value::Null);
        let rejected = submitted(&shop).await;
        let decision = json!({ "approvalId": rejected["approval"]["id"], "decision": "REJECT", "comment": "Too loud" });
        shop.done("decideApproval", decision, "replayed").await;
        assert_eq!(status(&shop, &rejected["content"]["id"]).await, "DRAFT");
        // It can be submitted again.
        shop.done("submitContent", json!({ "id": rejected["content"]["id"] }), "replayed").await;
        shop.check().await;
    }

    async fn a_bad_patch_decides_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let made = submitted(&shop).await;
        for (patch, place) in [
            (json!({ "title": 1 }), "INVALID patch.title"),
            (json!({ "metadata": "x" }), "INVALID patch.metadata"),
            (json!({ "title": "x".repeat(501) }), "INVALID patch.title"),
        ] {
            let decision = json!({ "approvalId": made["approval"]["id"], "decision": "EDIT", "patch": patch });
            assert_eq!(shop.code_and_path("decideApproval", decision).await, place);
        }
        assert_eq!(status(&shop, &made["content"]["id"]).await, "IN_REVIEW");
        shop.check().await;
    }

    async fn a_change_calls_the_review_off(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let made = submitted(&shop).await;
        let content = made["content"]["id"].clone();
        assert_eq!(made["task"]["status"], "WAITING");
        shop.done("updateContent", json!({ "id": content, "body": "Something else." }), "replayed").await;
        assert_eq!(status(&shop, &content).await, "DRAFT");
        let decision = json!({ "approvalId": made["approval"]["id"], "decision": "APPROVE" });
        assert_eq!(shop.code_and_path("decideApproval", decision).await, "ALREADY_DECIDED approvalId");
        shop.check().await;
    }

    async fn a_change_is_made_to_the_version_that_was_seen(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let content = submitted(&shop).await["content"]["id"].clone();
        let change = |version: i32| json!({ "id": content, "body": "Something else.", "expectedVersion": version });
        assert_eq!(shop.code_and_path("updateContent", change(1)).await, "VERSION_CONFLICT expectedVersion");
        // It was submitted with version 1. Calling the review off is no change of somebody else.
        shop.done("updateContent", change(2), "replayed").await;
        assert_eq!(status(&shop, &content).await, "DRAFT");
        shop.check().await;
    }

    async fn what_an_active_campaign_sends_is_not_changed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = launched(&shop, &["ann"], json!({})).await;
        let query = "query($id: ID!) { campaign(id: $id) { contentId } }";
        let content = shop.query(query, json!({ "id": campaign })).await["campaign"]["contentId"].clone();
        let change = json!({ "id": content, "body": "Nobody approved this." });
        assert_eq!(shop.code_and_path("updateContent", change.clone()).await, "IN_USE id");
        assert_eq!(status(&shop, &content).await, "APPROVED");
        shop.done("pauseCampaign", json!({ "id": campaign }), "replayed").await;
        shop.done("updateContent", change, "replayed").await;
        assert_eq!(shop.code_and_path("resumeCampaign", json!({ "id": campaign })).await, "INVALID_TRANSITION id");
        shop.check().await;
    }

    async fn the_author_does_not_decide(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let agent = async |name: &str| {
            let input = json!({ "name": name, "type": "SPECIALIST", "parentId": shop.orchestrator });
            shop.done("createAgent", input, "agent { id }").await["agent"]["id"].clone()
        };
        let (writer, reviewer) = (agent("Writer").await, agent("Reviewer").await);
        agent("Publisher").await;
        shop.configure("routing", json!({ "publish_content": "Publisher" })).await;
        let input = json!({ "type": "post", "title": "Hello", "createdByAgentId": writer });
        let content = shop.done("createContent", input, "content { id }").await["content"]["id"].clone();
        let submit = |approver: &Value| json!({ "id": content, "approverAgentId": approver });
        assert_eq!(shop.code_and_path("submitContent", submit(&writer)).await, "NOT_PERMITTED approverAgentId");
        shop.done("submitContent", submit(&reviewer), "replayed").await;
        shop.check().await;
    }

    async fn nobody_is_left_to_publish_what_is_public(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let made = submitted(&shop).await;
        // What is in review stays so.
        let content = json!({ "id": made["content"]["id"] });
        assert_eq!(shop.code_and_path("publishContent", content.clone()).await, "INVALID_TRANSITION id");
        assert_eq!(status(&shop, &content["id"]).await, "IN_REVIEW");
        let decision = json!({ "approvalId": made["approval"]["id"], "decision": "APPROVE" });
        shop.done("decideApproval", decision, "replayed").await;
        shop.done("publishContent", content, "replayed").await;
        let task = "query($id: ID!) { task(id: $id) { status } }";
        let task = shop.query(task, json!({ "id": made["task"]["id"] })).await["task"].clone();
        assert_eq!(task["status"], "CANCELLED");
        shop.check().await;
    }

    async fn a_cancelled_task_and_a_deadline_give_the_text_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let cancelled = submitted(&shop).await;
        shop.done("cancelTask", json!({ "taskId": cancelled["task"]["id"] }), "replayed").await;
        assert_eq!(status(&shop, &cancelled["content"]["id"]).await, "DRAFT");
        let content = shop.done("createContent", json!({ "type": "post" }), "content { id }").await["content"]["id"].clone();
        let soon = json!({ "id": content, "deadlineAt": "2026-11-21T08:01:00Z" });
        assert_eq!(shop.code_and_path("submitContent", soon).await, "INVALID deadlineAt");
        let late = json!({ "id": content, "deadlineAt": "2026-11-21T09:00:00Z" });
        shop.done("submitContent", late, "replayed").await;
        shop.pass(3600).await;
        assert_eq!(status(&shop, &content).await, "DRAFT");
        shop.check().await;
    }

    async fn what_no_content_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for (changes, place) in [
            (json!({ "type": " " }), "INVALID type"),
            (json!({ "type": "x".repeat(51) }), "INVALID type"),
            (json!({ "title": "x".repeat(501) }), "INVALID title"),
            (json!({ "metadata": [1] }), "INVALID metadata"),
        ] {
            let input = with(json!({ "type": "post" }), changes);
            assert_eq!(shop.code_and_path("createContent", input).await, place);
        }
        shop.check().await;
    }
}

/// Content that waits for a decision.
async fn submitted(shop: &ShopFixture) -> Value {
    let input = json!({ "type": "newsletter", "title": "Hello", "body": "How are you?" });
    let content = shop.done("createContent", input, "content { id }").await["content"]["id"].clone();
    let fields = "content { id } approval { id } task { id status }";
    shop.done("submitContent", json!({ "id": content }), fields).await
}

/// Where content stands.
async fn status(shop: &ShopFixture, content: &Value) -> String {
    let query = "query($id: ID!) { contentItem(id: $id) { status } }";
    text(&shop.query(query, json!({ "id": content })).await["contentItem"]["status"])
}

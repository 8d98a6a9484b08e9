//! What agents may sell.

use serde_json::{Value, json};
use service::principal::{Principal, Role};
use tests::on_both_engines;
use uuid::Uuid;

use super::{amount, done, item, lines, place, statuses};
use crate::shop::fixture::{ShopFixture, text, with};

on_both_engines! {
    async fn an_agent_acts_for_the_customer(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, id) = seller(&shop).await;
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]) });
        let fields = "order { placedByAgentId }";
        assert_eq!(seller.done("placeOrder", input.clone(), fields).await["order"]["placedByAgentId"], id);
        assert_eq!(shop.done("placeOrder", input.clone(), fields).await["order"]["placedByAgentId"], json!(null));
        let named = with(input.clone(), json!({ "placedByAgentId": id }));
        assert_eq!(shop.done("placeOrder", named.clone(), fields).await["order"]["placedByAgentId"], id);
        seller.done("placeOrder", named, fields).await;
        let above = with(input, json!({ "placedByAgentId": shop.orchestrator }));
        assert_eq!(seller.code_and_path("placeOrder", above).await, "FORBIDDEN placedByAgentId");
        shop.check().await;
    }

    async fn an_agent_needs_the_capability(db: &TestDatabase) {
        let shop = stocked(db).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        let agent = Principal { agent: Some(shop.orchestrator), ..ShopFixture::somebody(Role::Agent, "agent") };
        let stranger = shop.acting(agent);
        for (mutation, input) in [
            ("placeOrder", json!({ "lines": lines(&[("A", 1)]) })),
            ("createDraftOrder", json!({ "lines": lines(&[("A", 1)]) })),
            ("confirmOrder", json!({ "id": order["id"] })),
            ("cancelOrder", json!({ "id": order["id"] })),
        ] {
            assert_eq!(stranger.code(mutation, input).await, "FORBIDDEN", "{mutation}");
        }
        shop.check().await;
    }

    async fn a_price_below_the_list_needs_authority(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, _) = seller(&shop).await;
        shop.configure("authority", json!({ "Seller": { "discountPercentage": 10, "orderAmount": 500 } })).await;
        let wanted = |price: &str, quantity: i32| {
            let line = json!({ "sku": "A", "quantity": quantity, "unitPrice": price });
            json!({ "email": "ann@example.com", "lines": [line] })
        };
        seller.done("placeOrder", wanted("90", 5), "order { id }").await;
        seller.done("placeOrder", wanted("120", 50), "order { id }").await;
        for (price, quantity, limit, asked) in [("89", 1, "10", "11"), ("90", 6, "500", "540")] {
            let refused = seller.refused("placeOrder", wanted(price, quantity)).await;
            assert_eq!(refused["code"], "APPROVAL_REQUIRED");
            assert_eq!((amount(&refused["limit"]), amount(&refused["asked"])), (amount(&json!(limit)), amount(&json!(asked))));
        }
        // People have no limits.
        place(&shop, wanted("1", 1)).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        let cheap = json!({ "id": order["id"], "changes": [{ "sku": "A", "quantity": 1, "unitPrice": "1" }] });
        assert_eq!(seller.code("editOrder", cheap.clone()).await, "APPROVAL_REQUIRED");
        shop.done("editOrder", cheap, "refundDue").await;
        shop.check().await;
    }

    async fn more_of_a_reduced_line_needs_authority(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, _) = seller(&shop).await;
        shop.configure("authority", json!({ "Seller": { "discountPercentage": 10, "orderAmount": 500 } })).await;
        let sold = async |price: &str| {
            let line = json!({ "sku": "A", "quantity": 1, "unitPrice": price });
            place(&shop, json!({ "lines": [line] })).await
        };
        let more = |order: &Value, quantity: i32| {
            let change = json!({ "itemId": item(order, "A"), "quantity": quantity });
            json!({ "id": order["id"], "changes": [change] })
        };
        let gift = sold("1").await;
        let refused = seller.refused("editOrder", more(&gift, 2)).await;
        assert_eq!((&refused["code"], amount(&refused["asked"])), (&json!("APPROVAL_REQUIRED"), amount(&json!("99"))));
        // Up to the limit of the amount, whatever it is that is added.
        let order = sold("90").await;
        seller.done("editOrder", more(&order, 5), "replayed").await;
        let full = json!({ "id": order["id"], "changes": [{ "sku": "A", "quantity": 1 }] });
        for input in [more(&order, 6), full] {
            let refused = seller.refused("editOrder", input).await;
            assert_eq!((&refused["code"], amount(&refused["limit"])), (&json!("APPROVAL_REQUIRED"), amount(&json!("500"))));
        }
        seller.done("editOrder", more(&order, 4), "replayed").await;
        shop.check().await;
    }

    async fn who_handles_no_payments_cannot_say_that_money_came(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, id) = seller(&shop).await;
        let wanted = |captured: bool| {
            let payment = json!({ "provider": "manual", "captured": captured });
            json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]), "payment": payment })
        };
        assert_eq!(seller.code_and_path("placeOrder", wanted(true)).await, "FORBIDDEN payment.captured");
        seller.done("placeOrder", wanted(false), "order { id }").await;
        allow(&shop, &id, "payments").await;
        assert_eq!(statuses(&done(&seller, "placeOrder", wanted(true)).await), "CONFIRMED PAID UNFULFILLED");
        shop.check().await;
    }

    async fn cancelling_gives_back_what_the_agent_may(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, id) = seller(&shop).await;
        shop.configure("authority", json!({ "Seller": { "refund": 50 } })).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 5)]), "payment": paid })).await;
        let cancel = json!({ "id": order["id"] });
        let refused = seller.refused("cancelOrder", cancel.clone()).await;
        assert_eq!((&refused["code"], amount(&refused["asked"])), (&json!("APPROVAL_REQUIRED"), amount(&json!("500"))));
        let approval = approve(&shop, &seller, &id, &order["id"], json!({ "amount": "500" })).await;
        let ended = done(&seller, "cancelOrder", with(cancel, json!({ "approvalId": approval }))).await;
        assert_eq!(statuses(&ended), "CANCELLED REFUNDED UNFULFILLED");
        // Nothing goes back for what nobody has paid.
        let unpaid = place(&shop, json!({ "lines": lines(&[("A", 9)]) })).await;
        done(&seller, "cancelOrder", json!({ "id": unpaid["id"] })).await;
        shop.check().await;
    }

    async fn an_approval_of_a_price_says_how_much_less(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, id) = seller(&shop).await;
        shop.configure("authority", json!({ "Seller": { "discountPercentage": 10, "orderAmount": 500 } })).await;
        let line = json!({ "sku": "A", "quantity": 1, "unitPrice": "60" });
        let input = json!({ "email": "ann@example.com", "lines": [line] });
        let draft = seller.done("createDraftOrder", input, "order { id }").await["order"]["id"].clone();
        for context in [
            json!({}),
            json!({ "discountPercentage": 39 }),
            json!({ "discountPercentage": true }),
            json!({ "discountPercentage": 40, "limit": "orderAmount" }),
        ] {
            let what = json!({ "amount": "600", "context": context });
            let approval = approve(&shop, &seller, &id, &draft, what).await;
            let input = json!({ "draftId": draft, "approvalId": approval });
            assert_eq!(seller.code_and_path("placeOrder", input).await, "APPROVAL_REQUIRED approvalId", "{context}");
        }
        let what = json!({ "context": { "discountPercentage": "40.0", "limit": "discountPercentage" } });
        let approval = approve(&shop, &seller, &id, &draft, what).await;
        done(&seller, "placeOrder", json!({ "draftId": draft, "approvalId": approval })).await;
        shop.check().await;
    }

    async fn an_approval_permits_one_order(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (seller, id) = seller(&shop).await;
        shop.configure("authority", json!({ "Seller": { "discountPercentage": 10, "orderAmount": 500 } })).await;
        let line = json!({ "sku": "A", "quantity": 10, "unitPrice": "60" });
        let input = json!({ "email": "ann@example.com", "lines": [line] });
        let drafts = [0, 1].map(|_| seller.done("createDraftOrder", input.clone(), "order { id }"));
        let drafts = futures::future::join_all(drafts).await;
        let [first, second] = [0, 1].map(|number| drafts[number]["order"]["id"].clone());
        assert_eq!(seller.code("placeOrder", json!({ "draftId": first })).await, "APPROVAL_REQUIRED");
        let approval = approve(&shop, &seller, &id, &first, json!({ "amount": "600", "context": { "discountPercentage": 40 } })).await;
        let other = json!({ "draftId": second, "approvalId": approval });
        assert_eq!(seller.code_and_path("placeOrder", other).await, "APPROVAL_REQUIRED approvalId");
        let order = done(&seller, "placeOrder", json!({ "draftId": first, "approvalId": approval })).await;
        assert_eq!(statuses(&order), "PENDING PENDING UNFULFILLED");
        // What an agent has quoted a person may sell.
        done(&shop, "placeOrder", json!({ "draftId": second })).await;
        shop.check().await;
    }
}

/// A shop with enough of a variant for 100.
async fn stocked(db: &tests::TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "A").await;
    shop.stock("A", "main", 1000).await;
    shop
}

/// An agent who may sell, with a key of its own.
async fn seller(shop: &ShopFixture) -> (ShopFixture, Value) {
    let agent = json!({ "name": "Seller", "type": "SPECIALIST", "parentId": shop.orchestrator });
    let id = shop.done("createAgent", agent, "agent { id }").await["agent"]["id"].clone();
    allow(shop, &id, "orders").await;
    let key = json!({ "name": "seller", "role": "AGENT", "agentId": id });
    let key = shop.done("createApiKey", key, "apiKey { id }").await["apiKey"]["id"].clone();
    let parse = |id: &Value| text(id).parse::<Uuid>().expect("an id");
    let principal =
        Principal { name: "seller".to_owned(), key: Some(parse(&key)), role: Role::Agent, agent: Some(parse(&id)) };
    (shop.acting(principal), id)
}

/// Gives an agent the capability of an area.
async fn allow(shop: &ShopFixture, agent: &Value, area: &str) {
    let capability = json!({ "agentId": agent, "capabilityType": "commerce", "capabilityName": area });
    shop.done("setAgentCapability", capability, "agentCapability { id }").await;
}

/// An approval of something for an order, which a person has given.
async fn approve(shop: &ShopFixture, seller: &ShopFixture, agent: &Value, order: &Value, what: Value) -> Value {
    let task = json!({ "assignedAgentId": agent, "taskType": "ask" });
    shop.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    let claim = json!({ "agentIds": [agent], "taskTypes": ["ask"] });
    let lease = seller.done("claimTasks", claim, "leases { taskId token }").await["leases"][0].take();
    let about = with(json!({ "subject": "A price", "subjectType": "Order", "subjectId": order }), what);
    let asked = seller.done("requestApproval", with(lease, about), "approval { id }").await["approval"]["id"].clone();
    shop.done("decideApproval", json!({ "approvalId": asked, "decision": "APPROVE" }), "approval { id }").await;
    asked
}

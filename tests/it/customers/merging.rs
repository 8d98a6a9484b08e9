//! Customers who turn out to be one person: everything moves, nothing is counted twice.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait};
use serde_json::{Value, json};
use service::{Actor, Verb, customers::merge::Merge};
use tests::on_both_engines;
use uuid::Uuid;

use super::{count, customer, known, order, spent, stocked, texts, told};
use crate::{
    shop::fixture::{NOBODY, ShopFixture, start, text, with},
    work::fixture::at_once,
};

on_both_engines! {
    async fn a_merge_keeps_the_sum_of_all(db: &TestDatabase) {
        let shop = stocked(db).await;
        let [into, from, other] = three(&shop).await;
        order(&shop, json!({ "customerId": into }), 60).await;
        let (paid, _) = order(&shop, json!({ "customerId": from }), 41).await;
        shop.done("markOrderPaid", json!({ "orderId": paid }), "replayed").await;
        let (cancelled, _) = order(&shop, json!({ "customerId": other }), 7).await;
        shop.done("cancelOrder", json!({ "id": cancelled }), "replayed").await;
        let said = json!({ "customerId": from, "interactionType": "quote", "channel": "PHONE", "agentId": shop.orchestrator });
        shop.done("logInteraction", said, "replayed").await;
        assert_eq!(known(&shop, &into).await["vipStatus"], false);

        merge(&shop, &into, &[&from, &other]).await;
        let all = known(&shop, &into).await;
        assert_eq!((&all["ordersCount"], spent(&all)), (&json!(2), 10_100.into()));
        assert_eq!((&all["vipStatus"], &all["email"]), (&json!(true), &json!("into@example.com")));
        let query = "query($id: ID!) { customer(id: $id) { orders { totalCount } interactions { totalCount }
            transactions { totalCount } } }";
        let moved = shop.query(query, json!({ "id": into })).await;
        let number = |list: &str| moved["customer"][list]["totalCount"].as_i64().expect("a number");
        assert_eq!(["orders", "interactions", "transactions"].map(number), [3, 1, 1]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM customers").await, 1);
        assert_eq!(told(db, &into).await.last().map(String::as_str), Some("customer.merged"));
        assert_eq!(told(db, &from).await, ["customer.created", "interaction.logged", "customer.merged"]);
        shop.check().await;
    }

    async fn who_was_merged_is_found_by_what_was_known(db: &TestDatabase) {
        let shop = stocked(db).await;
        let [into, from, other] = three(&shop).await;
        db.connection()
            .execute_unprepared("UPDATE customers SET shopify_customer_id = '77' WHERE email = 'from@example.com'")
            .await
            .expect("done");
        merge(&shop, &from, &[&other]).await;
        merge(&shop, &into, &[&from]).await;
        for buyer in [
            json!({ "customerId": from }),
            json!({ "customerId": other }),
            json!({ "email": "From@example.com" }),
            json!({ "email": "other@example.com" }),
        ] {
            assert_eq!(order(&shop, buyer.clone(), 1).await.1, into, "{buyer}");
        }
        let aliases = texts(db, "SELECT value FROM customer_aliases WHERE kind <> 'customer' ORDER BY value").await;
        assert_eq!(aliases, ["77", "from@example.com", "other@example.com"]);
        assert_eq!(shop.code_and_path("createCustomer", json!({ "email": "from@example.com" })).await, "ALREADY_EXISTS email");
        assert_eq!(shop.code_and_path("updateCustomer", json!({ "id": from })).await, "NOT_FOUND id");
        shop.check().await;
    }

    async fn a_withdrawal_is_carried_over(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let [into, from, _] = three(&shop).await;
        for (subject, state, hours) in [(&into, "GRANTED", 1), (&from, "WITHDRAWN", 2)] {
            let at = start() - chrono::Duration::days(1) + chrono::Duration::hours(hours);
            let said = json!({
                "customerId": subject, "channel": "EMAIL", "state": state, "source": "CUSTOMER",
                "evidence": { "form": "x" }, "occurredAt": at.to_rfc3339(),
            });
            shop.done("setConsent", said, "replayed").await;
        }
        assert_eq!(known(&shop, &into).await["acceptsMarketing"], true);
        merge(&shop, &into, &[&from]).await;
        assert_eq!(known(&shop, &into).await["acceptsMarketing"], false);
        assert_eq!(count(db, "SELECT COUNT(DISTINCT customer_id) FROM consents").await, 1);
        assert_eq!(count(db, "SELECT COUNT(*) FROM consents WHERE customer_id IS NULL").await, 0);
        shop.check().await;
    }

    async fn memberships_and_subscriptions_are_those_of_one_person(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let [into, from, _] = three(&shop).await;
        let (segment, list) = (segment(db).await, list(db).await);
        for (customer, score) in [(&into, 40), (&from, 70)] {
            member(db, customer, segment, score).await;
        }
        subscriber(db, "into@example.com", &into, list, "subscribed").await;
        subscriber(db, "from@example.com", &from, list, "unsubscribed").await;
        let connection = db.connection();
        connection.execute_unprepared("UPDATE email_lists SET subscriber_count = 1").await.expect("done");
        connection.execute_unprepared("UPDATE customer_segments SET member_count = 2").await.expect("done");
        merge(&shop, &into, &[&from]).await;
        let scores = texts(db, "SELECT CAST(CAST(score AS INTEGER) AS TEXT) FROM customer_segment_members").await;
        assert_eq!(scores, ["70"]);
        assert_eq!(count(db, "SELECT CAST(member_count AS bigint) FROM customer_segments").await, 1);
        let states = texts(db, "SELECT DISTINCT CAST(status AS TEXT) FROM email_subscribers").await;
        assert_eq!(states, ["unsubscribed"]);
        assert_eq!(count(db, "SELECT CAST(subscriber_count AS bigint) FROM email_lists").await, 0);
        shop.check().await;
    }

    async fn a_discount_used_once_by_each_stays_used_once(db: &TestDatabase) {
        let shop = stocked(db).await;
        let [into, from, _] = three(&shop).await;
        let discount = json!({ "code": "ONCE", "name": "Once", "kind": "PERCENTAGE", "value": "10", "oncePerCustomer": true });
        shop.done("saveDiscount", discount, "discount { id }").await;
        let input = |customer: &Value| json!({ "customerId": customer, "discountCodes": ["once"] });
        for customer in [&into, &from] {
            order(&shop, input(customer), 1).await;
        }
        merge(&shop, &into, &[&from]).await;
        assert_eq!(count(db, "SELECT COUNT(*) FROM discount_uses WHERE is_once").await, 1);
        assert_eq!(count(db, "SELECT COUNT(*) FROM discount_uses").await, 2);
        let again = with(input(&into), json!({ "lines": [{ "sku": "A", "quantity": 1 }] }));
        assert_eq!(shop.code("placeOrder", again).await, "DISCOUNT_REFUSED");
        shop.check().await;
    }

    async fn what_cannot_be_merged_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let [into, from, other] = three(&shop).await;
        for (input, refusal) in [
            (json!({ "intoId": into, "fromIds": [] }), "INVALID fromIds"),
            (json!({ "intoId": into, "fromIds": [from, into] }), "INVALID fromIds.1"),
            (json!({ "intoId": into, "fromIds": vec![NOBODY; 21] }), "LIMIT_REACHED fromIds"),
            (json!({ "intoId": NOBODY, "fromIds": [from] }), "NOT_FOUND intoId"),
            (json!({ "intoId": into, "fromIds": [from, NOBODY] }), "NOT_FOUND fromIds.1"),
            (json!({ "intoId": into, "fromIds": [from], "expectedVersions": [1] }), "INVALID expectedVersions"),
            (
                json!({ "intoId": into, "fromIds": [from, other], "expectedVersions": [1, 1, 2] }),
                "VERSION_CONFLICT expectedVersions.2",
            ),
        ] {
            assert_eq!(shop.code_and_path("mergeCustomers", input.clone()).await, refusal, "{input}");
        }
        let versions = json!({ "intoId": into, "fromIds": [from, other], "expectedVersions": [1, 1, 1] });
        shop.done("mergeCustomers", versions, "customer { id }").await;
        shop.check().await;
    }

    async fn whoever_orders_during_a_merge_buys_as_the_one_who_stays(db: &TestDatabase) {
        let shop = stocked(db).await;
        let [into, from, _] = three(&shop).await;
        let mut unit = shop.service.begin(&Actor::server()).await.expect("begun");
        let [into_id, from_id] = [&into, &from].map(|id| text(id).parse::<Uuid>().expect("an id"));
        let verb = Merge { into_id, from_ids: vec![from_id], expected_versions: Vec::new() };
        verb.perform(&mut unit).await.expect("merged");
        let call = {
            let (shop, from) = (shop.clone(), from.clone());
            tokio::spawn(async move { order(&shop, json!({ "customerId": from }), 1).await.1 })
        };
        db.until_blocked(&call).await;
        unit.commit().await.expect("committed");
        assert_eq!(call.await.expect("no panic"), into);
        assert_eq!(known(&shop, &into).await["ordersCount"], 1);
        shop.check().await;
    }

    async fn merges_and_orders_at_once_lose_nothing(db: &TestDatabase) {
        let shop = stocked(db).await;
        for _ in 0..5 {
            let [into, from, other] = three(&shop).await;
            let outcomes = at_once(9, |number| {
                let (shop, into, from, other) = (shop.clone(), into.clone(), from.clone(), other.clone());
                async move {
                    match number {
                        0 => merge(&shop, &into, &[&from, &other]).await,
                        1..=4 => drop(order(&shop, json!({ "customerId": from }), 1).await),
                        _ => drop(order(&shop, json!({ "email": "other@example.com" }), 1).await),
                    }
                }
            })
            .await;
            assert_eq!(outcomes.len(), 9);
            let all = known(&shop, &into).await;
            assert_eq!((&all["ordersCount"], spent(&all)), (&json!(8), 800.into()));
            shop.check().await;
            // The next round begins with new customers of these addresses.
            let connection = db.connection();
            connection.execute_unprepared("DELETE FROM customer_aliases").await.expect("done");
            let name = match db.engine() {
                tests::Engine::Postgres => "CAST(id AS TEXT)",
                tests::Engine::Sqlite => "lower(hex(id))",
            };
            let rename = format!("UPDATE customers SET email = {name} || '@old', email_hash = {name}");
            connection.execute_unprepared(&rename).await.expect("done");
        }
    }
}

/// Three customers: `into`, `from` and `other`.
async fn three(shop: &ShopFixture) -> [Value; 3] {
    [
        customer(shop, "into@example.com").await,
        customer(shop, "from@example.com").await,
        customer(shop, "other@example.com").await,
    ]
}

/// Merges customers.
async fn merge(shop: &ShopFixture, into: &Value, from: &[&Value]) {
    let input = json!({ "intoId": into, "fromIds": from });
    assert_eq!(shop.done("mergeCustomers", input, "customer { id }").await["customer"]["id"], *into);
}

/// A segment.
async fn segment(db: &tests::TestDatabase) -> Uuid {
    let id = Uuid::now_v7();
    let row = entity::customer_segments::ActiveModel {
        id: Set(id),
        name: Set("Everybody".to_owned()),
        r#type: Set(entity::sea_orm_active_enums::SegmentType::Online),
        criteria: Set(json!({})),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a segment");
    id
}

/// Puts a customer into a segment.
async fn member(db: &tests::TestDatabase, customer: &Value, segment: Uuid, score: i64) {
    let row = entity::customer_segment_members::ActiveModel {
        customer_id: Set(text(customer).parse().expect("an id")),
        segment_id: Set(segment),
        score: Set(score.into()),
        assigned_at: Set(start().into()),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a member");
}

/// A list.
async fn list(db: &tests::TestDatabase) -> Uuid {
    let id = Uuid::now_v7();
    let row = entity::email_lists::ActiveModel {
        id: Set(id),
        name: Set("News".to_owned()),
        r#type: Set(entity::sea_orm_active_enums::EmailListType::Static),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a list");
    id
}

/// Puts an address on a list.
async fn subscriber(db: &tests::TestDatabase, email: &str, customer: &Value, list: Uuid, status: &str) {
    use entity::sea_orm_active_enums::SubscriptionStatus;
    let row = entity::email_subscribers::ActiveModel {
        email: Set(email.to_owned()),
        list_id: Set(list),
        customer_id: Set(Some(text(customer).parse().expect("an id"))),
        status: Set(match status {
            "subscribed" => SubscriptionStatus::Subscribed,
            _ => SubscriptionStatus::Unsubscribed,
        }),
        subscribed_at: Set(start().into()),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        address_hash: Set(Some(service::hash::hex(format!("email:{email}")))),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a subscriber");
}

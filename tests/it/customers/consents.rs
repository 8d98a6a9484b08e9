//! What customers allow: the latest word counts, and only they themselves take a withdrawal back.

use chrono::Duration;
use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use serde_json::{Value, json};
use service::{
    Actor, Change, Verb,
    customers::{set_consent::SetConsent, update::Update},
};
use tests::on_both_engines;

use super::{count, customer, known, order, stocked, texts, told};
use crate::shop::fixture::{NOBODY, ShopFixture, start, text, with};

on_both_engines! {
    async fn marketing_is_accepted_by_the_latest_consent(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        for (hours, state, accepts) in [(1, "GRANTED", true), (3, "WITHDRAWN", false), (2, "WITHDRAWN", false)] {
            say(&shop, &json!({ "customerId": ann }), state, hours).await;
            assert_eq!(known(&shop, &ann).await["acceptsMarketing"], accepts, "{state} {hours}");
        }
        // What was said earlier is kept, and changes nothing.
        assert_eq!(count(db, "SELECT COUNT(*) FROM consents").await, 3);
        assert_eq!(told(db, &ann).await, ["customer.created", "customer.consent_changed", "customer.consent_changed"]);
        let hashes = texts(db, "SELECT DISTINCT address_hash FROM consents").await;
        assert_eq!(hashes, [service::hash::hex("email:ann@example.com")]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM consents WHERE customer_id IS NULL").await, 0);
        shop.check().await;
    }

    async fn only_the_customer_lifts_what_was_said(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        let subject = json!({ "address": "ANN@example.com" });
        for (hours, state) in [(1, "WITHDRAWN"), (3, "COMPLAINED"), (5, "BOUNCED")] {
            say(&shop, &subject, state, hours).await;
            let granted = consent(&subject, "GRANTED", hours + 1);
            for (changes, is_refused) in [
                (json!({ "source": "IMPORT" }), true),
                (json!({ "evidence": {} }), true),
                (json!({ "occurredAt": time(hours) }), true),
                (json!({}), false),
            ] {
                let input = with(granted.clone(), changes);
                if !is_refused {
                    shop.done("setConsent", input, "replayed").await;
                    continue;
                }
                let refused = shop.refused("setConsent", input).await;
                assert_eq!((&refused["code"], &refused["state"]), (&json!("SUPPRESSED"), &json!(state)), "{refused}");
            }
            assert_eq!(known(&shop, &ann).await["acceptsMarketing"], true);
        }
        shop.check().await;
    }

    async fn another_address_has_its_own_consents(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        say(&shop, &json!({ "address": "new@example.com" }), "GRANTED", 1).await;
        assert_eq!(known(&shop, &ann).await["acceptsMarketing"], false);
        let change = |email: &str| json!({ "id": ann, "email": email });
        shop.done("updateCustomer", change("new@example.com"), "replayed").await;
        assert_eq!(known(&shop, &ann).await["acceptsMarketing"], true);
        shop.done("updateCustomer", change("ann@example.com"), "replayed").await;
        assert_eq!(known(&shop, &ann).await["acceptsMarketing"], false);
        shop.check().await;
    }

    async fn calls_and_text_messages_go_to_the_phone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        let sms = |subject: Value| with(consent(&subject, "GRANTED", 1), json!({ "channel": "SMS" }));
        assert_eq!(shop.code_and_path("setConsent", sms(json!({ "customerId": ann }))).await, "INVALID customerId");
        shop.done("updateCustomer", json!({ "id": ann, "phone": "+1 (555) 010-203" }), "replayed").await;
        shop.done("setConsent", sms(json!({ "customerId": ann })), "replayed").await;
        let same = shop.done("setConsent", sms(json!({ "address": "+1555010203" })), "customer { id }").await;
        assert_eq!(same["customer"]["id"], ann);
        assert_eq!(count(db, "SELECT COUNT(DISTINCT address_hash) FROM consents").await, 1);
        assert_eq!(known(&shop, &ann).await["acceptsMarketing"], false);
        shop.check().await;
    }

    async fn a_consent_is_about_the_address_that_the_customer_has_by_then(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        let mut unit = shop.service.begin(&Actor::server()).await.expect("begun");
        let verb = Update {
            id: text(&ann).parse().expect("an id"),
            expected_version: None,
            email: Change::Set("new@example.com".to_owned()),
            first_name: Change::Keep,
            last_name: Change::Keep,
            company: Change::Keep,
            phone: Change::Keep,
            tags: Change::Keep,
            note: Change::Keep,
        };
        verb.perform(&mut unit).await.expect("changed");
        let call = {
            let (shop, ann) = (shop.clone(), ann.clone());
            tokio::spawn(async move { say(&shop, &json!({ "customerId": ann }), "GRANTED", 1).await })
        };
        db.until_blocked(&call).await;
        unit.commit().await.expect("committed");
        call.await.expect("no panic");
        let hashes = texts(db, "SELECT address_hash FROM consents").await;
        assert_eq!(hashes, [service::hash::hex("email:new@example.com")]);
        assert_eq!(known(&shop, &ann).await["acceptsMarketing"], true);
        shop.check().await;
    }

    async fn whoever_consents_while_buying_first_accepts(db: &TestDatabase) {
        let shop = stocked(db).await;
        let mut unit = shop.service.begin(&Actor::server()).await.expect("begun");
        let verb = SetConsent {
            customer_id: None,
            address: Some("new@example.com".to_owned()),
            channel: ConsentChannel::Email,
            state: ConsentState::Granted,
            source: "customer".to_owned(),
            evidence: json!({ "form": "checkout" }),
            occurred_at: None,
        };
        verb.perform(&mut unit).await.expect("recorded");
        let call = {
            let shop = shop.clone();
            tokio::spawn(async move { order(&shop, json!({ "email": "new@example.com" }), 1).await.1 })
        };
        db.until_blocked(&call).await;
        unit.commit().await.expect("committed");
        let new = call.await.expect("no panic");
        assert_eq!(known(&shop, &new).await["acceptsMarketing"], true);
        shop.check().await;
    }

    async fn what_no_consent_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let address = json!({ "address": "ann@example.com" });
        for (changes, refusal) in [
            (json!({ "customerId": NOBODY, "address": null }), "NOT_FOUND customerId"),
            (json!({ "customerId": NOBODY }), "INVALID customerId"),
            (json!({ "address": null }), "INVALID customerId"),
            (json!({ "address": "ann" }), "INVALID address"),
            (json!({ "address": "none", "channel": "SMS" }), "INVALID address"),
            (json!({ "state": "ERASED" }), "INVALID state"),
            (json!({ "source": "" }), "INVALID source"),
            (json!({ "evidence": [] }), "INVALID evidence"),
            (json!({ "occurredAt": time(1000) }), "INVALID occurredAt"),
        ] {
            let input = with(consent(&address, "GRANTED", 1), changes);
            assert_eq!(shop.code_and_path("setConsent", input.clone()).await, refusal, "{input}");
        }
        assert_eq!(count(db, "SELECT COUNT(*) FROM consents").await, 0);
        shop.check().await;
    }
}

/// A time, hours after the last day before the test began.
fn time(hours: i64) -> String {
    (start() - Duration::days(1) + Duration::hours(hours)).to_rfc3339()
}

/// What a customer says by a form.
fn consent(subject: &Value, state: &str, hours: i64) -> Value {
    let said = json!({
        "channel": "EMAIL", "state": state, "source": "CUSTOMER", "evidence": { "form": "footer" }, "occurredAt": time(hours),
    });
    with(said, subject.clone())
}

/// Records what a customer says.
async fn say(shop: &ShopFixture, subject: &Value, state: &str, hours: i64) {
    shop.done("setConsent", consent(subject, state, hours), "replayed").await;
}

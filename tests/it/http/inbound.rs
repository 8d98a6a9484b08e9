//! Webhooks of other systems: what is signed is stored, once, and nothing else.

use ::api::{
    config::Secret,
    http::{Settings, Webhooks},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use entity::{configurations, inbound_webhooks, sea_orm_active_enums::InboundStatus};
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use service::clock::Clock;
use sha2::Sha256;
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::Served;

const ORDER: &[u8] = br#"{ "id": 820982911946154508, "note": "a\u0000b", "total": 1e300 }"#;
const EVENT: &[u8] = br#"{ "id": "evt_1", "type": "payment_intent.succeeded", "created": 1795000000,
    "data": { "object": { "id": "pi_1" } } }"#;

/// The time of the server.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).expect("a time")
}

async fn serve(db: &TestDatabase) -> Served {
    let secrets = |texts: [&str; 2]| Vec::from(texts.map(|text| Secret::from(text.to_owned())));
    let webhooks = Webhooks {
        shopify_secrets: secrets(["the old secret of Shopify", "the secret of Shopify"]),
        stripe_secrets: secrets(["the old secret of Stripe", "the secret of Stripe"]),
        body_limit: 2000,
    };
    let settings = Settings { webhooks, ..Settings::default() };
    Served::start_at(db, settings, Clock::standing(now())).await
}

fn sign(secret: &str, parts: &[&[u8]]) -> Vec<u8> {
    let mut signer = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a signer");
    parts.iter().for_each(|part| signer.update(part));
    signer.finalize().into_bytes().to_vec()
}

/// What Shopify sends, with some headers changed; none leaves one out.
fn shopify(served: &Served, body: &[u8], signature: &str, changes: &[(&str, Option<&str>)]) -> u16 {
    let mut headers = vec![
        ("x-shopify-hmac-sha256", Some(signature)),
        ("x-shopify-topic", Some("orders/create")),
        ("x-shopify-shop-domain", Some("a-shop.myshopify.com")),
        ("x-shopify-webhook-id", Some("b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")),
        ("x-shopify-event-id", Some("98880550-7158-44d4-b7cd-2c97c8a091b5")),
        ("x-shopify-triggered-at", Some("2026-11-21T08:00:00.123456789Z")),
        ("content-type", Some("application/json")),
    ];
    for (name, value) in changes {
        headers.retain(|(known, _)| known != name);
        headers.push((*name, *value));
    }
    let headers: Vec<_> = headers.iter().filter_map(|(name, value)| Some((*name, (*value)?))).collect();
    served.send("POST /webhooks/shopify", &headers, body).status
}

fn signed(body: &[u8]) -> String {
    STANDARD.encode(sign("the secret of Shopify", &[body]))
}

fn stripe(served: &Served, body: &[u8], header: &str) -> u16 {
    served.send("POST /webhooks/stripe", &[("stripe-signature", header)], body).status
}

fn stripe_signature(secret: &str, seconds: i64, body: &[u8]) -> String {
    let digits = sign(secret, &[format!("{seconds}.").as_bytes(), body]);
    let digits: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={seconds},v1={},v1={digits},v0=x", "0".repeat(64))
}

async fn stored(db: &TestDatabase) -> Vec<inbound_webhooks::Model> {
    inbound_webhooks::Entity::find().all(db.connection()).await.expect("read")
}

on_both_engines! {
    async fn what_shopify_signs_is_stored_once(db: &TestDatabase) {
        let served = serve(db).await;
        for _ in 0..2 {
            assert_eq!(shopify(&served, ORDER, &signed(ORDER), &[]), 200);
        }
        let rows = stored(db).await;
        let [row] = &rows[..] else { panic!("one row is expected: {rows:?}") };
        assert_eq!((row.source.as_str(), row.topic.as_str(), row.status), ("shopify", "orders/create", InboundStatus::Received));
        assert_eq!(row.external_id, "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043");
        assert_eq!(row.event_key.as_deref(), Some("98880550-7158-44d4-b7cd-2c97c8a091b5"));
        assert_eq!(row.object_key.as_deref(), Some("order:820982911946154508"));
        assert_eq!(row.triggered_at.map(|at| at.to_utc().to_rfc3339()), Some("2026-11-21T08:00:00.123456+00:00".to_owned()));
        // What no database can hold does not keep the rest from being stored.
        let payload = json!({ "id": 820_982_911_946_154_508_u64, "note": "a\u{fffd}b", "total": "1e+300" });
        assert_eq!(row.payload, payload);
        assert_eq!(row.next_attempt_at.map(|at| at.to_utc()), Some(now()));
        // Another delivery, signed with the secret of before, with an unknown topic.
        let old = STANDARD.encode(sign("the old secret of Shopify", &[b"{}"]));
        let other = [("x-shopify-webhook-id", Some("2")), ("x-shopify-topic", Some("carts/update"))];
        assert_eq!(shopify(&served, b"{}", &old, &other), 200);
        assert_eq!(stored(db).await.len(), 2);
    }

    async fn nothing_is_stored_that_shopify_did_not_sign(db: &TestDatabase) {
        let served = serve(db).await;
        let good = signed(ORDER);
        for (body, signature) in [
            (ORDER, STANDARD.encode(sign("the secret of Stripe", &[ORDER]))),
            (b"{}", good.clone()),
            (ORDER, signed(b"{}")),
            (ORDER, good[1..].to_owned()),
            (ORDER, "?".to_owned()),
            (ORDER, String::new()),
        ] {
            assert_eq!(shopify(&served, body, &signature, &[]), 401, "{signature}");
        }
        assert_eq!(shopify(&served, ORDER, &good, &[("x-shopify-hmac-sha256", None)]), 401);
        for (body, header, value, status) in [
            (&b"{"[..], "x-other", None, 400),
            (b"[1]", "x-other", None, 400),
            (&[b'['; 1000], "x-other", None, 400),
            (ORDER, "x-shopify-topic", None, 400),
            (ORDER, "x-shopify-topic", Some("x".repeat(101)), 400),
            (ORDER, "x-shopify-webhook-id", None, 400),
            (ORDER, "x-shopify-webhook-id", Some(" ".to_owned()), 400),
            (ORDER, "x-shopify-webhook-id", Some("x".repeat(256)), 400),
            (&[b' '; 2001], "x-other", None, 413),
        ] {
            let changes = [(header, value.as_deref())];
            assert_eq!(shopify(&served, body, &signed(body), &changes), status, "{header} {value:?}");
        }
        assert_eq!(served.get("/webhooks/shopify").status, 405);
        assert_eq!(stored(db).await, []);
        // What is not needed may be anything.
        let odd = [("x-shopify-event-id", Some("x".repeat(300))), ("x-shopify-triggered-at", Some("yesterday".to_owned()))];
        let odd: Vec<_> = odd.iter().map(|(name, value)| (*name, value.as_deref())).collect();
        assert_eq!(shopify(&served, ORDER, &good, &odd), 200);
        let rows = stored(db).await;
        assert_eq!((rows[0].event_key.as_deref(), rows[0].triggered_at), (None, None));
    }

    async fn only_the_configured_shop_is_heard(db: &TestDatabase) {
        let served = serve(db).await;
        let setting = configurations::ActiveModel {
            id: Set(Uuid::now_v7()),
            key: Set("shopify.domain".to_owned()),
            value: Set(Value::from("a-shop.myshopify.com")),
            created_at: Set(now().into()),
            updated_at: Set(now().into()),
            ..Default::default()
        };
        setting.insert(db.connection()).await.expect("set");
        let signature = signed(ORDER);
        for domain in [Some("b-shop.myshopify.com"), None] {
            assert_eq!(shopify(&served, ORDER, &signature, &[("x-shopify-shop-domain", domain)]), 401);
        }
        assert_eq!(stored(db).await, []);
        assert_eq!(shopify(&served, ORDER, &signature, &[]), 200);
        assert_eq!(stored(db).await.len(), 1);
    }

    async fn what_stripe_signs_now_is_stored_once(db: &TestDatabase) {
        let served = serve(db).await;
        let (seconds, new) = (now().timestamp(), "the secret of Stripe");
        for (secret, seconds) in [(new, seconds), ("the old secret of Stripe", seconds - 300), (new, seconds + 300)] {
            assert_eq!(stripe(&served, EVENT, &stripe_signature(secret, seconds, EVENT)), 200);
        }
        let rows = stored(db).await;
        let [row] = &rows[..] else { panic!("one row is expected: {rows:?}") };
        assert_eq!((row.source.as_str(), row.topic.as_str()), ("stripe", "payment_intent.succeeded"));
        assert_eq!((row.external_id.as_str(), row.object_key.as_deref()), ("evt_1", Some("pi_1")));
        assert_eq!(row.triggered_at.map(|at| at.to_utc()), Some(now()));
        let good = stripe_signature(new, seconds, EVENT);
        for header in [
            String::new(),
            good.replace("v1", "v2"),
            good.replace("t=", "u="),
            good.replace(&format!("t={seconds}"), &format!("t={}", seconds + 1)),
            stripe_signature(new, seconds - 301, EVENT),
            stripe_signature(new, seconds + 301, EVENT),
            stripe_signature(new, seconds, b"{}"),
            stripe_signature("the secret of Shopify", seconds, EVENT),
        ] {
            assert_eq!(stripe(&served, EVENT, &header), 401, "{header}");
        }
        for body in [&b"{}"[..], br#"{ "id": 1, "type": "x" }"#, br#"{ "id": "evt_2" }"#, b"null"] {
            assert_eq!(stripe(&served, body, &stripe_signature(new, seconds, body)), 400);
        }
        assert_eq!(stored(db).await.len(), 1);
    }

    async fn without_a_secret_nothing_is_there(db: &TestDatabase) {
        let served = Served::start(db).await;
        assert_eq!(shopify(&served, ORDER, &signed(ORDER), &[]), 404);
        assert_eq!(stripe(&served, EVENT, &stripe_signature("", now().timestamp(), EVENT)), 404);
        assert_eq!(stored(db).await, []);
    }
}

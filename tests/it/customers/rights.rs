//! What the law gives people a right to: to know what is kept about them, and to be forgotten.

use serde_json::{Value, json};
use service::principal::Role;
use tests::on_both_engines;

use super::{count, customer, known, order, spent, stocked, texts, told};
use crate::{
    client::mutation,
    schema::rows::TABLES,
    shop::fixture::{NOBODY, ShopFixture, with},
};

/// What names the person of these tests, each with a table that has it before.
const TRACES: [(&str, &str); 4] = [
    ("customers", "zoe.unique"),
    ("customer_interactions", "Zoelina"),
    ("orders", "Kestrel Lane"),
    ("customers", "+44 7700 900123"),
];

on_both_engines! {
    async fn all_that_is_kept_is_disclosed(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (zoe, sold) = zoe(&shop).await;
        let input = json!({ "id": zoe, "idempotencyKey": "x" });
        for _ in 0..2 {
            let kept = shop.done("discloseCustomer", input.clone(), "disclosure customer { id }").await;
            let kept = &kept["disclosure"];
            assert_eq!((&kept["customer"]["firstName"], &kept["customer"]["id"]), (&json!("Zoelina"), &zoe));
            assert_eq!(kept["orders"][0]["id"], sold);
            assert_eq!(kept["orders"][0]["shippingAddress"]["street"], "1 Kestrel Lane");
            for (list, number) in [("orderItems", 1), ("interactions", 1), ("consents", 1), ("payments", 1), ("transactions", 1)] {
                assert_eq!(kept[list].as_array().map(Vec::len), Some(number), "{list}");
            }
        }
        // What is kept of the call itself has nothing of the person.
        assert_eq!(count(db, "SELECT COUNT(*) FROM audit_entries WHERE operation = 'DiscloseCustomer'").await, 1);
        assert_eq!(shop.code_and_path("discloseCustomer", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        let viewer = shop.acting(ShopFixture::somebody(Role::Viewer, "viewer"));
        let call = mutation("discloseCustomer", "replayed");
        let (_, errors) = viewer.try_query(&call, json!({ "input": { "id": zoe } })).await;
        assert!(errors.len() == 1 && errors[0].contains("discloseCustomer"), "{errors:?}");
        shop.check().await;
    }

    async fn an_erased_person_leaves_no_trace_and_all_amounts(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (zoe, sold) = zoe(&shop).await;
        shop.done("confirmOrder", json!({ "id": sold }), "replayed").await;
        let erase = json!({ "id": zoe, "reason": "asked for it" });
        let refused = shop.refused("eraseCustomer", erase.clone()).await;
        assert_eq!((&refused["code"], &refused["by"]), (&json!("IN_USE"), &json!("Order")));
        end(&shop, &sold).await;
        let before = known(&shop, &zoe).await;
        for (table, trace) in TRACES {
            assert!(holds(db, table, trace).await, "{table} does not know {trace}");
        }

        shop.done("eraseCustomer", erase.clone(), "customer { id }").await;
        for table in TABLES {
            for (_, trace) in TRACES {
                assert!(!holds(db, table, trace).await, "{table} still knows {trace}");
            }
        }
        let after = known(&shop, &zoe).await;
        assert_eq!(after["email"], format!("erased-{}@invalid", zoe.as_str().expect("an id")));
        assert_eq!((&after["ordersCount"], spent(&after)), (&before["ordersCount"], spent(&before)));
        assert_eq!((&after["acceptsMarketing"], &after["tags"]), (&json!(false), &json!([])));
        assert_eq!(told(db, &zoe).await.last().map(String::as_str), Some("customer.erased"));
        let states = texts(db, "SELECT CAST(channel AS TEXT) FROM consents WHERE state = 'erased' ORDER BY 1").await;
        assert_eq!(states, ["email", "phone", "sms"]);
        // A second time there is nothing to do, nothing can be said of the person any more, and nothing is sold.
        let wanted = json!([{ "sku": "A", "quantity": 1 }]);
        shop.done("eraseCustomer", erase, "customer { id }").await;
        assert_eq!(known(&shop, &zoe).await["version"], after["version"]);
        for (verb, input, refusal) in [
            ("updateCustomer", json!({ "id": zoe, "firstName": "Z" }), "INVALID_TRANSITION id"),
            (
                "logInteraction",
                json!({ "customerId": zoe, "interactionType": "x", "channel": "PHONE" }),
                "INVALID_TRANSITION customerId",
            ),
            ("placeOrder", json!({ "customerId": zoe, "lines": wanted }), "INVALID_TRANSITION customerId"),
            ("placeOrder", json!({ "email": after["email"], "lines": wanted }), "INVALID_TRANSITION email"),
        ] {
            assert_eq!(shop.code_and_path(verb, input).await, refusal, "{verb}");
        }
        shop.check().await;
    }

    async fn no_import_brings_an_erased_person_back(db: &TestDatabase) {
        let shop = stocked(db).await;
        let zoe = customer(&shop, "zoe.unique@example.com").await;
        shop.done("eraseCustomer", json!({ "id": zoe, "reason": "asked" }), "customer { id }").await;
        let consent = json!({ "address": "zoe.unique@example.com", "channel": "EMAIL", "state": "GRANTED", "source": "IMPORT" });
        let refused = shop.refused("setConsent", consent.clone()).await;
        assert_eq!((&refused["code"], &refused["state"]), (&json!("SUPPRESSED"), &json!("ERASED")));
        // Whoever comes again by the own will is another customer.
        let (_, again) = order(&shop, json!({ "email": "zoe.unique@example.com" }), 1).await;
        assert_ne!(again, zoe);
        assert_eq!(known(&shop, &again).await["acceptsMarketing"], false);
        shop.clock().advance(chrono::Duration::hours(1));
        let own = with(consent, json!({ "source": "CUSTOMER", "evidence": { "form": "x" } }));
        shop.done("setConsent", own, "replayed").await;
        assert_eq!(known(&shop, &again).await["acceptsMarketing"], true);
        shop.check().await;
    }

    async fn a_former_address_is_forgotten_too_unless_it_is_somebody_elses(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let allow = |address: &str, source: &str| {
            json!({ "address": address, "channel": "EMAIL", "state": "GRANTED", "source": source, "evidence": { "form": "x" } })
        };
        for (former, now) in [("old@example.com", "zoe.unique@example.com"), ("shared@example.com", "bob@example.com")] {
            let person = customer(&shop, former).await;
            shop.done("setConsent", allow(former, "CUSTOMER"), "replayed").await;
            shop.done("updateCustomer", json!({ "id": person, "email": now }), "replayed").await;
            if former == "shared@example.com" {
                customer(&shop, former).await;
            }
            shop.done("eraseCustomer", json!({ "id": person, "reason": "asked" }), "replayed").await;
        }
        let refused = shop.refused("setConsent", allow("old@example.com", "IMPORT")).await;
        assert_eq!((&refused["code"], &refused["state"]), (&json!("SUPPRESSED"), &json!("ERASED")));
        let other = shop.done("setConsent", allow("shared@example.com", "IMPORT"), "customer { acceptsMarketing }").await;
        assert_eq!(other["customer"]["acceptsMarketing"], true);
        shop.check().await;
    }

    async fn a_merged_person_is_forgotten_by_all_addresses(db: &TestDatabase) {
        let shop = stocked(db).await;
        let (zoe, other) = (customer(&shop, "zoe.unique@example.com").await, customer(&shop, "old@example.com").await);
        shop.done("mergeCustomers", json!({ "intoId": zoe, "fromIds": [other] }), "replayed").await;
        shop.done("eraseCustomer", json!({ "id": zoe, "reason": "asked" }), "replayed").await;
        assert_eq!(count(db, "SELECT COUNT(*) FROM customer_aliases WHERE kind = 'email'").await, 0);
        assert_eq!(count(db, "SELECT COUNT(*) FROM consents WHERE state = 'erased'").await, 2);
        let (_, again) = order(&shop, json!({ "email": "old@example.com" }), 1).await;
        assert_ne!(again, zoe);
        shop.check().await;
    }
}

/// A customer with traces everywhere, and a paid order of hers.
async fn zoe(shop: &ShopFixture) -> (Value, Value) {
    let input = json!({
        "email": "zoe.unique@example.com", "firstName": "Zoelina", "lastName": "Zoelina", "company": "Zoelina Ltd",
        "phone": "+44 7700 900123", "note": "Zoelina rings twice", "tags": ["collector"],
    });
    let zoe = shop.done("createCustomer", input, "customer { id }").await["customer"]["id"].clone();
    let wanted = json!({
        "customerId": zoe, "note": "for Zoelina",
        "shippingAddress": { "street": "1 Kestrel Lane", "country": "US" },
        "billingAddress": { "street": "1 Kestrel Lane", "country": "US" },
    });
    let (sold, _) = order(shop, wanted, 3).await;
    shop.done("markOrderPaid", json!({ "orderId": sold }), "replayed").await;
    let said = json!({
        "customerId": zoe, "interactionType": "support", "channel": "EMAIL", "content": "Zoelina writes",
        "outcome": "told Zoelina", "metadata": { "from": "Zoelina" },
    });
    shop.done("logInteraction", said, "replayed").await;
    let consent = json!({
        "customerId": zoe, "channel": "EMAIL", "state": "GRANTED", "source": "CUSTOMER", "evidence": { "form": "x" },
    });
    shop.done("setConsent", consent, "replayed").await;
    (zoe, sold)
}

/// Ships all of an order, which completes it.
async fn end(shop: &ShopFixture, sold: &Value) {
    let query = "query($id: ID!) { order(id: $id) { items { nodes { id quantity } } } }";
    let items = shop.query(query, json!({ "id": sold })).await["order"]["items"]["nodes"].clone();
    let line = json!({ "itemId": items[0]["id"], "quantity": items[0]["quantity"] });
    let parcel = json!({ "orderId": sold, "location": "main", "lines": [line], "shipped": true });
    let shipped = shop.done("createFulfillment", parcel, "order { status }").await;
    assert_eq!(shipped["order"]["status"], "COMPLETED");
}

/// Whether any row of a table has a text somewhere.
async fn holds(db: &tests::TestDatabase, table: &str, trace: &str) -> bool {
    let condition = match db.engine() {
        tests::Engine::Postgres => format!("CAST(t AS text) LIKE '%{trace}%'"),
        tests::Engine::Sqlite => {
            let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')")).await;
            let columns = columns.iter().map(|column| format!("quote(\"{column}\") LIKE '%{trace}%'"));
            columns.collect::<Vec<_>>().join(" OR ")
        }
    };
    count(db, &format!("SELECT COUNT(*) FROM \"{table}\" AS t WHERE {condition}")).await > 0
}

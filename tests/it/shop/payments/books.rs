//! The books: what entries come to in them, and days that are closed.

use serde_json::json;
use tests::on_both_engines;

use super::{PAYMENT, booked, captured, order, payment, report, shop, standing};
use crate::shop::fixture::text;

on_both_engines! {
    async fn closed_days_take_facts_on_the_first_open_day_and_no_requests(db: &TestDatabase) {
        let shop = shop(db).await;
        let order_id = order(&shop, 2).await;
        let payment = payment(&shop, &order_id, "manual", Some("100")).await;
        let paid = captured(&shop, &order_id, "100").await;
        shop.configure("books.closedUntil", json!("2026-11-21")).await;
        let refused = shop.refused("capturePayment", json!({ "id": payment })).await;
        assert_eq!((&refused["code"], &refused["until"]), (&json!("CLOSED_PERIOD"), &json!("2026-11-21")));
        for (mutation, input) in [
            ("markOrderPaid", json!({ "orderId": order_id })),
            ("refundOrder", json!({ "orderId": order_id, "adjustment": "1" })),
        ] {
            assert_eq!(shop.code(mutation, input).await, "CLOSED_PERIOD", "{mutation}");
        }
        let fee = json!({ "amount": "3", "occurredAt": "2026-11-20T12:00:00Z" });
        assert!(report(&shop, &paid, "FEE", fee).await);
        assert_eq!(booked(&shop, &order_id).await, ["REVENUE sales 100.00 2026-11-21", "EXPENSE payment_fees 3.00 2026-11-22"]);
        let query = "query($id: ID!) { order(id: $id) { transactions { nodes { description } } } }";
        let answer = shop.query(query, json!({ "id": order_id })).await;
        let description = text(&answer["order"]["transactions"]["nodes"][1]["description"]);
        assert!(description.contains("2026-11-20"), "{description}");
        // The next day everything can be asked for again.
        shop.clock().advance(chrono::Duration::days(1));
        shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        assert_eq!(booked(&shop, &order_id).await[2], "REVENUE sales 100.00 2026-11-22");
        shop.check().await;
    }

    async fn money_is_booked_on_the_day_on_which_it_moved(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        let yesterday = json!({ "occurredAt": "2026-11-20T23:30:00Z" });
        assert!(report(&shop, &payment, "CAPTURED", yesterday.clone()).await);
        assert_eq!(booked(&shop, &order).await, ["REVENUE sales 100.00 2026-11-20"]);
        shop.configure("shop.timeZone", json!("Europe/Berlin")).await;
        assert!(report(&shop, &payment, "CHARGED_BACK", yesterday).await);
        assert_eq!(booked(&shop, &order).await[1], "REFUND chargeback 100.00 2026-11-21", "it was after midnight there");
        shop.check().await;
    }

    async fn days_are_those_of_the_shop(db: &TestDatabase) {
        let shop = shop(db).await;
        // It is still the evening before there.
        shop.configure("shop.timeZone", json!("America/Los_Angeles")).await;
        shop.clock().advance(chrono::Duration::hours(-2));
        let order = order(&shop, 1).await;
        shop.done("markOrderPaid", json!({ "orderId": order }), PAYMENT).await;
        assert_eq!(booked(&shop, &order).await, ["REVENUE sales 100.00 2026-11-20"]);
        shop.check().await;
    }

    async fn each_transaction_names_its_entry(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "100").await;
        report(&shop, &payment, "CHARGED_BACK", json!({})).await;
        report(&shop, &payment, "CHARGEBACK_REVERSED", json!({})).await;
        let query = "query($id: ID!) { payment(id: $id) { entries { nodes { kind amount transactions { nodes { type amount reversesId id } } } } } }";
        let answer = shop.query(query, json!({ "id": payment })).await;
        let entries = answer["payment"]["entries"]["nodes"].as_array().expect("a list");
        let kinds: Vec<&str> = entries.iter().filter_map(|entry| entry["kind"].as_str()).collect();
        assert_eq!(kinds, ["CAPTURED", "CHARGED_BACK", "CHARGEBACK_REVERSED"]);
        let transaction = |index: usize| &entries[index]["transactions"]["nodes"][0];
        assert_eq!(transaction(2)["reversesId"], transaction(1)["id"]);
        assert!(transaction(1)["reversesId"].is_null());
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
        shop.check().await;
    }
}

//! Refunds.

use serde_json::json;
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{at, line, order, paid, parcel, refund},
};
use crate::shop::fixture::{text, with};

on_both_engines! {
    async fn a_refund_waits_for_its_order_and_for_the_money(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let early = shopify.stores("refunds/create", 30, refund(900, 1, 30, "cancel")).await;
        shopify.shop.pass(0).await;
        assert!(shopify.became(early).await.starts_with("Waiting the order 1 is not known"));
        assert_eq!(shopify.tells("orders/create", 0, order(1, 0, json!({}))).await, "Processed");
        shopify.shop.pass(601).await;
        assert!(shopify.became(early).await.starts_with("Waiting more goes back"));
        assert_eq!(shopify.tells("orders/paid", 10, order(1, 10, paid())).await, "Processed");
        shopify.shop.pass(601).await;
        assert_eq!(shopify.became(early).await, "Processed");
        assert_eq!(shopify.standing("1").await, "CONFIRMED PARTIALLY_REFUNDED UNFULFILLED 100.00 50.00");
        let found = shopify.order("1").await;
        let item = &found["items"]["nodes"][0];
        assert_eq!((&item["cancelledQuantity"], &item["refundedQuantity"]), (&json!(1), &json!(1)));
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 1 reserved"]);
        // The same once more changes nothing.
        for _ in 0..3 {
            shopify.tells("refunds/create", 30, refund(900, 1, 30, "cancel")).await;
        }
        assert_eq!(shopify.order("1").await, found);
        shopify.shop.check().await;
    }

    async fn pieces_that_come_back_are_in_stock_once(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        shopify.shop.configure("shopify.stockMode", json!("OWN")).await;
        let sent = with(paid(), json!({ "fulfillments": [parcel(7_001, 1, 2)] }));
        assert_eq!(shopify.tells("orders/updated", 5, order(1, 5, sent.clone())).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        let back = refund(900, 1, 30, "return");
        assert_eq!(shopify.tells("refunds/create", 30, back.clone()).await, "Processed");
        let after = with(sent, json!({
            "financial_status": "partially_refunded", "current_total_price": "50.00", "refunds": [back],
        }));
        assert_eq!(shopify.tells("orders/updated", 31, order(1, 31, after)).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 9 + 0 reserved"]);
        let found = shopify.order("1").await;
        assert_eq!(found["items"]["nodes"][0]["returnedQuantity"], 1);
        assert_eq!(found["refunds"]["nodes"].as_array().map(Vec::len), Some(1));
        assert_eq!(text(&found["refundedAmount"]), "50.00");
        shopify.shop.check().await;
    }

    async fn a_refund_that_is_known_without_its_id_is_entered_once(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let both = |id: u64| json!([
            with(refund(id, id, 30, "no_restock"), json!({ "transactions": [
                { "id": id + 1, "kind": "refund", "status": "success", "amount": "10.00" },
            ] })),
            with(refund(id + 50, id, 40, "no_restock"), json!({ "transactions": [
                { "id": id + 51, "kind": "refund", "status": "success", "amount": "25.00" },
            ] })),
        ]);
        let told = |id: u64, seconds: i64| order(id, seconds, with(paid(), json!({
            "financial_status": "partially_refunded", "current_total_price": "65.00", "refunds": both(id),
        })));
        let mut expected = None;
        // Somebody reports 25 without an id before Shopify tells it, in whatever sequence.
        for (id, events) in [(1_000, "2o"), (2_000, "o2"), (3_000, "12o"), (4_000, "oo21"), (5_000, "21oo")] {
            assert_eq!(shopify.tells("orders/paid", 10, order(id, 10, paid())).await, "Processed");
            shopify.reports_refund(id, "25").await;
            for event in events.chars() {
                match event {
                    '1' => shopify.stores("refunds/create", 30, both(id)[0].clone()).await,
                    '2' => shopify.stores("refunds/create", 40, both(id)[1].clone()).await,
                    _ => shopify.stores("orders/updated", 41, told(id, 41)).await,
                };
                shopify.shop.pass(0).await;
            }
            shopify.shop.pass(601).await;
            let standing = shopify.standing(&id.to_string()).await;
            assert_eq!(*expected.get_or_insert_with(|| standing.clone()), standing, "{events}");
        }
        assert_eq!(expected.as_deref(), Some("CONFIRMED PARTIALLY_REFUNDED UNFULFILLED 100.00 35.00"));
        let waiting = "{ inboundWebhooks(filter: { status: { in: [WAITING, DEAD] } }) { totalCount } }";
        assert_eq!(shopify.shop.query(waiting, json!({})).await["inboundWebhooks"]["totalCount"], 0);
        shopify.shop.check().await;
    }

    async fn pieces_that_will_still_be_sent_are_not_given_up(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let back = refund(900, 1, 30, "no_restock");
        let line = |left: i32| with(line(10, 2, "50.00"), json!({ "fulfillable_quantity": left }));
        let refunded = with(paid(), json!({
            "financial_status": "partially_refunded", "current_total_price": "50.00", "refunds": [back.clone()],
        }));
        assert_eq!(shopify.tells("orders/paid", 10, order(1, 10, paid())).await, "Processed");
        assert_eq!(shopify.tells("refunds/create", 30, back).await, "Processed");
        let kept = with(refunded.clone(), json!({ "line_items": [line(2)] }));
        assert_eq!(shopify.tells("orders/updated", 31, order(1, 31, kept)).await, "Processed");
        assert_eq!(shopify.order("1").await["items"]["nodes"][0]["cancelledQuantity"], 0);
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 2 reserved"]);
        // One is given up after all, and then sent all the same.
        let given_up = with(refunded.clone(), json!({ "line_items": [line(1)] }));
        assert_eq!(shopify.tells("orders/updated", 32, order(1, 32, given_up)).await, "Processed");
        assert_eq!(shopify.order("1").await["items"]["nodes"][0]["cancelledQuantity"], 1);
        let sent = with(refunded, json!({ "line_items": [line(0)], "fulfillments": [parcel(7_001, 1, 2)] }));
        assert_eq!(shopify.tells("orders/updated", 33, order(1, 33, sent)).await, "Processed");
        let found = shopify.order("1").await;
        let item = &found["items"]["nodes"][0];
        assert_eq!((&item["cancelledQuantity"], &item["fulfilledQuantity"]), (&json!(0), &json!(2)));
        assert_eq!(text(&found["refundedAmount"]), "50.00");
        shopify.shop.check().await;
    }

    async fn a_refund_on_its_way_is_not_asked_for_again(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("orders/paid", 10, order(1, 10, paid())).await, "Processed");
        let pending = with(refund(900, 1, 30, "cancel"), json!({ "transactions": [
            { "id": 901, "kind": "refund", "status": "pending", "amount": "70.00" },
        ] }));
        let cancelled = order(1, 31, with(paid(), json!({ "cancelled_at": at(31), "refunds": [pending] })));
        assert_eq!(shopify.tells("orders/cancelled", 31, cancelled).await, "Processed");
        let found = shopify.order("1").await;
        assert_eq!(text(&found["status"]), "CANCELLED");
        let refunds = found["refunds"]["nodes"].as_array().expect("a list").iter();
        let mut amounts: Vec<String> =
            refunds.map(|refund| format!("{} {}", text(&refund["amount"]), text(&refund["status"]))).collect();
        amounts.sort_unstable();
        assert_eq!(amounts, ["30.00 PENDING", "70.00 PENDING"]);
        shopify.shop.check().await;
    }

    async fn shipping_goes_back_by_lines_or_adjustments(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let lines = json!({ "refund_shipping_lines": [{
            "subtotal_amount_set": { "shop_money": { "amount": "9.00" } },
            "tax_amount_set": { "shop_money": { "amount": "0.72" } },
        }] });
        let adjustments = json!({ "order_adjustments": [
            { "kind": "shipping_refund", "amount": "-9.00", "tax_amount": "-0.72" },
        ] });
        let both = with(lines.clone(), adjustments.clone());
        for (id, told) in [(100, lines), (200, adjustments), (300, both)] {
            let sent = json!({
                "shipping_lines": [{ "title": "Standard", "price": "9.00", "tax_lines": [{ "price": "0.72" }] }],
                "total_price": "109.72", "current_total_price": "109.72",
            });
            assert_eq!(shopify.tells("orders/paid", 10, order(id, 10, with(sent, paid()))).await, "Processed");
            let money = json!({
                "refund_line_items": [],
                "transactions": [{ "id": 1, "kind": "refund", "status": "success", "amount": "9.72" }],
            });
            let back = with(with(refund(id + 1, id, 30, "cancel"), money), told);
            assert_eq!(shopify.tells("refunds/create", 30, back).await, "Processed");
            let refund = shopify.order(&id.to_string()).await["refunds"]["nodes"][0].take();
            assert_eq!(text(&refund["amount"]), "9.72");
            assert_eq!(text(&refund["shippingAmount"]), "9.00");
            assert_eq!(text(&refund["adjustmentAmount"]), "0.00");
        }
        shopify.shop.check().await;
    }
}

impl Shopify<'_> {
    /// Somebody reports that an amount of an order's payment went back.
    async fn reports_refund(&self, order: u64, amount: &str) {
        let query = "query($id: String!) { orders(filter: { shopifyOrderId: { eq: $id } }) { nodes {
            payments { nodes { id } } } } }";
        let found = self.shop.query(query, json!({ "id": order.to_string() })).await;
        let payment = found["orders"]["nodes"][0]["payments"]["nodes"][0]["id"].clone();
        let report = json!({ "id": payment, "kind": "REFUNDED", "amount": amount });
        self.shop.done("reportPayment", report, "applied").await;
    }
}

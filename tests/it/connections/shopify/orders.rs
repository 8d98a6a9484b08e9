//! Orders.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{at, line, order, paid, parcel, refund},
};
use crate::shop::fixture::{text, with};

/// What happens to an order: its topic, the second, and what is told.
fn story(id: u64) -> [(&'static str, i64, Value); 5] {
    let changed = json!({ "note": "Ring twice", "tags": "web" });
    let first = refund(id + 500_000, id, 30, "cancel");
    let second = refund(id + 600_000, id, 40, "cancel");
    let ended = json!({
        "financial_status": "refunded", "cancelled_at": at(40), "cancel_reason": "customer",
        "current_total_price": "0.00", "total_outstanding": "0.00", "refunds": [first, second],
    });
    [
        ("orders/create", 0, order(id, 0, json!({}))),
        ("orders/paid", 10, order(id, 10, paid())),
        ("orders/updated", 20, order(id, 20, with(paid(), changed.clone()))),
        ("refunds/create", 30, first.clone()),
        ("orders/cancelled", 40, order(id, 40, with(ended, changed))),
    ]
}

/// All orders of five events.
fn permutations() -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..5 {
        let longer = |start: &Vec<usize>| -> Vec<Vec<usize>> {
            let next = (0..5).filter(|place| !start.contains(place));
            next.map(|place| [start.clone(), vec![place]].concat()).collect()
        };
        all = all.iter().flat_map(longer).collect();
    }
    all
}

on_both_engines! {
    async fn every_order_of_events_gives_the_same_rows(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let mut expected = None;
        for (number, places) in (100_000_u64..).zip(permutations()) {
            let story = story(number);
            let mut told = Vec::new();
            for place in &places {
                let (topic, seconds, payload) = story[*place].clone();
                told.push(shopify.stores(topic, seconds, payload).await);
                shopify.shop.pass(0).await;
            }
            for _ in 0..2 {
                shopify.shop.pass(601).await;
            }
            for id in told {
                let became = shopify.became(id).await;
                assert!(became == "Processed" || became.starts_with("Ignored a later"), "{places:?}: {became}");
            }
            let text = shopify.order(&number.to_string()).await.to_string().replace(&number.to_string(), "N");
            let text = text.replace(&(number + 500_000).to_string(), "R1").replace(&(number + 600_000).to_string(), "R2");
            assert_eq!(*expected.get_or_insert_with(|| text.clone()), text, "{places:?}");
        }
        let ended = shopify.standing("100000").await;
        assert_eq!(ended, "CANCELLED REFUNDED UNFULFILLED 100.00 100.00");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shopify.shop.check().await;
    }

    async fn an_order_is_written_as_it_was_sent(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let taxed = with(line(10, 2, "50.00"), json!({
            "discount_allocations": [{ "amount": "10.00" }], "tax_lines": [{ "price": "7.20", "rate": 0.08 }],
        }));
        let sent = json!({
            "line_items": [taxed, with(line(11, 1, "19.90"), json!({ "variant_id": null, "sku": "GONE" }))],
            "shipping_lines": [{ "title": "Standard", "price": "9.00", "tax_lines": [{ "price": "0.72" }] }],
            "discount_codes": [{ "code": "TEN" }], "total_price": "126.82", "current_total_price": "126.82",
            "financial_status": "partially_paid", "total_outstanding": "26.82",
        });
        assert_eq!(shopify.tells("orders/create", 0, order(1, 0, sent)).await, "Processed");
        let found = shopify.order("1").await;
        for (field, expected) in [
            ("orderNumber", "#1"), ("source", "shopify"), ("email", "ann@example.com"), ("subtotalAmount", "119.90"),
            ("discountAmount", "10.00"), ("taxAmount", "7.92"), ("shippingAmount", "9.00"),
            ("shippingTaxAmount", "0.72"), ("totalAmount", "126.82"), ("capturedAmount", "100.00"),
            ("status", "PENDING"), ("financialStatus", "PARTIALLY_PAID"),
        ] {
            assert_eq!(text(&found[field]), expected, "{field}");
        }
        assert_eq!(found["items"]["nodes"][0]["totalAmount"], "97.20");
        assert_eq!(found["items"]["nodes"][1]["sku"], "GONE");
        let customer = "{ customerByEmail(email: \"ann@example.com\") { shopifyCustomerId ordersCount totalSpent } }";
        let customer = shopify.shop.query(customer, json!({})).await["customerByEmail"].take();
        assert_eq!(customer["ordersCount"], 1);
        assert_eq!(customer["shopifyCustomerId"], "115310627314723954");
        assert_eq!(customer["totalSpent"], "126.82");
        // The other order counts on; the test order does not.
        let test = order(2, 0, json!({ "test": true }));
        assert_eq!(shopify.tells("orders/create", 0, test).await, "Ignored it is a test order");
        shopify.shop.check().await;
    }

    async fn what_is_older_changes_nothing_and_what_is_equal_neither(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let newest = order(1, 60, with(paid(), json!({ "note": "new" })));
        assert_eq!(shopify.tells("orders/updated", 60, newest.clone()).await, "Processed");
        let before = shopify.order("1").await;
        assert_eq!(shopify.tells("orders/updated", 60, newest).await, "Processed");
        let stale = shopify.tells("orders/create", 0, order(1, 0, json!({ "note": "old" }))).await;
        assert_eq!(stale, "Ignored a later change of the order is known");
        assert_eq!(shopify.order("1").await, before);
        assert_eq!(shopify.standing("1").await, "CONFIRMED PAID UNFULFILLED 100.00 0.00");
        shopify.shop.check().await;
    }

    async fn parcels_are_sent_once(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let first = with(paid(), json!({ "fulfillments": [parcel(7_001, 1, 1)] }));
        assert_eq!(shopify.tells("orders/updated", 5, order(1, 5, first.clone())).await, "Processed");
        assert_eq!(shopify.standing("1").await, "PROCESSING PAID PARTIAL 100.00 0.00");
        let arrived = with(parcel(7_001, 1, 1), json!({ "shipment_status": "delivered" }));
        let all = with(paid(), json!({ "fulfillments": [arrived, parcel(7_002, 1, 1)] }));
        for seconds in [6, 7] {
            assert_eq!(shopify.tells("orders/updated", seconds, order(1, seconds, all.clone())).await, "Processed");
        }
        assert_eq!(shopify.standing("1").await, "COMPLETED PAID FULFILLED 100.00 0.00");
        let found = shopify.order("1").await;
        let parcels = found["fulfillments"]["nodes"].as_array().expect("a list");
        let mut shown: Vec<String> = parcels.iter().map(|parcel| {
            format!("{} {}", text(&parcel["shopifyFulfillmentId"]), text(&parcel["status"]))
        }).collect();
        shown.sort();
        assert_eq!(shown, ["7001 DELIVERED", "7002 SHIPPED"]);
        // Shopify has taken the pieces off what is available, and tells so by itself.
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shopify.shop.check().await;
    }

    async fn a_parcel_may_get_more_pieces_but_not_fewer(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let of = |quantity: i32| with(paid(), json!({ "fulfillments": [parcel(7_001, 1, quantity)] }));
        assert_eq!(shopify.tells("orders/updated", 5, order(1, 5, of(1))).await, "Processed");
        for seconds in [6, 7] {
            assert_eq!(shopify.tells("orders/updated", seconds, order(1, seconds, of(2))).await, "Processed");
        }
        assert_eq!(shopify.standing("1").await, "COMPLETED PAID FULFILLED 100.00 0.00");
        let found = shopify.order("1").await;
        assert_eq!(found["fulfillments"]["nodes"].as_array().map(Vec::len), Some(1));
        assert_eq!(found["fulfillments"]["nodes"][0]["lines"]["nodes"], json!([{ "quantity": 2 }]));
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        for (quantity, expected) in [
            (1, "the parcel 7001 has left with 2 of \"Deep Blue - 24x36\", and cannot have 1 now"),
            (-1, "must be between 0 and"),
            (i32::MIN, "must be between 0 and"),
        ] {
            let became = shopify.tells("orders/updated", 8, order(1, 8, of(quantity))).await;
            assert!(became.starts_with("Dead fulfillments") && became.contains(expected), "{became}");
        }
        assert_eq!(shopify.order("1").await, found);
        // A line that stands twice in a parcel.
        let twice = json!({ "line_items": [{ "id": 20, "quantity": 1 }, { "id": 20, "quantity": 1 }] });
        let sent = with(paid(), json!({ "fulfillments": [with(parcel(7_002, 2, 1), twice)] }));
        assert_eq!(shopify.tells("orders/updated", 5, order(2, 5, sent)).await, "Processed");
        assert_eq!(shopify.order("2").await["fulfillments"]["nodes"][0]["lines"]["nodes"], json!([{ "quantity": 2 }]));
        shopify.shop.check().await;
    }

    async fn lines_follow_an_edit(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("orders/create", 0, order(1, 0, json!({}))).await, "Processed");
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 2 reserved"]);
        // One piece is taken out again before anybody pays, and another line comes.
        let taken = with(refund(500, 1, 5, "no_restock"), json!({ "transactions": [] }));
        let edited = json!({
            "line_items": [line(10, 2, "50.00"), line(11, 3, "10.00")], "refunds": [taken],
            "total_price": "130.00", "current_total_price": "80.00", "total_outstanding": "80.00",
        });
        assert_eq!(shopify.tells("orders/updated", 5, order(1, 5, edited.clone())).await, "Processed");
        let found = shopify.order("1").await;
        assert_eq!(text(&found["totalAmount"]), "80.00");
        assert_eq!(found["items"]["nodes"][0]["quantity"], 1);
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 4 reserved"]);
        let settled = with(with(edited, paid()), json!({ "total_outstanding": "0.00" }));
        assert_eq!(shopify.tells("orders/paid", 6, order(1, 6, settled)).await, "Processed");
        assert_eq!(shopify.standing("1").await, "CONFIRMED PAID UNFULFILLED 80.00 0.00");
        shopify.shop.check().await;
    }

    async fn what_cannot_be_meant_is_dead_and_says_where(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        for (more, expected) in [
            (json!({ "total_price": "99.00" }), "add up to 100"),
            (json!({ "total_price": "x" }), "total_price"),
            (json!({ "total_price": "1e300" }), "total_price"),
            (json!({ "currency": "XXX" }), "currency"),
            (json!({ "currency": "JPY", "line_items": [line(10, 1, "0.50")], "total_price": "0.50" }), "multiple"),
            (json!({ "line_items": [{ "id": 1 }] }), "line_items.0"),
            (json!({ "line_items": 7 }), "line_items"),
            (json!({ "line_items": [line(10, -1, "50.00")] }), "line_items.0.quantity"),
            (json!({ "updated_at": "yesterday" }), "updated_at"),
            (json!({ "id": "x" }), "id"),
            (json!({ "refunds": [{}] }), "refunds.0"),
        ] {
            let became = shopify.tells("orders/create", 0, order(1, 0, more.clone())).await;
            assert!(became.starts_with("Dead") && became.contains(expected), "{became}: {more}");
        }
        assert_eq!(shopify.tells("carts/update", 0, json!({ "id": 1 })).await, "Ignored this topic has no effect");
        assert_eq!(shopify.order("1").await, Value::Null);
    }
}

//! Giving money back: in parts, everything, never more than came in.

use entity::{exchange_rates, prices, tax_rates};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{PAYMENT, REFUND, booked, captured, items, number, order, order_with, payment, seen, shop, standing};
use crate::shop::fixture::{NOBODY, ShopFixture, start, text, with};

/// A tax of 8.25 % on top of prices.
async fn tax(db: &TestDatabase) {
    let rate = tax_rates::ActiveModel {
        id: Set(Uuid::now_v7()),
        country: Set("US".to_owned()),
        name: Set("Sales tax".to_owned()),
        percentage: Set(Decimal::new(825, 2)),
        is_included: Set(false),
        on_shipping: Set(true),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    rate.insert(db.connection()).await.expect("a tax rate");
}

/// Prints for 500 yen each.
async fn yen(db: &TestDatabase, variant: Uuid) {
    let price = prices::ActiveModel {
        id: Set(Uuid::now_v7()),
        product_variant_id: Set(variant),
        currency: Set("JPY".to_owned()),
        price: Set(Decimal::from(500)),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
        ..Default::default()
    };
    price.insert(db.connection()).await.expect("a price");
    let rate = exchange_rates::ActiveModel {
        id: Set(Uuid::now_v7()),
        base: Set("JPY".to_owned()),
        quote: Set("USD".to_owned()),
        day: Set(start().date_naive()),
        rate_e10: Set(67_000_000),
        source: Set("test".to_owned()),
        created_at: Set(start().into()),
        updated_at: Set(start().into()),
    };
    rate.insert(db.connection()).await.expect("an exchange rate");
}

/// Refunds something of an order: the refund and the order.
async fn refund(shop: &ShopFixture, order: &Value, what: Value) -> Value {
    shop.done("refundOrder", with(json!({ "orderId": order }), what), REFUND).await
}

on_both_engines! {
    async fn pieces_in_any_portions_end_at_nothing(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 50).await;
        tax(db).await;
        for portions in [&[1, 1, 1][..], &[2, 1], &[1, 2], &[3]] {
            let line = json!({ "sku": "PRINT", "quantity": 3, "unitPrice": "9.99" });
            let order = order_with(&shop, json!({ "lines": [line], "shippingAmount": "5" })).await;
            let paid = shop.done("markOrderPaid", json!({ "orderId": order }), "payment { amount }").await;
            // 29.97 and 5.00 with 8.25 %.
            assert_eq!(paid["payment"]["amount"], "37.85");
            let item = items(&shop, &order).await[0]["id"].clone();
            for (index, pieces) in portions.iter().enumerate() {
                let lines = json!([{ "itemId": item, "quantity": pieces }]);
                let shipping = (index == 0).then(|| json!({ "all": true }));
                let back = refund(&shop, &order, json!({ "lines": lines, "shipping": shipping })).await;
                assert_eq!(back["refund"]["status"], "SUCCEEDED");
            }
            assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 37.85 37.85");
            assert_eq!(seen(&shop, &order).await["outstandingAmount"], "0.00");
            let none = json!({ "orderId": order, "lines": [{ "itemId": item, "quantity": 1 }] });
            assert_eq!(shop.code_and_path("refundOrder", none).await, "INVALID lines.0.quantity");
        }
        shop.check().await;
    }

    async fn shipping_goes_back_in_parts_with_its_tax(db: &TestDatabase) {
        let shop = shop(db).await;
        tax(db).await;
        let line = json!({ "sku": "PRINT", "quantity": 1 });
        let order = order_with(&shop, json!({ "lines": [line], "shippingAmount": "10" })).await;
        shop.done("markOrderPaid", json!({ "orderId": order }), PAYMENT).await;
        // 8.25 % of 10.00 are 0.83: a third of it, then the rest.
        let part = refund(&shop, &order, json!({ "shipping": { "amount": "3.33" } })).await;
        assert_eq!((&part["refund"]["shippingAmount"], &part["refund"]["amount"]), (&json!("3.33"), &json!("3.61")));
        let input = |shipping: Value| json!({ "orderId": order, "shipping": shipping });
        assert_eq!(shop.code_and_path("refundOrder", input(json!({ "amount": "6.68" }))).await, "AMOUNT_EXCEEDED shipping.amount");
        assert_eq!(shop.code_and_path("refundOrder", input(json!({}))).await, "INVALID shipping.amount");
        assert_eq!(shop.code_and_path("refundOrder", input(json!({ "all": true, "amount": "1" }))).await, "INVALID shipping.amount");
        let rest = refund(&shop, &order, json!({ "shipping": { "all": true } })).await;
        assert_eq!((&rest["refund"]["shippingAmount"], &rest["refund"]["amount"]), (&json!("6.67"), &json!("7.22")));
        shop.check().await;
    }

    async fn everything_is_what_is_left(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        shop.done("markOrderPaid", json!({ "orderId": order }), PAYMENT).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        let goodwill = refund(&shop, &order, json!({ "adjustment": "10", "reason": "late" })).await;
        assert_eq!(goodwill["refund"]["amount"], "10.00");
        let rest = refund(&shop, &order, json!({ "everything": true })).await;
        assert_eq!((&rest["refund"]["amount"], &rest["refund"]["adjustmentAmount"]), (&json!("190.00"), &json!("-10.00")));
        assert_eq!(rest["order"], json!({ "financialStatus": "REFUNDED", "refundedAmount": "200.00", "refundableAmount": "0.00" }));
        // What has not shipped will not.
        let item = items(&shop, &order).await.remove(0);
        assert_eq!((&item["cancelledQuantity"], &item["refundedQuantity"]), (&json!(2), &json!(2)));
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        assert_eq!(shop.code_and_path("refundOrder", json!({ "orderId": order, "everything": true })).await, "AMOUNT_EXCEEDED");
        assert_eq!(booked(&shop, &order).await, [
            "REVENUE sales 200.00 2026-11-21", "REFUND returns 10.00 2026-11-21", "REFUND returns 190.00 2026-11-21",
        ]);
        shop.check().await;
    }

    async fn more_than_came_in_is_refused_as_a_whole(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let payment = captured(&shop, &order, "150").await;
        let item = items(&shop, &order).await[0]["id"].clone();
        let line = |quantity: i32| json!([{ "itemId": item, "quantity": quantity }]);
        for (what, code) in [
            (json!({}), "INVALID lines"),
            (json!({ "everything": true, "adjustment": "1" }), "INVALID everything"),
            (json!({ "lines": line(2) }), "AMOUNT_EXCEEDED"),
            (json!({ "lines": line(1), "adjustment": "50.01" }), "AMOUNT_EXCEEDED"),
            (json!({ "lines": line(3) }), "INVALID lines.0.quantity"),
            (json!({ "lines": line(0) }), "INVALID lines.0.quantity"),
            (json!({ "lines": [line(1)[0], line(1)[0]] }), "INVALID lines.1.itemId"),
            (json!({ "lines": [{ "itemId": NOBODY, "quantity": 1 }] }), "NOT_FOUND lines.0.itemId"),
            (json!({ "lines": line(1), "adjustment": "-100" }), "INVALID"),
            (json!({ "adjustment": "0.001" }), "INVALID adjustment"),
            (json!({ "adjustment": "1", "paymentId": NOBODY }), "NOT_FOUND paymentId"),
            (json!({ "adjustment": "1", "returnId": NOBODY }), "NOT_FOUND returnId"),
            (json!({ "adjustment": "1", "approvalId": NOBODY }), "NOT_FOUND approvalId"),
            (json!({ "adjustment": "1", "reason": " " }), "INVALID reason"),
            (json!({ "adjustment": "1", "orderId": NOBODY }), "NOT_FOUND orderId"),
        ] {
            let input = with(json!({ "orderId": order }), what.clone());
            assert_eq!(shop.code_and_path("refundOrder", input).await, code, "{what}");
        }
        let many = vec![json!({ "itemId": item, "quantity": 1 }); 1001];
        assert_eq!(shop.code_and_path("refundOrder", json!({ "orderId": order, "lines": many })).await, "LIMIT_REACHED lines");
        let refused = shop.refused("refundOrder", json!({ "orderId": order, "lines": line(2) })).await;
        assert_eq!((number(&refused["asked"]), number(&refused["available"])), (Decimal::from(200), Decimal::from(150)));
        // Nothing was written of any of them.
        let query = "query($id: ID!) { payment(id: $id) { pendingRefundAmount order { refunds { totalCount } } } }";
        assert_eq!(shop.query(query, json!({ "id": payment })).await["payment"], json!({ "pendingRefundAmount": "0.00", "order": { "refunds": { "totalCount": 0 } } }));
        assert_eq!(items(&shop, &order).await[0]["refundedQuantity"], 0);
        shop.check().await;
    }

    async fn the_payment_that_came_first_gives_first(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 3).await;
        let mut payments = Vec::new();
        for amount in ["100", "200"] {
            let payment = payment(&shop, &order, "manual", Some(amount)).await;
            shop.clock().advance(chrono::Duration::seconds(1));
            payments.push(payment);
        }
        // The second one comes in before the first.
        for payment in payments.iter().rev() {
            shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
            shop.clock().advance(chrono::Duration::seconds(1));
        }
        let refunded = async || {
            let query = "query($id: ID!) { order(id: $id) { payments { nodes { id refundedAmount } } } }";
            let answer = shop.query(query, json!({ "id": order })).await;
            let nodes = answer["order"]["payments"]["nodes"].as_array().expect("a list").clone();
            payments.iter().map(|id| text(&nodes.iter().find(|node| node["id"] == *id).expect("there")["refundedAmount"])).collect::<Vec<_>>()
        };
        refund(&shop, &order, json!({ "adjustment": "250" })).await;
        assert_eq!(refunded().await, ["50.00", "200.00"]);
        let named = json!({ "orderId": order, "adjustment": "10", "paymentId": payments[1] });
        assert_eq!(shop.code_and_path("refundOrder", named).await, "AMOUNT_EXCEEDED");
        refund(&shop, &order, json!({ "adjustment": "10", "paymentId": payments[0] })).await;
        assert_eq!(refunded().await, ["60.00", "200.00"]);
        shop.check().await;
    }

    async fn yen_have_no_decimals(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let variant = shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 10).await;
        yen(db, variant).await;
        let line = json!({ "sku": "PRINT", "quantity": 3 });
        let order = order_with(&shop, json!({ "lines": [line], "currency": "JPY" })).await;
        let payment = payment(&shop, &order, "manual", None).await;
        assert_eq!(shop.code_and_path("capturePayment", json!({ "id": payment, "amount": "100.5" })).await, "INVALID amount");
        shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 1500.00 0.00");
        assert_eq!(shop.code_and_path("refundOrder", json!({ "orderId": order, "adjustment": "0.5" })).await, "INVALID adjustment");
        let item = items(&shop, &order).await[0]["id"].clone();
        let back = refund(&shop, &order, json!({ "lines": [{ "itemId": item, "quantity": 1 }] })).await;
        assert_eq!(back["refund"]["amount"], "500.00");
        // In the currency of the shop the books have cents.
        let query = "query($id: ID!) { order(id: $id) { reportAmount transactions { nodes { amount currency reportAmount } } } }";
        let seen = shop.query(query, json!({ "id": order })).await["order"].take();
        assert_eq!(seen["reportAmount"], "6.70");
        assert_eq!(seen["transactions"]["nodes"], json!([
            { "amount": "1500.00", "currency": "JPY", "reportAmount": "10.05" },
            { "amount": "500.00", "currency": "JPY", "reportAmount": "3.35" },
        ]));
        shop.check().await;
    }
}

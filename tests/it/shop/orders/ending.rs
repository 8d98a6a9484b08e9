//! Orders that are cancelled, and orders whose time is over.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{amounts, count, discount, done, lines, now, place, run, statuses, time, told, totals};
use crate::shop::fixture::{ShopFixture, start, text, with};

on_both_engines! {
    async fn a_cancelled_order_gives_back_what_it_kept(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for sku in ["A", "B"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 10).await;
        }
        place(&shop, json!({ "email": "bob@example.com", "lines": lines(&[("A", 1)]) })).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 2), ("B", 3)]) })).await;
        assert_eq!(shop.shelf("A").await, ["main 7 + 3 reserved"]);
        let input = json!({ "id": order["id"], "reason": "changed their mind" });
        let fields = "order { status financialStatus cancelReason cancelledAt version } refunds { id }";
        let payload = shop.done("cancelOrder", input.clone(), fields).await;
        assert_eq!(payload["order"]["financialStatus"], "VOIDED");
        assert_eq!((&payload["order"]["cancelReason"], &payload["refunds"]), (&json!("changed their mind"), &json!([])));
        assert_eq!(shop.shelf("A").await, ["main 9 + 1 reserved"]);
        assert_eq!(shop.shelf("B").await, ["main 10 + 0 reserved"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "0 orders, 0, average none");
        assert_eq!(totals(&shop, "bob@example.com").await, "1 orders, 100, average 100");
        // Once more changes nothing.
        assert_eq!(shop.done("cancelOrder", input, fields).await["order"], payload["order"]);
        assert_eq!(told(db, &order).await, ["order.placed", "order.cancelled"]);
        let audit = "SELECT COUNT(*) FROM audit_entries WHERE operation = 'CancelOrder' AND object_type = 'Order'";
        assert_eq!(count(db, audit).await, 1);
        shop.check().await;
    }

    async fn pieces_that_are_gone_are_not_free_again(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 4)]) })).await;
        done(&shop, "cancelOrder", json!({ "id": order["id"], "restock": false })).await;
        assert_eq!(shop.shelf("A").await, ["main 6 + 0 reserved"]);
        shop.check().await;
    }

    async fn nobody_ships_what_was_cancelled(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 4)]), "confirm": true })).await;
        let open = "SELECT COUNT(*) FROM tasks WHERE task_type = 'ship_order' AND status = 'pending'";
        assert_eq!(count(db, open).await, 1);
        done(&shop, "cancelOrder", json!({ "id": order["id"] })).await;
        assert_eq!(count(db, open).await, 0);
        shop.check().await;
    }

    async fn money_that_was_captured_goes_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        discount(db, 10, json!({}), |row| row.usage_limit = Set(Some(5))).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": paid })).await;
        let fields = "order { id } refunds { amount status }";
        let payload = shop.done("cancelOrder", json!({ "id": order["id"] }), fields).await;
        assert_eq!(payload["refunds"].as_array().expect("a list").len(), 1);
        assert_eq!(statuses(&now(&shop, &order).await), "CANCELLED REFUNDED UNFULFILLED");
        // Money was there: the discount was used.
        assert_eq!(count(db, "SELECT CAST(used_count AS bigint) FROM discounts").await, 1);
        shop.check().await;
    }

    async fn an_order_that_nobody_pays_expires(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 4)]) })).await;
        let longer = place(&shop, json!({ "lines": lines(&[("A", 1)]), "holdMinutes": 120 })).await;
        let confirmed = place(&shop, json!({ "lines": lines(&[("A", 1)]), "confirm": true })).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let paid = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": paid })).await;
        let shopify = place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        let number = text(&shopify["orderNumber"]);
        run(db, &format!("UPDATE orders SET source = 'shopify' WHERE order_number = '{number}'")).await;
        assert_eq!(shop.pass(3599).await.orders, 0);
        assert_eq!(shop.pass(1).await.orders, 1);
        let ended = now(&shop, &order).await;
        assert_eq!((text(&ended["status"]), text(&ended["cancelReason"])), ("CANCELLED".to_owned(), "expired".to_owned()));
        assert_eq!(shop.shelf("A").await, ["main 6 + 4 reserved"]);
        assert_eq!(shop.pass(3600).await.orders, 1);
        for (order, status) in
            [(&longer, "CANCELLED"), (&confirmed, "CONFIRMED"), (&paid, "CONFIRMED"), (&shopify, "PENDING")]
        {
            assert_eq!(now(&shop, order).await["status"], status);
        }
        assert_eq!(told(db, &order).await, ["order.placed", "order.cancelled"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "3 orders, 300, average 100");
        shop.check().await;
    }

    async fn an_order_that_was_paid_in_part_gives_its_discount_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        discount(db, 10, json!({}), |row| row.usage_limit = Set(Some(5))).await;
        let part = json!({ "provider": "manual", "amount": "40", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": part })).await;
        assert_eq!(count(db, "SELECT CAST(used_count AS bigint) FROM discounts").await, 1);
        assert_eq!(shop.pass(3600).await.orders, 1);
        assert_eq!(statuses(&now(&shop, &order).await), "CANCELLED REFUNDED UNFULFILLED");
        assert_eq!(count(db, "SELECT CAST(used_count AS bigint) FROM discounts").await, 0);
        assert_eq!(count(db, "SELECT COUNT(*) FROM discount_uses").await, 0);
        shop.check().await;
    }

    async fn money_that_is_not_enough_any_more_keeps_stock_for_a_time(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        shop.configure("orders.confirmOnPayment", json!(false)).await;
        let most = json!({ "provider": "stripe", "amount": "60" });
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]), "payment": most });
        let placed = shop.done("placeOrder", input, "order { id } payment { id }").await;
        let report = async |kind: &str| {
            let input = json!({ "id": placed["payment"]["id"], "kind": kind, "providerEventId": kind });
            shop.done("reportPayment", input, "applied").await
        };
        report("AUTHORIZED").await;
        shop.done("markOrderPaid", json!({ "orderId": placed["order"]["id"] }), "replayed").await;
        let enough = now(&shop, &placed["order"]).await;
        assert_eq!((statuses(&enough), &enough["holdExpiresAt"]), ("PENDING PARTIALLY_PAID UNFULFILLED".to_owned(), &Value::Null));
        report("VOIDED").await;
        let waiting = now(&shop, &placed["order"]).await;
        assert_eq!(statuses(&waiting), "PENDING PARTIALLY_PAID UNFULFILLED");
        assert_eq!(time(&waiting["holdExpiresAt"]), start() + Duration::minutes(60));
        assert_eq!(shop.pass(3600).await.orders, 1);
        assert_eq!(shop.shelf("A").await, ["main 10 + 0 reserved"]);
        shop.check().await;
    }

    async fn late_money_brings_an_order_back(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 5).await;
        let order = expired(&shop).await;
        assert_eq!(shop.shelf("A").await, ["main 5 + 0 reserved"]);
        capture(&shop, &order["payment"]).await;
        let revived = now(&shop, &order["order"]).await;
        assert_eq!(statuses(&revived), "CONFIRMED PAID UNFULFILLED");
        assert_eq!(revived["cancelReason"], json!(null));
        assert_eq!(shop.shelf("A").await, ["main 1 + 4 reserved"]);
        assert!(told(db, &order["order"]).await.contains(&"order.revived".to_owned()));
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 400, average 400");
        shop.check().await;
    }

    async fn late_money_goes_back_where_the_stock_is_gone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 5).await;
        let order = expired(&shop).await;
        place(&shop, json!({ "email": "bob@example.com", "lines": lines(&[("A", 2)]), "confirm": true })).await;
        capture(&shop, &order["payment"]).await;
        let ended = now(&shop, &order["order"]).await;
        assert_eq!((&ended["status"], &ended["cancelReason"]), (&json!("CANCELLED"), &json!("expired")));
        assert_eq!(shop.shelf("A").await, ["main 3 + 2 reserved"]);
        assert!(told(db, &order["order"]).await.contains(&"order.paid_after_cancel".to_owned()));
        assert_eq!(count(db, "SELECT COUNT(*) FROM refunds").await, 1);
        assert_eq!(totals(&shop, "ann@example.com").await, "0 orders, 0, average none");

        // An order that somebody cancelled stays so, whatever there is.
        let input = json!({ "lines": lines(&[("A", 1)]), "payment": { "provider": "stripe" }, "email": "eve@example.com" });
        let other = shop.done("placeOrder", input, "order { id } payment { id }").await;
        done(&shop, "cancelOrder", json!({ "id": other["order"]["id"], "reason": "fraud" })).await;
        capture(&shop, &other["payment"]).await;
        assert_eq!(now(&shop, &other["order"]).await["status"], "CANCELLED");
        assert_eq!(count(db, "SELECT COUNT(*) FROM refunds").await, 2);
        shop.check().await;
    }

    async fn an_order_that_comes_back_keeps_its_price(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        for (code, is_full) in [("FREE", false), ("FULL", true)] {
            discount(db, 10, json!({}), |row| {
                row.code = Set(Some(code.to_owned()));
                row.usage_limit = Set(Some(1));
            })
            .await;
            let wanted = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]), "discountCodes": [code] });
            let input = with(wanted.clone(), json!({ "payment": { "provider": "stripe" } }));
            let placed = shop.done("placeOrder", input, "order { id } payment { id }").await;
            assert_eq!(shop.pass(3600).await.orders, 1);
            if is_full {
                place(&shop, with(wanted, json!({ "email": "bob@example.com", "confirm": true }))).await;
            }
            capture(&shop, &placed["payment"]).await;
            let revived = now(&shop, &placed["order"]).await;
            assert_eq!(statuses(&revived), "CONFIRMED PAID UNFULFILLED", "{code}");
            assert_eq!(amounts(&revived), "100 - 10 + 0 + 0 = 90", "{code}");
            // It counts only where the limit allows it.
            let number = text(&revived["orderNumber"]);
            let uses = format!("SELECT COUNT(*) FROM discount_uses u JOIN orders o ON o.id = u.order_id WHERE o.order_number = '{number}'");
            assert_eq!(count(db, &uses).await, i64::from(!is_full), "{code}");
            let used = format!("SELECT CAST(used_count AS bigint) FROM discounts WHERE code = '{code}'");
            assert_eq!(count(db, &used).await, 1, "{code}");
        }
        shop.check().await;
    }

    async fn some_reasons_are_none(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 5).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 2)]) })).await;
        let long = "x".repeat(51);
        for reason in ["", " ", "expired", long.as_str()] {
            let input = json!({ "id": order["id"], "reason": reason });
            assert_eq!(shop.code_and_path("cancelOrder", input).await, "INVALID reason", "{reason}");
        }
        let stale = with(json!({ "id": order["id"] }), json!({ "expectedVersion": 9 }));
        assert_eq!(shop.code_and_path("cancelOrder", stale).await, "VERSION_CONFLICT expectedVersion");
        shop.check().await;
    }
}

/// An order for four pieces whose time is over, and its payment.
async fn expired(shop: &ShopFixture) -> Value {
    let input = json!({
        "email": "ann@example.com", "lines": lines(&[("A", 4)]), "payment": { "provider": "stripe", "reference": "pi_1" },
    });
    let placed = shop.done("placeOrder", input, "order { id } payment { id }").await;
    assert_eq!(shop.pass(3600).await.orders, 1);
    placed
}

/// A provider has the money.
async fn capture(shop: &ShopFixture, payment: &Value) {
    let input =
        json!({ "id": payment["id"], "kind": "CAPTURED", "providerEventId": format!("event of {}", payment["id"]) });
    let payload = shop.done("reportPayment", input, "applied").await;
    assert_eq!(payload["applied"], true);
}

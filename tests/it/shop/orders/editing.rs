//! Changing the lines of orders.

use entity::sea_orm_active_enums::{DiscountKind, DiscountTarget};
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{amount, amounts, count, discount, done, item, items, lines, now, place, statuses, told, totals};
use crate::shop::fixture::{NOBODY, ShopFixture, text, with};

on_both_engines! {
    async fn an_unpaid_order_is_priced_anew(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        discount(db, 15, json!({ "minQuantity": 10 }), |_| ()).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 12)]), "shippingAmount": "5" })).await;
        assert_eq!(amounts(&order), "1200 - 180 + 0 + 5 = 1025");
        let fewer = edit(&shop, &order, json!([{ "itemId": item(&order, "A"), "quantity": 9 }])).await;
        assert_eq!(amounts(&fewer), "900 - 0 + 0 + 5 = 905");
        assert_eq!(shop.shelf("A").await, ["main 11 + 9 reserved"]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM discount_uses").await, 0);
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 905, average 905");
        let changes = json!([{ "itemId": item(&order, "A"), "quantity": 10 }, { "sku": "B", "quantity": 1, "unitPrice": "20" }]);
        let more = edit(&shop, &order, changes).await;
        assert_eq!(items(&more), ["10 A at 100", "1 B at 20"]);
        assert_eq!(amounts(&more), "1020 - 153 + 0 + 5 = 872");
        assert_eq!(shop.shelf("B").await, ["main 19 + 1 reserved"]);
        let gone = edit(&shop, &order, json!([{ "itemId": item(&order, "A"), "quantity": 0 }])).await;
        assert_eq!(items(&gone), ["1 B at 20"]);
        assert_eq!(shop.shelf("A").await, ["main 20 + 0 reserved"]);
        assert_eq!(told(db, &order).await, ["order.placed", "order.edited", "order.edited", "order.edited"]);
        let audit = "SELECT COUNT(*) FROM audit_entries WHERE operation = 'EditOrder'";
        assert_eq!(count(db, audit).await, 3);
        shop.check().await;
    }

    async fn paid_pieces_take_their_share_along(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        discount(db, 10, json!({}), |_| ()).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": [{ "sku": "A", "quantity": 3, "unitPrice": "33.35" }, { "sku": "B", "quantity": 2 }], "payment": paid })).await;
        // 100.05 less 10.01 (half a cent is rounded up), and 200 less 20.
        assert_eq!(amounts(&order), "300.05 - 30.01 + 0 + 0 = 270.04");
        let input = json!({ "id": order["id"], "changes": [{ "itemId": item(&order, "A"), "quantity": 2 }], "reason": "broken" });
        let payload = shop.done("editOrder", input, "order { id } refundDue").await;
        let fewer = now(&shop, &order).await;
        assert_eq!(amounts(&fewer), "266.7 - 26.67 + 0 + 0 = 240.03");
        assert_eq!(amount(&payload["refundDue"]), amount(&json!("30.01")));
        assert_eq!(statuses(&fewer), "CONFIRMED PAID UNFULFILLED");
        assert_eq!(shop.shelf("A").await, ["main 18 + 2 reserved"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 240.03, average 240.03");
        // What comes on top is owed.
        let more = edit(&shop, &order, json!([{ "itemId": item(&order, "B"), "quantity": 3 }])).await;
        assert_eq!(amounts(&more), "366.7 - 26.67 + 0 + 0 = 340.03");
        assert_eq!(statuses(&more), "CONFIRMED PARTIALLY_PAID UNFULFILLED");
        // What was said about it is not kept for ever.
        let audit = "SELECT COUNT(*) FROM audit_entries WHERE COALESCE(CAST(after AS text), '') LIKE '%broken%'";
        assert_eq!(count(db, audit).await, 0);
        shop.check().await;
    }

    async fn a_discount_of_the_order_is_given_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        discount(db, 10, json!({}), |row| {
            row.kind = Set(DiscountKind::Fixed);
            row.target = Set(DiscountTarget::Order);
        })
        .await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": paid })).await;
        assert_eq!(amounts(&order), "100 - 10 + 0 + 0 = 90");
        let change = json!([{ "sku": "B", "quantity": 1, "unitPrice": "12" }]);
        assert_eq!(amounts(&edit(&shop, &order, change.clone()).await), "112 - 10 + 0 + 0 = 102");
        assert_eq!(amounts(&edit(&shop, &order, change).await), "124 - 10 + 0 + 0 = 114");
        shop.check().await;
    }

    async fn less_to_pay_can_be_enough(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let part = json!({ "provider": "stripe", "amount": "100" });
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 2)]), "payment": part });
        let placed = shop.done("placeOrder", input, "order { id } payment { id }").await;
        let authorized = json!({ "id": placed["payment"]["id"], "kind": "AUTHORIZED", "amount": "100" });
        shop.done("reportPayment", authorized, "applied").await;
        let order = now(&shop, &placed["order"]).await;
        assert_eq!(statuses(&order), "PENDING AUTHORIZED UNFULFILLED");
        let less = edit(&shop, &order, json!([{ "itemId": item(&order, "A"), "quantity": 1 }])).await;
        assert_eq!(statuses(&less), "CONFIRMED AUTHORIZED UNFULFILLED");
        shop.check().await;
    }

    async fn what_cannot_change_is_refused_at_its_place(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 2), ("B", 1)]) })).await;
        let (a, b) = (item(&order, "A"), item(&order, "B"));
        for (changes, refusal) in [
            (json!([]), "INVALID changes"),
            (json!([{ "itemId": NOBODY, "quantity": 1 }]), "NOT_FOUND changes.0.itemId"),
            (json!([{ "itemId": a, "quantity": 1 }, { "itemId": a, "quantity": 2 }]), "INVALID changes.1.itemId"),
            (json!([{ "itemId": a, "sku": "B", "quantity": 1 }]), "INVALID changes.0.itemId"),
            (json!([{ "itemId": a, "quantity": 1, "unitPrice": "1" }]), "INVALID changes.0.unitPrice"),
            (json!([{ "itemId": a, "quantity": -1 }]), "INVALID changes.0.quantity"),
            (json!([{ "sku": "B", "quantity": 0 }]), "INVALID changes.0.quantity"),
            (json!([{ "quantity": 1 }]), "INVALID changes.0.variantId"),
            (json!([{ "sku": "Z", "quantity": 1 }]), "NOT_FOUND changes.0.sku"),
            (json!([{ "itemId": b, "quantity": 1 }, { "sku": "B", "quantity": 1, "unitPrice": "1.234" }]), "INVALID changes.1.unitPrice"),
            (json!([{ "itemId": a, "quantity": 21 }]), "INSUFFICIENT_STOCK changes"),
            (json!([{ "itemId": a, "quantity": 0 }, { "itemId": b, "quantity": 0 }]), "INVALID changes"),
        ] {
            let input = json!({ "id": order["id"], "changes": changes });
            assert_eq!(shop.code_and_path("editOrder", input.clone()).await, refusal, "{input}");
        }
        let reason = json!({ "id": order["id"], "changes": [{ "itemId": a, "quantity": 1 }], "reason": "" });
        assert_eq!(shop.code_and_path("editOrder", reason).await, "INVALID reason");
        assert_eq!(amounts(&now(&shop, &order).await), amounts(&order));
        assert_eq!(shop.shelf("A").await, ["main 18 + 2 reserved"]);
        shop.check().await;
    }

    async fn pieces_in_parcels_and_refunded_lines_stay(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 4), ("B", 2)]), "payment": paid })).await;
        let (a, b) = (item(&order, "A"), item(&order, "B"));
        let parcel = json!({ "orderId": order["id"], "location": "main", "lines": [{ "itemId": a, "quantity": 3 }] });
        shop.done("createFulfillment", parcel, "fulfillment { id }").await;
        let two = json!({ "id": order["id"], "changes": [{ "itemId": a, "quantity": 2 }] });
        assert_eq!(shop.code_and_path("editOrder", two).await, "INVALID changes.0.quantity");
        let refund = json!({ "orderId": order["id"], "lines": [{ "itemId": b, "quantity": 1, "restock": "CANCEL" }], "reason": "x" });
        shop.done("refundOrder", refund, "refund { id }").await;
        let one = json!({ "id": order["id"], "changes": [{ "itemId": b, "quantity": 1 }] });
        assert_eq!(shop.code_and_path("editOrder", one).await, "INVALID changes.0.itemId");
        let three = edit(&shop, &order, json!([{ "itemId": a, "quantity": 3 }])).await;
        assert_eq!(items(&three), ["3 A at 100", "2 B at 100"]);
        shop.check().await;
    }

    async fn what_something_names_is_not_removed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let paid = json!({ "provider": "stripe", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 2), ("B", 2)]), "payment": paid })).await;
        let (a, b) = (item(&order, "A"), item(&order, "B"));
        let refund = json!({ "orderId": order["id"], "lines": [{ "itemId": a, "quantity": 1, "restock": "NONE" }] });
        let refund = shop.done("refundOrder", refund, "refund { id }").await["refund"]["id"].clone();
        shop.done("cancelRefund", json!({ "id": refund }), "replayed").await;
        let parcel = json!({ "orderId": order["id"], "location": "main", "lines": [{ "itemId": b, "quantity": 1 }] });
        let parcel = shop.done("createFulfillment", parcel, "fulfillment { id }").await["fulfillment"]["id"].clone();
        shop.done("cancelFulfillment", json!({ "id": parcel }), "replayed").await;
        for (item, quantity) in [(&a, 0), (&a, 1), (&b, 0)] {
            let input = json!({ "id": order["id"], "changes": [{ "itemId": item, "quantity": quantity }] });
            assert_eq!(shop.code_and_path("editOrder", input.clone()).await, "INVALID changes.0.quantity", "{input}");
        }
        let changes = json!([{ "itemId": a, "quantity": 3 }, { "itemId": b, "quantity": 1 }]);
        assert_eq!(items(&edit(&shop, &order, changes).await), ["3 A at 100", "1 B at 100"]);
        shop.check().await;
    }

    async fn what_a_draft_holds_follows_its_lines(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 2)]), "holdMinutes": 10 })).await;
        let edited = edit(&shop, &draft, json!([{ "itemId": item(&draft, "A"), "quantity": 5 }])).await;
        assert_eq!(text(&edited["status"]), "DRAFT");
        assert_eq!(shop.shelf("A").await, ["main 15 + 5 reserved"]);
        let many = json!({ "id": draft["id"], "changes": [{ "itemId": item(&draft, "A"), "quantity": 21 }] });
        assert_eq!(shop.code_and_path("editOrder", many).await, "INSUFFICIENT_STOCK changes");
        assert_eq!(shop.shelf("A").await, ["main 15 + 5 reserved"]);
        shop.check().await;
    }

    async fn a_draft_that_changes_holds_its_pieces_no_longer(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        stocked(&shop, db).await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 2)]), "holdMinutes": 10 })).await;
        shop.pass(240).await;
        edit(&shop, &draft, json!([{ "sku": "B", "quantity": 1 }])).await;
        done(&shop, "updateDraftOrder", json!({ "id": draft["id"], "lines": lines(&[("A", 1), ("B", 1)]) })).await;
        assert_eq!(shop.pass(359).await.holds, 0);
        assert_eq!((shop.shelf("A").await, shop.shelf("B").await), (vec!["main 19 + 1 reserved".to_owned()], vec!["main 19 + 1 reserved".to_owned()]));
        assert_eq!(shop.pass(1).await.holds, 2);
        assert_eq!(shop.shelf("A").await, ["main 20 + 0 reserved"]);
        shop.check().await;
    }
}

/// Twenty pieces each of two variants.
async fn stocked(shop: &ShopFixture, db: &tests::TestDatabase) {
    for sku in ["A", "B"] {
        shop.variant(db, sku).await;
        shop.stock(sku, "main", 20).await;
    }
}

/// The order after a change.
async fn edit(shop: &ShopFixture, order: &Value, changes: Value) -> Value {
    let input = with(json!({ "id": order["id"] }), json!({ "changes": changes }));
    done(shop, "editOrder", input).await
}

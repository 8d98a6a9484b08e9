//! Drafts: quotes that stand, and become orders.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{amounts, count, discount, done, items, lines, now, statuses, told, totals};
use crate::shop::fixture::{NOBODY, ShopFixture, start, with};

on_both_engines! {
    async fn a_draft_keeps_prices_and_no_stock(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 4)]), "shippingAmount": "5" });
        let draft = done(&shop, "createDraftOrder", input).await;
        assert_eq!(statuses(&draft), "DRAFT PENDING UNFULFILLED");
        assert_eq!(amounts(&draft), "400 - 0 + 0 + 5 = 405");
        assert_eq!(shop.shelf("A").await, ["main 10 + 0 reserved"]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM customers").await, 0);
        reprice(&shop, "A", 250).await;

        let placed = json!({ "draftId": draft["id"], "expectedTotal": "405" });
        let order = done(&shop, "placeOrder", placed.clone()).await;
        assert_eq!((&order["id"], &order["orderNumber"]), (&draft["id"], &draft["orderNumber"]));
        assert_eq!(statuses(&order), "PENDING PENDING UNFULFILLED");
        assert_eq!(amounts(&order), amounts(&draft));
        assert_eq!(shop.shelf("A").await, ["main 6 + 4 reserved"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 405, average 405");
        assert_eq!(told(db, &order).await, ["order.drafted", "order.placed"]);
        assert_eq!(shop.code_and_path("placeOrder", placed).await, "INVALID_TRANSITION draftId");
        let id = json!({ "id": draft["id"] });
        assert_eq!(shop.code_and_path("deleteDraftOrder", id).await, "INVALID_TRANSITION id");
        shop.check().await;
    }

    async fn a_quote_ends_with_its_time(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let until = (start() + Duration::hours(1)).to_rfc3339();
        let input = json!({ "lines": lines(&[("A", 4)]), "validUntil": until, "holdMinutes": 600 });
        let draft = done(&shop, "createDraftOrder", input.clone()).await;
        assert_eq!(shop.shelf("A").await, ["main 6 + 4 reserved"]);
        shop.clock().advance(Duration::hours(1));
        let late = json!({ "draftId": draft["id"] });
        assert_eq!(shop.code_and_path("placeOrder", late).await, "DEADLINE_PASSED draftId");
        assert_eq!(shop.code_and_path("createDraftOrder", input).await, "INVALID validUntil");
        assert_eq!(shop.pass(0).await.orders, 1);
        let ended = now(&shop, &draft).await;
        assert_eq!((statuses(&ended), &ended["cancelReason"]), ("CANCELLED VOIDED UNFULFILLED".to_owned(), &json!("expired")));
        assert_eq!(shop.shelf("A").await, ["main 10 + 0 reserved"]);
        assert_eq!(shop.pass(60).await.orders, 0);
        shop.check().await;
    }

    async fn a_lapsed_hold_only_frees_its_stock(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 5).await;
        let input = json!({ "lines": lines(&[("A", 4)]), "holdMinutes": 1 });
        let draft = done(&shop, "createDraftOrder", input.clone()).await;
        let other = shop.code("createDraftOrder", input).await;
        assert_eq!(other, "INSUFFICIENT_STOCK");
        shop.pass(60).await;
        assert_eq!(statuses(&now(&shop, &draft).await), "DRAFT PENDING UNFULFILLED");
        assert_eq!(shop.shelf("A").await, ["main 5 + 0 reserved"]);
        done(&shop, "placeOrder", json!({ "draftId": draft["id"] })).await;
        assert_eq!(shop.shelf("A").await, ["main 1 + 4 reserved"]);
        shop.check().await;
    }

    async fn a_draft_changes_in_parts(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for sku in ["A", "B"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 10).await;
        }
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 2)]), "holdMinutes": 10 })).await;
        let change = async |changes: Value| done(&shop, "updateDraftOrder", with(json!({ "id": draft["id"] }), changes)).await;
        reprice(&shop, "A", 150).await;
        // What says nothing of prices leaves them alone, and so does what else they depend on.
        assert_eq!(amounts(&change(json!({ "note": "soon", "tags": ["a"] })).await), "200 - 0 + 0 + 0 = 200");
        assert_eq!(amounts(&change(json!({ "shippingAmount": "9" })).await), "200 - 0 + 0 + 9 = 209");
        assert_eq!(shop.shelf("A").await, ["main 8 + 2 reserved"]);
        let both = change(json!({ "lines": lines(&[("A", 1), ("B", 3)]) })).await;
        assert_eq!(items(&both), ["1 A at 150", "3 B at 100"]);
        assert_eq!(amounts(&both), "450 - 0 + 0 + 9 = 459");
        assert_eq!((shop.shelf("A").await, shop.shelf("B").await), (vec!["main 9 + 1 reserved".to_owned()], vec!["main 7 + 3 reserved".to_owned()]));
        change(json!({ "holdMinutes": null })).await;
        assert_eq!(shop.shelf("B").await, ["main 10 + 0 reserved"]);
        change(json!({ "holdMinutes": 5 })).await;
        assert_eq!(shop.shelf("B").await, ["main 7 + 3 reserved"]);
        let with_email = change(json!({ "email": "Ann@example.com" })).await;
        assert_eq!((&with_email["email"], &with_email["customerId"]), (&json!("ann@example.com"), &json!(null)));
        let same = now(&shop, &draft).await;
        assert_eq!(change(json!({ "tags": ["a"] })).await["version"], same["version"]);
        for (changes, refusal) in [
            (json!({ "lines": [] }), "INVALID lines"),
            (json!({ "currency": "EUR" }), "INVALID currency"),
            (json!({ "lines": lines(&[("A", 1)]), "currency": "EUR" }), "NO_PRICE lines.0.sku"),
            (json!({ "customerId": NOBODY }), "NOT_FOUND customerId"),
            (json!({ "shippingMethod": "none" }), "INVALID shippingMethod"),
            (json!({ "holdMinutes": 0 }), "INVALID holdMinutes"),
            (json!({ "lines": lines(&[("A", 11)]) }), "INSUFFICIENT_STOCK lines"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            let input = with(json!({ "id": draft["id"] }), changes);
            assert_eq!(shop.code_and_path("updateDraftOrder", input.clone()).await, refusal, "{input}");
        }
        shop.check().await;
    }

    async fn other_lines_of_the_same_sum_are_told(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for sku in ["A", "B"] {
            shop.variant(db, sku).await;
        }
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 1)]) })).await;
        let input = json!({ "id": draft["id"], "lines": lines(&[("B", 1)]) });
        let changed = done(&shop, "updateDraftOrder", input).await;
        assert_eq!((items(&changed), &changed["version"]), (vec!["1 B at 100".to_owned()], &json!(2)));
        assert_eq!(told(db, &draft).await, ["order.drafted", "order.draft_changed"]);
        shop.check().await;
    }

    async fn the_hold_of_a_draft_is_for_it_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 4)]), "holdMinutes": 10 })).await;
        let held = shop.query("{ stockReservations { nodes { holdId } } }", json!({})).await;
        let hold = held["stockReservations"]["nodes"][0]["holdId"].clone();
        let other = json!({ "email": "bob@example.com", "lines": lines(&[("A", 4)]), "holdId": hold });
        assert_eq!(shop.code_and_path("placeOrder", other).await, "HOLD_GONE holdId");
        done(&shop, "placeOrder", json!({ "draftId": draft["id"], "holdId": hold })).await;
        assert_eq!(shop.shelf("A").await, ["main 6 + 4 reserved"]);
        shop.check().await;
    }

    async fn a_draft_takes_the_pieces_of_a_basket(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 4)]), "holdMinutes": 10 })).await;
        let basket = shop.done("reserveStock", json!({ "lines": lines(&[("A", 3)]) }), "hold { id }").await;
        let basket = json!({ "holdId": basket["hold"]["id"] });
        assert_eq!(shop.shelf("A").await, ["main 3 + 7 reserved"]);
        done(&shop, "placeOrder", with(json!({ "draftId": draft["id"] }), basket.clone())).await;
        assert_eq!(shop.shelf("A").await, ["main 6 + 4 reserved"], "what the draft held itself is free");
        assert_eq!(shop.code_and_path("releaseHold", basket).await, "HOLD_GONE holdId");
        assert_eq!(shop.pass(600).await.holds, 0);
        shop.check().await;
    }

    async fn where_a_draft_goes_changes_with_its_prices(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 1)]) })).await;
        let moved = json!({ "id": draft["id"], "shippingAddress": { "country": "DE" } });
        assert_eq!(shop.code_and_path("updateOrder", moved.clone()).await, "INVALID_TRANSITION shippingAddress");
        done(&shop, "updateDraftOrder", moved.clone()).await;
        done(&shop, "updateOrder", with(moved, json!({ "billingAddress": { "country": "FR" } }))).await;
        shop.check().await;
    }

    async fn a_draft_goes_without_a_trace(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 5).await;
        let draft = done(&shop, "createDraftOrder", json!({ "lines": lines(&[("A", 4)]), "holdMinutes": 10 })).await;
        let id = json!({ "id": draft["id"] });
        let payload = shop.done("deleteDraftOrder", id.clone(), "deletedId").await;
        assert_eq!(payload["deletedId"], draft["id"]);
        assert_eq!(now(&shop, &draft).await, Value::Null);
        assert_eq!(shop.shelf("A").await, ["main 5 + 0 reserved"]);
        assert_eq!(told(db, &draft).await, ["order.drafted", "order.draft_deleted"]);
        assert_eq!(shop.code_and_path("deleteDraftOrder", id).await, "NOT_FOUND id");
        shop.check().await;
    }

    async fn a_quote_keeps_no_place_for_a_discount(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        discount(db, 10, json!({}), |row| {
            row.code = Set(Some("FIRST".to_owned()));
            row.usage_limit = Set(Some(1));
        })
        .await;
        let input = json!({ "lines": lines(&[("A", 1)]), "discountCodes": ["first"] });
        let first = done(&shop, "createDraftOrder", input.clone()).await;
        let second = done(&shop, "createDraftOrder", input).await;
        assert_eq!(amounts(&second), "100 - 10 + 0 + 0 = 90");
        done(&shop, "placeOrder", json!({ "draftId": first["id"] })).await;
        let late = json!({ "draftId": second["id"] });
        assert_eq!(shop.code("placeOrder", late.clone()).await, "DISCOUNT_REFUSED");
        // It is free again when the first is cancelled before it was paid.
        done(&shop, "cancelOrder", json!({ "id": first["id"] })).await;
        assert_eq!(amounts(&done(&shop, "placeOrder", late).await), "100 - 10 + 0 + 0 = 90");
        assert_eq!(count(db, "SELECT CAST(used_count AS bigint) FROM discounts").await, 1);
        assert_eq!(count(db, "SELECT COUNT(*) FROM discount_uses").await, 1);
        shop.check().await;
    }
}

/// Sets the price of a variant.
async fn reprice(shop: &ShopFixture, sku: &str, price: i64) {
    let query = "query($sku: String!) { productVariantBySku(sku: $sku) { id } }";
    let id = shop.query(query, json!({ "sku": sku })).await["productVariantBySku"]["id"].clone();
    let item = json!({ "variantId": id, "currency": "USD", "price": price.to_string() });
    shop.done("setPrices", json!({ "items": [item] }), "results { userErrors { code message } }").await;
}

//! Placing orders.

use chrono::Duration;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;
use uuid::Uuid;

use super::{amounts, count, discount, done, item, items, lines, now, place, statuses, time, told, totals};
use crate::shop::fixture::{NOBODY, ShopFixture, start, with};

on_both_engines! {
    async fn an_order_keeps_its_stock_and_waits_for_its_money(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let input = json!({ "email": " Ann@Example.com ", "lines": lines(&[("A", 3)]), "note": "ring twice", "tags": ["gift"] });
        let order = place(&shop, input).await;
        assert_eq!(statuses(&order), "PENDING PENDING UNFULFILLED");
        assert_eq!(amounts(&order), "300 - 0 + 0 + 0 = 300");
        assert_eq!((&order["email"], &order["tags"]), (&json!("ann@example.com"), &json!(["gift"])));
        assert_eq!(time(&order["holdExpiresAt"]), start() + Duration::minutes(60));
        assert_eq!(shop.shelf("A").await, ["main 7 + 3 reserved"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "1 orders, 300, average 300");
        assert_eq!(told(db, &order).await, ["order.placed"]);
        let again = place(&shop, json!({ "email": "ANN@example.com", "lines": lines(&[("A", 1)]) })).await;
        assert_eq!(again["customerId"], order["customerId"]);
        assert_ne!(again["orderNumber"], order["orderNumber"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "2 orders, 400, average 200");
        shop.check().await;
    }

    async fn the_log_does_not_know_who_it_was(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let address = json!({ "name": "Ann Secret", "country": "US" });
        let input = json!({ "email": "ann.secret@example.com", "note": "Secret", "shippingAddress": address });
        let order = place(&shop, with(input, json!({ "lines": lines(&[("A", 1)]) }))).await;
        let edited = json!({ "id": order["id"], "note": "Secret still", "email": "secret@example.com" });
        shop.done("updateOrder", edited, "order { id }").await;
        for table in ["events", "audit_entries"] {
            let columns = if table == "events" { "changes" } else { "before || after" };
            let columns = columns.split(" || ").map(|column| format!("COALESCE(CAST({column} AS text), '')"));
            let text = columns.collect::<Vec<_>>().join(" || ");
            assert_eq!(count(db, &format!("SELECT COUNT(*) FROM {table} WHERE {text} LIKE '%ecret%'")).await, 0, "{table}");
        }
        shop.check().await;
    }

    async fn a_quote_is_what_placing_costs(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.variant(db, "B").await;
        shop.stock("A", "main", 20).await;
        shop.stock("B", "main", 20).await;
        discount(db, 15, json!({ "minQuantity": 10 }), |_| ()).await;
        let wanted = json!({
            "email": "ann@example.com", "shippingAmount": "7.50", "shippingAddress": { "country": "US", "region": "CA" },
            "lines": [{ "sku": "A", "quantity": 12 }, { "sku": "B", "quantity": 1, "unitPrice": "33.33" }],
        });
        let query = "query($input: OrderQuoteInput!) { orderQuote(input: $input) {
            quote { subtotalAmount discountAmount taxAmount shippingAmount totalAmount belowMinimum
                lines { sku quantity price totalAmount } discounts { amount } customerId }
            userErrors { code path } } }";
        let quote = async |input| shop.query(query, json!({ "input": input })).await["orderQuote"].take();
        let quoted = quote(wanted.clone()).await;
        assert_eq!(quoted["userErrors"], json!([]));
        assert_eq!(quoted["quote"]["customerId"], json!(null));
        assert_eq!(count(db, "SELECT COUNT(*) FROM orders").await, 0);
        let order = place(&shop, wanted.clone()).await;
        assert_eq!(amounts(&order), amounts(&quoted["quote"]));
        assert_eq!(items(&order), ["12 A at 100", "1 B at 33.33"]);

        // What placing refuses, a quote refuses alike.
        for (change, refusal) in [
            (json!({ "lines": lines(&[("A", 9)]) }), json!({ "code": "INSUFFICIENT_STOCK", "path": ["lines"] })),
            (json!({ "lines": [] }), json!({ "code": "INVALID", "path": ["lines"] })),
            (json!({ "discountCodes": ["NONE"] }), json!({ "code": "DISCOUNT_REFUSED", "path": ["discountCodes", "0"] })),
        ] {
            let input = with(wanted.clone(), change);
            assert_eq!(quote(input.clone()).await, json!({ "quote": null, "userErrors": [refusal] }));
            let error = shop.refused("placeOrder", input).await;
            assert_eq!(json!({ "code": error["code"], "path": error["path"] }), refusal);
        }
        shop.check().await;
    }

    async fn all_of_it_or_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for (sku, pieces) in [("A", 5), ("B", 1), ("C", 9)] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", pieces).await;
        }
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 3), ("C", 1), ("B", 2), ("A", 3)]) });
        let fields = "userErrors { code path ... on InsufficientStockError { lines { sku requested available } } }";
        let document = format!("mutation($input: PlaceOrderInput!) {{ placeOrder(input: $input) {{ order {{ id }} {fields} }} }}");
        let payload = shop.query(&document, json!({ "input": input })).await["placeOrder"].take();
        assert_eq!(payload["order"], json!(null));
        let mut short = payload["userErrors"][0]["lines"].as_array().expect("a list").clone();
        short.sort_by_key(|line| line["sku"].to_string());
        assert_eq!(
            short,
            [json!({ "sku": "A", "requested": 6, "available": 5 }), json!({ "sku": "B", "requested": 2, "available": 1 })]
        );
        assert_eq!(shop.shelf("A").await, ["main 5 + 0 reserved"]);
        assert_eq!(shop.shelf("C").await, ["main 9 + 0 reserved"]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM orders").await, 0);
        assert_eq!(count(db, "SELECT COUNT(*) FROM customers").await, 0);
        let order = place(&shop, json!({ "lines": lines(&[("A", 2), ("A", 3)]) })).await;
        assert_eq!(items(&order), ["2 A at 100", "3 A at 100"]);
        assert_eq!(shop.shelf("A").await, ["main 0 + 5 reserved"]);
        shop.check().await;
    }

    async fn a_total_that_nobody_has_seen_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]), "expectedTotal": "99.99" });
        assert_eq!(shop.code_and_path("placeOrder", input.clone()).await, "PRICE_CHANGED expectedTotal");
        place(&shop, with(input, json!({ "expectedTotal": "100" }))).await;
        shop.check().await;
    }

    async fn money_confirms_an_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let paid = json!({ "provider": "manual", "method": "cash", "captured": true });
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]), "payment": paid });
        let payload = shop.done("placeOrder", input, "order { id } payment { status capturedAmount }").await;
        assert_eq!(payload["payment"]["status"], "CAPTURED");
        let order = now(&shop, &payload["order"]).await;
        assert_eq!(statuses(&order), "CONFIRMED PAID UNFULFILLED");
        assert_eq!(order["holdExpiresAt"], json!(null));
        assert_eq!(told(db, &order).await, ["order.placed", "order.confirmed"]);
        // A customer and a payment were made besides.
        let audit = "SELECT COUNT(*) FROM audit_entries WHERE operation = 'PlaceOrder' AND object_type IN ('Customer', 'Payment')";
        assert_eq!(count(db, audit).await, 2);

        // Without its money, or where people confirm, an order waits.
        let waiting = json!({ "lines": lines(&[("A", 1)]), "payment": { "provider": "stripe" } });
        assert_eq!(statuses(&place(&shop, waiting).await), "PENDING PENDING UNFULFILLED");
        shop.configure("orders.confirmOnPayment", json!(false)).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": paid })).await;
        assert_eq!(statuses(&now(&shop, &order).await), "PENDING PAID UNFULFILLED");
        shop.check().await;
    }

    async fn what_costs_nothing_waits_for_no_money(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let free = json!({ "lines": [{ "sku": "A", "quantity": 1, "unitPrice": "0" }] });
        let order = place(&shop, free).await;
        assert_eq!(statuses(&order), "CONFIRMED PAID UNFULFILLED");
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "confirm": true })).await;
        assert_eq!(statuses(&order), "CONFIRMED PENDING UNFULFILLED");
        assert_eq!(told(db, &order).await, ["order.placed", "order.confirmed"]);
        // Somebody is asked to ship both.
        assert_eq!(count(db, "SELECT COUNT(*) FROM tasks WHERE task_type = 'ship_order'").await, 2);
        shop.check().await;
    }

    async fn what_is_not_for_sale_is_in_no_new_line(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.variant_with(db, "B", |variant| variant.is_available = Set(false)).await;
        for sku in ["A", "B"] {
            shop.stock(sku, "main", 10).await;
        }
        let wanted = |sku: &str| json!({ "email": "ann@example.com", "lines": lines(&[(sku, 1)]) });
        for name in ["placeOrder", "createDraftOrder"] {
            assert_eq!(shop.code_and_path(name, wanted("B")).await, "NOT_FOR_SALE lines.0.sku", "{name}");
        }
        let draft = done(&shop, "createDraftOrder", wanted("A")).await;
        let order = place(&shop, wanted("A")).await;
        shop.done("setProductStatus", json!({ "id": shop.product, "status": "ARCHIVED" }), "replayed").await;
        assert_eq!(shop.code_and_path("placeOrder", wanted("A")).await, "NOT_FOR_SALE lines.0.sku");
        let change = |changes: Value| json!({ "id": order["id"], "changes": changes });
        let new = json!([{ "sku": "A", "quantity": 1 }]);
        assert_eq!(shop.code_and_path("editOrder", change(new)).await, "NOT_FOR_SALE changes.0.sku");
        // What was agreed stands.
        let more = json!([{ "itemId": item(&order, "A"), "quantity": 2 }]);
        assert_eq!(amounts(&done(&shop, "editOrder", change(more)).await), "200 - 0 + 0 + 0 = 200");
        assert_eq!(amounts(&done(&shop, "placeOrder", json!({ "draftId": draft["id"] })).await), "100 - 0 + 0 + 0 = 100");
        assert_eq!(shop.shelf("A").await, ["main 7 + 3 reserved"]);
        shop.check().await;
    }

    async fn what_no_order_can_be_is_refused_at_its_place(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("A", 1)]) });
        let line = |changes| json!({ "lines": [with(json!({ "sku": "A", "quantity": 1 }), changes)] });
        for (changes, refusal) in [
            (json!({ "email": "nobody" }), "INVALID email"),
            (json!({ "email": "a b@example.com" }), "INVALID email"),
            (json!({ "email": "a\u{0}@example.com" }), "INVALID email"),
            (json!({ "customerId": NOBODY }), "NOT_FOUND customerId"),
            (json!({ "draftId": NOBODY, "email": null, "lines": null }), "NOT_FOUND draftId"),
            (json!({ "holdId": NOBODY }), "NOT_FOUND holdId"),
            (json!({ "placedByAgentId": NOBODY }), "NOT_FOUND placedByAgentId"),
            (json!({ "lines": [] }), "INVALID lines"),
            (line(json!({ "quantity": 0 })), "INVALID lines.0.quantity"),
            (line(json!({ "quantity": -1 })), "INVALID lines.0.quantity"),
            (line(json!({ "quantity": i32::MAX })), "INVALID lines.0.quantity"),
            (line(json!({ "sku": "Z" })), "NOT_FOUND lines.0.sku"),
            (line(json!({ "sku": null })), "INVALID lines.0.variantId"),
            (line(json!({ "sku": null, "variantId": Uuid::nil() })), "NOT_FOUND lines.0.variantId"),
            (line(json!({ "unitPrice": "-1" })), "INVALID lines.0.unitPrice"),
            (line(json!({ "unitPrice": "0.001" })), "INVALID lines.0.unitPrice"),
            (line(json!({ "unitPrice": "99999999999999" })), "INVALID lines.0.unitPrice"),
            (json!({ "currency": "usd" }), "INVALID currency"),
            (json!({ "currency": "EUR" }), "NO_PRICE lines.0.sku"),
            (json!({ "shippingAmount": "-1" }), "INVALID shippingAmount"),
            (json!({ "shippingAmount": "1", "shippingMethod": "post" }), "INVALID shippingAmount"),
            (json!({ "shippingAddress": [] }), "INVALID shippingAddress"),
            (json!({ "shippingAddress": { "country": "usa" } }), "INVALID shippingAddress.country"),
            (json!({ "billingAddress": { "region": "far too long for one" } }), "INVALID billingAddress.region"),
            (json!({ "note": "x".repeat(10_001) }), "INVALID note"),
            (json!({ "tags": ["a,b"] }), "INVALID tags.0"),
            (json!({ "tags": ["a", ""] }), "INVALID tags.1"),
            (json!({ "source": "" }), "INVALID source"),
            // Orders of these are never cancelled because nobody pays.
            (json!({ "source": "shopify" }), "INVALID source"),
            (json!({ "source": "import" }), "INVALID source"),
            (json!({ "holdMinutes": 0 }), "INVALID holdMinutes"),
            (json!({ "discountCodes": [""] }), "INVALID discountCodes.0"),
            (json!({ "payment": { "provider": "" } }), "INVALID payment.provider"),
            (json!({ "payment": { "provider": "manual", "amount": "100.01" } }), "AMOUNT_EXCEEDED payment.amount"),
        ] {
            let asked = with(input.clone(), changes);
            assert_eq!(shop.code_and_path("placeOrder", asked.clone()).await, refusal, "{asked}");
        }
        assert_eq!(shop.shelf("A").await, ["main 10 + 0 reserved"]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM orders").await, 0);
        shop.check().await;
    }

    async fn what_stands_on_an_order_can_change(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]) })).await;
        let input = json!({ "id": order["id"], "expectedVersion": 1, "email": "New@Example.com", "tags": ["b", "a"], "note": null });
        let updated = done(&shop, "updateOrder", input.clone()).await;
        assert_eq!((&updated["email"], &updated["tags"], &updated["version"]), (&json!("new@example.com"), &json!(["b", "a"]), &json!(2)));
        assert_eq!(shop.code_and_path("updateOrder", input).await, "VERSION_CONFLICT expectedVersion");
        let same = json!({ "id": order["id"], "tags": ["b", "a"] });
        assert_eq!(done(&shop, "updateOrder", same).await["version"], 2);
        assert_eq!(told(db, &order).await, ["order.placed", "order.updated"]);
        for (changes, refusal) in [
            (json!({ "email": "x" }), "INVALID email"),
            (json!({ "note": " " }), "INVALID note"),
            (json!({ "shippingAddress": "here" }), "INVALID shippingAddress"),
        ] {
            let input = with(json!({ "id": order["id"] }), changes);
            assert_eq!(shop.code_and_path("updateOrder", input).await, refusal);
        }
        shop.done("cancelOrder", json!({ "id": order["id"] }), "replayed").await;
        let moved = json!({ "id": order["id"], "shippingAddress": { "country": "US" } });
        assert_eq!(shop.code_and_path("updateOrder", moved).await, "INVALID_TRANSITION shippingAddress");
        shop.check().await;
    }
}

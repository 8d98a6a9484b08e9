//! Many at once.

use std::{collections::BTreeSet, time::Duration};

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::{ActiveValue::Set, ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use service::{
    Actor, Change, Verb,
    catalog::discount::{remove::Remove, save::Save},
};
use tests::{Engine, TestDatabase, on_both_engines};
use tokio::time::timeout;
use uuid::Uuid;

use super::{amount, count, discount, lines, place, totals};
use crate::{
    shop::fixture::{ShopFixture, text, with},
    work::fixture::at_once,
};

/// How many of these codes there are: done, and refused for the stock.
fn tally(codes: &[Value]) -> (usize, usize) {
    let refused = codes.iter().filter(|code| *code == "INSUFFICIENT_STOCK").count();
    (codes.iter().filter(|code| code.is_null()).count(), refused)
}

/// Places an order; the code of its refusal, or null.
async fn code(shop: ShopFixture, input: Value) -> Value {
    shop.mutate("placeOrder", input, "replayed").await["userErrors"][0]["code"].clone()
}

/// The change that limits how many orders may use a discount.
fn limit(discount: Uuid, orders: i32) -> Save {
    Save {
        id: Some(discount),
        expected_version: None,
        code: Change::Keep,
        name: Change::Keep,
        kind: Change::Keep,
        target: Change::Keep,
        value: Change::Keep,
        currency: Change::Keep,
        conditions: Change::Keep,
        starts_at: Change::Keep,
        ends_at: Change::Keep,
        usage_limit: Change::Set(Some(orders)),
        once_per_customer: Change::Keep,
        is_active: Change::Keep,
    }
}

/// Places an order while a verb is done; the order's discount.
async fn place_during(db: &TestDatabase, shop: &ShopFixture, verb: &impl Verb) -> String {
    let mut unit = shop.service.begin(&Actor::server()).await.expect("begun");
    verb.perform(&mut unit).await.expect("done");
    let order = {
        let shop = shop.clone();
        tokio::spawn(async move { place(&shop, json!({ "lines": lines(&[("PRINT", 1)]) })).await })
    };
    db.until_blocked(&order).await;
    unit.commit().await.expect("committed");
    amount(&order.await.expect("no panic")["discountAmount"]).normalize().to_string()
}

on_both_engines! {
    async fn as_many_buy_as_there_are_pieces(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 50).await;
        let codes = at_once(200, |number| {
            // Some buy twice, all of them at the same time.
            let email = format!("buyer{}@example.com", number % 40);
            code(shop.clone(), json!({ "email": email, "lines": lines(&[("PRINT", 1)]) }))
        })
        .await;
        assert_eq!(tally(&codes), (50, 150));
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 50 reserved"]);
        assert_eq!(count(db, "SELECT COUNT(*) FROM orders").await, 50);
        assert_eq!(count(db, "SELECT COUNT(DISTINCT order_number) FROM orders").await, 50);
        let sum = "SELECT CAST(SUM(orders_count) AS bigint) FROM customers";
        assert_eq!(count(db, sum).await, 50);
        shop.check().await;
    }

    async fn two_lines_of_one_variant_count_together(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for sku in ["PRINT", "FRAME"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 50).await;
        }
        // In any order of the lines nobody waits for another one for ever.
        let codes = at_once(60, |number| {
            let wanted = match number % 2 {
                0 => lines(&[("PRINT", 1), ("FRAME", 1), ("PRINT", 1)]),
                _ => lines(&[("FRAME", 1), ("PRINT", 2)]),
            };
            code(shop.clone(), json!({ "lines": wanted }))
        })
        .await;
        assert_eq!(tally(&codes), (25, 35));
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 50 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 25 + 25 reserved"]);
        shop.check().await;
    }

    async fn a_hold_is_used_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 10).await;
        let wanted = lines(&[("PRINT", 4)]);
        let held = shop.done("reserveStock", json!({ "lines": wanted }), "hold { id }").await["hold"]["id"].clone();
        let codes = at_once(10, |_| code(shop.clone(), json!({ "lines": wanted, "holdId": held }))).await;
        assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 1);
        assert_eq!(codes.iter().filter(|code| *code == "HOLD_GONE").count(), 9);
        assert_eq!(shop.shelf("PRINT").await, ["main 6 + 4 reserved"]);
        shop.check().await;
    }

    async fn the_same_call_is_one_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 10).await;
        let input = json!({ "email": "ann@example.com", "lines": lines(&[("PRINT", 2)]), "idempotencyKey": "once" });
        let payloads = at_once(50, |_| {
            let (shop, input) = (shop.clone(), input.clone());
            async move { shop.done("placeOrder", input, "replayed order { id }").await }
        })
        .await;
        let orders: BTreeSet<String> = payloads.iter().map(|payload| text(&payload["order"]["id"])).collect();
        let replayed = payloads.iter().filter(|payload| payload["replayed"] == true).count();
        assert_eq!((orders.len(), replayed), (1, 49));
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        let other = with(input, json!({ "lines": lines(&[("PRINT", 3)]) }));
        assert_eq!(shop.code_and_path("placeOrder", other).await, "IDEMPOTENCY_CONFLICT idempotencyKey");
        shop.check().await;
    }

    async fn each_call_gets_what_it_would_get_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 50).await;
        // Each key comes twice, and three tenths of them cannot be meant.
        let payloads = at_once(200, |number| {
            let (shop, key) = (shop.clone(), number % 100);
            async move {
                let mut input = json!({
                    "email": format!("buyer{}@example.com", key % 7),
                    "lines": lines(&[(if key % 10 == 0 { "NONE" } else { "PRINT" }, 1)]),
                    "expectedTotal": if key % 10 == 1 { "1" } else { "100" },
                    "idempotencyKey": format!("key {key}"),
                });
                if key % 10 == 2 {
                    input["payment"] = json!({ "provider": "stripe", "amount": "100.01" });
                }
                shop.mutate("placeOrder", input, "replayed order { id }").await
            }
        })
        .await;
        let codes: Vec<Value> = payloads.iter().map(|payload| payload["userErrors"][0]["code"].clone()).collect();
        assert_eq!(tally(&codes), (100, 40));
        for code in ["NOT_FOUND", "PRICE_CHANGED", "AMOUNT_EXCEEDED"] {
            assert_eq!(codes.iter().filter(|found| *found == code).count(), 20, "{code}");
        }
        let done = payloads.iter().filter(|payload| payload["order"]["id"].is_string());
        let orders: BTreeSet<String> = done.map(|payload| text(&payload["order"]["id"])).collect();
        let replayed = payloads.iter().filter(|payload| payload["replayed"] == true).count();
        assert_eq!((orders.len(), replayed), (50, 50));
        // What was refused left nothing, its key neither.
        for (sql, expected) in [
            ("SELECT COUNT(*) FROM orders", 50),
            ("SELECT COUNT(*) FROM order_items", 50),
            ("SELECT COUNT(*) FROM stock_reservations", 50),
            ("SELECT COUNT(*) FROM payments", 0),
            ("SELECT COUNT(*) FROM idempotency_keys", 50),
            ("SELECT COUNT(*) FROM events WHERE kind = 'order.placed'", 50),
            ("SELECT CAST(SUM(orders_count) AS bigint) FROM customers", 50),
        ] {
            assert_eq!(count(db, sql).await, expected, "{sql}");
        }
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 50 reserved"]);
        shop.check().await;
    }

    async fn orders_of_one_new_customer_count_together(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "FILE", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        let codes = at_once(40, |_| {
            code(shop.clone(), json!({ "email": "ann@example.com", "lines": lines(&[("FILE", 1)]), "confirm": true }))
        })
        .await;
        assert_eq!(tally(&codes), (40, 0));
        assert_eq!(count(db, "SELECT COUNT(*) FROM customers").await, 1);
        assert_eq!(totals(&shop, "ann@example.com").await, "40 orders, 4000, average 100");
        assert_eq!(count(db, "SELECT COUNT(*) FROM tasks WHERE task_type = 'ship_order'").await, 40);
        shop.check().await;
    }

    async fn what_a_provider_calls_a_payment_is_one_payment(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 20).await;
        let payment = json!({ "provider": "stripe", "reference": "pi_1", "captured": true });
        let codes = at_once(20, |number| {
            let mut input = json!({ "lines": lines(&[("PRINT", 1)]) });
            if number % 2 == 0 {
                input["payment"] = payment.clone();
            }
            code(shop.clone(), input)
        })
        .await;
        assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 11);
        assert_eq!(codes.iter().filter(|code| *code == "ALREADY_EXISTS").count(), 9);
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 11 reserved"]);
        shop.check().await;
    }

    async fn holds_become_orders_together(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 30).await;
        let mut holds = Vec::new();
        for _ in 0..10 {
            let input = json!({ "lines": lines(&[("PRINT", 2)]) });
            holds.push(shop.done("reserveStock", input, "hold { id }").await["hold"]["id"].clone());
        }
        // Some want more than is held, some less, and some are others who hold nothing.
        let codes = at_once(20, |number| {
            let hold = holds.get(number).cloned().unwrap_or_default();
            let quantity = 1 + i32::try_from(number % 3).expect("a number");
            code(shop.clone(), json!({ "lines": lines(&[("PRINT", quantity)]), "holdId": hold }))
        })
        .await;
        let placed = count(db, "SELECT COUNT(*) FROM orders").await;
        assert_eq!(codes.iter().filter(|code| code.is_null()).count(), usize::try_from(placed).expect("a number"));
        let held = "SELECT COUNT(*) FROM stock_reservations WHERE status = 'held'";
        let refused_holds = codes[..10].iter().filter(|code| !code.is_null()).count();
        assert_eq!(count(db, held).await, i64::try_from(refused_holds).expect("a number"));
        shop.check().await;
    }

    async fn a_discount_is_used_as_often_as_it_may(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "FILE", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        discount(db, 10, json!({}), |row| {
            row.code = Set(Some("FIVE".to_owned()));
            row.usage_limit = Set(Some(5));
        })
        .await;
        discount(db, 20, json!({}), |row| {
            row.code = Set(Some("ONCE".to_owned()));
            row.once_per_customer = Set(true);
        })
        .await;
        let code_of = |code_asked: &'static str, number: usize| {
            let email = format!("buyer{}@example.com", if code_asked == "ONCE" { 0 } else { number });
            code(shop.clone(), json!({ "email": email, "lines": lines(&[("FILE", 1)]), "discountCodes": [code_asked] }))
        };
        for (asked, most) in [("FIVE", 5), ("ONCE", 1)] {
            let codes = at_once(20, |number| code_of(asked, number)).await;
            assert_eq!(codes.iter().filter(|code| code.is_null()).count(), most, "{asked}: {codes:?}");
            assert_eq!(codes.iter().filter(|code| *code == "DISCOUNT_REFUSED").count(), 20 - most, "{asked}: {codes:?}");
        }
        shop.check().await;
    }

    async fn a_new_limit_counts_orders_that_are_being_placed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let ten = discount(db, 10, json!({}), |_| ()).await;
        assert_eq!(place_during(db, &shop, &limit(ten, 5)).await, "10");
        let used = "SELECT CAST(SUM(used_count) AS bigint) FROM discounts";
        assert_eq!(count(db, used).await, 1);
        // Of one that is gone nothing can be taken.
        let twenty = discount(db, 20, json!({}), |_| ()).await;
        assert_eq!(place_during(db, &shop, &Remove { id: twenty, expected_version: None }).await, "10");
        assert_eq!(count(db, used).await, 2);
        shop.check().await;
    }

    async fn whoever_comes_first_ends_an_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 20).await;
        let mut orders = Vec::new();
        for _ in 0..10 {
            orders.push(place(&shop, json!({ "lines": lines(&[("PRINT", 2)]) })).await["id"].clone());
        }
        // Some are confirmed and some cancelled, each by several at once.
        at_once(40, |number| {
            let (shop, id) = (shop.clone(), orders[number % 10].clone());
            let name = if number < 20 { "confirmOrder" } else { "cancelOrder" };
            async move { shop.mutate(name, json!({ "id": id }), "replayed").await }
        })
        .await;
        let open = count(db, "SELECT COUNT(*) FROM orders WHERE status <> 'cancelled'").await;
        assert_eq!(open, 0, "whoever confirms first is not in the way of who cancels");
        assert_eq!(shop.shelf("PRINT").await, ["main 20 + 0 reserved"]);
        assert_eq!(totals(&shop, "ann@example.com").await, "0 orders, 0, average none");
        shop.check().await;
    }
}

/// A draft locks all of its stock before it changes what it holds: others never meet it half way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_locks_its_stock_at_once_on_postgres() {
    tests::run(Engine::Postgres, async |db| {
        let shop = ShopFixture::open(db).await;
        // The older variant is locked first.
        for sku in ["FRAME", "PRINT"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 10).await;
        }
        let draft = json!({ "lines": lines(&[("PRINT", 2)]), "holdMinutes": 10 });
        let draft = shop.done("createDraftOrder", draft, "order { id }").await["order"]["id"].clone();
        let holder = db.connection().begin().await.expect("a transaction");
        let locked = "SELECT 1 FROM inventory WHERE product_variant_id IN \
                      (SELECT id FROM product_variants WHERE sku = 'FRAME') FOR UPDATE";
        holder.execute_unprepared(locked).await.expect("locked");
        let edit = {
            let (shop, change) = (shop.clone(), json!([{ "sku": "FRAME", "quantity": 1 }]));
            let input = json!({ "id": draft, "changes": change });
            tokio::spawn(async move { shop.done("editOrder", input, "replayed").await })
        };
        db.until_blocked(&edit).await;
        let basket = shop.done("reserveStock", json!({ "lines": lines(&[("PRINT", 1)]) }), "replayed");
        timeout(Duration::from_secs(20), basket).await.expect("nobody holds what it takes");
        assert!(!edit.is_finished(), "it waits for the rest");
        holder.rollback().await.expect("free");
        edit.await.expect("no panic");
        assert_eq!(shop.shelf("FRAME").await, ["main 9 + 1 reserved"]);
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 3 reserved"]);
        shop.check().await;
    })
    .await;
}

/// Stock that somebody holds stops those who want it, and nobody else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locked_stock_stops_no_other_order_on_postgres() {
    tests::run(Engine::Postgres, async |db| {
        let shop = ShopFixture::open(db).await;
        for sku in ["PRINT", "FRAME"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 10).await;
        }
        let holder = db.connection().begin().await.expect("a transaction");
        let locked = "SELECT 1 FROM inventory WHERE product_variant_id IN \
                      (SELECT id FROM product_variants WHERE sku = 'PRINT') FOR UPDATE";
        holder.execute_unprepared(locked).await.expect("locked");
        let waiting = tokio::spawn(code(shop.clone(), json!({ "lines": lines(&[("PRINT", 1)]) })));
        let codes = at_once(10, |number| {
            let input = json!({ "lines": lines(&[("FRAME", 1)]), "idempotencyKey": format!("key {number}") });
            code(shop.clone(), input)
        })
        .await;
        assert_eq!(tally(&codes), (10, 0));
        assert!(!waiting.is_finished(), "it waits as long as it has to");
        holder.rollback().await.expect("free");
        assert_eq!(waiting.await.expect("no panic"), json!(null));
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 1 reserved"]);
        shop.check().await;
    })
    .await;
}

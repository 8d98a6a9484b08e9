//! Money that comes in the moment in which the time of its order is over, and somebody else wants the pieces.

use std::sync::Arc;

use chrono::Duration;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use crate::{
    shop::{
        fixture::ShopFixture,
        orders::lines,
        payments::{report, shop},
    },
    work::fixture::at_once,
};

/// The rounds, and the races of each.
const ROUNDS: usize = 10;
const RACES: usize = 20;

on_both_engines! {
    async fn an_order_is_kept_or_its_money_goes_back(db: &TestDatabase) {
        let shop = shop(db).await;
        for round in 0..ROUNDS {
            let mut races = Vec::new();
            for number in 0..RACES {
                races.push(Race::begin(db, &shop, &format!("{round} {number}")).await);
            }
            shop.clock().advance(Duration::hours(1));
            let races = Arc::new(races);
            let bought = at_once(2 * RACES + 1, |number| {
                let (shop, races) = (shop.clone(), Arc::clone(&races));
                async move {
                    // Not always the same comes first.
                    for _ in 0..(number * 7 + round * 13) % 40 {
                        tokio::task::yield_now().await;
                    }
                    let race = &races[number % RACES];
                    match number / RACES {
                        0 => race.is_paid(&shop).await,
                        1 => return race.is_bought_by_another(&shop).await,
                        _ => {
                            shop.pass(0).await;
                        }
                    }
                    false
                }
            })
            .await;
            for (race, is_bought) in races.iter().zip(bought.iter().skip(RACES)) {
                race.check(&shop, *is_bought).await;
            }
            assert_eq!(shop.pass(0).await.orders, 0, "nobody is left whose time is over");
        }
        shop.check().await;
    }
}

/// The only piece of a variant, an order that keeps it and waits for its money, and somebody else who wants it.
struct Race {
    sku: String,
    order: Value,
    payment: Value,
}

impl Race {
    async fn begin(db: &TestDatabase, shop: &ShopFixture, sku: &str) -> Self {
        shop.variant(db, sku).await;
        shop.stock(sku, "main", 1).await;
        let payment = json!({ "provider": "stripe" });
        let input = json!({ "email": "ann@example.com", "lines": lines(&[(sku, 1)]), "payment": payment });
        let placed = shop.done("placeOrder", input, "order { id } payment { id }").await;
        let [order, payment] = ["order", "payment"].map(|made| placed[made]["id"].clone());
        Self { sku: sku.to_owned(), order, payment }
    }

    async fn is_paid(&self, shop: &ShopFixture) {
        assert!(report(shop, &self.payment, "CAPTURED", json!({})).await);
    }

    /// Whether somebody else got the piece.
    async fn is_bought_by_another(&self, shop: &ShopFixture) -> bool {
        let wanted = lines(&[(self.sku.as_str(), 1)]);
        let input = json!({ "email": "bob@example.com", "lines": wanted, "confirm": true });
        let payload = shop.mutate("placeOrder", input, "replayed").await;
        let code = &payload["userErrors"][0]["code"];
        assert!(code.is_null() || code == "INSUFFICIENT_STOCK", "{payload}");
        code.is_null()
    }

    /// The piece was sold once: to who paid for it, or to the other one, and then the money is on its way back.
    async fn check(&self, shop: &ShopFixture, is_bought_by_another: bool) {
        let query = "query($id: ID!) { order(id: $id) { status financialStatus refunds { nodes { amount status } }
            stockReservations(filter: { status: { eq: ORDERED } }) { nodes { quantity } } } }";
        let found = shop.query(query, json!({ "id": self.order })).await;
        let (status, refunds, kept) = match is_bought_by_another {
            true => ("CANCELLED", json!([{ "amount": "100.00", "status": "PENDING" }]), json!([])),
            false => ("CONFIRMED", json!([]), json!([{ "quantity": 1 }])),
        };
        let expected = json!({
            "status": status, "financialStatus": "PAID", "refunds": { "nodes": refunds },
            "stockReservations": { "nodes": kept },
        });
        assert_eq!(found["order"], expected, "{}", self.sku);
        assert_eq!(shop.shelf(&self.sku).await, ["main 0 + 1 reserved"], "{}", self.sku);
    }
}

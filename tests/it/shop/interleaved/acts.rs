//! What the workers do. Each act is one call, or a few that belong together; they may be refused, but never fail.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    client::mutation,
    read::random::Rng,
    shop::{
        fixture::{NOBODY, ShopFixture},
        refusals::check_refusals,
    },
};

/// What is sold.
const SKUS: [&str; 4] = ["PRINT", "LATER", "FILE", "EDITION"];
/// Where it is.
const LOCATIONS: [&str; 2] = ["main", "north"];

/// A shop, and what the workers have made in it.
pub(super) struct World {
    shop: ShopFixture,
    made: Mutex<BTreeMap<&'static str, Vec<Value>>>,
}

impl World {
    pub(super) fn new(shop: ShopFixture) -> Self {
        Self { shop, made: Mutex::default() }
    }

    /// Does something.
    pub(super) async fn act(&self, rng: &mut Rng) {
        match rng.below(18) {
            0..=3 => self.place(rng).await,
            4 => self.hold(rng).await,
            5 => self.done("releaseHold", json!({ "holdId": self.any("holds", rng) })).await,
            6 => self.cancel(rng).await,
            7 => self.edit(rng).await,
            8 => self.count(rng).await,
            9 => self.receive(rng).await,
            10 => self.transfer(rng).await,
            11..=12 => self.send(rng).await,
            13 => self.bring_back(rng).await,
            14 => self.refund(rng).await,
            15..=16 => self.pay(rng).await,
            _ => {
                let seconds = i64::try_from(rng.below(1800)).expect("a number");
                self.shop.pass(seconds).await;
            }
        }
    }

    async fn place(&self, rng: &mut Rng) {
        let lines: Vec<Value> = (0..=rng.below(2)).map(|_| line(rng)).collect();
        let payment = match rng.below(4) {
            0 => json!({ "provider": "manual", "captured": true }),
            1 | 2 => json!({ "provider": "stripe" }),
            _ => Value::Null,
        };
        let hold = if rng.below(3) == 0 { self.any("holds", rng) } else { Value::Null };
        let input = json!({
            "email": format!("buyer{}@example.com", rng.below(4)), "lines": lines, "holdId": hold,
            "payment": payment, "confirm": rng.below(3) == 0,
        });
        let placed = self.call("placeOrder", input, "order { id } payment { id }").await;
        self.note("orders", &placed["order"]["id"]);
        self.note("payments", &placed["payment"]["id"]);
    }

    async fn hold(&self, rng: &mut Rng) {
        let input = json!({ "lines": [line(rng), line(rng)], "ttlSeconds": 60 + rng.below(600) });
        let held = self.call("reserveStock", input, "hold { id }").await;
        self.note("holds", &held["hold"]["id"]);
    }

    async fn cancel(&self, rng: &mut Rng) {
        let input = json!({ "id": self.any("orders", rng), "restock": rng.below(4) > 0 });
        self.done("cancelOrder", input).await;
    }

    async fn edit(&self, rng: &mut Rng) {
        let order = self.any("orders", rng);
        let change = match rng.below(3) {
            0 => line(rng),
            _ => json!({ "itemId": self.item(&order, rng).await, "quantity": rng.below(5) }),
        };
        self.done("editOrder", json!({ "id": order, "changes": [change] })).await;
    }

    async fn count(&self, rng: &mut Rng) {
        let (sku, location) = (one(rng, &SKUS), one(rng, &LOCATIONS));
        let seen = if rng.below(2) == 0 { Value::Null } else { json!(rng.below(6)) };
        let counted = json!({
            "sku": sku, "location": location, "available": rng.below(10), "changeFromQuantity": seen,
        });
        let corrected = json!({ "sku": sku, "location": location, "delta": one(rng, &[-2, -1, 1, 2]) });
        match rng.below(2) {
            0 => self.stock("setStock", json!({ "items": [counted] })).await,
            _ => self.stock("adjustStock", json!({ "items": [corrected] })).await,
        }
    }

    async fn receive(&self, rng: &mut Rng) {
        let (sku, location) = (one(rng, &SKUS), one(rng, &LOCATIONS));
        let item = json!({ "sku": sku, "location": location, "quantity": 1 + rng.below(3) });
        self.stock("receiveStock", json!({ "items": [item] })).await;
    }

    async fn transfer(&self, rng: &mut Rng) {
        let [from, to] = if rng.below(2) == 0 { ["main", "north"] } else { ["north", "main"] };
        self.stock("transferStock", json!({ "from": from, "to": to, "items": [line(rng), line(rng)] })).await;
    }

    /// Packs a parcel, or ships one.
    async fn send(&self, rng: &mut Rng) {
        if rng.below(3) == 0 {
            return self.done("shipFulfillment", json!({ "id": self.any("parcels", rng) })).await;
        }
        let order = self.any("orders", rng);
        self.done("confirmOrder", json!({ "id": order })).await;
        let lines = json!([{ "itemId": self.item(&order, rng).await, "quantity": 1 + rng.below(2) }]);
        let (location, shipped) = (one(rng, &LOCATIONS), rng.below(3) > 0);
        let input = json!({ "orderId": order, "location": location, "lines": lines, "shipped": shipped });
        let packed = self.call("createFulfillment", input, "fulfillment { id }").await;
        self.note("parcels", &packed["fulfillment"]["id"]);
    }

    /// Asks for a return and receives it, each in its turn.
    async fn bring_back(&self, rng: &mut Rng) {
        let order = self.any("orders", rng);
        let lines = json!([{ "itemId": self.item(&order, rng).await, "quantity": 1 }]);
        let asked = json!({ "orderId": order, "lines": lines, "reason": "too large" });
        let back = self.call("requestReturn", asked, "orderReturn { id }").await["orderReturn"]["id"].clone();
        if back.is_string() {
            self.done("decideReturn", json!({ "id": back, "approve": true })).await;
            let received = json!({ "id": back, "lines": lines, "refund": rng.below(2) == 0 });
            self.done("receiveReturn", received).await;
        }
    }

    async fn refund(&self, rng: &mut Rng) {
        let order = self.any("orders", rng);
        let input = match rng.below(3) {
            0 => json!({ "orderId": order, "everything": true }),
            1 => json!({ "orderId": order, "adjustment": "10" }),
            _ => {
                let restock = one(rng, &["NONE", "CANCEL", "RETURN"]);
                let line = json!({ "itemId": self.item(&order, rng).await, "quantity": 1, "restock": restock });
                json!({ "orderId": order, "lines": [line] })
            }
        };
        self.done("refundOrder", input).await;
    }

    async fn pay(&self, rng: &mut Rng) {
        match rng.below(6) {
            0 => {
                let provider = one(rng, &["manual", "stripe"]);
                let input = json!({ "orderId": self.any("orders", rng), "provider": provider });
                let made = self.call("createPayment", input, "payment { id }").await;
                self.note("payments", &made["payment"]["id"]);
            }
            1 => self.done("markOrderPaid", json!({ "orderId": self.any("orders", rng) })).await,
            2 | 3 => self.done("capturePayment", json!({ "id": self.any("payments", rng) })).await,
            _ => {
                let kind = one(rng, &["AUTHORIZED", "CAPTURED", "CAPTURED", "REFUNDED", "VOIDED"]);
                self.done("reportPayment", json!({ "id": self.any("payments", rng), "kind": kind })).await;
            }
        }
    }

    async fn stock(&self, name: &str, input: Value) {
        self.call(name, input, "results { userErrors { code message } }").await;
    }

    async fn done(&self, name: &str, input: Value) {
        self.call(name, input, "replayed").await;
    }

    /// The payload of a call, which did it or was refused by a rule.
    async fn call(&self, name: &str, input: Value, fields: &str) -> Value {
        let (data, errors) = self.shop.try_query(&mutation(name, fields), json!({ "input": input })).await;
        assert!(errors.is_empty(), "{name} {input}: {errors:?}");
        check_refusals(name, &data[name]);
        data[name].clone()
    }

    /// An item of an order, as it is now.
    async fn item(&self, order: &Value, rng: &mut Rng) -> Value {
        let query = "query($id: ID!) { order(id: $id) { items { nodes { id } } } }";
        let seen = self.shop.query(query, json!({ "id": order })).await;
        let items = seen["order"]["items"]["nodes"].as_array().cloned().unwrap_or_default();
        rng.pick(&items).map_or_else(|| json!(NOBODY), |item| item["id"].clone())
    }

    /// Lets others know of what was made, if it was.
    fn note(&self, kind: &'static str, id: &Value) {
        if id.is_string() {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.entry(kind).or_default().push(id.clone());
        }
    }

    /// One of those that were made.
    fn any(&self, kind: &str, rng: &mut Rng) -> Value {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.get(kind).and_then(|ids| rng.pick(ids)).cloned().unwrap_or_else(|| json!(NOBODY))
    }
}

/// Some pieces of something.
fn line(rng: &mut Rng) -> Value {
    json!({ "sku": one(rng, &SKUS), "quantity": 1 + rng.below(3) })
}

/// One of some.
fn one<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    *rng.pick(items).expect("there are some")
}

//! An order is never left in a state that nobody has thought of: whatever is done with it or its parts is done, or
//! refused by a rule, and then nothing has changed.

use serde_json::{Value, json};
use service::consistency;
use tests::{TestDatabase, on_both_engines};

use crate::{
    client::mutation,
    shop::{
        fixture::{NOBODY, ShopFixture},
        payments,
        refusals::check_refusals,
        whole::{Whole, assert_same},
    },
};

/// States of orders that nobody has paid or packed, each by the calls that lead to it; `later` lets the time go by for
/// which an order is kept.
const OPEN: [&[&str]; 6] =
    [&["createDraftOrder"], &[], &["createPayment"], &["confirmOrder"], &["cancelOrder"], &["createPayment", "later"]];

/// States of orders of which something was packed.
const PACKED: [&[&str]; 5] = [
    &["confirmOrder", "createFulfillment"],
    &["confirmOrder", "createFulfillment", "shipFulfillment"],
    &["confirmOrder", "createFulfillment", "shipFulfillment", "requestReturn"],
    &["confirmOrder", "createFulfillment of all", "shipFulfillment", "requestReturn", "decideReturn", "receiveReturn"],
    &["createPayment", "reportPayment of CAPTURED", "createFulfillment of all", "shipFulfillment"],
];

/// States of orders that their provider has told something of.
const PAID: [&[&str]; 8] = [
    &["createPayment", "reportPayment of FAILED"],
    &["createPayment", "reportPayment of AUTHORIZED"],
    &["createPayment", "reportPayment of AUTHORIZED", "capturePayment"],
    &["createPayment", "reportPayment of AUTHORIZED", "voidPayment"],
    &["createPayment", "reportPayment of CAPTURED", "refundOrder of a piece"],
    &["createPayment", "reportPayment of CAPTURED", "refundOrder", "reportPayment of REFUND_FAILED"],
    &["createPayment", "reportPayment of CAPTURED", "refundOrder", "reportPayment of REFUNDED"],
    &["createPayment", "reportPayment of CAPTURED", "cancelOrder"],
];

on_both_engines! {
    async fn every_call_about_open_orders_is_done_or_leaves_nothing(db: &TestDatabase) {
        walk(db, &OPEN).await;
    }

    async fn every_call_about_packed_orders_is_done_or_leaves_nothing(db: &TestDatabase) {
        walk(db, &PACKED).await;
    }

    async fn every_call_about_paid_orders_is_done_or_leaves_nothing(db: &TestDatabase) {
        walk(db, &PAID).await;
    }
}

/// Tries every call in each of the states.
async fn walk(db: &TestDatabase, states: &[&[&str]]) {
    let shop = payments::shop(db).await;
    shop.stock("PRINT", "main", 10_000).await;
    let whole = Whole::of(db).await;
    for state in states {
        let mut parts = Parts::make(&shop, state).await;
        let mut before = whole.read(db).await;
        for number in 0..parts.calls().len() {
            let (call, input) = parts.calls().swap_remove(number);
            let name = verb(call);
            let (data, errors) = shop.try_query(&mutation(name, "replayed"), json!({ "input": input })).await;
            assert!(errors.is_empty(), "{state:?} {call}: {errors:?}");
            check_refusals(call, &data[name]);
            if data[name]["userErrors"] != json!([]) {
                assert_same(&before, &whole.read(db).await, &format!("{state:?} {call}"));
                continue;
            }
            parts = Parts::make(&shop, state).await;
            before = whole.read(db).await;
        }
        let violations = consistency::check(db.connection()).await.expect("checked");
        assert_eq!(violations, [], "{state:?}");
    }
    shop.check().await;
}

/// The mutation of a call.
fn verb(call: &str) -> &str {
    call.split(' ').next().unwrap_or(call)
}

/// An order with the last of each of its parts; nobody where there is none.
struct Parts {
    order: Value,
    item: Value,
    payment: Value,
    parcel: Value,
    back: Value,
    refund: Value,
}

impl Parts {
    /// An order of two pieces in a state.
    async fn make(shop: &ShopFixture, state: &[&str]) -> Self {
        let (first, then) = match state {
            ["createDraftOrder", then @ ..] => ("createDraftOrder", then),
            then => ("placeOrder", then),
        };
        let input = json!({ "email": "ann@example.com", "lines": [{ "sku": "PRINT", "quantity": 2 }] });
        let order = shop.done(first, input, "order { id }").await["order"]["id"].clone();
        let mut parts = Self::read(shop, &order).await;
        for call in then {
            match *call {
                "later" => {
                    shop.pass(3600).await;
                }
                call => {
                    let found = parts.calls().into_iter().find(|(name, _)| *name == call);
                    let (_, input) = found.unwrap_or_else(|| panic!("there is no call {call}"));
                    shop.done(verb(call), input, "replayed").await;
                }
            }
            parts = Self::read(shop, &order).await;
        }
        parts
    }

    async fn read(shop: &ShopFixture, order: &Value) -> Self {
        let query = "query($id: ID!) { order(id: $id) { items { nodes { id } } payments { nodes { id } }
            fulfillments { nodes { id } } returns { nodes { id } } refunds { nodes { id } } } }";
        let seen = shop.query(query, json!({ "id": order })).await;
        let last = |list: &str| {
            let found = seen["order"][list]["nodes"].as_array().and_then(|nodes| nodes.last());
            found.map_or_else(|| json!(NOBODY), |node| node["id"].clone())
        };
        Self {
            order: order.clone(),
            item: last("items"),
            payment: last("payments"),
            parcel: last("fulfillments"),
            back: last("returns"),
            refund: last("refunds"),
        }
    }

    /// All that can be done, by the mutation and what is special about it.
    fn calls(&self) -> Vec<(&'static str, Value)> {
        let Self { order, item, payment, parcel, back, refund } = self;
        let pieces = |quantity: i32| json!([{ "itemId": item, "quantity": quantity }]);
        let parcel_of = |quantity: i32| json!({ "orderId": order, "location": "main", "lines": pieces(quantity) });
        let fact = |kind: &str| json!({ "id": payment, "kind": kind });
        vec![
            ("placeOrder", json!({ "draftId": order })),
            ("updateDraftOrder", json!({ "id": order, "note": "soon" })),
            ("deleteDraftOrder", json!({ "id": order })),
            ("confirmOrder", json!({ "id": order })),
            ("updateOrder", json!({ "id": order, "shippingAddress": { "country": "US" } })),
            ("completeOrder", json!({ "id": order })),
            ("cancelOrder", json!({ "id": order })),
            ("editOrder", json!({ "id": order, "changes": [{ "itemId": item, "quantity": 3 }] })),
            ("editOrder to less", json!({ "id": order, "changes": [{ "itemId": item, "quantity": 1 }] })),
            ("createFulfillment", parcel_of(1)),
            ("createFulfillment of all", parcel_of(2)),
            ("shipFulfillment", json!({ "id": parcel })),
            ("deliverFulfillment", json!({ "id": parcel })),
            ("cancelFulfillment", json!({ "id": parcel })),
            ("requestReturn", json!({ "orderId": order, "lines": pieces(1), "reason": "too large" })),
            ("decideReturn", json!({ "id": back, "approve": true })),
            ("decideReturn against it", json!({ "id": back, "approve": false })),
            ("receiveReturn", json!({ "id": back, "lines": pieces(1) })),
            ("receiveReturn with a refund", json!({ "id": back, "lines": pieces(1), "refund": true })),
            ("cancelReturn", json!({ "id": back })),
            ("createPayment", json!({ "orderId": order, "provider": "stripe" })),
            ("capturePayment", json!({ "id": payment })),
            ("voidPayment", json!({ "id": payment })),
            ("markOrderPaid", json!({ "orderId": order })),
            ("reportPayment of AUTHORIZED", fact("AUTHORIZED")),
            ("reportPayment of VOIDED", fact("VOIDED")),
            ("reportPayment of CAPTURED", fact("CAPTURED")),
            ("reportPayment of CAPTURE_FAILED", fact("CAPTURE_FAILED")),
            ("reportPayment of REFUNDED", fact("REFUNDED")),
            ("reportPayment of REFUND_FAILED", fact("REFUND_FAILED")),
            ("reportPayment of REFUND_REVERSED", fact("REFUND_REVERSED")),
            ("reportPayment of CHARGED_BACK", fact("CHARGED_BACK")),
            ("reportPayment of CHARGEBACK_REVERSED", fact("CHARGEBACK_REVERSED")),
            ("reportPayment of FAILED", fact("FAILED")),
            ("refundOrder", json!({ "orderId": order, "everything": true })),
            ("refundOrder of a piece", json!({ "orderId": order, "lines": pieces(1) })),
            ("cancelRefund", json!({ "id": refund })),
            ("retryRefund", json!({ "id": refund })),
        ]
    }
}

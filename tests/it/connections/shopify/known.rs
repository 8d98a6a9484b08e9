//! Refunds that were known under another id before they came from Shopify, and some that are still pending.

use serde_json::{Value, json};
use service::import::{self, OnError, Options, Refusal};
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{at, order, paid, refund},
};
use crate::shop::fixture::{text, with};

/// The columns of an order in a file.
const TITLES: &str = "Name,Id,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Currency,Subtotal,Shipping,\
                      Taxes,Total,Discount Code,Shipping Method,Created at,Lineitem quantity,Lineitem name,\
                      Lineitem price,Lineitem sku,Lineitem discount,Lineitem fulfillment status,Cancelled at,\
                      Payment Method,Refunded Amount,Tags,Notes,Shipping Name,Shipping Zip,Shipping Country\n";

impl Shopify<'_> {
    /// Imports an order of 100.00 of which 50.00 went back already.
    async fn imports(&self, id: u64) {
        let file = format!(
            "{TITLES}#{id},{id},ann@example.com,partially_refunded,2026-11-20 10:00:00 +0000,,,USD,100.00,0.00,0.00,\
             100.00,,,2026-11-20 09:00:00 +0000,2,Deep Blue - 24x36,50.00,PRINT,0.00,pending,,,50.00,,,,,\n"
        );
        let options = Options { dry_run: false, on_error: OnError::Skip, now: self.shop.clock().now() };
        let mut refusals: Vec<Refusal> = Vec::new();
        let done = import::shopify_orders(self.shop.service.database(), file.as_bytes(), &options, &mut refusals).await;
        assert!(done.is_ok() && refusals.is_empty(), "{done:?} {refusals:?}");
    }
}

/// An order with two refunds of 50.00, the first of which may be known.
fn story(id: u64) -> Vec<(&'static str, i64, Value)> {
    let [first, second] = [(1, 30), (2, 40)].map(|(place, at)| refund(id * 100 + place, id, at, "cancel"));
    let both = with(
        paid(),
        json!({
            "financial_status": "refunded", "current_total_price": "0.00", "refunds": [first, second],
        }),
    );
    vec![
        ("orders/paid", 10, order(id, 10, paid())),
        ("refunds/create", 30, first),
        ("refunds/create", 40, second),
        ("orders/updated", 41, order(id, 41, both)),
    ]
}

/// All orders in which things can arrive.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = items.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for part in permutations(rest) {
        for place in 0..=part.len() {
            let mut order = part.clone();
            order.insert(place, first.clone());
            all.push(order);
        }
    }
    all
}

/// A refund with another status of its money.
fn with_money(refund: Value, status: &str) -> Value {
    with(refund, json!({ "transactions": [{ "id": 1, "kind": "refund", "status": status, "amount": "50.00" }] }))
}

on_both_engines! {
    async fn a_refund_that_was_imported_counts_once_in_every_order(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let mut expected = None;
        for (id, places) in (200_000_u64..).zip(permutations(&[0, 1, 2, 3])) {
            shopify.imports(id).await;
            for place in &places {
                // Each twice.
                for _ in 0..2 {
                    let (topic, seconds, payload) = story(id)[*place].clone();
                    shopify.stores(topic, seconds, payload).await;
                    shopify.shop.pass(0).await;
                }
            }
            shopify.shop.pass(601).await;
            let shown = shopify.order(&id.to_string()).await.to_string().replace(&id.to_string(), "N");
            assert_eq!(*expected.get_or_insert_with(|| shown.clone()), shown, "{places:?}");
            assert!(shopify.standing(&id.to_string()).await.ends_with("100.00 100.00"), "{places:?}");
        }
        let waiting = "{ inboundWebhooks(filter: { status: { in: [WAITING, DEAD] } }) { totalCount } }";
        assert_eq!(shopify.shop.query(waiting, json!({})).await["inboundWebhooks"]["totalCount"], 0);
        shopify.shop.check().await;
    }

    async fn what_is_on_its_way_is_pending_and_not_asked_for(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let told = |id: u64, seconds: i64, status: &str| {
            let refunds = [1, 2].map(|place| with_money(refund(id * 100 + place, id, 30, "cancel"), status));
            let current = if status == "success" { "0.00" } else { "100.00" };
            let more = json!({ "cancelled_at": at(31), "current_total_price": current, "refunds": refunds });
            order(id, seconds, with(paid(), more))
        };
        for (id, last, refunded, status) in [(1, "success", "100.00", "SUCCEEDED"), (2, "failure", "0.00", "FAILED")] {
            assert_eq!(shopify.tells("orders/paid", 10, order(id, 10, paid())).await, "Processed");
            for seconds in [31, 32] {
                assert_eq!(shopify.tells("orders/cancelled", seconds, told(id, seconds, "pending")).await, "Processed");
            }
            let shown = async || {
                let found = shopify.order(&id.to_string()).await;
                let refunds = found["refunds"]["nodes"].as_array().expect("a list").clone();
                let show = |refund: &Value| ["status", "source"].map(|field| text(&refund[field])).join(" ");
                refunds.iter().map(show).collect::<Vec<String>>()
            };
            assert_eq!(shown().await, ["PENDING shopify", "PENDING shopify"]);
            shopify.shop.check().await;
            for seconds in [40, 41] {
                assert_eq!(shopify.tells("orders/updated", seconds, told(id, seconds, last)).await, "Processed");
            }
            assert_eq!(shown().await, [format!("{status} shopify"), format!("{status} shopify")]);
            assert_eq!(text(&shopify.order(&id.to_string()).await["refundedAmount"]), refunded);
        }
        shopify.shop.check().await;
    }
}

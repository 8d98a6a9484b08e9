//! Orders that a file brought without their ids, and that also come from Shopify.

use serde_json::json;
use service::import::{self, OnError, Options, Refusal, Report};
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{order, paid},
};
use crate::shop::fixture::{text, with};

impl Shopify<'_> {
    /// Imports an order of 100.00 that nobody has paid yet.
    async fn takes(&self, number: &str, id: &str) -> (Report, Vec<String>) {
        let file = format!(
            "Name,Id,Email,Financial Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,\
             Lineitem price,Lineitem sku\n\
             {number},{id},ann@example.com,pending,USD,100.00,100.00,2026-11-20 09:00:00 +0000,2,Deep Blue - 24x36,\
             50.00,PRINT\n"
        );
        let options = Options { dry_run: false, on_error: OnError::Skip, now: self.shop.clock().now() };
        let mut refusals: Vec<Refusal> = Vec::new();
        let done = import::shopify_orders(self.shop.service.database(), file.as_bytes(), &options, &mut refusals).await;
        (done.expect("the file is imported"), refusals.iter().map(Refusal::to_string).collect())
    }

    /// The numbers of all orders.
    async fn numbers(&self) -> Vec<String> {
        let found = self.shop.query("{ orders { nodes { orderNumber } } }", json!({})).await;
        let orders = found["orders"]["nodes"].as_array().expect("a list");
        let mut numbers: Vec<String> = orders.iter().map(|order| text(&order["orderNumber"])).collect();
        numbers.sort();
        numbers
    }
}

on_both_engines! {
    async fn an_order_without_an_id_and_its_webhook_are_one_order(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let (report, refusals) = shopify.takes("#1", "").await;
        assert_eq!((report.orders.created, refusals), (1, Vec::new()));
        for seconds in [10, 11] {
            assert_eq!(shopify.tells("orders/paid", seconds, order(1, seconds, paid())).await, "Processed");
        }
        // The other way round.
        assert_eq!(shopify.tells("orders/paid", 10, order(2, 10, paid())).await, "Processed");
        let (report, refusals) = shopify.takes("#2", "").await;
        assert_eq!((report.noted.stale, refusals), (1, Vec::new()));
        assert_eq!(shopify.numbers().await, ["#1", "#2"]);
        for id in ["1", "2"] {
            assert_eq!(shopify.standing(id).await, "CONFIRMED PAID UNFULFILLED 100.00 0.00");
            assert_eq!(shopify.order(id).await["items"]["nodes"].as_array().map(Vec::len), Some(1));
        }
        assert_eq!(shopify.shop.shelf("PRINT").await, ["main 10 + 4 reserved"]);
        shopify.shop.check().await;
    }

    async fn an_order_with_another_id_is_another_order(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let (report, refusals) = shopify.takes("#7", "77").await;
        assert_eq!((report.orders.created, refusals), (1, Vec::new()));
        let same_number = with(paid(), json!({ "name": "#7" }));
        assert_eq!(shopify.tells("orders/paid", 10, order(78, 10, same_number)).await, "Processed");
        assert_eq!(shopify.numbers().await, ["#7", "#7 78"]);
        // The file has the number that Shopify knows.
        let (report, refusals) = shopify.takes("#7", "78").await;
        assert_eq!((report.noted.stale, refusals), (1, Vec::new()));
        let (report, refusals) = shopify.takes("#8", "78").await;
        assert_eq!(report.orders.refused, 1);
        assert!(refusals[0].starts_with("line 2, Id \"78\": the order \"#7 78\" has this id here"), "{refusals:?}");
        assert_eq!(shopify.numbers().await, ["#7", "#7 78"]);
        shopify.shop.check().await;
    }
}

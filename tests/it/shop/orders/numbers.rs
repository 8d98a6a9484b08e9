//! The numbers of orders.

use serde_json::json;
use tests::on_both_engines;

use super::{lines, place, run};
use crate::shop::fixture::{ShopFixture, text};

on_both_engines! {
    async fn numbers_count_up_past_those_in_use(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 10).await;
        shop.configure("orders.prefix", json!("A-")).await;
        let first = number(&shop, "A-").await;
        assert!(first > 10_000, "{first}");
        // Somebody else has given the next one already.
        run(db, &format!("UPDATE orders SET order_number = 'A-{}'", first + 1)).await;
        assert_eq!(number(&shop, "A-").await, first + 2);
        let short = json!({ "email": "ann@example.com", "lines": lines(&[("A", 99)]) });
        assert_eq!(shop.code("placeOrder", short).await, "INSUFFICIENT_STOCK");
        shop.configure("orders.prefix", json!("")).await;
        assert!(number(&shop, "").await > first + 2, "it goes on behind any prefix");
        shop.check().await;
    }
}

/// The number of a new order, without its prefix.
async fn number(shop: &ShopFixture, prefix: &str) -> i64 {
    let order = place(shop, json!({ "lines": lines(&[("A", 1)]) })).await;
    let number = text(&order["orderNumber"]);
    let number = number.strip_prefix(prefix).unwrap_or_else(|| panic!("{number} does not begin with {prefix:?}"));
    number.parse().expect("a number")
}

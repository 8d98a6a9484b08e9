//! How long stock lasts.

use entity::{product_variants, sea_orm_active_enums::StockPolicy};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    goods::goods,
    house::{ask, open},
};

on_both_engines! {
    async fn stock_lasts_as_long_as_it_sells(db: &TestDatabase) {
        let house = open(db).await;
        // Sold within the last 28 days, and before them.
        let print = goods(db, "sells").await;
        print.sell(db, "2026-11-20T10:00:00Z", 14, 100).await;
        print.sell(db, "2026-11-07T09:59:59Z", 100, 100).await;
        print.stock(db, 12, 3, Some(12)).await;
        let gone = goods(db, "sold out").await;
        gone.sell(db, "2026-11-30T10:00:00Z", 2, 100).await;
        gone.stock(db, 0, 0, Some(5)).await;
        let dead = goods(db, "dead").await;
        dead.sell(db, "2026-09-06T09:59:59Z", 1, 100).await;
        dead.stock(db, 4, 0, None).await;
        // Made less than 90 days ago.
        let new = goods(db, "new").await;
        new.stock(db, 1, 0, None).await;
        new.made(db, "2026-12-01T10:00:00Z").await;
        // Nobody counts it.
        let untracked = goods(db, "untracked").await;
        let row = product_variants::ActiveModel {
            id: Set(untracked.variant),
            stock_policy: Set(StockPolicy::Untracked),
            ..Default::default()
        };
        row.update(db.connection()).await.expect("a variant");
        let none = goods(db, "none").await;
        none.stock(db, 0, 0, None).await;
        let fields = "variant { sku } available reserved incoming units daily daysOfCover sellThrough isStockout isLow isDead suggested";
        let report = |arguments: &str| format!("{{ inventoryHealth{arguments} {{ nodes {{ {fields} }} }} }}");
        let found = ask(&house, &report("")).await["inventoryHealth"]["nodes"].take();
        let of = |sku: &str| found.as_array().expect("rows").iter().find(|row| row["variant"]["sku"] == sku).expect(sku).clone();
        let expected = json!({ "variant": { "sku": "sells" }, "available": 12, "reserved": 3, "incoming": "0", "units": "14",
            "daily": "0.5000", "daysOfCover": "24.00", "sellThrough": "0.4828", "isStockout": false, "isLow": true,
            "isDead": false, "suggested": "0" });
        assert_eq!(of("sells"), expected);
        let expected = json!({ "variant": { "sku": "sold out" }, "available": 0, "reserved": 0, "incoming": "0", "units": "2",
            "daily": "0.0714", "daysOfCover": "0.00", "sellThrough": "1.0000", "isStockout": true, "isLow": true,
            "isDead": false, "suggested": "2" });
        assert_eq!(of("sold out"), expected);
        let expected = json!({ "variant": { "sku": "dead" }, "available": 4, "reserved": 0, "incoming": "0", "units": "0",
            "daily": "0.0000", "daysOfCover": null, "sellThrough": "0.0000", "isStockout": false, "isLow": false,
            "isDead": true, "suggested": "0" });
        assert_eq!(of("dead"), expected);
        assert_eq!((&of("none")["sellThrough"], &of("none")["isDead"]), (&Value::Null, &json!(false)));
        // Those without stock come first, those that sell nothing last.
        let order: Vec<_> = found.as_array().expect("rows").iter().map(|row| row["variant"]["sku"].clone()).collect();
        assert_eq!(json!(order), json!(["sold out", "none", "sells", "dead", "new"]));

        let (mut paged, mut after) = (Vec::new(), String::new());
        while paged.len() < order.len() {
            let query = format!("{{ inventoryHealth(first: 1{after}) {{ nodes {{ variant {{ sku }} }} pageInfo {{ endCursor }} }} }}");
            let page = ask(&house, &query).await["inventoryHealth"].take();
            paged.push(page["nodes"][0]["variant"]["sku"].clone());
            after = format!(", after: {}", page["pageInfo"]["endCursor"]);
        }
        assert_eq!(paged, order);

        for (condition, skus) in [("STOCKOUT", vec!["sold out", "none"]), ("LOW", vec!["sold out", "sells"]), ("DEAD", vec!["dead"])] {
            let found = ask(&house, &report(&format!("(condition: {condition})"))).await["inventoryHealth"]["nodes"].take();
            let found: Vec<_> = found.as_array().expect("rows").iter().map(|row| row["variant"]["sku"].clone()).collect();
            assert_eq!(json!(found), json!(skus), "{condition}");
        }
        // The metric counts the same ones.
        let query = "{ executiveSummary(period: { lastDays: 1 }) { stockouts { value } } }";
        assert_eq!(ask(&house, query).await["executiveSummary"]["stockouts"]["value"], json!("2"));
        house.done("setConfiguration", json!({ "key": "stock.coverDays", "value": 28 }), "__typename").await;
        let query = "{ inventoryHealth(condition: LOW) { nodes { suggested } } }";
        assert_eq!(ask(&house, query).await["inventoryHealth"]["nodes"], json!([{ "suggested": "2" }, { "suggested": "2" }]));
    }
}

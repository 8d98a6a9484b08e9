//! What products bring.

use entity::{order_items, orders};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::json;
use tests::on_both_engines;

use super::{
    goods::goods,
    house::{ask, open},
};

on_both_engines! {
    async fn products_are_classed_by_what_they_bring(db: &TestDatabase) {
        let house = open(db).await;
        for (name, net) in [("d", 5_000), ("a", 70_000), ("c", 10_000), ("b", 15_000)] {
            let product = goods(db, name).await;
            product.sell(db, "2026-10-10T10:00:00Z", 1, net).await;
            // Not in October.
            product.sell(db, "2026-11-10T10:00:00Z", 1, 90_000).await;
        }
        let seen = goods(db, "e").await;
        seen.seen(db, "2026-10-05", [10, 1, 0]).await;
        goods(db, "never seen").await;
        let fields = "product { handle } units orders gross discounts net refunded views conversionRate shareBefore class";
        let query = format!("{{ productPerformance(period: {{ month: \"2026-10-01\" }}) {{ nodes {{ {fields} }} pageInfo {{ hasNextPage }} }} }}");
        let (found, statements) = house.counted(&query, json!({})).await;
        let of = |handle: &str, net: &str, before: &str, class: &str| {
            let (sold, views, rate) = if handle == "e" { (0, 10, json!("0.0000")) } else { (1, 0, json!(null)) };
            json!({ "product": { "handle": handle }, "units": sold.to_string(), "orders": sold, "gross": net, "discounts": "0.00",
                "net": net, "refunded": "0.00", "views": views.to_string(), "conversionRate": rate, "shareBefore": before, "class": class })
        };
        let expected = json!([
            of("a", "700.00", "0.0000", "A"),
            of("b", "150.00", "0.7000", "A"),
            of("c", "100.00", "0.8500", "B"),
            of("d", "50.00", "0.9500", "C"),
            of("e", "0.00", "1.0000", "C"),
        ]);
        assert_eq!(found["productPerformance"], json!({ "nodes": expected, "pageInfo": { "hasNextPage": false } }));
        // Theirs, and the products at once; settings and report are not those of a table.
        assert_eq!(statements, 1);
    }

    async fn lines_are_converted_and_rounded_once(db: &TestDatabase) {
        let house = open(db).await;
        let item = goods(db, "abroad").await.sell(db, "2026-10-10T10:00:00Z", 1, 2_350).await;
        let line = order_items::Entity::find_by_id(item).one(db.connection()).await.expect("read").expect("a line");
        let row = orders::ActiveModel { id: Set(line.order_id), exchange_rate_e10: Set(10_917_000_000), ..Default::default() };
        row.update(db.connection()).await.expect("an order");
        // 25.65495
        let query = "{ productPerformance(period: { month: \"2026-10-01\" }) { nodes { gross net } } }";
        assert_eq!(ask(&house, query).await["productPerformance"]["nodes"], json!([{ "gross": "25.65", "net": "25.65" }]));
    }

    async fn pages_put_together_are_the_whole(db: &TestDatabase) {
        let house = open(db).await;
        for number in 0..7 {
            let product = goods(db, &format!("p{number}")).await;
            // Some bring the same.
            product.sell(db, "2026-10-10T10:00:00Z", 1, 1_000 * (number / 3 + 1)).await;
        }
        let page = |size: i32, after: &str| format!("{{ productPerformance(period: {{ month: \"2026-10-01\" }}, first: {size}{after}) {{ nodes {{ productId net shareBefore }} pageInfo {{ hasPreviousPage hasNextPage endCursor }} }} }}");
        let whole = ask(&house, &page(250, "")).await["productPerformance"].take();
        let (mut nodes, mut after) = (Vec::new(), String::new());
        loop {
            let mut found = ask(&house, &page(2, &after)).await["productPerformance"].take();
            assert_eq!(found["pageInfo"]["hasPreviousPage"], json!(!after.is_empty()));
            nodes.append(found["nodes"].as_array_mut().expect("rows"));
            if found["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = format!(", after: {}", found["pageInfo"]["endCursor"]);
        }
        assert_eq!(json!(nodes), whole["nodes"]);
        assert_eq!(nodes.len(), 7);
        // A cursor of another period is one of another report.
        let other = format!("{{ productPerformance(period: {{ month: \"2026-11-01\" }}{after}) {{ nodes {{ net }} }} }}");
        for (query, why) in [
            (other, "cursor of another list"),
            (page(2, ", after: \"nonsense\""), "not a cursor"),
            (page(251, ""), "at most 250"),
            (page(-1, ""), "cannot be negative"),
        ] {
            let (_, errors) = house.try_query(&query, json!({})).await;
            assert!(errors.len() == 1 && errors[0].contains(why), "{query}: {errors:?}");
        }
        assert_eq!(ask(&house, &page(0, "")).await["productPerformance"]["nodes"], json!([]));
    }
}

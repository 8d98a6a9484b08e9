//! The last value of a KPI, beside the one before.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::kpi;
use crate::shop::fixture::ShopFixture;

const LATEST: &str =
    "query($id: ID!) { kpi(id: $id) { latest { value previous delta deltaPercentage trend status } } }";

on_both_engines! {
    async fn a_value_is_compared_with_that_of_the_period_before(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let letters = kpi(&shop, "Letters", "MANUAL", "DAILY", json!({ "target": "10" })).await;
        let latest = async || shop.query(LATEST, json!({ "id": letters })).await["kpi"]["latest"].clone();
        let record = async |day: &str, value: &str| {
            let input = json!({ "kpiId": letters, "value": value, "period": format!("{day}T12:00:00Z") });
            shop.done("recordKpiMeasurement", input, "measurement { id }").await;
        };
        assert_eq!(latest().await, Value::Null);
        record("2026-11-10", "8").await;
        assert_eq!(latest().await, json!({
            "value": "8.0000", "previous": null, "delta": null, "deltaPercentage": null, "trend": null,
            "status": "OFF_TARGET",
        }));
        record("2026-11-11", "10").await;
        assert_eq!(latest().await, json!({
            "value": "10.0000", "previous": "8.0000", "delta": "2.0000", "deltaPercentage": "25.0000", "trend": "UP",
            "status": "ON_TARGET",
        }));
        // A day was left out.
        record("2026-11-13", "9").await;
        assert_eq!(latest().await["previous"], Value::Null);
        record("2026-11-12", "0").await;
        let found = latest().await;
        assert_eq!((&found["delta"], &found["deltaPercentage"]), (&json!("9.0000"), &Value::Null));
        shop.check().await;
    }

    async fn any_number_of_kpis_takes_one_statement_more(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for number in 0..5 {
            kpi(&shop, &format!("Letters {number}"), "MANUAL", "DAILY", json!({})).await;
        }
        let (_, plain) = shop.counted("{ kpis { nodes { id } } }", json!({})).await;
        let (_, more) = shop.counted("{ kpis { nodes { id latest { value } } } }", json!({})).await;
        assert_eq!(more, plain + 1);
    }
}

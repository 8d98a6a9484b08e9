//! What a KPI can be.

use serde_json::json;
use tests::on_both_engines;

use super::kpi;
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn a_kpi_is_created_and_updated(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let input = json!({
            "name": " Orders ", "category": "sales", "metric": "ORDER_COUNT", "unit": "orders", "target": "12.5",
            "frequency": "DAILY", "ownerAgentId": shop.orchestrator,
        });
        let fields = "kpi { id name metric formula unit targetValue frequency ownerAgentId isActive measuredUntil version }";
        let made = shop.done("createKpi", input.clone(), fields).await["kpi"].clone();
        let formula = "Orders that were placed and not cancelled.";
        assert_eq!(made, json!({
            "id": made["id"], "name": "Orders", "metric": "ORDER_COUNT", "formula": formula, "unit": "orders",
            "targetValue": "12.5000", "frequency": "DAILY", "ownerAgentId": shop.orchestrator, "isActive": true,
            "measuredUntil": null, "version": 1,
        }));
        let update = json!({ "id": made["id"], "metric": "MANUAL", "target": null, "isActive": false, "expectedVersion": 1 });
        let changed = shop.done("updateKpi", update.clone(), fields).await["kpi"].clone();
        assert_eq!(changed, with(made, json!({
            "metric": "MANUAL", "formula": "Recorded by people or agents.", "targetValue": null, "isActive": false,
            "version": 2,
        })));
        assert_eq!(shop.code_and_path("updateKpi", update).await, "VERSION_CONFLICT expectedVersion");
        shop.check().await;
    }

    async fn what_no_kpi_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let taken = kpi(&shop, "Taken", "ORDER_COUNT", "DAILY", json!({})).await;
        let other = kpi(&shop, "Other", "REVENUE", "DAILY", json!({})).await;
        let new = json!({ "name": "New", "category": "sales", "metric": "REVENUE", "frequency": "DAILY" });
        for (changes, code) in [
            (json!({ "name": " " }), "INVALID name"),
            (json!({ "name": "x".repeat(256) }), "INVALID name"),
            (json!({ "name": "Taken" }), "ALREADY_EXISTS name"),
            (json!({ "category": "" }), "INVALID category"),
            (json!({ "unit": "x".repeat(51) }), "INVALID unit"),
            (json!({ "target": "0.00001" }), "INVALID target"),
            (json!({ "target": "100000000" }), "INVALID target"),
            (json!({ "frequency": "HOURLY" }), "INVALID frequency"),
            (json!({ "ownerAgentId": NOBODY }), "NOT_FOUND ownerAgentId"),
        ] {
            assert_eq!(shop.code_and_path("createKpi", with(new.clone(), changes.clone())).await, code, "{changes}");
            let update = with(json!({ "id": other }), changes.clone());
            assert_eq!(shop.code_and_path("updateKpi", update).await, code, "{changes}");
        }
        assert_eq!(shop.code_and_path("updateKpi", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        shop.done("updateKpi", json!({ "id": taken, "frequency": "HOURLY" }), "kpi { id }").await;
        shop.check().await;
    }
}

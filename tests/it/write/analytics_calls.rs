//! Calls of the mutations of KPIs and generated reports, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let agent = fixture.agent("Analytics Specialist").await;
    let new = |name: &str, metric: &str| json!({ "name": name, "category": "calls", "metric": metric, "frequency": "DAILY", "ownerAgentId": agent });
    let made = async |name: &str, metric: &str| {
        fixture.done("createKpi", new(name, metric), "kpi { id }").await["kpi"]["id"].clone()
    };
    let (orders, letters) = (made("Calls orders", "ORDER_COUNT").await, made("Calls letters", "MANUAL").await);
    vec![
        ("createKpi", new("Calls new", "ORDER_COUNT")),
        ("updateKpi", json!({ "id": orders, "category": "calls", "ownerAgentId": agent })),
        ("recordKpiMeasurement", json!({ "kpiId": letters, "value": "1" })),
        ("takeKpiSnapshot", json!({ "kpiIds": [orders] })),
        ("generateReport", json!({ "type": "DAILY", "recipientAgentIds": [agent] })),
    ]
}

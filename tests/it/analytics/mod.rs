//! KPIs, and reports of what they measure.
//!
//! - [`kpis`]: what a KPI can be. [`measuring`]: when it is measured, and how often. [`figures`]: what is measured, beside
//!   sums that were worked out by hand. [`latest`]: the last value. [`reports`]: reports of a period. [`house`]: the demo
//!   data says what the server measures.

mod figures;
mod house;
mod kpis;
mod latest;
mod measuring;
mod reports;

use serde_json::{Value, json};

use crate::shop::fixture::{ShopFixture, with};

/// What `createKpi` is asked for.
const KPI: &str = "kpi { id }";

/// A new KPI; its id.
async fn kpi(shop: &ShopFixture, name: &str, metric: &str, frequency: &str, more: Value) -> Value {
    let input = json!({ "name": name, "category": "tests", "metric": metric, "frequency": frequency });
    shop.done("createKpi", with(input, more), KPI).await["kpi"]["id"].clone()
}

/// The measurements of a KPI, latest first.
async fn measurements(shop: &ShopFixture, kpi: &Value) -> Vec<Value> {
    let query = "query($id: ID!) { kpi(id: $id) { measurements { nodes { value periodStart periodEnd } } } }";
    let found = shop.query(query, json!({ "id": kpi })).await;
    found["kpi"]["measurements"]["nodes"].as_array().expect("a list").clone()
}

/// The value of a metric over a period.
async fn value(shop: &ShopFixture, metric: &str, frequency: &str, at: &str) -> Value {
    let query =
        "query($metric: KpiMetric!, $period: KpiPeriod!) { kpiValue(metric: $metric, period: $period) { value } }";
    let period = json!({ "frequency": frequency, "at": at });
    let found = shop.query(query, json!({ "metric": metric, "period": period })).await;
    found["kpiValue"]["value"].clone()
}

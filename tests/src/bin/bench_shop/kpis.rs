//! A snapshot of KPIs of all metrics.

use std::time::{Duration, Instant};

use tests::bench::{Client, rounds, texts};

use super::{
    shop::{Shop, done, first_id, list, total},
    table::{Line, count, once, same},
};

/// How many orders the bar is about.
const BAR: usize = 50_000;
/// How long a snapshot may take with them.
const TIME: Duration = Duration::from_secs(2);

const METRICS: &str = r#"{ __type(name: \"KpiMetric\") { enumValues { name } } }"#;
const CREATE: &str =
    "mutation($input: CreateKpiInput!) { createKpi(input: $input) { kpi { id } userErrors { code message } } }";
const TAKE: &str = "mutation($input: TakeKpiSnapshotInput!) { takeKpiSnapshot(input: $input) { measurements { id } skipped { reason } userErrors { code message } } }";
const ORDERS: &str = "{ orders(first: 0) { totalCount } }";

/// New KPIs in each round, which are measured over the last quarter that is over. A figure counts all orders of the
/// shop, of whatever time.
pub(crate) fn kpis(shop: &Shop) -> Result<Line, String> {
    let mut client = shop.connect();
    let mut metrics = texts(client.ask(METRICS, "null"), "name");
    // People measure those.
    metrics.retain(|metric| metric != "MANUAL");
    let orders = usize::try_from(total(client.ask(ORDERS, "null"))).unwrap_or_default();
    if orders < BAR {
        println!("kpis: there are {orders} orders, the bar is about {BAR}: `vividwalls seed scale` adds as many");
    }
    let mut taken = Vec::new();
    for round in 0..rounds() {
        let of_round = |metric: &String| create(shop, &mut client, round, metric);
        let kpis = metrics.iter().map(of_round).collect::<Result<Vec<_>, _>>()?;
        let input = format!(r#"{{"kpiIds":{}}}"#, list(&kpis));
        let began = Instant::now();
        let text = done(client.ask(TAKE, &input))?;
        taken.push(once(orders, began.elapsed()));
        let (measured, skipped) = (texts(text, "id").len(), texts(text, "reason"));
        same("KPIs measured or skipped", count(kpis.len()), count(measured + skipped.len()))?;
        // These were computed, too.
        let is_expected = |reason: &String| reason == "NO_DATA" || reason == "TOO_LARGE";
        if let Some(other) = skipped.iter().find(|reason| !is_expected(reason)) {
            return Err(format!("a KPI was skipped because of {other}"));
        }
    }
    let what = format!("takeKpiSnapshot, {} KPIs, {orders} orders; bar", metrics.len());
    Ok(Line::beside_bar(what, taken, BAR, TIME))
}

fn create(shop: &Shop, client: &mut Client, round: usize, metric: &str) -> Result<String, String> {
    let name = shop.source(&format!("{metric}-{round}"));
    let input = format!(r#"{{"name":"{name}","category":"bench","metric":"{metric}","frequency":"QUARTERLY"}}"#);
    first_id(done(client.ask(CREATE, &input))?)
}

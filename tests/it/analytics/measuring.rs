//! When KPIs are measured: each period once, whatever the number of servers.

use chrono::{DateTime, Duration, Utc};
use entity::events;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use service::work;
use tests::on_both_engines;

use super::{kpi, measurements};
use crate::{
    shop::fixture::{NOBODY, ShopFixture, text},
    work::fixture::{at_once, second},
};

const DAY: i64 = 24 * 60 * 60;
/// What `takeKpiSnapshot` is asked for.
const TAKEN: &str = "measurements { value periodStart periodEnd } skipped { kpi { id } reason }";

fn moment(value: &Value) -> DateTime<Utc> {
    text(value).parse().expect("a time")
}

/// Why KPIs were not measured.
fn reasons(taken: &Value) -> Vec<String> {
    let skipped = taken["skipped"].as_array().expect("a list");
    skipped.iter().map(|it| text(&it["reason"])).collect()
}

on_both_engines! {
    async fn a_period_is_measured_when_it_is_over(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.configure("shop.timeZone", json!("America/New_York")).await;
        let orders = kpi(&shop, "Orders", "ORDER_COUNT", "DAILY", json!({})).await;
        let average = kpi(&shop, "Average", "AVERAGE_ORDER_VALUE", "DAILY", json!({})).await;
        let letters = kpi(&shop, "Letters", "MANUAL", "DAILY", json!({})).await;
        assert_eq!(shop.pass(60).await.measurements, 0);
        // It is past midnight there.
        assert_eq!(shop.pass(DAY).await.measurements, 2);
        let found = measurements(&shop, &orders).await;
        let [day] = &found[..] else { panic!("one measurement is expected: {found:?}") };
        let ends = [moment(&day["periodStart"]), moment(&day["periodEnd"])];
        assert_eq!(ends, [moment(&json!("2026-11-21T05:00:00Z")), moment(&json!("2026-11-22T05:00:00Z"))]);
        assert_eq!(day["value"], json!("0.0000"));
        // Nothing is no number, and is not looked for again.
        assert_eq!(measurements(&shop, &average).await, Vec::<Value>::new());
        assert_eq!(measurements(&shop, &letters).await, Vec::<Value>::new());
        assert_eq!(shop.pass(60).await.measurements, 0);
        // What was missed is made up for.
        assert_eq!(shop.pass(3 * DAY).await.measurements, 6);
        assert_eq!(measurements(&shop, &orders).await.len(), 4);
        shop.check().await;
    }

    async fn what_people_measured_is_not_made_up_for(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let letters = kpi(&shop, "Letters", "MANUAL", "DAILY", json!({})).await;
        shop.clock().advance(Duration::days(3));
        shop.done("updateKpi", json!({ "id": letters, "metric": "ORDER_COUNT" }), "kpi { id }").await;
        assert_eq!(shop.pass(60).await.measurements, 0);
        assert_eq!(shop.pass(DAY).await.measurements, 1);
        // A measurement is no change of the KPI.
        let measured = events::Entity::find().filter(events::Column::Kind.eq("kpi.measured"));
        let versions: Vec<_> = measured.all(db.connection()).await.expect("events").iter().map(|it| it.aggregate_version).collect();
        assert_eq!(versions, [0]);
        shop.check().await;
    }

    async fn three_servers_measure_a_period_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let mut kpis = Vec::new();
        for number in 0..10 {
            kpis.push(kpi(&shop, &format!("Orders {number}"), "ORDER_COUNT", "DAILY", json!({})).await);
        }
        shop.clock().advance(Duration::days(1));
        let servers = [shop.service.clone(), second(db, shop.clock()).await, second(db, shop.clock()).await];
        at_once(servers.len(), |number| {
            let server = servers[number].clone();
            async move { work::sweep(&server).await.expect("swept") }
        })
        .await;
        // A server that lost against another one looks once more.
        shop.pass(1).await;
        for kpi in &kpis {
            assert_eq!(measurements(&shop, kpi).await.len(), 1);
        }
        shop.check().await;
    }

    async fn a_snapshot_measures_each_period_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let orders = kpi(&shop, "Orders", "ORDER_COUNT", "MONTHLY", json!({})).await;
        let take = async |kpis: &[&Value], period: Option<&str>| {
            shop.done("takeKpiSnapshot", json!({ "kpiIds": kpis, "period": period }), TAKEN).await
        };
        let taken = take(&[&orders], None).await;
        assert_eq!(taken["measurements"][0]["value"], json!("0.0000"));
        assert_eq!(taken["skipped"], json!([]));
        assert_eq!(reasons(&take(&[&orders], None).await), ["ALREADY_MEASURED"]);
        assert_eq!(reasons(&take(&[&orders], Some("2026-11-02T00:00:00Z")).await), ["NOT_OVER"]);
        let average = kpi(&shop, "Average", "AVERAGE_ORDER_VALUE", "DAILY", json!({})).await;
        let letters = kpi(&shop, "Letters", "MANUAL", "DAILY", json!({})).await;
        let stock = kpi(&shop, "Sold out", "STOCKOUT_COUNT", "DAILY", json!({})).await;
        let unused = kpi(&shop, "Unused", "ORDER_COUNT", "DAILY", json!({ "isActive": false })).await;
        let old = Some("2026-11-02T00:00:00Z");
        for (kpi, reason) in
            [(&average, "NO_DATA"), (&letters, "MANUAL"), (&stock, "NO_HISTORY"), (&unused, "INACTIVE")]
        {
            let taken = take(&[kpi], old).await;
            assert_eq!((reasons(&taken), &taken["skipped"][0]["kpi"]["id"]), (vec![reason.to_owned()], kpi));
        }
        // All that are in use.
        let all = take(&[], None).await;
        assert_eq!(all["measurements"].as_array().expect("a list").len(), 1, "{all}");
        let mut found = reasons(&all);
        found.sort();
        assert_eq!(found, ["ALREADY_MEASURED", "MANUAL", "NO_DATA"]);
        let unknown = json!({ "kpiIds": [orders, NOBODY] });
        assert_eq!(shop.code_and_path("takeKpiSnapshot", unknown).await, "NOT_FOUND kpiIds.1");
        shop.check().await;
    }

    async fn what_people_measure_is_recorded(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let letters = kpi(&shop, "Letters", "MANUAL", "WEEKLY", json!({})).await;
        let orders = kpi(&shop, "Orders", "ORDER_COUNT", "WEEKLY", json!({})).await;
        let record = json!({ "kpiId": letters, "value": "12.5" });
        let made = shop.done("recordKpiMeasurement", record.clone(), "measurement { value kpiId }").await;
        assert_eq!(made["measurement"], json!({ "value": "12.5000", "kpiId": letters }));
        assert_eq!(shop.code_and_path("recordKpiMeasurement", record).await, "ALREADY_EXISTS period");
        for (input, code) in [
            (json!({ "kpiId": orders, "value": "1" }), "INVALID kpiId"),
            (json!({ "kpiId": NOBODY, "value": "1" }), "NOT_FOUND kpiId"),
            (json!({ "kpiId": letters, "value": "1", "period": "2027-01-01T00:00:00Z" }), "INVALID period"),
            (json!({ "kpiId": letters, "value": "0.00001" }), "INVALID value"),
            (json!({ "kpiId": letters, "value": "100000000" }), "INVALID value"),
        ] {
            assert_eq!(shop.code_and_path("recordKpiMeasurement", input.clone()).await, code, "{input}");
        }
        shop.check().await;
    }
}

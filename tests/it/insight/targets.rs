//! What metrics should be, what KPIs measured of them, and days that stand out.

use chrono::Duration;
use entity::kpi_measurements;
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::on_both_engines;
use uuid::Uuid;

use super::{
    goods::goods,
    house::{ask, at, open},
};

on_both_engines! {
    async fn a_target_is_that_of_a_kpi_of_the_same_length(db: &TestDatabase) {
        let house = open(db).await;
        for (name, metric, frequency, target) in [
            ("Revenue", "REVENUE", "MONTHLY", "300"),
            ("Daily revenue", "REVENUE", "DAILY", "10"),
            ("Refunds", "REFUND_RATE", "MONTHLY", "0.2"),
            ("Margin", "GROSS_MARGIN", "MONTHLY", "40"),
        ] {
            let input = json!({ "name": name, "category": "sales", "metric": metric, "frequency": frequency, "target": target });
            house.done("createKpi", input, "kpi { id }").await;
        }
        let query = "{ executiveSummary(period: { month: \"2026-11-01\" }) { revenue { value target status }
            refundRate { value target status } grossMargin { value target status } expenses { target status } } }";
        let expected = json!({
            "revenue": { "value": "250.25", "target": "300.00", "status": "OFF_TARGET" },
            // Less is better.
            "refundRate": { "value": "0.1667", "target": "0.2000", "status": "ON_TARGET" },
            // No data reaches no target, and misses none.
            "grossMargin": { "value": null, "target": "0.4000", "status": null },
            "expenses": { "target": null, "status": null },
        });
        assert_eq!(ask(&house, query).await["executiveSummary"], expected);
        for (period, target) in [
            ("{ dates: { from: \"2026-11-01\", until: \"2026-12-01\" } }", json!("300.00")),
            ("{ dates: { from: \"2026-11-01\", until: \"2026-11-02\" } }", json!("10.00")),
            ("{ dates: { from: \"2026-11-02\", until: \"2026-11-09\" } }", Value::Null),
            ("{ lastDays: 1 }", json!("10.00")),
            ("{ lastDays: 30 }", Value::Null),
        ] {
            let query = format!("{{ executiveSummary(period: {period}) {{ revenue {{ target }} }} }}");
            assert_eq!(ask(&house, &query).await["executiveSummary"]["revenue"]["target"], target, "{period}");
        }
    }

    async fn levels_are_what_kpis_measured_last(db: &TestDatabase) {
        let house = open(db).await;
        let input = json!({ "name": "Stock", "category": "stock", "metric": "INVENTORY_VALUE", "frequency": "DAILY" });
        let kpi = house.done("createKpi", input, "kpi { id }").await["kpi"]["id"].as_str().expect("an id").parse::<Uuid>().expect("an id");
        for (day, value) in [("2026-11-02", 10), ("2026-11-03", 20), ("2026-11-30", 30)] {
            let noon = at(&format!("{day}T12:00:00Z"));
            let row = kpi_measurements::ActiveModel {
                id: Set(Uuid::now_v7()),
                kpi_id: Set(kpi),
                value: Set(Decimal::from(value)),
                measured_at: Set(noon.into()),
                period_start: Set(Some((noon - Duration::days(1)).into())),
                period_end: Set(Some(noon.into())),
                metadata: Set(json!({})),
                created_at: Set(noon.into()),
            };
            row.insert(db.connection()).await.expect("a measurement");
        }
        let query = "{ series(metric: INVENTORY_VALUE, period: { dates: { from: \"2026-11-01\", until: \"2026-12-01\" } }, interval: WEEK) { value } }";
        let values: Vec<_> = [None, Some("20.00"), None, None, None, Some("30.00")].map(|value| json!({ "value": value })).into();
        assert_eq!(ask(&house, query).await["series"], json!(values));
    }

    async fn days_that_stand_out_are_found(db: &TestDatabase) {
        let house = open(db).await;
        let print = goods(db, "print").await;
        // Fridays; the last one is 4 December.
        for (week, units) in [10, 12, 11, 13, 12, 11, 12, 10, 15].into_iter().enumerate() {
            let day = at("2026-10-09T10:00:00Z") + Duration::weeks(week as i64);
            for _ in 0..units {
                print.sell(db, &day.to_rfc3339(), 1, 100).await;
            }
        }
        let query = "{ anomalies(metric: ORDERS, days: 7) { from until value median score isAnomaly } }";
        let found = ask(&house, query).await["anomalies"].take();
        assert_eq!(found.as_array().map(Vec::len), Some(7));
        let friday = json!({ "from": "2026-12-03T23:00:00+00:00", "until": "2026-12-04T23:00:00+00:00", "value": "15",
            "median": "11.5000", "score": "4.7215", "isAnomaly": true });
        assert_eq!(found[6], friday);
        let quiet = json!({ "from": "2026-12-02T23:00:00+00:00", "until": "2026-12-03T23:00:00+00:00", "value": "0",
            "median": "0.0000", "score": null, "isAnomaly": false });
        assert_eq!(found[5], quiet);
        for (arguments, why) in [
            ("metric: ORDERS, days: 0", "`days` is not between 1 and 366"),
            ("metric: ORDERS, days: 367", "`days` is not between 1 and 366"),
            ("metric: STOCKOUTS", "it has no history"),
        ] {
            let (_, errors) = house.try_query(&format!("{{ anomalies({arguments}) {{ value }} }}"), json!({})).await;
            assert!(errors.len() == 1 && errors[0].contains(why), "{arguments}: {errors:?}");
        }
    }
}

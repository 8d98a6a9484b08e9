//! The demo data says what the server measures.

use entity::{kpi_measurements, kpis, sea_orm_active_enums::KpiMetric};
use sea_orm::EntityTrait;
use serde_json::json;
use service::{Service, analytics::value, clock::Clock, seed, work};
use tests::on_both_engines;

use crate::client::{Client, connect};

const NOW: &str = "2026-03-14T15:09:26.535897Z";

on_both_engines! {
    async fn the_indicators_are_what_the_server_measures(db: &TestDatabase) {
        let now = NOW.parse().expect("a time");
        let database = connect(db).await;
        seed::demo(&database, now).await.expect("inserted").expect("it was empty");
        let service = Service::new(database, Clock::standing(now));
        let reader = service.database().reader();
        let indicators = kpis::Entity::find().all(reader).await.expect("indicators");
        let mut compared = 0;
        for row in kpi_measurements::Entity::find().all(reader).await.expect("measurements") {
            let kpi = indicators.iter().find(|kpi| kpi.id == row.kpi_id).expect("an indicator");
            let (start, end) = (row.period_start.expect("a start"), row.period_end.expect("an end"));
            let found = value::value(&service, kpi.metric, kpi.frequency, Some(start.to_utc())).await.expect("measured");
            assert_eq!((found.period.start, found.period.end), (start.to_utc(), end.to_utc()), "{}", kpi.name);
            // What has no history is known of the last period only.
            let Some(measured) = found.value else { continue };
            assert_eq!(measured, row.value, "{} from {start}", kpi.name);
            compared += 1;
        }
        assert!(compared > 80, "{compared}");
        assert!(indicators.iter().any(|kpi| kpi.metric == KpiMetric::ReturnRate));
        // Nothing is left to be measured.
        assert_eq!(work::sweep(&service).await.expect("swept").measurements, 0);
    }

    async fn all_of_it_is_reported(db: &TestDatabase) {
        let now = NOW.parse().expect("a time");
        let database = connect(db).await;
        seed::demo(&database, now).await.expect("inserted").expect("it was empty");
        let client = Client::new(Service::new(database, Clock::standing(now)));
        let made = client.done("generateReport", json!({ "type": "EXECUTIVE_SUMMARY" }), "report { content }").await;
        let content = &made["report"]["content"];
        assert!(content["targets"].as_array().is_some_and(|targets| targets.len() > 10), "{content}");
        assert_eq!(content["figures"].as_object().map(serde_json::Map::len), Some(25), "{content}");
    }
}

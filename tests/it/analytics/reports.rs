//! Reports of a period.

use entity::events;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::kpi;
use crate::shop::fixture::{NOBODY, ShopFixture};

const REPORT: &str = "report { name type content sentAt recipientAgents }";

on_both_engines! {
    async fn each_kind_has_content_of_its_own(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        kpi(&shop, "Orders", "ORDER_COUNT", "MONTHLY", json!({ "target": "10" })).await;
        for (kind, name, days, more) in [
            ("EXECUTIVE_SUMMARY", "executive_summary", "Executive summary, 2026-10-01 to 2026-10-31", Some("targets")),
            ("DAILY", "daily", "Daily report, 2026-11-20", None),
            ("WEEKLY", "weekly", "Weekly report, 2026-11-09 to 2026-11-15", None),
            ("MONTHLY", "monthly", "Monthly report, 2026-10-01 to 2026-10-31", None),
            ("CAMPAIGN_ANALYSIS", "campaign_analysis", "Campaign analysis, 2026-10-01 to 2026-10-31", Some("campaigns")),
        ] {
            let input = json!({ "type": kind, "recipientAgentIds": [shop.orchestrator, shop.orchestrator] });
            let made = shop.done("generateReport", input, REPORT).await["report"].clone();
            assert_eq!((&made["name"], &made["type"], &made["sentAt"]), (&json!(days), &json!(name), &Value::Null));
            assert_eq!(made["recipientAgents"], json!([shop.orchestrator]));
            let content = &made["content"];
            assert_eq!((&content["currency"], &content["isPartial"]), (&json!("USD"), &json!(false)), "{kind}");
            let figures = content["figures"].as_object().expect("figures");
            assert!(figures.len() >= 5, "{kind}: {content}");
            for own in ["targets", "campaigns"] {
                assert_eq!(content[own].is_array(), more == Some(own), "{kind}: {own}");
            }
        }
        let generated = events::Entity::find().filter(events::Column::Kind.eq("report.generated"));
        assert_eq!(generated.count(db.connection()).await.expect("events"), 5);
        shop.check().await;
    }

    async fn a_report_has_readers_and_a_period_that_has_begun(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for (input, code) in [
            (json!({ "type": "DAILY", "recipientAgentIds": [NOBODY] }), "NOT_FOUND recipientAgentIds.0"),
            (json!({ "type": "DAILY", "period": "2026-12-24T00:00:00Z" }), "INVALID period"),
            (json!({ "type": "MONTHLY", "period": "0001-01-01T00:00:00Z" }), "INVALID period"),
        ] {
            assert_eq!(shop.code_and_path("generateReport", input.clone()).await, code, "{input}");
        }
        let running = json!({ "type": "MONTHLY", "period": "2026-11-05T00:00:00Z" });
        let made = shop.done("generateReport", running, REPORT).await;
        assert_eq!(made["report"]["content"]["isPartial"], json!(true));
        shop.check().await;
    }
}

//! What is measured, beside sums that were worked out by hand.

use chrono::Duration;
use entity::{revenue_attribution, sea_orm_active_enums::AttributionModel};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::value;
use crate::shop::fixture::{ShopFixture, start, text, with};

const OCTOBER: &str = "2026-10-15T12:00:00Z";
const NOVEMBER: &str = "2026-11-15T12:00:00Z";

/// Enters a transaction; its id.
async fn enter(shop: &ShopFixture, kind: &str, category: &str, amount: &str, date: &str, more: Value) -> Value {
    let input = json!({ "type": kind, "category": category, "amount": amount, "date": date });
    shop.done("recordTransaction", with(input, more), "transaction { id }").await["transaction"]["id"].clone()
}

/// Credits revenue to a campaign or none, by the last touch.
async fn credit(db: &TestDatabase, shop: &ShopFixture, sold: &Value, campaign: Option<&Value>, hundredths: i64) {
    let id = |value: &Value| text(value).parse::<Uuid>().expect("an id");
    let share = revenue_attribution::ActiveModel {
        id: Set(Uuid::now_v7()),
        transaction_id: Set(id(sold)),
        agent_id: Set(shop.orchestrator),
        campaign_id: Set(campaign.map(id)),
        attribution_model: Set(AttributionModel::LastTouch),
        attribution_percentage: Set(Decimal::new(hundredths, 2)),
        touchpoint_data: Set(json!({})),
        created_at: Set(start().into()),
    };
    share.insert(db.connection()).await.expect("a share");
}

on_both_engines! {
    async fn the_books_are_netted_on_the_day_of_each_entry(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = json!({ "name": "X", "type": "ADS" });
        let campaign = shop.done("createCampaign", campaign, "campaign { id }").await["campaign"]["id"].clone();
        let of_campaign = json!({ "campaignId": campaign });
        let none = || json!({});
        let first = enter(&shop, "REVENUE", "sales", "100.10", "2026-10-01", none()).await;
        let second = enter(&shop, "REVENUE", "sales", "200.20", "2026-10-10", none()).await;
        enter(&shop, "REVENUE", "sales", "100.30", "2026-10-31", none()).await;
        let fourth = enter(&shop, "REVENUE", "sales", "300.30", "2026-11-01", none()).await;
        enter(&shop, "REFUND", "sales", "50.05", "2026-11-02", none()).await;
        enter(&shop, "EXPENSE", "marketing", "120.00", "2026-10-12", of_campaign.clone()).await;
        enter(&shop, "EXPENSE", "marketing", "80.00", "2026-11-03", of_campaign).await;
        let wrong = enter(&shop, "EXPENSE", "marketing", "20.00", "2026-10-30", none()).await;
        shop.done("reverseTransaction", json!({ "id": wrong, "reason": "twice" }), "reversal { id }").await;
        enter(&shop, "ADJUSTMENT", "sales", "-0.10", "2026-11-20", none()).await;
        for email in ["ada@example.com", "ben@example.com"] {
            shop.done("createCustomer", json!({ "email": email }), "customer { id }").await;
        }
        credit(db, &shop, &first, Some(&campaign), 10_000).await;
        credit(db, &shop, &second, Some(&campaign), 5_000).await;
        credit(db, &shop, &second, None, 5_000).await;
        credit(db, &shop, &fourth, Some(&campaign), 3_333).await;
        credit(db, &shop, &fourth, None, 6_667).await;

        for (metric, october, november) in [
            ("REVENUE", Some("400.6000"), Some("250.2500")),
            ("REFUND_TOTAL", Some("0.0000"), Some("50.0500")),
            ("REFUND_RATE", Some("0.0000"), Some("0.1667")),
            ("REVENUE_GROWTH", None, Some("-37.5312")),
            ("ACQUISITION_COST", None, Some("30.0000")),
            ("RETURN_ON_AD_SPEND", Some("1.6683"), Some("1.2511")),
            ("RETURN_ON_INVESTMENT", Some("66.8333"), Some("25.1125")),
            ("NEW_CUSTOMERS", Some("0.0000"), Some("2.0000")),
            ("CUSTOMER_COUNT", Some("0.0000"), Some("2.0000")),
            ("MANUAL", None, None),
        ] {
            assert_eq!(value(&shop, metric, "MONTHLY", OCTOBER).await, json!(october), "{metric} of October");
            assert_eq!(value(&shop, metric, "MONTHLY", NOVEMBER).await, json!(november), "{metric} of November");
        }
        // Books have days.
        assert_eq!(value(&shop, "REVENUE", "HOURLY", NOVEMBER).await, Value::Null);
        assert_eq!(value(&shop, "REVENUE", "DAILY", "2026-11-01T12:00:00Z").await, json!("300.3000"));
        shop.check().await;
    }

    async fn shares_of_revenue_are_rounded_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let campaign = json!({ "name": "X", "type": "ADS" });
        let campaign = shop.done("createCampaign", campaign, "campaign { id }").await["campaign"]["id"].clone();
        let sale = enter(&shop, "REVENUE", "sales", "0.05", "2026-10-10", json!({})).await;
        enter(&shop, "EXPENSE", "marketing", "0.01", "2026-10-11", json!({ "campaignId": campaign })).await;
        credit(db, &shop, &sale, Some(&campaign), 3_333).await;
        credit(db, &shop, &sale, None, 6_667).await;
        assert_eq!(value(&shop, "RETURN_ON_AD_SPEND", "MONTHLY", OCTOBER).await, json!("1.6665"));
        let report = shop.done("generateReport", json!({ "type": "CAMPAIGN_ANALYSIS" }), "report { content }").await;
        let found = &report["report"]["content"]["campaigns"][0];
        assert_eq!((&found["revenue"], &found["returnOnAdSpend"]), (&json!("0.0167"), &json!("1.6665")), "{found}");
        shop.check().await;
    }

    async fn days_are_those_of_the_shop(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.configure("shop.timeZone", json!("Europe/Berlin")).await;
        // A minute before midnight there, and at midnight.
        shop.clock().advance(Duration::minutes(14 * 60 + 59));
        shop.done("createCustomer", json!({ "email": "before@example.com" }), "customer { id }").await;
        shop.clock().advance(Duration::minutes(1));
        shop.done("createCustomer", json!({ "email": "after@example.com" }), "customer { id }").await;
        for (at, expected) in [("2026-11-21T22:59:59Z", "1.0000"), ("2026-11-21T23:00:00Z", "1.0000")] {
            assert_eq!(value(&shop, "NEW_CUSTOMERS", "DAILY", at).await, json!(expected), "{at}");
        }
        assert_eq!(value(&shop, "CUSTOMER_COUNT", "DAILY", "2026-11-21T12:00:00Z").await, json!("1.0000"));
        shop.check().await;
    }
}

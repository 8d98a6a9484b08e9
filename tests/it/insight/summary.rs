//! Figures of a period.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{ask, open};

/// What a month brought, of some metrics.
const FIGURES: &str = "value previous delta change trend";

on_both_engines! {
    async fn the_house_has_the_figures_that_were_worked_out(db: &TestDatabase) {
        let house = open(db).await;
        for (field, october, november) in [
            ("revenue", "400.60", "250.25"),
            ("expenses", "140.00", "60.00"),
            ("profit", "260.60", "190.15"),
            ("sales", "350.55", "350.35"),
            ("orders", "3", "2"),
            ("averageOrderValue", "116.85", "175.18"),
            ("newCustomers", "2", "2"),
            ("firstBuyers", "2", "1"),
            ("acquisitionCost", "70.00", "30.00"),
            ("repeatCustomerRate", "0.5000", "0.3333"),
            ("lifetimeValue", "175.28", "233.63"),
            ("refundRate", "0.0000", "0.1667"),
            ("returnOnAdSpend", "1.6683", "0.9383"),
            ("returnOnInvestment", "0.6683", "-0.0617"),
            ("customerCount", "2", "4"),
        ] {
            for (month, expected) in [("2026-10-15", october), ("2026-11-30", november)] {
                let query = format!("{{ executiveSummary(period: {{ month: \"{month}\" }}) {{ f: {field} {{ value }} }} }}");
                let found = ask(&house, &query).await;
                assert_eq!(found["executiveSummary"]["f"]["value"], json!(expected), "{field} of {month}");
            }
        }
    }

    async fn a_month_is_compared_with_the_one_before(db: &TestDatabase) {
        let house = open(db).await;
        let query = format!(
            "{{ executiveSummary(period: {{ month: \"2026-11-01\" }}) {{ from until isPartial revenue {{ {FIGURES} }}
               satisfaction {{ {FIGURES} }} alerts {{ metric severity value limit }} }} }}"
        );
        let found = ask(&house, &query).await["executiveSummary"].take();
        let revenue = json!({ "value": "250.25", "previous": "400.60", "delta": "-150.35", "change": "-0.3753", "trend": "DOWN" });
        assert_eq!(found["revenue"], revenue);
        assert_eq!(found["from"], "2026-10-31T23:00:00+00:00");
        assert_eq!((&found["until"], &found["isPartial"]), (&json!("2026-11-30T23:00:00+00:00"), &json!(false)));
        // Nobody said anything: that is no bad mood.
        let unknown = json!({ "value": null, "previous": null, "delta": null, "change": null, "trend": null });
        assert_eq!(found["satisfaction"], unknown);
        let alert = json!([{ "metric": "REVENUE", "severity": "CRITICAL", "value": "-0.3753", "limit": "-0.10" }]);
        assert_eq!(found["alerts"], alert);
        let nothing = "{ executiveSummary(period: { month: \"2026-11-01\" }, compareTo: NONE) { revenue { previous change } alerts { metric } } }";
        let found = ask(&house, nothing).await["executiveSummary"].take();
        assert_eq!(found, json!({ "revenue": { "previous": null, "change": null }, "alerts": [] }));
    }

    async fn nothing_is_no_data_or_none_at_all(db: &TestDatabase) {
        let house = open(db).await;
        let empty = "{ executiveSummary(period: { month: \"2026-01-01\" }) {
            revenue { value } orders { value } averageOrderValue { value } refundRate { value } grossMargin { value coverage }
            conversionRate { value } taskSuccessRate { value } onTimeRate { value } tasksCompleted { value } alerts { metric } } }";
        let found = ask(&house, empty).await["executiveSummary"].take();
        assert_eq!(found["alerts"], json!([]), "{found}");
        for field in ["averageOrderValue", "refundRate", "grossMargin", "conversionRate", "taskSuccessRate", "onTimeRate"] {
            assert_eq!(found[field]["value"], Value::Null, "{field}");
        }
        for (field, zero) in [("revenue", "0.00"), ("orders", "0"), ("tasksCompleted", "0")] {
            assert_eq!(found[field]["value"], json!(zero), "{field}");
        }
    }
}

//! A metric over periods that follow each other.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{ask, open};

/// Where clocks are changed at other times.
const ZONES: [&str; 5] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"];

fn number(value: &Value) -> Decimal {
    value.as_str().expect("a value").parse().expect("a number")
}

on_both_engines! {
    async fn a_period_is_the_sum_of_its_parts(db: &TestDatabase) {
        let house = open(db).await;
        let period = "{ dates: { from: \"2026-03-03\", until: \"2026-12-02\" } }";
        for zone in ZONES {
            for (metric, field) in [
                ("REVENUE", "revenue"),
                ("EXPENSES", "expenses"),
                ("PROFIT", "profit"),
                ("SALES", "sales"),
                ("ORDERS", "orders"),
                ("NEW_CUSTOMERS", "newCustomers"),
                ("FIRST_BUYERS", "firstBuyers"),
                ("TASKS_COMPLETED", "tasksCompleted"),
            ] {
                let whole = format!(
                    "{{ executiveSummary(period: {period}, timeZone: \"{zone}\") {{ from until f: {field} {{ value }} }} }}"
                );
                let whole = ask(&house, &whole).await["executiveSummary"].take();
                for interval in ["DAY", "WEEK", "MONTH", "QUARTER", "YEAR"] {
                    let query = format!(
                        "{{ series(metric: {metric}, period: {period}, interval: {interval}, timeZone: \"{zone}\")
                           {{ from until value isPartial }} }}"
                    );
                    let found = ask(&house, &query).await["series"].take();
                    let points = found.as_array().expect("points");
                    let sum: Decimal = points.iter().map(|point| number(&point["value"])).sum();
                    assert_eq!(sum, number(&whole["f"]["value"]), "{metric} by {interval} in {zone}");
                    assert_eq!(points[0]["from"], whole["from"], "{metric} by {interval} in {zone}");
                    assert_eq!(points[points.len() - 1]["until"], whole["until"]);
                    assert!(points.windows(2).all(|pair| pair[0]["until"] == pair[1]["from"]), "{found}");
                }
            }
        }
    }

    async fn quotients_of_nothing_are_null(db: &TestDatabase) {
        let house = open(db).await;
        let query = "{ series(metric: AVERAGE_ORDER_VALUE, period: { dates: { from: \"2026-09-30\", until: \"2026-10-12\" } },
                       interval: WEEK) { value isPartial } }";
        // From a Wednesday to a Sunday, and a week in which Ben bought.
        let expected = json!([{ "value": "100.10", "isPartial": true }, { "value": "150.15", "isPartial": false }]);
        assert_eq!(ask(&house, query).await["series"], expected);
        let none = "{ series(metric: AVERAGE_ORDER_VALUE, period: { month: \"2026-01-01\" }, interval: MONTH) { value } }";
        assert_eq!(ask(&house, none).await["series"], json!([{ "value": null }]));
    }

    async fn what_has_no_such_points_is_refused(db: &TestDatabase) {
        let house = open(db).await;
        for (arguments, why) in [
            ("metric: REVENUE, period: { lastDays: 2 }, interval: HOUR", "the books have days and no hours"),
            ("metric: ORDERS, period: { lastDays: 60 }, interval: HOUR", "at most 1000 points"),
            ("metric: ORDERS, period: { lastDays: 0 }, interval: DAY", "`lastDays` is at least 1"),
            ("metric: ORDERS, period: { month: \"2027-01-01\" }, interval: DAY", "has not begun"),
            ("metric: ORDERS, period: { lastDays: 1 }, interval: DAY, timeZone: \"Mars\"", "there is no time zone"),
        ] {
            let (_, errors) = house.try_query(&format!("{{ series({arguments}) {{ value }} }}"), json!({})).await;
            assert!(errors.len() == 1 && errors[0].contains(why), "{errors:?}");
        }
    }
}

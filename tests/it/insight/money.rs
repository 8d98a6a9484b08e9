//! What campaigns bring, and what is left of budgets.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{ask, open, open_at};

on_both_engines! {
    async fn campaigns_bring_what_they_are_credited_with(db: &TestDatabase) {
        let house = open(db).await;
        let report = |month: &str, more: &str| format!("{{ campaignPerformance(period: {{ month: \"{month}\" }}{more}) {{
            nodes {{ campaign {{ name }} sent clicked clickRate spend attributed returnOnAdSpend returnOnInvestment }} }} }}");
        for (month, spend, attributed, ad_spend, investment) in [
            ("2026-10-01", "120.00", "200.20", "1.6683", "0.6683"),
            ("2026-11-01", "80.00", "75.06", "0.9383", "-0.0617"),
        ] {
            let expected = json!([{ "campaign": { "name": "X" }, "sent": 0, "clicked": 0, "clickRate": null, "spend": spend,
                "attributed": attributed, "returnOnAdSpend": ad_spend, "returnOnInvestment": investment }]);
            assert_eq!(ask(&house, &report(month, "")).await["campaignPerformance"]["nodes"], expected, "{month}");
        }
        assert_eq!(ask(&house, &report("2026-01-01", "")).await["campaignPerformance"]["nodes"], json!([]));
        let manual = ask(&house, &report("2026-10-01", ", model: MANUAL")).await["campaignPerformance"]["nodes"].take();
        assert_eq!((&manual[0]["attributed"], &manual[0]["returnOnAdSpend"]), (&json!("0.00"), &json!("0.0000")));
    }

    async fn budgets_go_on_as_they_did(db: &TestDatabase) {
        let house = open_at(db, "2026-11-10T10:00:00Z").await.client;
        for (name, month, amount) in [("Ads", 11, "300.00"), ("Ads", 12, "300.00"), ("Ads", 10, "150.00")] {
            let input = json!({ "name": name, "category": "marketing", "year": 2026, "month": month, "amount": amount });
            house.done("createBudget", input, "budget { id }").await;
        }
        let report = |month: &str| format!("{{ budgetReport(month: \"{month}\") {{ budget {{ category }} allocated actual
            utilisation projection level isProjectedOver }} }}");
        let of = |allocated: &str, actual: &str, share: &str, projection: Value, level: Value, over: bool| json!([{
            "budget": { "category": "marketing" }, "allocated": allocated, "actual": actual, "utilisation": share,
            "projection": projection, "level": level, "isProjectedOver": over }]);
        // 80.00 in ten days, of thirty.
        let november = of("300.00", "80.00", "0.2667", json!("240.00"), Value::Null, false);
        let found = ask(&house, &report("2026-11-20")).await["budgetReport"].take();
        assert_eq!(found, november);
        let coming = of("300.00", "0.00", "0.0000", Value::Null, Value::Null, false);
        assert_eq!(ask(&house, &report("2026-12-01")).await["budgetReport"], coming);
        // What is taken back in November gives October's budget back what it had.
        let past = of("150.00", "120.00", "0.8000", json!("120.00"), json!(80), false);
        assert_eq!(ask(&house, &report("2026-10-01")).await["budgetReport"], past);
        assert_eq!(ask(&house, &report("2026-09-01")).await["budgetReport"], json!([]));
        // The last day that there is begins a bucket which ends there.
        let last = json!({ "type": "EXPENSE", "category": "rent", "amount": "1.00", "date": "9999-12-31" });
        house.done("recordTransaction", last, "transaction { id }").await;
        let query = "{ transactions(filter: { transactionDate: { gte: \"9999-01-01\" } }) { groups { nodes {
            key { transactionDate(bucket: YEAR) { from until } } } } } }";
        let expected = json!({ "transactionDate": { "from": "9999-01-01", "until": "9999-12-31" } });
        assert_eq!(ask(&house, query).await["transactions"]["groups"]["nodes"][0]["key"], expected);
        for far in ["0001-01-01", "9999-12-31"] {
            assert_eq!(ask(&house, &report(far)).await["budgetReport"], json!([]));
        }
    }
}

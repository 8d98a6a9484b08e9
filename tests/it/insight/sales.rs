//! Who buys, and who buys again.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    goods::goods,
    house::{ask, open, open_at},
};

on_both_engines! {
    async fn a_funnel_leads_from_views_to_further_orders(db: &TestDatabase) {
        let house = open(db).await;
        let print = goods(db, "print").await;
        print.seen(db, "2026-10-05", [600, 100, 20]).await;
        print.seen(db, "2026-10-12", [400, 20, 10]).await;
        // A week that is not wholly in October.
        print.seen(db, "2026-10-26", [5_000, 5_000, 5_000]).await;
        let query = "{ salesFunnel(period: { month: \"2026-10-01\" }) { from until views { count ofPrevious ofFirst }
            addToCarts { count ofPrevious ofFirst } purchases { count ofPrevious ofFirst }
            repeatCustomers { count ofPrevious ofFirst } } }";
        let step = |count: i64, previous: Value, first: Value| json!({ "count": count.to_string(), "ofPrevious": previous, "ofFirst": first });
        let expected = json!({
            "from": "2026-09-30T22:00:00+00:00",
            "until": "2026-10-31T23:00:00+00:00",
            "views": step(1_000, Value::Null, json!("1.0000")),
            "addToCarts": step(120, json!("0.1200"), json!("0.1200")),
            "purchases": step(30, json!("0.2500"), json!("0.0300")),
            // Ada.
            "repeatCustomers": step(1, json!("0.0333"), Value::Null),
        });
        assert_eq!(ask(&house, query).await["salesFunnel"], expected);
        // More than a client's whole number holds.
        for first in ["2026-02-02", "2026-02-09"] {
            print.seen(db, first, [i32::MAX, 0, 0]).await;
        }
        let many = "{ salesFunnel(period: { month: \"2026-02-01\" }) { views { count } } }";
        assert_eq!(ask(&house, many).await["salesFunnel"]["views"]["count"], json!("4294967294"));
        let none = "{ salesFunnel(period: { month: \"2026-01-01\" }) { views { count ofFirst } purchases { count ofPrevious } } }";
        let expected = json!({ "views": { "count": "0", "ofFirst": null }, "purchases": { "count": "0", "ofPrevious": null } });
        assert_eq!(ask(&house, none).await["salesFunnel"], expected);
    }

    async fn cohorts_are_customers_by_their_first_month(db: &TestDatabase) {
        let house = open_at(db, "2026-11-25T10:00:00Z").await.client;
        let query = "{ customerCohorts(from: \"2026-10-15\", months: 2) { month customers cells { month share sales isPartial } } }";
        let cell = |month: &str, share: Value, sales: Value, partial: bool| json!({ "month": month, "share": share, "sales": sales, "isPartial": partial });
        let expected = json!([
            { "month": "2026-10-01", "customers": 2, "cells": [
                cell("2026-10-01", json!("1.0000"), json!("350.55"), false),
                cell("2026-11-01", json!("0.5000"), json!("50.05"), true),
            ] },
            { "month": "2026-11-01", "customers": 1, "cells": [
                cell("2026-11-01", json!("1.0000"), json!("300.30"), true),
                cell("2026-12-01", Value::Null, Value::Null, false),
            ] },
        ]);
        assert_eq!(ask(&house, query).await["customerCohorts"], expected);
        // Where it is still October when Cleo buys.
        let query = "{ customerCohorts(from: \"2026-10-01\", months: 1, timeZone: \"UTC\") { customers cells { sales } } }";
        // Ada has bought in September, then.
        let expected = json!([{ "customers": 2, "cells": [{ "sales": "450.45" }] }]);
        assert_eq!(ask(&house, query).await["customerCohorts"], expected);
        // Months in which nobody came.
        let query = "{ customerCohorts(from: \"2026-01-01\", months: 1) { customers cells { share sales } } }";
        let expected = json!([{ "customers": 0, "cells": [{ "share": null, "sales": "0.00" }] }]);
        assert_eq!(ask(&house, query).await["customerCohorts"], expected);
    }

    async fn customers_are_worth_what_the_books_say(db: &TestDatabase) {
        let house = open(db).await;
        let query = "{ customers(orderBy: [{ field: EMAIL }]) { nodes { email value { net yearly churnRisk } score { recency frequency money } } } }";
        let of = |email: &str, net: &str, risk: Value, score: Value| json!({ "email": format!("{email}@example.com"),
            "value": { "net": net, "yearly": net, "churnRisk": risk }, "score": score });
        let score = |recency: i64, frequency: i64, money: i64| json!({ "recency": recency, "frequency": frequency, "money": money });
        let expected = json!([
            // 20 days since the last of three orders in 45.48 days.
            of("ada", "200.40", json!("0.8795"), score(4, 4, 2)),
            of("ben", "150.15", Value::Null, score(1, 1, 1)),
            of("cleo", "300.30", Value::Null, score(2, 1, 4)),
            of("dan", "0.00", Value::Null, Value::Null),
        ]);
        let (found, statements) = house.counted(query, json!({})).await;
        assert_eq!(found["customers"]["nodes"], expected);
        assert_eq!(statements, 3);
    }

    async fn what_is_no_cohort_is_refused(db: &TestDatabase) {
        let house = open(db).await;
        for (arguments, why) in [
            ("from: \"2026-10-01\", months: 0", "`months` is not between 1 and 36"),
            ("from: \"2026-10-01\", months: 37", "`months` is not between 1 and 36"),
            ("from: \"0001-10-01\"", "`from` is not between the years 3 and 9990"),
            ("from: \"2026-10-01\", timeZone: \"Mars\"", "there is no time zone"),
        ] {
            let (_, errors) = house.try_query(&format!("{{ customerCohorts({arguments}) {{ customers }} }}"), json!({})).await;
            assert!(errors.len() == 1 && errors[0].contains(why), "{arguments}: {errors:?}");
        }
        // Months that are far away are months without customers.
        for from in ["0003-01-01", "9990-12-01"] {
            let query = format!("{{ customerCohorts(from: \"{from}\", months: 36) {{ customers cells {{ sales }} }} }}");
            let found = ask(&house, &query).await;
            assert_eq!(found["customerCohorts"].as_array().map(Vec::len), Some(36));
        }
    }
}

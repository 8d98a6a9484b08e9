//! Conditions whose bounds are further away than any sum.

use serde_json::Value;
use tests::on_both_engines;

use crate::read::{api::Api, crowd};

on_both_engines! {
    /// However far a bound is, it is compared: nothing is equal to it.
    async fn no_sum_reaches_a_bound_beyond_64_bits(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let all = count(&api, "{}").await;
        assert!(all > 0);
        let bound = "\"100000000000000000000\"";
        for (operators, holds) in [
            ("eq: +, ne: +", false),
            ("eq: +", false),
            ("ne: +", true),
            ("in: [+]", false),
            ("notIn: [+]", true),
            ("gt: +", false),
            ("gte: +", false),
            ("lt: +", true),
            ("lte: +", true),
            ("eq: -", false),
            ("ne: -", true),
            ("in: [-]", false),
            ("notIn: [-]", true),
            ("gt: -", true),
            ("gte: -", true),
            ("lt: -", false),
            ("lte: -", false),
        ] {
            let operators = operators.replace('+', bound).replace('-', &bound.replace("\"1", "\"-1"));
            for figure in ["sum", "avg"] {
                let having = format!("{{ priority: {{ {figure}: {{ {operators} }} }} }}");
                assert_eq!(count(&api, &having).await, if holds { all } else { 0 }, "{having}");
            }
        }
    }
}

/// The groups of tasks that satisfy conditions.
async fn count(api: &Api, having: &str) -> u64 {
    let query = format!("{{ tasks {{ groups(having: {having}) {{ nodes {{ key {{ status }} }} totalCount }} }} }}");
    let answer = api.query(&query, Value::Null).await;
    answer["tasks"]["groups"]["totalCount"].as_u64().expect("a number")
}

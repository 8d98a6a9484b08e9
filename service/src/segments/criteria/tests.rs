//! What criteria say, and where they are refused.

use chrono::DateTime;
use serde_json::json;

use super::*;
use crate::database::Engine;

/// The condition, as a statement of an engine has it.
fn written(criteria: &Json, engine: Engine) -> String {
    let criteria = Criteria::parse(criteria, "criteria").unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let mut sql = Sql::new(engine).at(DateTime::UNIX_EPOCH);
    let customer = sql.alias();
    criteria.write(&mut sql, customer);
    sql.into_statement().expect("a statement").sql
}

/// Why and where criteria are refused.
fn refused(criteria: &Json) -> String {
    let refusal = Criteria::parse(criteria, "criteria").err().unwrap_or_else(|| panic!("not refused: {criteria}"));
    format!("{} {}", refusal.code.name(), refusal.path.join("."))
}

fn vip() -> Json {
    json!({ "field": "vipStatus", "op": "eq", "value": true })
}

#[test]
fn conditions_are_combined_and_two_valued() {
    let all = json!({ "all": [vip(), { "not": { "any": [{ "field": "company", "op": "ne", "value": "x" }] } }] });
    assert_eq!(
        written(&all, Engine::Sqlite),
        "(TRUE AND (t0.\"vip_status\" = TRUE) AND ((FALSE OR ((t0.\"company\" IN (SELECT value FROM json_each($1))) \
         IS NOT TRUE)) IS NOT TRUE))"
    );
    assert_eq!(written(&json!({}), Engine::Sqlite), "(FALSE)");
    assert_eq!(written(&json!({ "all": [] }), Engine::Postgres), "(TRUE)");
}

#[test]
fn who_has_no_rows_is_found_by_what_holds_of_none() {
    let orders = |op: &str, value: i64| {
        let criteria = json!({ "field": "ordersIn", "op": op, "value": value });
        written(&criteria, Engine::Postgres)
    };
    for (op, value, is_of_none) in [("gte", 1, false), ("eq", 0, true), ("lt", 3, true), ("ne", 0, false)] {
        assert_eq!(orders(op, value).ends_with(") IS NOT TRUE)) IS NOT TRUE)"), is_of_none, "{op} {value}");
    }
}

#[test]
fn every_field_is_written_for_both_engines() {
    let id = "00000000-0000-0000-0000-000000000007";
    for (condition, has_value) in [
        (json!({ "field": "email", "op": "startsWith", "value": "Ann" }), true),
        (json!({ "field": "emailDomain", "op": "in", "value": ["example.com"] }), true),
        (json!({ "field": "tags", "op": "hasAny", "value": ["a", "b"] }), true),
        (json!({ "field": "createdAt", "op": "withinDays", "value": 30 }), true),
        (json!({ "field": "lastOrderDate", "op": "lt", "value": "2026-01-01T00:00:00Z" }), true),
        (json!({ "field": "daysSinceLastOrder", "op": "between", "value": [10, 20] }), true),
        (json!({ "field": "averageOrderValue", "op": "isNull", "value": true }), false),
        (json!({ "field": "totalSpent", "op": "between", "value": ["0.01", 20] }), true),
        (json!({ "field": "spentIn", "days": 30, "op": "gt", "value": "12.50" }), true),
        (json!({ "field": "returnedIn", "days": 30, "op": "lte", "value": 1 }), true),
        (json!({ "field": "bought", "collection": "Sea", "days": 9, "op": "eq", "value": false }), true),
        (json!({ "field": "consent", "channel": "SMS", "op": "ne", "value": true }), false),
        (json!({ "field": "interactions", "type": "quote", "days": 9, "op": "gt", "value": 0 }), true),
        (json!({ "field": "lastChannel", "op": "notIn", "value": ["EMAIL", "IN_PERSON"] }), true),
        (json!({ "field": "averageSentiment", "op": "lt", "value": -0.5 }), true),
        (json!({ "field": "inSegment", "id": id, "op": "eq", "value": true }), true),
        (json!({ "field": "onList", "id": id, "op": "eq", "value": true }), true),
        (json!({ "field": "openedCampaign", "id": id, "op": "eq", "value": true }), true),
        (json!({ "field": "clickedCampaign", "id": id, "op": "eq", "value": true }), true),
    ] {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let text = written(&condition, engine);
            assert_eq!(text.matches('(').count(), text.matches(')').count(), "{text}");
            assert_eq!(text.contains('$'), has_value, "{text}");
        }
    }
}

#[test]
fn what_cannot_be_asked_is_refused_at_its_place() {
    for (criteria, refusal) in [
        (json!([]), "INVALID criteria"),
        (json!({ "all": {} }), "INVALID criteria.all"),
        (json!({ "all": [vip(), {}] }), "INVALID criteria.all.1"),
        (json!({ "all": [vip(), 1] }), "INVALID criteria.all.1"),
        (json!({ "all": [], "any": [] }), "INVALID criteria"),
        (json!({ "none": [] }), "INVALID criteria"),
        (json!({ "field": "shoeSize", "op": "eq", "value": 9 }), "INVALID criteria.field"),
        (json!({ "field": "vipStatus", "value": true }), "INVALID criteria.op"),
        (json!({ "not": { "field": "vipStatus", "op": "lt", "value": true } }), "INVALID criteria.not.op"),
        (json!({ "field": "vipStatus", "op": "eq" }), "INVALID criteria.value"),
        (json!({ "field": "vipStatus", "op": "eq", "value": "yes" }), "INVALID criteria.value"),
        (json!({ "field": "vipStatus", "op": "eq", "value": true, "days": 3 }), "INVALID criteria.days"),
        (json!({ "field": "ordersIn", "days": -1, "op": "eq", "value": 1 }), "INVALID criteria.days"),
        (json!({ "field": "ordersCount", "op": "eq", "value": 1.5 }), "INVALID criteria.value"),
        (json!({ "field": "totalSpent", "op": "eq", "value": "1e40" }), "INVALID criteria.value"),
        (json!({ "field": "totalSpent", "op": "eq", "value": format!("0.{:041}", 1) }), "INVALID criteria.value"),
        (json!({ "field": "totalSpent", "op": "between", "value": [1] }), "INVALID criteria.value"),
        (json!({ "field": "totalSpent", "op": "in", "value": [1, "x"] }), "INVALID criteria.value.1"),
        (json!({ "field": "totalSpent", "op": "in", "value": vec![1; 101] }), "LIMIT_REACHED criteria.value"),
        (json!({ "field": "email", "op": "eq", "value": "a\0" }), "INVALID criteria.value"),
        (json!({ "field": "createdAt", "op": "gt", "value": "yesterday" }), "INVALID criteria.value"),
        (json!({ "field": "daysSinceLastOrder", "op": "gt", "value": -1 }), "INVALID criteria.value"),
        (json!({ "field": "bought", "op": "eq", "value": true }), "INVALID criteria.field"),
        (
            json!({ "field": "bought", "sku": "A", "category": "B", "op": "eq", "value": true }),
            "INVALID criteria.field",
        ),
        (json!({ "field": "consent", "channel": "FAX", "op": "eq", "value": true }), "INVALID criteria.channel"),
        (json!({ "field": "inSegment", "id": "x", "op": "eq", "value": true }), "INVALID criteria.id"),
        (json!({ "field": "lastChannel", "op": "eq", "value": "email" }), "INVALID criteria.value"),
    ] {
        assert_eq!(refused(&criteria), refusal, "{criteria}");
    }
}

#[test]
fn criteria_are_bounded() {
    let nested = |levels: usize| (1..levels).fold(vip(), |inner, _| json!({ "not": inner }));
    assert!(Criteria::parse(&nested(DEPTH), "criteria").is_ok());
    assert_eq!(refused(&nested(DEPTH + 1)), format!("LIMIT_REACHED criteria{}", ".not".repeat(DEPTH)));
    let many = |count: usize| json!({ "any": vec![vip(); count] });
    assert!(Criteria::parse(&many(CONDITIONS), "criteria").is_ok());
    assert_eq!(refused(&many(CONDITIONS + 1)), format!("LIMIT_REACHED criteria.any.{CONDITIONS}"));
    let parts = json!({ "any": vec![json!({ "any": [] }); PARTS] });
    assert_eq!(refused(&parts), format!("LIMIT_REACHED criteria.any.{}", PARTS - 1));
}

#[test]
fn what_is_named_by_ids_is_known() {
    let id = "00000000-0000-0000-0000-000000000007";
    let named = json!({ "all": [vip(), { "field": "inSegment", "id": id, "op": "eq", "value": true }] });
    let criteria = Criteria::parse(&named, "criteria").unwrap_or_else(|refusal| panic!("{refusal:?}"));
    let segments: Vec<_> = criteria.segments().map(|reference| reference.path.join(".")).collect();
    assert_eq!(segments, ["criteria.all.1.id"]);
}

//! What figures and groups refuse, and what they say of it.

use sea_orm::ConnectionTrait;
use serde_json::Value;
use service::Error;
use tests::on_both_engines;

use crate::read::{api::Api, crowd};

/// The codes that clients are told.
const INPUT: &str = "BAD_USER_INPUT";
const LIMIT: &str = "LIMIT_EXCEEDED";

on_both_engines! {
    async fn what_cannot_be_grouped_is_refused(db: &TestDatabase) {
        let api = Api::open(db).await;
        let many = "id shopifyOrderId orderNumber customerId placedByAgentId source email note";
        for (query, code, says) in [
            (groups("orders", "", ""), INPUT, "select at least one field of `key`"),
            (groups("orders", "", "__typename"), INPUT, "select at least one field of `key`"),
            ("{ orders { groups { totalCount } } }".to_owned(), INPUT, "select at least one field of `key`"),
            (groups("orders", "", &format!("{many} status")), LIMIT, "more than 8 keys"),
            (groups("tasks", "", &nested("parentTask", 4, "status")), LIMIT, "more than 3 relations away"),
            (groups("tasks", "", "createdAt(bucket: DAY, timeZone: \"Mars/Olympus\") { from }"), INPUT, "no time zone"),
            (groups("transactions", "", "transactionDate(bucket: HOUR) { from }"), INPUT, "a date has no hours"),
            (groups("tasks", "(first: 251)", "status"), LIMIT, "`first` is 251"),
            (groups("tasks", "(first: -1)", "status"), INPUT, "`first` is -1"),
            (groups("tasks", "(after: \"garbage\")", "status"), INPUT, "`after` is not a cursor"),
        ] {
            refused(&api, &query, code, says).await;
        }
        // As many as there may be.
        for query in [groups("orders", "", many), groups("tasks", "", &nested("parentTask", 3, "status"))] {
            api.query(&query, Value::Null).await;
        }
    }

    async fn conditions_on_groups_have_bounds(db: &TestDatabase) {
        let api = Api::open(db).await;
        let sum = |bound: &str| format!("(having: {{ amount: {{ sum: {{ gt: \"{bound}\" }} }} }})");
        let not = |depth: usize| format!("(having: {})", nested_input("not", depth));
        let all = |number: usize| format!("(having: {{ and: [{}] }})", "{} ".repeat(number));
        for (having, code, says) in [
            (sum("1.1234567"), INPUT, "at most 6 digits after the point"),
            (sum("1.1234567").replace("sum", "avg"), INPUT, "at most 6 digits after the point"),
            (sum("much"), INPUT, "Decimal"),
            ("(having: { count: null })".to_owned(), INPUT, "is null, which is not a condition"),
            (not(13), LIMIT, "more than 12 levels deep"),
            (all(201), LIMIT, "more than 200 conditions"),
        ] {
            refused(&api, &groups("transactions", &having, "type"), code, says).await;
        }
        for having in [sum("1.123456"), sum("1.1234560000"), not(11), all(199)] {
            api.query(&groups("transactions", &having, "type"), Value::Null).await;
        }
    }

    async fn figures_have_bounds(db: &TestDatabase) {
        let api = Api::open(db).await;
        for percent in ["0", "-1", "100.01", "12.345", "0.001", "79228162514264337593543950335"] {
            let query = format!("{{ tasks {{ aggregate {{ priority {{ percentile(percent: \"{percent}\") }} }} }} }}");
            refused(&api, &query, INPUT, "`percent` is more than 0 and at most 100").await;
        }
        for percent in ["0.01", "99.99", "100", "50.5000"] {
            let query = format!("{{ tasks {{ aggregate {{ priority {{ percentile(percent: \"{percent}\") }} }} }} }}");
            api.query(&query, Value::Null).await;
        }
        let figures = |number: usize| -> String {
            (0..number).map(|number| format!("a{number}: priority {{ max }} ")).collect()
        };
        let grouped = |number: usize, arguments: &str| {
            let group = format!("key {{ status }} aggregate {{ count {} }}", figures(number));
            format!("{{ tasks {{ groups{arguments} {{ nodes {{ {group} }} }} }} }}")
        };
        let having = "(having: { priority: { max: { gt: 1 } } })";
        let order = "(orderBy: [{ priority: { max: DESC } }])";
        for query in [
            format!("{{ tasks {{ aggregate {{ count {} }} }} }}", figures(41)),
            grouped(41, ""),
            grouped(40, having),
            grouped(40, order),
        ] {
            refused(&api, &query, LIMIT, "more than 40 figures").await;
        }
        for query in [grouped(40, ""), grouped(39, having), grouped(39, order)] {
            api.query(&query, Value::Null).await;
        }
    }

    async fn cursors_belong_to_their_groups(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let day = |zone: &str| format!("createdAt(bucket: DAY, timeZone: \"{zone}\") {{ from }}");
        let (plain, local) = (cursor(&api, "status").await, cursor(&api, &day("Europe/Berlin")).await);
        let after = format!("(after: {plain})");
        for query in [
            groups("tasks", &after, "priority"),
            groups("tasks", &after, "status priority"),
            groups("tasks", &format!("(after: {plain}, having: {{ count: {{ gt: 0 }} }})"), "status"),
            groups("tasks", &format!("(after: {plain}, orderBy: [{{ keys: DESC }}])"), "status"),
            groups("tasks(filter: { priority: { gt: 0 } })", &after, "status"),
            groups("goals", &after, "status"),
            groups("tasks", &format!("(after: {local})"), &day("UTC")),
            format!("{{ tasks{after} {{ nodes {{ id }} }} }}"),
        ] {
            refused(&api, &query, INPUT, "is a cursor of another list").await;
        }
        // Neither another page size nor other figures make other groups.
        for query in [
            groups("tasks", &after, "status"),
            groups("tasks", &format!("(first: 7, after: {plain})"), "again: status"),
            groups("tasks", &format!("(after: {local})"), &day("Europe/Berlin")),
        ] {
            api.query(&query, Value::Null).await;
        }
    }

    async fn amounts_of_several_currencies_are_not_added(db: &TestDatabase) {
        let api = Api::open(db).await;
        crowd::insert_all(db, &api.shape, 16).await;
        let euro = "UPDATE products SET currency = 'EUR' WHERE handle = (SELECT min(handle) FROM products)";
        db.connection().execute_unprepared(euro).await.expect("a product in another currency");
        let figures = ["sum", "avg", "min", "max", "stddev", "earliest", "latest", "percentile(percent: \"50\")"];
        for figure in figures {
            let aggregate = format!("aggregate {{ basePrice {{ {figure} }} }}");
            for query in [
                format!("{{ products {{ {aggregate} }} }}"),
                format!("{{ products {{ groups {{ nodes {{ key {{ status }} {aggregate} }} }} }} }}"),
            ] {
                refused(&api, &query, INPUT, "amounts of several currencies").await;
            }
            for query in [
                format!("{{ products(filter: {{ currency: {{ eq: \"USD\" }} }}) {{ {aggregate} }} }}"),
                format!("{{ products {{ groups {{ nodes {{ key {{ currency }} {aggregate} }} }} }} }}"),
            ] {
                api.query(&query, Value::Null).await;
            }
        }
        let having = "(having: { basePrice: { sum: { gte: \"0\" } } })";
        for arguments in [having, "(orderBy: [{ basePrice: { avg: DESC } }])"] {
            refused(&api, &groups("products", arguments, "status"), INPUT, "amounts of several currencies").await;
            api.query(&groups("products", arguments, "currency"), Value::Null).await;
        }
        let others = "{ products { aggregate { basePrice { count countDistinct } version { sum } } } }";
        api.query(others, Value::Null).await;
    }
}

/// The cursor of the first group of tasks, in quotes.
async fn cursor(api: &Api, key: &str) -> String {
    let query =
        format!("{{ tasks {{ groups(first: 1) {{ nodes {{ key {{ {key} }} }} pageInfo {{ endCursor }} }} }} }}");
    let answer = api.query(&query, Value::Null).await;
    let cursor = &answer["tasks"]["groups"]["pageInfo"]["endCursor"];
    assert!(cursor.is_string(), "{answer}");
    cursor.to_string()
}

fn groups(list: &str, arguments: &str, key: &str) -> String {
    let key = if key.is_empty() { String::new() } else { format!("key {{ {key} }}") };
    format!("{{ {list} {{ groups{arguments} {{ nodes {{ {key} aggregate {{ count }} }} }} }} }}")
}

/// `field { field { … } }`.
fn nested(field: &str, depth: usize, inner: &str) -> String {
    (0..depth).fold(inner.to_owned(), |inner, _| format!("{field} {{ {inner} }}"))
}

/// `{ field: { field: … {} } }`.
fn nested_input(field: &str, depth: usize) -> String {
    (0..depth).fold("{}".to_owned(), |inner, _| format!("{{ {field}: {inner} }}"))
}

async fn refused(api: &Api, query: &str, code: &str, says: &str) {
    let error = api.error(query, Value::Null).await;
    let found = match &error {
        Error::Invalid(_) | Error::Refused(_) => INPUT,
        Error::Limit(_) => LIMIT,
        other => panic!("{query}: {other:?}"),
    };
    assert_eq!(found, code, "{query}: {error:?}");
    assert!(error.to_string().contains(says), "{query}: {error}");
}

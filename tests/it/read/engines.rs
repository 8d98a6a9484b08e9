//! Both engines give the same answers to the same rows.

use serde_json::{Value, json};

use super::{fixture, listed::Listed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_is_the_same_in_every_order() {
    fixture::open(async |apis| {
        let lists = Listed::all(&apis[0]).await;
        for listed in &lists {
            let columns = apis[0].shape.columns(&listed.list.node);
            let selection = format!("totalCount edges {{ cursor node {{ {columns} }} }}");
            let arguments: Vec<_> =
                listed.orders().iter().step_by(3).map(|order| format!("first: 40 {}", order.argument)).collect();
            let query = listed.query(&arguments, &selection);
            let mut answers: Vec<Value> = Vec::new();
            for api in apis {
                answers.push(api.query(&query, Value::Null).await);
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{}: {answers:#?}", listed.name());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_look_the_same() {
    fixture::open(async |apis| {
        for api in apis {
            let query = "{ productVariants(first: 250) { nodes { price compareAtPrice createdAt } }
                kpiMeasurements(first: 250) { nodes { value measuredAt } }
                customers(first: 250) { nodes { totalSpent averageOrderValue } }
                transactions(first: 250) { nodes { amount transactionDate } } }";
            let answer = api.query(query, Value::Null).await;
            let mut shown = 0;
            for (list, member, places) in [
                ("productVariants", "price", 2),
                ("productVariants", "compareAtPrice", 2),
                ("kpiMeasurements", "value", 4),
                ("customers", "totalSpent", 2),
                ("customers", "averageOrderValue", 2),
                ("transactions", "amount", 2),
            ] {
                for row in answer[list]["nodes"].as_array().expect("rows") {
                    let Some(value) = row[member].as_str() else { continue };
                    let (_, digits) = value.split_once('.').unwrap_or_else(|| panic!("{list}.{member} is {value}"));
                    assert_eq!(digits.len(), places, "{list}.{member} is {value}");
                    shown += 1;
                }
            }
            assert!(shown > 100, "{shown} decimals");
            let day = answer["transactions"]["nodes"][0]["transactionDate"].as_str().expect("a day");
            assert_eq!(day.len(), "2026-03-14".len());
            let time = answer["productVariants"]["nodes"][0]["createdAt"].as_str().expect("a time");
            assert!(time.ends_with("+00:00") || time.ends_with('Z'), "{time}");
        }
    })
    .await;
}

/// The way from the top of the hierarchy to its bottom, and from the shelves to the books.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walks_are_the_same() {
    let queries = [
        "{ agents(filter: { type: { eq: ORCHESTRATOR } }) { nodes { name descendants { totalCount nodes { name parent { name }
            ancestors { name } } } near: descendants(maxDepth: 1) { nodes { name } } none: descendants(maxDepth: 0) { totalCount } } } }",
        "{ goals { nodes { name ancestors { name } descendants { nodes { name targetDate } } workflows { nodes { name
            executions(first: 3) { nodes { status startedAt tasks { nodes { taskType priority assignedAgent { name } } } } } } } } } }",
        "{ products(orderBy: [{ field: TITLE }]) { nodes { title tags basePrice variants { nodes { sku price
            inventoryLevels { nodes { location quantityAvailable } } orderItems(first: 2) { nodes { totalAmount order { orderNumber
            customer { email lastName } } } } } } } } }",
    ];
    fixture::open(async |apis| {
        for query in queries {
            let mut answers = Vec::new();
            for api in apis {
                answers.push(api.query(query, Value::Null).await);
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{}", json!(answers));
        }
    })
    .await;
}

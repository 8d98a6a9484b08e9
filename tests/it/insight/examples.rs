//! The worked examples of what the small shop has nothing of.

use chrono::{DateTime, Utc};
use entity::{
    customer_interactions, customers, fulfillment_lines, fulfillments, products, return_lines, returns,
    sea_orm_active_enums::{ExecutionStatus, InteractionChannel, ParcelStatus, ReturnStatus, WorkflowTriggerType},
    workflow_executions, workflows,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{
    goods::{Goods, goods, order},
    house::{ask, at, cents, empty, open_at},
};

const NOW: &str = "2026-12-05T10:00:00Z";
/// A moment of November.
const DAY: &str = "2026-11-10T10:00:00Z";

fn day() -> DateTime<Utc> {
    at(DAY)
}

async fn customer(db: &TestDatabase, name: &str) -> Uuid {
    let id = Uuid::now_v7();
    let row = customers::ActiveModel {
        id: Set(id),
        email: Set(format!("{name}@example.com")),
        tags: Set(json!([])),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a customer");
    id
}

async fn mood(db: &TestDatabase, customer: Uuid, hundredths: i64) {
    let row = customer_interactions::ActiveModel {
        id: Set(Uuid::now_v7()),
        customer_id: Set(customer),
        interaction_type: Set("question".to_owned()),
        channel: Set(InteractionChannel::Email),
        sentiment_score: Set(Some(cents(hundredths))),
        metadata: Set(json!({})),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("an interaction");
}

/// Sends pieces of a line, and takes some back.
async fn ship(db: &TestDatabase, goods: Goods, sent: i32, back: i32) {
    let item = goods.sell(db, DAY, sent, 0).await;
    let order = entity::order_items::Entity::find_by_id(item)
        .one(db.connection())
        .await
        .expect("read")
        .expect("a line")
        .order_id;
    let (parcel, back_id) = (Uuid::now_v7(), Uuid::now_v7());
    let row = fulfillments::ActiveModel {
        id: Set(parcel),
        order_id: Set(order),
        status: Set(ParcelStatus::Shipped),
        location: Set("main".to_owned()),
        shipped_at: Set(Some(day().into())),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a parcel");
    let row = fulfillment_lines::ActiveModel {
        fulfillment_id: Set(parcel),
        order_item_id: Set(item),
        quantity: Set(sent),
        created_at: Set(day().into()),
    };
    row.insert(db.connection()).await.expect("a line");
    let row = returns::ActiveModel {
        id: Set(back_id),
        order_id: Set(order),
        status: Set(ReturnStatus::Received),
        reason: Set("too large".to_owned()),
        decided_at: Set(Some(day().into())),
        received_at: Set(Some(day().into())),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a return");
    let row = return_lines::ActiveModel {
        return_id: Set(back_id),
        order_item_id: Set(item),
        quantity: Set(back),
        received_quantity: Set(back),
        location: Set(Some("main".to_owned())),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a line");
}

/// Executions that ended: nineteen completed, one failed.
async fn executions(db: &TestDatabase, agent: Uuid) {
    let workflow = Uuid::now_v7();
    let row = workflows::ActiveModel {
        id: Set(workflow),
        name: Set("Newsletter".to_owned()),
        owner_agent_id: Set(agent),
        trigger_type: Set(WorkflowTriggerType::Manual),
        trigger_config: Set(json!({})),
        created_at: Set(day().into()),
        updated_at: Set(day().into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a workflow");
    for number in 0..20 {
        let row = workflow_executions::ActiveModel {
            id: Set(Uuid::now_v7()),
            workflow_id: Set(workflow),
            status: Set(if number == 0 { ExecutionStatus::Failed } else { ExecutionStatus::Completed }),
            started_at: Set(Some(day().into())),
            completed_at: Set(Some(day().into())),
            created_at: Set(day().into()),
            updated_at: Set(day().into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("an execution");
    }
}

async fn cost(db: &TestDatabase, goods: Goods, hundredths: i64) {
    let row =
        products::ActiveModel { id: Set(goods.product), cost: Set(Some(cents(hundredths))), ..Default::default() };
    row.update(db.connection()).await.expect("a product");
}

on_both_engines! {
    async fn quotients_are_those_of_the_examples(db: &TestDatabase) {
        let house = open_at(db, NOW).await;
        let (known, unknown) = (goods(db, "known").await, goods(db, "unknown").await);
        cost(db, known, 5_000).await;
        known.sell(db, DAY, 1, 20_000).await;
        unknown.sell(db, DAY, 1, 10_000).await;
        known.seen(db, "2026-11-02", [1_000, 120, 30]).await;
        let eve = customer(db, "eve").await;
        for hundredths in [80, 40, -30] {
            mood(db, eve, hundredths).await;
        }
        ship(db, unknown, 40, 1).await;
        executions(db, house.marketer).await;
        let fields = ["grossMargin", "returnRate", "conversionRate", "satisfaction", "failedExecutionRate"];
        let selected: String = fields.iter().map(|field| format!("{field} {{ value coverage }} ")).collect();
        let query = format!("{{ executiveSummary(period: {{ month: \"2026-11-01\" }}) {{ {selected} alerts {{ metric severity value limit }} }} }}");
        let found = ask(&house.client, &query).await["executiveSummary"].take();
        let of = |value: &str, coverage: Value| json!({ "value": value, "coverage": coverage });
        assert_eq!(found["grossMargin"], of("0.7500", json!("0.6667")));
        assert_eq!(found["returnRate"], of("0.0250", Value::Null));
        assert_eq!(found["conversionRate"], of("0.0300", Value::Null));
        assert_eq!(found["satisfaction"], of("3.60", Value::Null));
        assert_eq!(found["failedExecutionRate"], of("0.0500", Value::Null));
        // 0.05 is not above 0.05; nothing of the stock was counted, and a customer cost 60.00 / 3.
        let expected = json!([
            { "metric": "REVENUE", "severity": "CRITICAL", "value": "-0.3753", "limit": "-0.10" },
            { "metric": "SATISFACTION", "severity": "HIGH", "value": "3.60", "limit": "4" },
        ]);
        let alerts: Vec<Value> = found["alerts"].as_array().expect("alerts").iter().filter(|alert| alert["metric"] != "STOCKOUTS").cloned().collect();
        assert_eq!(json!(alerts), expected);
    }

    async fn equal_customers_have_equal_scores(db: &TestDatabase) {
        let client = empty(db, NOW).await;
        for (number, money) in [50, 50, 100, 200, 400, 400, 500, 600, 700, 900].into_iter().enumerate() {
            let customer = customer(db, &format!("c{number}")).await;
            let placed = day() + chrono::Duration::days(number as i64);
            order(db, Some(customer), placed, Decimal::from(money)).await;
        }
        let query = "{ customers(orderBy: [{ field: EMAIL }]) { nodes { score { recency frequency money } } } }";
        let found = ask(&client, query).await["customers"]["nodes"].take();
        let of = |field: &str| -> Vec<i64> {
            found.as_array().expect("customers").iter().map(|row| row["score"][field].as_i64().expect("a score")).collect()
        };
        assert_eq!(of("money"), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        assert_eq!(of("recency"), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        assert_eq!(of("frequency"), [1; 10]);
    }
}

//! What the shop wrote into its log, and how it is set up.

use chrono::{DateTime, Utc};
use entity::{
    configurations,
    sea_orm_active_enums::{
        EventSeverity::{self, Critical, Debug, Error, Info, Warning},
        ExecutionStatus,
    },
    system_events, transactions,
};
use serde_json::{Value, json};

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, HOUR},
    customers::VIP,
    stock::{HOME, PRINTER},
};

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut events = happenings(demo);
    events.sort_by_key(|event| event.created_at);
    for mut event in events {
        event.id = demo.id("system_events", event.created_at.to_utc());
        demo.rows.system_events.push(event);
    }
    configure(demo);
}

/// An event without its id.
fn event(
    demo: &DemoBuilder,
    kind: &str,
    severity: EventSeverity,
    who: DemoAgent,
    message: String,
    details: Value,
    created: DateTime<Utc>,
) -> system_events::Model {
    system_events::Model {
        id: uuid::Uuid::nil(),
        event_type: kind.to_owned(),
        severity,
        source_agent_id: Some(demo.agent(who)),
        message,
        details,
        created_at: created.into(),
    }
}

fn happenings(demo: &DemoBuilder) -> Vec<system_events::Model> {
    let rows = &demo.rows;
    let mut events = Vec::new();
    for execution in rows.workflow_executions.iter().filter(|execution| execution.status == ExecutionStatus::Failed) {
        let message = execution.error_message.clone().unwrap_or_default();
        let details = json!({ "executionId": execution.id });
        let at = execution.updated_at.to_utc();
        events.push(event(demo, "execution.failed", Error, DemoAgent::Business, message, details, at));
    }
    for stock in rows.inventory.iter().filter(|stock| stock.quantity_incoming > 0) {
        let message = format!("Low stock in {}: {} left", stock.location, stock.quantity_available);
        let details = json!({ "variantId": stock.product_variant_id });
        let at = stock.updated_at.to_utc();
        events.push(event(demo, "inventory.low", Warning, DemoAgent::Fulfillment, message, details, at));
    }
    for budget in rows.budgets.iter().filter(|budget| budget.spent_amount > budget.allocated_amount) {
        let message = format!("{} is spent: {} of {}", budget.name, budget.spent_amount, budget.allocated_amount);
        let details = json!({ "budgetId": budget.id });
        let month = format!("{}-{:02}", budget.fiscal_year, budget.fiscal_month);
        let of_month = |entry: &&transactions::Model| {
            entry.category == budget.category && entry.transaction_date.format("%Y-%m").to_string() == month
        };
        let last = rows.transactions.iter().rfind(of_month);
        let at = last.map_or(demo.now, |entry| entry.created_at.to_utc());
        events.push(event(demo, "budget.exceeded", Warning, DemoAgent::Finance, message, details, at));
    }
    for order in rows.orders.iter().rev().filter(|order| order.placed_at.is_some()).take(12) {
        let message = format!("Order {} came in", order.order_number);
        let details = json!({ "orderId": order.id, "total": order.total_amount });
        events.push(event(demo, "order.placed", Info, DemoAgent::Sales, message, details, order.created_at.to_utc()));
    }
    for (order, who) in
        (0..).zip([DemoAgent::Business, DemoAgent::Support, DemoAgent::Fulfillment, DemoAgent::Analytics])
    {
        let details = json!({ "intervalSeconds": 300 });
        let at = demo.ago(3 + order);
        events.push(event(demo, "agent.heartbeat", Debug, who, "Alive".to_owned(), details, at));
    }
    let outage = "The payment provider could not be reached for four minutes".to_owned();
    let details = json!({ "attempts": 12, "lostPayments": 0 });
    events.push(event(
        demo,
        "integration.down",
        Critical,
        DemoAgent::Finance,
        outage,
        details,
        demo.ago(40 * DAY + 9 * HOUR),
    ));
    events
}

fn configure(demo: &mut DemoBuilder) {
    let authority = json!({
        "Support Specialist": { "refund": "150.00" },
        "Sales Specialist": { "discountPercentage": "15.00", "orderAmount": "5000.00" },
    });
    let routing = json!({
        "capture_payment": "Finance Director",
        "refund_payment": "Finance Director",
        "ship_order": "Fulfillment Specialist",
        "restock_variant": "Fulfillment Specialist",
    });
    #[rustfmt::skip]
    let settings = [
        ("shop.currency", json!("USD"), "Currency of new records, and of all totals.", DemoAgent::Business),
        ("shop.country", json!("US"), "Whose taxes are due without an address.", DemoAgent::Business),
        ("shop.timeZone", json!("America/New_York"), "Where days and months begin.", DemoAgent::Business),
        ("shop.collections_on_front_page", json!(["Fractal", "Chromatic Echoes", "Vivid Layers"]), "In this order.", DemoAgent::Product),
        ("stock.locations", json!([HOME, PRINTER]), "Where stock is taken from, in this order.", DemoAgent::Operations),
        ("orders.holdMinutes", json!(60), "How long an order keeps its stock unpaid.", DemoAgent::Revenue),
        ("orders.prefix", json!("VW-"), "How order numbers begin.", DemoAgent::Revenue),
        ("orders.commercialMinimum", json!({ "amount": "1000.00", "mode": "FLAG" }), "For customers of the trade.", DemoAgent::Revenue),
        ("returns.windowDays", json!(30), "From delivery on.", DemoAgent::Customer),
        ("customers.vipThreshold", json!(format!("{VIP}.00")), "Whoever spent more is a VIP.", DemoAgent::Customer),
        ("authority", authority, "What agents may do without an approval.", DemoAgent::Finance),
        ("routing", routing, "Who does what is left to be done outside.", DemoAgent::Operations),
        ("inventory.cover_weeks", json!(4), "How long stock should last.", DemoAgent::Operations),
        ("email.quiet_days", json!({ "weekend": true, "perWeek": 1 }), "When and how often letters may go out.", DemoAgent::Marketing),
        ("budgets.warn_at_percentage", json!("80.00"), "Share of a budget at which its owner is warned.", DemoAgent::Finance),
        ("work.default_sla_minutes", json!(60), "For tasks that say nothing.", DemoAgent::Business),
        ("reports.morning_time", json!({ "time": "07:00", "timeZone": "America/New_York" }), "When the briefing is due.", DemoAgent::Analytics),
    ];
    for (order, (key, value, description, who)) in (0..).zip(settings) {
        let created = demo.ago(230 * DAY - order);
        let setting = configurations::Model {
            id: demo.id("configurations", created),
            key: key.to_owned(),
            value,
            description: Some(description.to_owned()),
            updated_by_agent_id: Some(demo.agent(who)),
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.configurations.push(setting);
    }
}

//! What the house wrote into its log, and how it is set up.

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
    Who,
    house::{DAY, HOUR, House},
};

pub(super) fn plant(house: &mut House) {
    let mut events = happenings(house);
    events.sort_by_key(|event| event.created_at);
    for mut event in events {
        event.id = house.id("system_events", event.created_at.to_utc());
        house.rows.system_events.push(event);
    }
    configure(house);
}

/// An event without its id.
fn event(
    house: &House,
    kind: &str,
    severity: EventSeverity,
    who: Who,
    message: String,
    details: Value,
    created: DateTime<Utc>,
) -> system_events::Model {
    system_events::Model {
        id: uuid::Uuid::nil(),
        event_type: kind.to_owned(),
        severity,
        source_agent_id: Some(house.agent(who)),
        message,
        details,
        created_at: created.into(),
    }
}

fn happenings(house: &House) -> Vec<system_events::Model> {
    let rows = &house.rows;
    let mut events = Vec::new();
    for execution in rows.workflow_executions.iter().filter(|execution| execution.status == ExecutionStatus::Failed) {
        let message = execution.error_message.clone().unwrap_or_default();
        let details = json!({ "executionId": execution.id });
        let at = execution.updated_at.to_utc();
        events.push(event(house, "execution.failed", Error, Who::Business, message, details, at));
    }
    for stock in rows.inventory.iter().filter(|stock| stock.quantity_incoming > 0) {
        let message = format!("Low stock in {}: {} left", stock.location, stock.quantity_available);
        let details = json!({ "variantId": stock.product_variant_id });
        let at = stock.updated_at.to_utc();
        events.push(event(house, "inventory.low", Warning, Who::Fulfillment, message, details, at));
    }
    for budget in rows.budgets.iter().filter(|budget| budget.spent_amount > budget.allocated_amount) {
        let message = format!("{} is spent: {} of {}", budget.name, budget.spent_amount, budget.allocated_amount);
        let details = json!({ "budgetId": budget.id });
        let month = format!("{}-{:02}", budget.fiscal_year, budget.fiscal_month);
        let of_month = |entry: &&transactions::Model| {
            entry.category == budget.category && entry.transaction_date.format("%Y-%m").to_string() == month
        };
        let last = rows.transactions.iter().rfind(of_month);
        let at = last.map_or(house.now, |entry| entry.created_at.to_utc());
        events.push(event(house, "budget.exceeded", Warning, Who::Finance, message, details, at));
    }
    for order in rows.orders.iter().rev().take(12) {
        let message = format!("Order {} came in", order.order_number);
        let details = json!({ "orderId": order.id, "total": order.total_amount });
        events.push(event(house, "order.placed", Info, Who::Sales, message, details, order.created_at.to_utc()));
    }
    for (order, who) in (0..).zip([Who::Business, Who::Support, Who::Fulfillment, Who::Analytics]) {
        let details = json!({ "intervalSeconds": 300 });
        let at = house.ago(3 + order);
        events.push(event(house, "agent.heartbeat", Debug, who, "Alive".to_owned(), details, at));
    }
    let outage = "The payment provider could not be reached for four minutes".to_owned();
    let details = json!({ "attempts": 12, "lostPayments": 0 });
    events.push(event(
        house,
        "integration.down",
        Critical,
        Who::Finance,
        outage,
        details,
        house.ago(40 * DAY + 9 * HOUR),
    ));
    events
}

fn configure(house: &mut House) {
    #[rustfmt::skip]
    let settings = [
        ("shop.currency", json!("USD"), "Currency of new records.", Who::Business),
        ("shop.collections_on_front_page", json!(["Fractal", "Chromatic Echoes", "Vivid Layers"]), "In this order.", Who::Product),
        ("orders.free_shipping_from", json!("500.00"), "Subtotal of a home order from which shipping is free.", Who::Revenue),
        ("orders.trade_discount_percentage", json!("12.00"), "For customers with a company.", Who::Finance),
        ("refunds.support_limit", json!("150.00"), "What the Support Specialist may refund alone.", Who::Finance),
        ("inventory.locations", json!(["main", "Printful"]), "Where stock is counted.", Who::Operations),
        ("inventory.cover_weeks", json!(4), "How long stock should last.", Who::Operations),
        ("customers.vip_from", json!("2000.00"), "Total spent from which a customer is VIP.", Who::Customer),
        ("email.quiet_days", json!({ "weekend": true, "perWeek": 1 }), "When and how often letters may go out.", Who::Marketing),
        ("budgets.warn_at_percentage", json!("80.00"), "Share of a budget at which its owner is warned.", Who::Finance),
        ("work.default_sla_minutes", json!(60), "For tasks that say nothing.", Who::Business),
        ("reports.morning_time", json!({ "time": "07:00", "timeZone": "America/New_York" }), "When the briefing is due.", Who::Analytics),
    ];
    for (order, (key, value, description, who)) in (0..).zip(settings) {
        let created = house.ago(230 * DAY - order);
        let setting = configurations::Model {
            id: house.id("configurations", created),
            key: key.to_owned(),
            value,
            description: Some(description.to_owned()),
            updated_by_agent_id: Some(house.agent(who)),
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        house.rows.configurations.push(setting);
    }
}

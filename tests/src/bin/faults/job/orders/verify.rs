//! What must be there in the end: everything that was acknowledged, once, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    Acknowledged, PIECES, PRINTS, STOCK, Shop,
    tasks::{CAPTURE, REFUND},
};
use crate::{
    caller::Caller,
    job::{each_once, same, text},
};

/// By order.
type Orders = BTreeMap<String, Acknowledged>;

const ORDER: &str = "id status financialStatus fulfillmentStatus
    payments(first: 2) { nodes { id entries(first: 9) { nodes { kind amount } } } }
    fulfillments(first: 2) { nodes { id status } } refunds(first: 2) { nodes { id status amount } }
    transactions(first: 3) { nodes { type amount } } stockReservations(first: 5) { nodes { quantity status } }";
/// Lists and filters of what belongs to no order.
const ORPHANS: [(&str, &str); 3] = [
    ("stockReservations", "orderId: { isNull: true }"),
    ("transactions", "orderId: { isNull: true }"),
    ("customers", "ordersCount: { eq: 0 }"),
];
/// What all pieces cost, and one of them.
const TOTAL: &str = "400.00";
const PRICE: &str = "100.00";

impl Shop {
    /// Looks at it, when agents have done what is left to them.
    pub(super) fn verify(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        self.do_all_tasks(&mut caller)?;
        let orders = self.acknowledged.lock().expect("nobody panics");
        verify_orders(&mut caller, &orders)?;
        for (list, filter) in ORPHANS {
            let found = caller.all(list, &format!(", filter: {{ {filter} }}"), "id")?;
            if !found.is_empty() {
                return Err(format!("{list} of no order: {found:?}"));
            }
        }
        verify_stock(&mut caller, &orders)?;
        verify_tasks(&mut caller, &orders)?;
        let ended = orders.iter().filter(|(_, order)| order.end.is_some());
        let (completed, paid): (BTreeSet<String>, BTreeSet<String>) =
            ended.map(|(id, order)| (id.clone(), order.payment.clone())).unzip();
        each_once(&mut caller, "ORDER_PLACED", &orders.keys().cloned().collect())?;
        each_once(&mut caller, "ORDER_COMPLETED", &completed)?;
        each_once(&mut caller, "PAYMENT_CAPTURED", &paid)
    }
}

fn verify_orders(caller: &mut Caller, orders: &Orders) -> Result<(), String> {
    let mut found = BTreeSet::new();
    for order in caller.all("orders", "", ORDER)? {
        let id = text(&order["id"])?;
        let expected = orders.get(&id).map(|acknowledged| as_listed(&id, acknowledged));
        if let Some(expected) = expected.filter(|expected| *expected != order) {
            return Err(format!("{order} is not what was acknowledged: {expected}"));
        }
        if !found.insert(id) {
            return Err(format!("{order} was listed twice"));
        }
    }
    same("orders", &orders.keys().cloned().collect(), &found)
}

/// An order as the list must have it.
fn as_listed(id: &str, order: &Acknowledged) -> Value {
    let nodes = |rows: Value| json!({ "nodes": rows });
    let kept = |status: &str| nodes(json!(PRINTS.map(|_| json!({ "quantity": PIECES, "status": status }))));
    let Some(end) = &order.end else {
        return json!({
            "id": id, "status": "PENDING", "financialStatus": "PENDING", "fulfillmentStatus": "UNFULFILLED",
            "payments": nodes(json!([{ "id": order.payment, "entries": nodes(json!([])) }])),
            "fulfillments": nodes(json!([])), "refunds": nodes(json!([])), "transactions": nodes(json!([])),
            "stockReservations": kept("ORDERED"),
        });
    };
    let entries = [
        ("AUTHORIZED", TOTAL),
        ("CAPTURE_REQUESTED", TOTAL),
        ("CAPTURED", TOTAL),
        ("REFUND_REQUESTED", PRICE),
        ("REFUNDED", PRICE),
    ];
    let entries = entries.map(|(kind, amount)| json!({ "kind": kind, "amount": amount }));
    let booked = [("REVENUE", TOTAL), ("REFUND", PRICE)];
    json!({
        "id": id, "status": "COMPLETED", "financialStatus": "PARTIALLY_REFUNDED", "fulfillmentStatus": "FULFILLED",
        "payments": nodes(json!([{ "id": order.payment, "entries": nodes(json!(entries)) }])),
        "fulfillments": nodes(json!([{ "id": end.parcel, "status": "SHIPPED" }])),
        "refunds": nodes(json!([{ "id": end.refund, "status": "SUCCEEDED", "amount": PRICE }])),
        "transactions": nodes(json!(booked.map(|(kind, amount)| json!({ "type": kind, "amount": amount })))),
        "stockReservations": kept("SHIPPED"),
    })
}

fn verify_stock(caller: &mut Caller, orders: &Orders) -> Result<(), String> {
    let waiting = orders.values().filter(|order| order.end.is_none()).count();
    let (available, reserved) = (STOCK - PIECES * orders.len(), PIECES * waiting);
    let expected = json!(PRINTS.map(|_| json!({ "quantityAvailable": available, "quantityReserved": reserved })));
    let levels = json!(caller.all("inventoryLevels", "", "quantityAvailable quantityReserved")?);
    if levels == expected { Ok(()) } else { Err(format!("the stock is {levels}, not {expected}")) }
}

/// One task for each thing that was asked for. Nobody claims those to ship: they are withdrawn.
fn verify_tasks(caller: &mut Caller, orders: &Orders) -> Result<(), String> {
    let mut found = BTreeSet::new();
    for task in caller.all("tasks", "", "taskType status inputData")? {
        let name = format!("{} {}", text(&task["taskType"])?, text(&task["inputData"]["orderId"])?);
        let is_ended = [json!("COMPLETED"), json!("CANCELLED")].contains(&task["status"]);
        if !is_ended || !found.insert(name) {
            return Err(format!("{task} was not done, or asked for twice"));
        }
    }
    let ended = orders.iter().filter(|(_, order)| order.end.is_some());
    let names = ended.flat_map(|(id, _)| ["ship_order", CAPTURE, REFUND].map(|kind| format!("{kind} {id}")));
    same("tasks", &names.collect(), &found)
}

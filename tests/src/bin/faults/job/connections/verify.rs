//! What must be there in the end: every webhook was stored and applied once, every event was sent, in the order of its
//! object.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
    time::Duration,
};

use serde_json::{Value, json};

use super::{COUNTED, Connections, ORDERED};
use crate::{
    caller::Caller,
    job::{each_once, events, same, text},
    wait::pause,
};

/// The kinds that the endpoint is sent.
const SENT: &str = ", filter: { kinds: [STOCK_SET, ORDER_PLACED, ORDER_CONFIRMED, ORDER_UPDATED, PAYMENT_CAPTURED] }";
const ORDER: &str =
    "id shopifyOrderId status financialStatus note capturedAmount items(first: 2) { nodes { quantity } }
    payments(first: 2) { nodes { capturedAmount entries(first: 9) { nodes { kind amount } } } }
    transactions(first: 3) { nodes { type amount } } stockReservations(first: 3) { nodes { quantity status } }";
const LEVELS: &str = "sku inventoryLevels(first: 2) { nodes { quantityAvailable quantityReserved } }";
/// What an order costs, and the pieces that it has.
const TOTAL: &str = "100.00";
const PIECES: usize = 2;
/// Before what is not as it must be yet is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Connections {
    /// Looks at it, when all webhooks were processed and sent.
    pub(super) fn verify(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        self.verify_webhooks(&mut caller)?;
        let orders = self.verify_orders(&mut caller)?;
        self.verify_stock(&mut caller)?;
        each_once(&mut caller, "ORDER_PLACED", &orders)?;
        each_once(&mut caller, "ORDER_CONFIRMED", &orders)?;
        let counts = self.counts.load(Ordering::SeqCst);
        let counted = events(&mut caller, "STOCK_SET", None, counts)?.len();
        if counted != counts {
            return Err(format!("{counted} events of counts, not {counts}"));
        }
        self.verify_deliveries(&mut caller)
    }

    /// Each webhook that was accepted was stored once and processed.
    fn verify_webhooks(&self, caller: &mut Caller) -> Result<(), String> {
        self.until_none(caller, "inboundWebhooks", "status: { eq: RECEIVED }")?;
        let mut found = BTreeSet::new();
        for webhook in caller.all("inboundWebhooks", "", "externalId status error")? {
            // One that failed and was tried again may have met a later one.
            let has_ended = [json!("PROCESSED"), json!("IGNORED")].contains(&webhook["status"]);
            if !has_ended || !found.insert(text(&webhook["externalId"])?) {
                return Err(format!("{webhook} was not processed, or stored twice"));
            }
        }
        same("webhooks", &self.webhooks(), &found)
    }

    /// Each order exists once, as Shopify told last: their ids.
    fn verify_orders(&self, caller: &mut Caller) -> Result<BTreeSet<String>, String> {
        let (orders, mut ids, mut found) = (self.orders(), BTreeSet::new(), BTreeSet::new());
        for mut order in caller.all("orders", "", ORDER)? {
            let (id, shopify_id) = (text(&order["id"].take())?, text(&order["shopifyOrderId"])?);
            // What was authorised before the capture does not matter.
            let entries = order.pointer_mut("/payments/nodes/0/entries/nodes").and_then(Value::as_array_mut);
            if let Some(entries) = entries {
                entries.retain(|entry| entry["kind"] == json!("CAPTURED"));
            }
            let expected = orders.get(&shopify_id).map(|note| as_told(&shopify_id, note));
            if expected.as_ref().is_some_and(|expected| *expected != order) || !found.insert(shopify_id) {
                return Err(format!("{order} is not what was told, or there twice: {expected:?}"));
            }
            ids.insert(id);
        }
        same("orders", &orders.keys().cloned().collect(), &found)?;
        Ok(ids)
    }

    fn verify_stock(&self, caller: &mut Caller) -> Result<(), String> {
        let (counted, reserved) = (self.counted(), PIECES * self.orders().len());
        let mut found = BTreeMap::new();
        for variant in caller.all("productVariants", "", LEVELS)? {
            found.insert(text(&variant["sku"])?, variant["inventoryLevels"]["nodes"].clone());
        }
        for print in COUNTED.into_iter().chain([ORDERED]) {
            let reserved = if print == ORDERED { reserved } else { 0 };
            let available = counted.get(print).copied().unwrap_or_default();
            let expected = json!([{ "quantityAvailable": available, "quantityReserved": reserved }]);
            if found.get(print) != Some(&expected) {
                return Err(format!("the stock of {print} is {:?}, not {expected}", found.get(print)));
            }
        }
        Ok(())
    }

    /// The endpoint received what the log has, the events of an object in the order of the log.
    fn verify_deliveries(&self, caller: &mut Caller) -> Result<(), String> {
        let count = loop {
            let log = caller.all("events", SENT, "cursor aggregateId")?;
            let Some(reason) = self.differs(&log)? else { break log.len() };
            self.load.check().map_err(|_| reason)?;
            pause(LOOK_AGAIN);
        };
        self.until_none(caller, "webhookDeliveries", "status: { eq: PENDING }")?;
        let delivered = caller.all("webhookDeliveries", ", filter: { status: { eq: DELIVERED } }", "id")?.len();
        if delivered == count { Ok(()) } else { Err(format!("{delivered} deliveries of {count} events")) }
    }

    /// How the events that were received differ from those of the log.
    fn differs(&self, log: &[Value]) -> Result<Option<String>, String> {
        let mut expected: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for event in log {
            expected.entry(text(&event["aggregateId"])?).or_default().push(text(&event["cursor"])?);
        }
        let received = self.inbox.objects();
        if received == expected {
            return Ok(None);
        }
        let differs = expected.iter().find(|(object, cursors)| received.get(*object) != Some(*cursors));
        let differs = differs.map(|(object, cursors)| (object, cursors, received.get(object)));
        let count = self.inbox.count();
        Ok(Some(format!("{count} of {} events were received; an object that differs: {differs:?}", log.len())))
    }

    /// Waits until a list has no such rows any more.
    fn until_none(&self, caller: &mut Caller, list: &str, filter: &str) -> Result<(), String> {
        while !caller.all(list, &format!(", filter: {{ {filter} }}"), "id")?.is_empty() {
            self.load.check().map_err(|reason| format!("{reason}: {list} with {filter}"))?;
            pause(LOOK_AGAIN);
        }
        Ok(())
    }
}

/// An order as the list must have it, without its id.
fn as_told(shopify_id: &str, note: &str) -> Value {
    let nodes = |row: Value| json!({ "nodes": [row] });
    json!({
        "id": null, "shopifyOrderId": shopify_id, "status": "CONFIRMED", "financialStatus": "PAID", "note": note,
        "capturedAmount": TOTAL, "items": nodes(json!({ "quantity": PIECES })),
        "payments": nodes(json!({
            "capturedAmount": TOTAL, "entries": nodes(json!({ "kind": "CAPTURED", "amount": TOTAL })),
        })),
        "transactions": nodes(json!({ "type": "REVENUE", "amount": TOTAL })),
        "stockReservations": nodes(json!({ "quantity": PIECES, "status": "ORDERED" })),
    })
}

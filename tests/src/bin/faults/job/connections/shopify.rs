//! Webhooks about orders, as Shopify sends them: each one until it is accepted.

use std::{
    io,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{
    client::{Client, Target},
    webhooks::{FromShopify, SHOPIFY_SECRET},
};

use super::{Connections, ORDERED, PAUSE};
use crate::{job::key, wait::pause};

/// How long a webhook is sent again.
const ACCEPTED: Duration = Duration::from_secs(50);
/// How long an answer is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// One order in this number is sent twice.
const ONE_AGAIN: usize = 3;
/// The statuses with which a webhook is asked for again.
const AGAIN: [u16; 4] = [408, 429, 503, 504];

impl Connections {
    /// Sends orders: each is placed, paid and changed.
    pub(super) fn tell(&self, number: usize) -> Result<(), String> {
        let (mut client, mut count) = (None, 0);
        while self.load.goes_on() {
            if self.waits() {
                // The server closes connections over which nothing comes.
                client = None;
                continue;
            }
            count += 1;
            let id = ((number + 1) * 1_000_000 + count).to_string();
            let (placed, note) = (Utc::now(), format!("Order {id}"));
            self.send(&mut client, "orders/create", placed, &order(&id, placed, 0, json!({})), count)?;
            self.acted();
            let paid = json!({ "financial_status": "paid", "total_outstanding": "0.00" });
            self.send(&mut client, "orders/paid", placed, &order(&id, placed, 1, paid), count)?;
            self.acted();
            let noted = json!({ "financial_status": "paid", "total_outstanding": "0.00", "note": note });
            self.send(&mut client, "orders/updated", placed, &order(&id, placed, 2, noted), count)?;
            self.orders().insert(id, note);
        }
        Ok(())
    }

    fn send(
        &self,
        client: &mut Option<Client>,
        topic: &str,
        at: DateTime<Utc>,
        body: &str,
        count: usize,
    ) -> Result<(), String> {
        let id = key();
        let request = FromShopify { id: &id, topic, at, body }.request(SHOPIFY_SECRET);
        self.until_accepted(client, &request)?;
        if count.is_multiple_of(ONE_AGAIN) {
            self.until_accepted(client, &request)?;
        }
        self.webhooks().insert(id);
        Ok(())
    }

    fn until_accepted(&self, client: &mut Option<Client>, request: &[u8]) -> Result<(), String> {
        let (began, mut last) = (Instant::now(), String::new());
        while began.elapsed() < ACCEPTED && !self.load.has_failed() {
            match self.send_once(client, request) {
                Ok((200, _)) => return Ok(()),
                Ok((status, text)) if AGAIN.contains(&status) => last = format!("{status}: {text}"),
                Ok((status, text)) => return Err(format!("a webhook was answered with {status}: {text}")),
                Err(error) if self.load.fault.breaks_connections() => last = error.to_string(),
                Err(error) => return Err(format!("the connection of a webhook broke: {error}")),
            }
            self.load.was_refused();
            pause(PAUSE);
        }
        Err(format!("a webhook was not accepted within {} s: {last}", ACCEPTED.as_secs()))
    }

    /// Sends it over the connection that there is, or another one.
    fn send_once(&self, client: &mut Option<Client>, request: &[u8]) -> io::Result<(u16, String)> {
        let mut connection = match client.take() {
            Some(connection) => connection,
            None => {
                let mut connection = Target { address: self.load.address(), key: None }.connect()?;
                connection.wait_only(LONGEST_WAIT)?;
                connection
            }
        };
        connection.write(request)?;
        let answer = connection.answer()?;
        // Who was not served may have been let go.
        *client = (answer.0 == 200).then_some(connection);
        Ok(answer)
    }
}

/// An order of two prints, as it was this number of seconds after it was placed.
fn order(id: &str, placed: DateTime<Utc>, seconds: i64, more: Value) -> String {
    let line = json!({ "id": id, "sku": ORDERED, "name": "Tide", "quantity": 2, "price": "50.00",
                       "discount_allocations": [], "tax_lines": [] });
    let mut order = json!({
        "id": id, "name": format!("#{id}"), "test": false, "currency": "USD", "created_at": placed.to_rfc3339(),
        "updated_at": (placed + TimeDelta::seconds(seconds)).to_rfc3339(), "cancelled_at": null, "email": null,
        "financial_status": "pending", "taxes_included": false, "total_price": "100.00",
        "current_total_price": "100.00", "total_outstanding": "100.00", "line_items": [line], "shipping_lines": [],
        "discount_codes": [], "tags": "", "refunds": [], "fulfillments": [], "note": null,
    });
    if let (Some(order), Value::Object(more)) = (order.as_object_mut(), more) {
        order.extend(more);
    }
    order.to_string()
}

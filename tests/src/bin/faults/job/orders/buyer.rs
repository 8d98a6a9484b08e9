//! A buyer: one order after the other, from the basket to the refund.

use serde_json::{Value, json};

use super::{Acknowledged, End, LOCATION, PIECES, PRINTS, Shop};
use crate::{
    caller::Caller,
    job::{key, text},
};

/// One order in this number is left as it was placed.
const ONE_IS_LEFT: usize = 3;

/// One client.
pub(super) struct Buyer<'a> {
    shop: &'a Shop,
    caller: Caller,
    email: String,
    /// About the current order.
    calls: Vec<Call>,
}

/// A call that was answered.
struct Call {
    name: &'static str,
    selection: &'static str,
    input: Value,
    answer: Value,
}

/// An order that was placed.
struct Order {
    id: String,
    items: Vec<String>,
    payment: String,
}

impl<'a> Buyer<'a> {
    pub(super) fn new(shop: &'a Shop, number: usize) -> Self {
        let email = format!("buyer-{number}@example.com");
        Self { shop, caller: Caller::new(&shop.load), email, calls: Vec::new() }
    }

    /// Places orders, every other one with a hold.
    pub(super) fn buy(mut self) -> Result<(), String> {
        let mut count = 0_usize;
        while self.shop.load.goes_on() {
            count += 1;
            let order = self.place(count.is_multiple_of(2))?;
            let end = if count.is_multiple_of(ONE_IS_LEFT) { None } else { Some(self.finish(&order)?) };
            self.repeat()?;
            self.shop.acknowledge(order.id, Acknowledged { payment: order.payment, end })?;
        }
        Ok(())
    }

    fn place(&mut self, is_held: bool) -> Result<Order, String> {
        let lines = PRINTS.map(|sku| json!({ "sku": sku, "quantity": PIECES }));
        let mut input = json!({ "email": self.email, "lines": lines, "payment": { "provider": "stripe" } });
        if is_held {
            let answer = self.act("reserveStock", "hold { id }", json!({ "lines": lines }))?;
            input["holdId"] = json!(text(&answer["hold"]["id"])?);
        }
        let selection = "order { id items(first: 5) { nodes { id } } } payment { id }";
        let answer = self.act("placeOrder", selection, input)?;
        let items = answer["order"]["items"]["nodes"].as_array().ok_or("placeOrder: no items")?;
        Ok(Order {
            id: text(&answer["order"]["id"])?,
            items: items.iter().map(|item| text(&item["id"])).collect::<Result<_, _>>()?,
            payment: text(&answer["payment"]["id"])?,
        })
    }

    /// Has an order paid and shipped, and a piece of it refunded.
    fn finish(&mut self, order: &Order) -> Result<End, String> {
        let fact = json!({ "id": order.payment, "kind": "AUTHORIZED", "providerEventId": key() });
        let answer = self.act("reportPayment", "applied", fact)?;
        if answer["applied"] != json!(true) {
            return Err(format!("the authorization of {} was known before", order.payment));
        }
        self.act("capturePayment", "payment { id }", json!({ "id": order.payment }))?;
        self.wait_for(order, "PAID")?;

        let piece = |item: &str, quantity: usize| json!({ "itemId": item, "quantity": quantity });
        let lines: Vec<Value> = order.items.iter().map(|item| piece(item, PIECES)).collect();
        let parcel = json!({ "orderId": order.id, "location": LOCATION, "lines": lines, "shipped": true });
        let sent = self.act("createFulfillment", "fulfillment { id }", parcel)?;
        let lines: Vec<Value> = order.items.iter().take(1).map(|item| piece(item, 1)).collect();
        let refunded = self.act("refundOrder", "refund { id }", json!({ "orderId": order.id, "lines": lines }))?;
        self.wait_for(order, "PARTIALLY_REFUNDED")?;
        Ok(End { parcel: text(&sent["fulfillment"]["id"])?, refund: text(&refunded["refund"]["id"])? })
    }

    /// Does tasks, of whichever orders, until this one has a financial status.
    fn wait_for(&mut self, order: &Order, financial_status: &str) -> Result<(), String> {
        let query = "query($id: ID!) { order(id: $id) { financialStatus } }";
        loop {
            self.shop.load.check()?;
            let data = self.caller.ask(query, &json!({ "id": order.id }))?;
            if data["order"]["financialStatus"] == json!(financial_status) {
                return Ok(());
            }
            self.shop.do_task(&mut self.caller)?;
        }
    }

    /// Calls a mutation with a key that nobody used.
    fn act(&mut self, name: &'static str, selection: &'static str, mut input: Value) -> Result<Value, String> {
        input["idempotencyKey"] = json!(key());
        let answer = self.caller.act(name, selection, &input)?;
        self.shop.load.progressed();
        self.calls.push(Call { name, selection, input, answer: answer.clone() });
        Ok(answer)
    }

    /// Makes all calls about the order once more: each is given its first answer.
    fn repeat(&mut self) -> Result<(), String> {
        for Call { name, selection, input, mut answer } in self.calls.drain(..) {
            let again = self.caller.act(name, &format!("{selection} replayed"), &input)?;
            answer["replayed"] = json!(true);
            if again != answer {
                return Err(format!("{name}: the same call again was answered {again}, not {answer}"));
            }
        }
        Ok(())
    }
}

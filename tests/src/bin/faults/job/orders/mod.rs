//! Orders are placed, paid, shipped and refunded by several buyers, who also do what the shop leaves to agents.
//!
//! - `buyer`: what one of them calls; each call is made once more later. `tasks`: what agents do.
//! - `verify`: what must be there afterwards, and nothing else.

mod buyer;
mod tasks;
mod verify;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use serde_json::json;

use self::buyer::Buyer;
use super::{Work, agent, key, under_faults};
use crate::{caller::Caller, load::Load, plan::Plan, system::System};

const BUYERS: usize = 4;
/// What is sold: all buyers want the same.
const PRINTS: [&str; 2] = ["TIDE-24X36", "TIDE-36X48"];
/// Pieces of each print in an order.
const PIECES: usize = 2;
/// Pieces of each print that there are at first.
const STOCK: usize = 1_000_000;
const LOCATION: &str = "main";

/// What the shop has acknowledged.
struct Shop {
    load: Arc<Load>,
    agent: String,
    /// By order.
    acknowledged: Mutex<BTreeMap<String, Acknowledged>>,
}

/// What was acknowledged of an order.
struct Acknowledged {
    payment: String,
    /// None if it is left as it was placed.
    end: Option<End>,
}

/// How an order ended that was paid.
struct End {
    parcel: String,
    refund: String,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let shop = Shop { agent: agent(&load)?, load, acknowledged: Mutex::default() };
    shop.open()?;
    let mut work: Vec<Work<'_>> = Vec::new();
    for number in 0..BUYERS {
        let shop = &shop;
        work.push(Box::new(move || Buyer::new(shop, number).buy()));
    }
    let faults = under_faults(system, plan, work)?;
    shop.verify()?;
    Ok(faults)
}

impl Shop {
    /// Makes what is sold.
    fn open(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        let variants = PRINTS.map(|sku| json!({ "sku": sku, "optionValues": [sku], "price": "100" }));
        let product = json!({ "handle": "tide", "title": "Tide", "status": "ACTIVE", "optionNames": ["Size"],
                              "variants": variants, "idempotencyKey": key() });
        caller.act("createProduct", "product { id }", &product)?;
        let count =
            |sku: &str| json!({ "sku": sku, "location": LOCATION, "available": STOCK, "changeFromQuantity": null });
        let items = PRINTS.map(count);
        let stock = json!({ "items": items, "onError": "REJECT_ALL", "idempotencyKey": key() });
        caller.act("setStock", "results { index }", &stock).map(drop)
    }

    /// Notes an order of which everything was acknowledged.
    fn acknowledge(&self, order: String, acknowledged: Acknowledged) -> Result<(), String> {
        let mut orders = self.acknowledged.lock().expect("nobody panics");
        match orders.insert(order.clone(), acknowledged) {
            None => Ok(()),
            Some(_) => Err(format!("two buyers were given the order {order}")),
        }
    }
}

//! A slice of a budget, from which several clients pay.
//!
//! - `spend`: what one of them calls. `verify`: what must be there afterwards, and nothing else.

mod spend;
mod verify;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

use chrono::{Datelike, Utc};
use serde_json::json;

use crate::{
    caller::Caller,
    job::{key, text},
    load::Load,
};

const CATEGORY: &str = "print";
/// What the budget has.
const TOTAL: u64 = 10_000_000;
/// What the slice gets at first, and whenever it has too little.
const PART: u64 = 50;
/// What is spent or reserved by a call.
const AMOUNT: u64 = 10;
/// What is spent of a reservation.
const COMMITTED: u64 = 4;

/// A slice of a budget.
pub(super) struct Purse {
    load: Arc<Load>,
    agent: String,
    root: String,
    slice: String,
    /// On which expenses are booked.
    day: String,
    acknowledged: Mutex<Acknowledged>,
}

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// What the slice got.
    given: u64,
    /// Expenses by their external id.
    booked: BTreeMap<String, u64>,
    reservations: BTreeMap<String, Reservation>,
}

struct Reservation {
    status: &'static str,
    spent: u64,
}

impl Purse {
    /// Makes a budget of this month, and gives an agent a slice of it.
    pub(super) fn open(load: &Arc<Load>, agent: &str) -> Result<Self, String> {
        let mut caller = Caller::new(load);
        let today = Utc::now().date_naive();
        let (year, month) = (today.year(), today.month());
        let budget = json!({ "name": "Print", "category": CATEGORY, "year": year, "month": month,
                             "amount": TOTAL.to_string(), "idempotencyKey": key() });
        let made = caller.act("createBudget", "budget { slices(first: 1) { nodes { id } } }", &budget)?;
        let root = text(&made["budget"]["slices"]["nodes"][0]["id"])?;
        let part = json!({ "sliceId": root, "agentId": agent, "amount": PART.to_string(), "idempotencyKey": key() });
        let slice = text(&caller.act("allocateBudget", "child { id }", &part)?["child"]["id"])?;
        Ok(Self {
            load: Arc::clone(load),
            agent: agent.to_owned(),
            root,
            slice,
            day: format!("{year:04}-{month:02}-01"),
            acknowledged: Mutex::new(Acknowledged { given: PART, ..Acknowledged::default() }),
        })
    }

    fn acknowledged(&self) -> MutexGuard<'_, Acknowledged> {
        self.acknowledged.lock().expect("nobody panics")
    }
}

//! Expenses and reservations, which the slice has the money for or not.

use serde_json::json;

use super::{AMOUNT, CATEGORY, COMMITTED, PART, Purse, Reservation};
use crate::{
    caller::Caller,
    job::{campaigns::unless, key, text},
};

/// What a slice answers that has too little.
const EXCEEDED: &str = "BUDGET_EXCEEDED";

impl Purse {
    /// Spends and reserves by turns. The slice gets more when it has too little.
    pub(in crate::job::campaigns) fn spend(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        let mut count = 0_usize;
        while self.load.goes_on() {
            count += 1;
            let had_enough = match count % 2 {
                0 => self.record(&mut caller)?,
                _ => self.reserve(&mut caller, count / 2)?,
            };
            if !had_enough {
                let more = json!({ "sliceId": self.root, "agentId": self.agent, "amount": PART.to_string(),
                                   "idempotencyKey": key() });
                caller.act("allocateBudget", "child { id }", &more)?;
                self.acknowledged().given += PART;
            }
        }
        Ok(())
    }

    /// Spends free money; whether there was enough.
    fn record(&self, caller: &mut Caller) -> Result<bool, String> {
        let id = key();
        let expense = json!({
            "type": "EXPENSE", "category": CATEGORY, "amount": AMOUNT.to_string(), "date": self.day,
            "budgetSliceId": self.slice, "externalId": id, "idempotencyKey": key(),
        });
        let recorded = unless(EXCEEDED, caller.act("recordTransaction", "transaction { id }", &expense))?;
        if recorded.is_some() {
            self.acknowledged().booked.insert(id, AMOUNT);
        }
        Ok(recorded.is_some())
    }

    /// Reserves free money; whether there was enough. By turns the reservation is left, spent, spent in part, and
    /// released.
    fn reserve(&self, caller: &mut Caller, turn: usize) -> Result<bool, String> {
        let asked = json!({ "sliceId": self.slice, "amount": AMOUNT.to_string(), "purpose": "paper",
                            "idempotencyKey": key() });
        let reserved = unless(EXCEEDED, caller.act("reserveBudget", "reservation { id }", &asked))?;
        let Some(reserved) = reserved else { return Ok(false) };
        let id = text(&reserved["reservation"]["id"])?;
        let (status, spent) = match turn % 4 {
            0 => ("HELD", 0),
            1 => self.commit(caller, &id, true)?,
            2 => self.commit(caller, &id, false)?,
            _ => {
                let released = json!({ "reservationId": id, "idempotencyKey": key() });
                caller.act("releaseBudget", "reservation { status }", &released)?;
                ("RELEASED", 0)
            }
        };
        self.acknowledged().reservations.insert(id, Reservation { status, spent });
        Ok(true)
    }

    /// Spends a part of a reservation: its status then, and how much.
    fn commit(&self, caller: &mut Caller, id: &str, is_final: bool) -> Result<(&'static str, u64), String> {
        let external_id = key();
        let input = json!({
            "reservationId": id, "amount": COMMITTED.to_string(), "final": is_final, "date": self.day,
            "externalId": external_id, "idempotencyKey": key(),
        });
        caller.act("commitBudget", "reservation { status }", &input)?;
        self.acknowledged().booked.insert(external_id, COMMITTED);
        Ok((if is_final { "COMMITTED" } else { "HELD" }, COMMITTED))
    }
}

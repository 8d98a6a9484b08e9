//! What must be there in the end: each expense and reservation once, and the slice has what they leave of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{AMOUNT, Acknowledged, CATEGORY, Purse};
use crate::{caller::Caller, job::same};

const SLICES: &str = "query($slice: ID!, $root: ID!) {
    slice: budgetSlice(id: $slice) { allocatedAmount delegatedAmount reservedAmount spentAmount }
    root: budgetSlice(id: $root) { delegatedAmount reservedAmount spentAmount budget { spentAmount } } }";

impl Purse {
    pub(in crate::job::campaigns) fn verify(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        let acknowledged = self.acknowledged();
        let filter = format!(", filter: {{ category: {{ eq: \"{CATEGORY}\" }} }}");
        let found = caller.all("transactions", &filter, "externalId amount budgetSliceId")?;
        let (booked, slice) = (acknowledged.booked.iter(), &self.slice);
        let booked =
            booked.map(|(id, amount)| json!({ "externalId": id, "amount": shown(*amount), "budgetSliceId": slice }));
        same_rows("expenses", booked.collect(), &found)?;
        let found = caller.all("budgetReservations", "", "id status spentAmount")?;
        let reservations = acknowledged.reservations.iter();
        let reservations =
            reservations.map(|(id, one)| json!({ "id": id, "status": one.status, "spentAmount": shown(one.spent) }));
        same_rows("reservations", reservations.collect(), &found)?;
        self.verify_slices(&mut caller, &acknowledged)
    }

    fn verify_slices(&self, caller: &mut Caller, acknowledged: &Acknowledged) -> Result<(), String> {
        let Acknowledged { given, booked, reservations } = acknowledged;
        let spent: u64 = booked.values().sum();
        let held: u64 = reservations.values().filter(|one| one.status == "HELD").map(|one| AMOUNT - one.spent).sum();
        if spent + held > *given {
            return Err(format!("{spent} were spent and {held} reserved of {given}"));
        }
        let found = caller.ask(SLICES, &json!({ "slice": self.slice, "root": self.root }))?;
        let [given, spent, held, nothing] = [*given, spent, held, 0].map(shown);
        let expected = json!({
            "slice": { "allocatedAmount": given, "delegatedAmount": nothing, "reservedAmount": held,
                       "spentAmount": spent },
            "root": { "delegatedAmount": given, "reservedAmount": nothing, "spentAmount": nothing,
                      "budget": { "spentAmount": spent } },
        });
        if found == expected { Ok(()) } else { Err(format!("the slices are {found}, not {expected}")) }
    }
}

/// Refuses all but these rows, each once.
fn same_rows(what: &str, expected: Vec<Value>, found: &[Value]) -> Result<(), String> {
    let rows = |rows: &[Value]| rows.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    if found.len() > expected.len() {
        return Err(format!("{} {what}, not {}", found.len(), expected.len()));
    }
    same(what, &rows(&expected), &rows(found))
}

/// An amount, as answers have it.
fn shown(amount: u64) -> String {
    format!("{amount}.00")
}

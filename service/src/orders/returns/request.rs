//! Asking for a return.

use entity::{order_items, return_lines, returns, sea_orm_active_enums::ReturnStatus};
use serde::Serialize;
use uuid::Uuid;

use super::{Returned, lines, returnable::Returnable};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    orders::{
        items, lock,
        pieces::{self, ItemQuantity},
        state::{self, Act},
    },
    principal::is_person,
    refusal::{At, Refusal},
    settings,
};

/// The most characters of a reason.
const REASON: usize = 100;
/// The most characters of a note.
const NOTE: usize = 10_000;

/// Asks to return pieces that were shipped.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The order.
    pub order_id: Uuid,
    /// What comes back.
    pub lines: Vec<ItemQuantity>,
    /// Why: an open list of names.
    pub reason: String,
    /// More about it.
    pub note: Option<String>,
}

impl Verb for Request {
    type Outcome = Returned;
    const OPERATION: Operation = Operation::RequestReturn;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Returned> {
        check::text("reason", &self.reason, REASON)?;
        check_note("note", self.note.as_deref())?;
        let order = lock(unit, self.order_id).await.at(["orderId"])?;
        state::check(&order, Act::Return).at(["orderId"])?;
        let items = items(unit, order.id).await?;
        let contents = pieces::find(&items, &self.lines)?;
        let window = settings::load(unit).await?.return_window_days;
        let returnable = Returnable::read(unit, &order, window).await?;
        // People may take back what is late.
        let may_be_late = is_person(unit.principal().role);
        for (index, (item, quantity)) in contents.iter().enumerate() {
            returnable.check(item, *quantity, may_be_late).under(["lines", &index.to_string()])?;
        }
        let order_return = edit::insert(unit, Self::OPERATION, self.row(unit)).await?;
        let line = |(item, quantity): &(&order_items::Model, i32)| return_lines::Model {
            return_id: order_return,
            order_item_id: item.id,
            quantity: *quantity,
            received_quantity: 0,
            restocked_quantity: 0,
            location: None,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        let rows: Vec<return_lines::Model> = contents.iter().map(line).collect();
        lines::insert(unit, &rows);
        Ok(Returned { order_return, order: order.id })
    }
}

/// Refuses a blank or long note.
pub(super) fn check_note(field: &str, note: Option<&str>) -> Result<(), Refusal> {
    note.map_or(Ok(()), |note| check::text(field, note, NOTE))
}

impl Request {
    fn row(&self, unit: &UnitOfWork) -> returns::Model {
        returns::Model {
            id: Uuid::now_v7(),
            order_id: self.order_id,
            status: ReturnStatus::Requested,
            reason: self.reason.clone(),
            note: self.note.clone(),
            decided_at: None,
            received_at: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        }
    }
}

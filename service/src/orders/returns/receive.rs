//! Goods that came back.

use entity::{
    orders, returns,
    sea_orm_active_enums::{EventAggregate, ReturnStatus},
};
use serde::Serialize;
use uuid::Uuid;

use super::{Returned, lines, receipt::Receipt};
use crate::{
    Result, UnitOfWork, Verb,
    access::{self, Area, Operation},
    database::columns,
    edit::{self, EditableRow},
    events::{Event, EventKind},
    orders::{items, part, rows, settle::save},
    payments::refund::of_return,
    refusal::At,
    settings, state, stock,
};

/// Records what came back of a return: all of it, or a part.
#[derive(Clone, Debug, Serialize)]
pub struct Receive {
    /// The return.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What came back.
    pub lines: Vec<ReceivedLine>,
    /// Whether a refund of these pieces is requested.
    pub refund: bool,
}

/// Pieces that came back.
#[derive(Clone, Debug, Serialize)]
pub struct ReceivedLine {
    /// The item.
    pub item_id: Uuid,
    /// How many.
    pub quantity: i32,
    /// How many of them go into stock; none for all.
    pub restocked_quantity: Option<i32>,
    /// Where they go into stock; none for the first of the shop's locations.
    pub location: Option<String>,
}

impl Verb for Receive {
    type Outcome = Returned;
    const OPERATION: Operation = Operation::ReceiveReturn;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Returned> {
        if self.refund {
            access::check_capability(unit, Area::Payments).await.at(["refund"])?;
        }
        let (order, before) = part::lock::<returns::Model>(unit, self.id, self.expected_version).await.at(["id"])?;
        state::check(before.status, ReturnStatus::Received).at(["id"])?;
        let settings = settings::load(unit).await?;
        let lines = lines::read(unit, self.id).await?;
        let items = items(unit, order.id).await?;
        let mut receipt = Receipt::of(unit, &settings, &self.lines, &lines, &items)?;
        if !receipt.restocked.is_empty() {
            // Each receipt has a version of the return for itself.
            let key = format!("return:{}:{}", self.id, before.version);
            let taken = stock::take_back(unit, order.id, &receipt.restocked, &key).await.under(["lines"])?;
            receipt.note_restocked(&taken);
        }
        self.write(unit, &order, &before, &receipt);
        let settled = save(unit, &settings, &order, order.clone(), None).await?;
        if self.refund {
            of_return(unit, Self::OPERATION, &settled, self.id, &receipt.received).await.at(["refund"])?;
        }
        Ok(Returned { order_return: self.id, order: order.id })
    }
}

impl Receive {
    /// Writes a receipt: a new version of the return, also if only a part came back.
    fn write(&self, unit: &mut UnitOfWork, order: &orders::Model, before: &returns::Model, receipt: &Receipt) {
        let mut after = before.clone();
        if receipt.is_last {
            after.status = ReturnStatus::Received;
            after.received_at = Some(unit.now().into());
        }
        after.touch(unit.now().into());
        lines::update(unit, &receipt.lines);
        rows::update_items(unit, &receipt.items);
        unit.write(|sql| {
            let columns = columns!(returns::Model: id, status, received_at, version, updated_at);
            sql.update("returns", &columns, &[], [&after]);
        });
        let mut changes = edit::changes(Some(before), &after);
        changes.insert("received".to_owned(), receipt.told());
        let was = edit::changes(Some(&after), before);
        unit.record(Self::OPERATION, returns::Model::TYPE, self.id, was, &changes);
        changes.insert("returnId".to_owned(), self.id.to_string().into());
        unit.emit(Event {
            kind: EventKind::ReturnReceived,
            aggregate_type: EventAggregate::Order,
            aggregate_id: order.id,
            // The order itself did not change.
            aggregate_version: 0,
            agent_id: None,
            execution_id: None,
            changes,
        });
    }
}

//! What follows for an order from its lines and payments.

use entity::{
    orders,
    sea_orm_active_enums::{EventAggregate, FinancialStatus, OrderStatus},
};
use uuid::Uuid;

use super::{
    confirm, report, rows,
    state::{self, Money, Pieces},
    sums,
};
use crate::{
    Result, UnitOfWork,
    customers::totals,
    edit,
    events::{Event, EventKind},
    followup,
    money::stored,
    settings::Settings,
};

/// Works out the statuses and sums of an order that is locked, after any change of its payments or lines, and writes
/// them; an order with enough money is confirmed, one that is out and paid completed, where the shop wants it so. The
/// totals of its customer follow.
pub(crate) async fn settle(unit: &mut UnitOfWork, settings: &Settings, order_id: Uuid) -> Result<orders::Model> {
    let order = rows::read(unit, order_id).await?;
    save(unit, settings, &order, order.clone(), None).await
}

/// The same for an order of which all is known: its row, and what its payments and lines come to.
pub(crate) async fn settle_known(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    sums: (Money, Pieces),
) -> Result<orders::Model> {
    save_known(unit, settings, order, order.clone(), None, sums).await
}

/// Writes a changed order with all that follows, and tells of it: as `kind`, if the caller did something of its own. What
/// the caller changed of its lines and payments is written, or stands in the unit's batch.
pub(super) async fn save(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    order: orders::Model,
    kind: Option<EventKind>,
) -> Result<orders::Model> {
    let sums = sums::read(unit, order.id).await?;
    save_known(unit, settings, before, order, kind, sums).await
}

async fn save_known(
    unit: &mut UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    mut order: orders::Model,
    kind: Option<EventKind>,
    (money, pieces): (Money, Pieces),
) -> Result<orders::Model> {
    let mut story = Story { last: before.clone() };
    follow(unit, settings, before, &mut order, &money, &pieces);
    if let Some(kind) = kind {
        story.tell(unit, &mut order, kind);
    }
    let confirms = settings.confirm_on_payment && order.status == OrderStatus::Pending;
    if confirms && money.is_enough(order.total_amount) {
        confirm::accept(unit, &mut order);
        story.tell(unit, &mut order, EventKind::OrderConfirmed);
    }
    let completes = settings.auto_complete && order.status == OrderStatus::Processing;
    if completes && state::is_out_and_paid(&order) {
        super::complete::finish(unit, &mut order);
        story.tell(unit, &mut order, EventKind::OrderCompleted);
    }
    if order != story.last {
        story.tell(unit, &mut order, EventKind::OrderUpdated);
    }
    if order.version > before.version {
        rows::update(unit, &order);
    }
    ask_to_ship(unit, before, &order, &pieces, kind).await?;
    let worth = |order: &orders::Model| {
        state::counts(order.status, order.financial_status).then_some((order.customer_id, order.report_amount))
    };
    if let Some(customer) = order.customer_id.filter(|_| worth(before) != worth(&order)) {
        totals::follow(unit, settings, customer).await?;
    }
    Ok(order)
}

/// Asks an agent to ship an order that was confirmed or got other lines, and nobody any more when nothing is left of it.
async fn ask_to_ship(
    unit: &mut UnitOfWork,
    before: &orders::Model,
    order: &orders::Model,
    pieces: &Pieces,
    kind: Option<EventKind>,
) -> Result<()> {
    let ships = |order: &orders::Model| matches!(order.status, OrderStatus::Confirmed | OrderStatus::Processing);
    if ships(before) && !pieces.are_open() {
        return followup::withdraw(unit, &confirm::shipping_key(order.id)).await.map(drop);
    }
    match ships(order) && pieces.are_open() && (!ships(before) || kind == Some(EventKind::OrderEdited)) {
        true => confirm::ask_to_ship(unit, order).await,
        false => Ok(()),
    }
}

/// Writes into an order what its payments and lines come to.
fn follow(
    unit: &UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    order: &mut orders::Model,
    money: &Money,
    pieces: &Pieces,
) {
    order.captured_amount = stored(money.captured);
    order.refunded_amount = stored(money.refunded);
    order.financial_status = state::financial(order.status, order.total_amount, money);
    order.fulfillment_status = state::fulfilment(order.status, pieces);
    order.report_amount = report::amount(order, &settings.currency);
    if order.status != OrderStatus::Pending || money.is_enough(order.total_amount) {
        order.hold_expires_at = None;
    } else if !matches!(before.financial_status, FinancialStatus::Pending | FinancialStatus::Voided) {
        // If money kept the stock, it is not enough any more: the stock is kept as long as for a new order.
        order.hold_expires_at = order.hold_expires_at.or(Some(confirm::hold_until(unit, settings.hold_minutes)));
    }
}

/// What happened to an order, one version after the other.
struct Story {
    last: orders::Model,
}

impl Story {
    /// Tells the change since the last version.
    fn tell(&mut self, unit: &mut UnitOfWork, order: &mut orders::Model, kind: EventKind) {
        order.version += 1;
        order.updated_at = unit.now().into();
        tell(unit, Some(&self.last), order, kind);
        self.last = order.clone();
    }
}

/// Tells what happened to an order: a new version of it.
pub(super) fn tell(unit: &mut UnitOfWork, before: Option<&orders::Model>, order: &orders::Model, kind: EventKind) {
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Order,
        aggregate_id: order.id,
        aggregate_version: order.version,
        agent_id: order.placed_by_agent_id,
        execution_id: None,
        changes: edit::changes(before, order),
    });
}

//! What becomes of the stock of an order that another system decided about.

use entity::{orders, sea_orm_active_enums::EventAggregate};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    given::{ExternalOrder, ExternalRefund},
    lines::{Plan, Planned},
};
pub(super) use crate::stock::external::Kept;
use crate::{
    Result, UnitOfWork,
    catalog::edition::{self, Pieces},
    events::{Event, EventKind},
    followup::{self, FollowUp},
    settings::Settings,
    stock::{
        self, Back,
        external::{Keeping, Missing, location},
    },
};

/// Locks what the items of a plan keep, and the stock of their variants.
pub(super) async fn lock(unit: &UnitOfWork, plan: &Plan) -> Result<Kept> {
    let variants: Vec<Uuid> = plan.stock(false).iter().map(|line| line.variant_id).collect();
    Kept::lock(unit, &plan.known(), &variants).await
}

/// Keeps what an order still has to send if it is open, and lets leave what was sent. The items are written, or in the
/// unit's batch. Pieces that are missing are left to somebody.
pub(super) async fn follow(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    plan: &Plan,
    (kept, is_open): (Kept, bool),
) -> Result<()> {
    let missing = kept.follow(unit, settings, Keeping::of(settings), order.id, &plan.stock(is_open)).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let line = |missing: &Missing| json!({ "itemId": missing.order_item_id, "quantity": missing.quantity });
    let lines: Vec<_> = missing.iter().map(line).collect();
    unit.emit(Event {
        kind: EventKind::OrderOversold,
        aggregate_type: EventAggregate::Order,
        aggregate_id: order.id,
        // The order itself did not change.
        aggregate_version: 0,
        agent_id: None,
        execution_id: None,
        changes: Map::from_iter([("lines".to_owned(), json!(lines))]),
    });
    let follow_up = FollowUp {
        task_type: "resolve_oversold",
        name: format!("Resolve order {}, of which pieces are missing", order.order_number),
        payload: json!({ "orderId": order.id, "orderNumber": order.order_number, "lines": lines }),
        effect_key: format!("resolve_oversold:{}", order.id),
        agent_hint: None,
    };
    followup::create(unit, follow_up).await.map(drop)
}

/// Takes back what came back now. Where the other system counts its stock, it has put the pieces there by itself.
pub(super) async fn take_back(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    given: &ExternalOrder,
    plan: &Plan,
) -> Result<()> {
    let place = |line: usize| place(&given.refunds, line);
    let returning = plan.items.iter().enumerate().filter(|(_, planned)| planned.returning > 0);
    let backs = returning.filter_map(|(line, planned)| back(settings, planned, place(line))).collect();
    put_back(unit, settings, order, backs).await
}

/// Where the pieces of a line came back to last, as Shopify calls it.
pub(super) fn place(refunds: &[ExternalRefund], line: usize) -> Option<&str> {
    let lines = refunds.iter().flat_map(|refund| &refund.lines).filter(|back| back.line == line);
    let mut places = lines.filter_map(|back| back.restocked.as_ref()?.1.as_deref());
    places.next_back()
}

/// What comes back of an item, to a location that Shopify calls so.
pub(super) fn back(settings: &Settings, planned: &Planned, shopify_id: Option<&str>) -> Option<Back> {
    Some(Back {
        order_item_id: planned.item.id,
        variant_id: planned.item.product_variant_id?,
        quantity: planned.returning,
        location: location(settings, shopify_id),
    })
}

/// Puts pieces back.
pub(super) async fn put_back(
    unit: &mut UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    backs: Vec<Back>,
) -> Result<()> {
    if backs.is_empty() {
        return Ok(());
    }
    match Keeping::of(settings) {
        Keeping::Own => {
            // How many came back follows from the order: the key only tells the movements apart.
            stock::take_back(unit, order.id, &backs, &format!("back:{}", Uuid::now_v7())).await.map(drop)
        }
        Keeping::Beside => {
            let pieces = |back: &Back| Pieces { variant_id: back.variant_id, quantity: back.quantity };
            edition::take_back(unit, &backs.iter().map(pieces).collect::<Vec<Pieces>>()).await
        }
    }
}

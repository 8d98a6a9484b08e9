//! An order of what is wanted: everything is read first, then the stock is taken, and all the rest is written at once,
//! so that a stock row many want is locked for two round trips and a commit. What can be refused is refused before
//! anything is written: calls that share a transaction go on without this one.

use entity::{orders, sea_orm_active_enums::OrderStatus};
use uuid::Uuid;

use super::{Place, take};
use crate::{
    Result, UnitOfWork,
    customers::totals,
    events::EventKind,
    orders::{
        confirm,
        lines::{self, demands, of_items},
        number, rows,
        settle::tell,
        state::{self, Money},
        uses,
    },
    payments::create::Opening,
    refusal::At,
    settings::Settings,
    stock,
};

/// Places an order of what is wanted.
pub(super) async fn place(
    verb: &Place,
    unit: &mut UnitOfWork,
    settings: &Settings,
    agent: Option<Uuid>,
) -> Result<(orders::Model, Option<Opening>)> {
    let wanted = verb.wanted();
    let (buyer, priced) = lines::price(unit, settings, &wanted).await?;
    verb.check_total(priced.total_amount)?;
    let number = number::draw(unit, settings).await?;
    let mut order = lines::draft(unit, number, &wanted, &buyer, &priced);
    order.status = OrderStatus::Pending;
    order.source = verb.source();
    order.placed_by_agent_id = agent;
    order.placed_at = Some(unit.now().into());
    order.financial_status = state::financial(order.status, order.total_amount, &Money::default());
    order.hold_expires_at = Some(confirm::hold_until(unit, verb.hold_minutes.unwrap_or(settings.hold_minutes)));
    let items = lines::items(unit, order.id, &priced.lines);
    verb.check_authority(unit, &order, &items).await?;
    let opening = verb.check_payment(unit, settings, &order).await?;

    let taken = take(unit, settings, verb.hold_id, None, &demands(&items)).await.at(["lines"])?;
    uses::count(unit, &priced.uses).await?;

    order.customer_id = buyer.or_new(unit, settings, Some(order.report_amount));
    tell(unit, None, &order, EventKind::OrderPlaced);
    // What costs nothing waits for no money.
    if verb.confirm || order.total_amount.is_zero() {
        let placed = order.clone();
        confirm::accept(unit, &mut order);
        order.version += 1;
        tell(unit, Some(&placed), &order, EventKind::OrderConfirmed);
    }
    rows::insert(unit, &order, &items);
    stock::reserve(unit, order.id, verb.hold_id, &of_items(&items, &taken));
    uses::write(unit, &order, &priced.uses);
    if let Some(customer) = buyer.id {
        totals::add(unit, settings, customer, order.report_amount, unit.now()).await?;
    }
    if order.status == OrderStatus::Confirmed {
        confirm::ask_to_ship(unit, &order).await?;
    }
    Ok((order, opening))
}

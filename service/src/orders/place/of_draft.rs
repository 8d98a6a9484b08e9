//! An order of a draft: its prices stand, its stock does not unless a hold keeps it.

use entity::{order_items, orders, sea_orm_active_enums::OrderStatus};
use uuid::Uuid;

use super::{Place, take};
use crate::{
    Error, Result, UnitOfWork,
    customers::find_buyer,
    events::EventKind,
    orders::{
        again, confirm,
        lines::{demands, of_items, wish},
        report, rows,
        settle::save,
        state::{self, Act},
        uses,
    },
    payments::create::Opening,
    pricing::{self, DiscountUse, Priced},
    refusal::{At, Code, Facts, Refusal},
    settings::Settings,
    stock,
};

/// Places a draft.
pub(super) async fn place(
    verb: &Place,
    unit: &mut UnitOfWork,
    settings: &Settings,
    draft: Uuid,
    agent: Option<Uuid>,
) -> Result<(orders::Model, Option<Opening>)> {
    let before = crate::orders::lock(unit, draft).await.at(["draftId"])?;
    verb.check_wants_nothing()?;
    state::check(&before, Act::Place).at(["draftId"])?;
    if before.valid_until.is_some_and(|end| end <= unit.now()) {
        let message = "the quote is no longer valid: make a new one";
        return Err(Refusal::new(Code::DeadlinePassed, message).at(["draftId"]).into());
    }
    verb.check_total(before.total_amount)?;
    let items = rows::items(unit, draft).await?;
    let buyer = find_buyer(unit, before.customer_id, before.email.as_deref()).await?;
    let priced = priced(unit, settings, &before, &items, buyer.id).await?;

    let mut order = before.clone();
    order.status = OrderStatus::Pending;
    order.valid_until = None;
    order.placed_at = Some(unit.now().into());
    order.placed_by_agent_id = agent.or(before.placed_by_agent_id);
    if verb.source.is_some() {
        order.source = verb.source();
    }
    order.hold_expires_at = Some(confirm::hold_until(unit, verb.hold_minutes.unwrap_or(settings.hold_minutes)));
    if let Some(priced) = &priced {
        order.exchange_rate_e10 = priced.exchange_rate_e10;
    }
    order.report_amount = report::checked(&order, &settings.currency).at(["draftId"])?;
    verb.check_authority(unit, &order, &items).await?;
    let opening = verb.check_payment(unit, settings, &order).await?;

    let kept = stock::hold_of_order(unit, draft).await?;
    let hold = verb.hold_id.or(kept);
    if kept.is_some() && hold != kept {
        stock::lock_draft_first(unit, draft, hold, &items).await?;
        stock::release_order(unit, draft).await?;
    }
    let taken = match take(unit, settings, hold, Some(draft), &demands(&items)).await {
        // Its own hold ended a moment ago: that only freed the pieces.
        Err(Error::Refused(gone)) if gone.code == Code::HoldGone && verb.hold_id.is_none() => {
            stock::take(unit, settings, &demands(&items)).await
        }
        taken => taken,
    };
    let taken = taken.at(["draftId"])?;
    let used: &[DiscountUse] = priced.as_ref().map(|priced| priced.uses.as_slice()).unwrap_or_default();
    uses::count(unit, used).await?;
    order.customer_id = buyer.or_new(unit, settings, None);
    stock::reserve(unit, draft, hold, &of_items(&items, &taken));
    uses::write(unit, &order, used);
    let placed = save(unit, settings, &before, order, Some(EventKind::OrderPlaced)).await?;
    // What costs nothing waits for no money.
    let confirms = verb.confirm || placed.total_amount.is_zero();
    if !confirms || placed.status != OrderStatus::Pending {
        return Ok((placed, opening));
    }
    let mut order = placed.clone();
    confirm::accept(unit, &mut order);
    let confirmed = save(unit, settings, &placed, order, Some(EventKind::OrderConfirmed)).await?;
    Ok((confirmed, opening))
}

/// What the draft would come to now, for the discounts that it uses and the exchange rate: its own amounts stand. None
/// where it cannot be priced any more. A discount that was used up in the meantime is refused: a quote keeps no place.
async fn priced(
    unit: &UnitOfWork,
    settings: &Settings,
    draft: &orders::Model,
    items: &[order_items::Model],
    customer_id: Option<Uuid>,
) -> Result<Option<Priced>> {
    let mut wish = wish(draft, items, customer_id)?;
    let facts = pricing::load(unit, settings, &wish).await?;
    loop {
        match pricing::price(&wish, &facts, settings) {
            Ok(priced) => return Ok(Some(priced)),
            Err(Error::Refused(refusal)) if again::keep_shipping(&mut wish, draft, &refusal) => {}
            Err(Error::Refused(refusal)) if !is_used_up(&refusal) => return Ok(None),
            Err(error) => return Err(error).at(["draftId"]),
        }
    }
}

/// Whether a discount was used up.
fn is_used_up(refusal: &Refusal) -> bool {
    matches!(&*refusal.facts, Facts::Discount { reason, .. } if ["USED_UP", "ALREADY_USED"].contains(&reason.as_str()))
}

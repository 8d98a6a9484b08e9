//! Refunds that other verbs ask for.

use entity::orders;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    history,
    request::{Proposal, request},
    spread,
    target::Target,
};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    authority::{self, Limit},
    edit,
    orders::items,
    payments::{account::Account, books, exceeded},
    refusal::At,
};

/// Where refunds come from that the server asks for.
pub(super) const SERVER: &str = "server";
/// Where refunds come from that follow from a return.
const RETURN: &str = "return";

/// Asks for a refund of all that can be given back of an order that is locked, and settles the order: none if there is
/// nothing. Its pieces are left alone.
pub(crate) async fn request_everything(
    unit: &mut UnitOfWork,
    order: &orders::Model,
    reason: Option<&str>,
) -> Result<Vec<Uuid>> {
    let mut account = Account::of(unit, order.clone()).await?;
    let sources = spread::sources(&account, None);
    let available = spread::available(&sources);
    if available.is_zero() {
        return Ok(Vec::new());
    }
    let mut items = items(unit, order.id).await?;
    let past = history::read(unit, order.id).await?;
    let target = Target::everything(order, &items, &past, available);
    let reason = reason.map(str::to_owned);
    let proposal = Proposal { target, parts: sources, source: SERVER, reason, ..Proposal::default() };
    Ok(vec![request(unit, &mut account, &mut items, proposal).await?.id])
}

/// Asks, as a part of an operation, for a refund of pieces that a return has brought back, (item, quantity) each, and
/// settles the order, which is locked: none if all of them were refunded, or are worth nothing. Pieces that were
/// refunded before are left out. Refused above what can be given back, or what the agent may give back.
pub(crate) async fn of_return(
    unit: &mut UnitOfWork,
    operation: Operation,
    order: &orders::Model,
    return_id: Uuid,
    pieces: &[(Uuid, i32)],
) -> Result<Option<Uuid>> {
    let mut account = Account::of(unit, order.clone()).await?;
    books::check_open(&account.settings, unit.now())?;
    let mut items = items(unit, order.id).await?;
    let past = history::read(unit, order.id).await?;
    let mut target = Target::default();
    for item in &items {
        let named = pieces.iter().filter(|(id, _)| *id == item.id).map(|(_, quantity)| *quantity).sum::<i32>();
        let quantity = named.min(item.quantity - item.refunded_quantity);
        if quantity > 0 {
            target.add_pieces(order, item, quantity, &past);
        }
    }
    let amount = target.amount();
    if amount <= Decimal::ZERO {
        return Ok(None);
    }
    let sources = spread::sources(&account, None);
    let available = spread::available(&sources);
    let parts = spread::spread(amount, &sources).ok_or_else(|| exceeded(amount, available, &order.currency));
    let parts = parts.at(["refund"])?;
    let asked = books::in_report_currency(&account.settings, order, amount);
    authority::check(unit, None, Limit::Refund, asked, None, ("Order", order.id)).await.at(["refund"])?;
    let proposal = Proposal { target, parts, source: RETURN, return_id: Some(return_id), ..Proposal::default() };
    let refund = request(unit, &mut account, &mut items, proposal).await?;
    unit.record(operation, "Refund", refund.id, Json::Null, edit::changes(None, &refund));
    Ok(Some(refund.id))
}

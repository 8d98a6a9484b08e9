//! A refund that arrives by itself, without its order.

use entity::orders;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::{
    check,
    given::{ExternalRefund, Origin},
    lines::Plan,
    money, pieces,
};
use crate::{
    Result, UnitOfWork,
    orders::{rows, settle, state},
    payments::{account::Account, refund::known::KnownRefunds},
    settings,
};

/// A refund of Shopify, with the lines that it is about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LoneRefund {
    /// Shopify's id of the order.
    pub(crate) shopify_order_id: String,
    /// The refund; its lines name places in `lines`.
    pub(crate) refund: ExternalRefund,
    /// The lines.
    pub(crate) lines: Vec<LoneLine>,
}

/// A line that a refund is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoneLine {
    /// Shopify's id of it.
    pub(crate) shopify_id: String,
    /// How many of its pieces will not be sent because of the refund.
    pub(crate) cancelled: i32,
    /// How many came back because of it.
    pub(crate) returned: i32,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refunded {
    /// It is entered, or was so before.
    Entered,
    /// Something that it is about is not known yet.
    Waits(String),
}

/// Enters a refund of an order that is known, once. A refund without money adds nothing to its order.
pub(crate) async fn enter_refund(unit: &mut UnitOfWork, given: &LoneRefund) -> Result<Refunded> {
    let settings = settings::load(unit).await?;
    let found = orders::Entity::find().filter(orders::Column::ShopifyOrderId.eq(given.shopify_order_id.as_str()));
    let Some(order) = found.lock_exclusive().one(unit.txn().await?).await? else {
        return Ok(Refunded::Waits(format!("the order {} is not known yet", given.shopify_order_id)));
    };
    check::check_refund(&given.refund, &order.currency)?;
    if given.refund.amount.is_zero() {
        return Ok(Refunded::Entered);
    }
    let mut account = Account::of(unit, order.clone()).await?;
    let known = KnownRefunds::read(unit, &account).await?;
    if known.payment(&account, &given.refund.id).is_some() {
        return Ok(Refunded::Entered);
    }
    // An order names all its refunds: those that are known under other ids, too, and what became of their pieces.
    let is_told = order.source_updated_at.is_some_and(|told| told >= given.refund.at);
    let may_be_known = !known.unnamed(&account).is_zero();
    if is_told && (may_be_known || given.refund.is_pending) {
        return Ok(Refunded::Entered);
    }
    if may_be_known {
        let message = "the order does not say yet whether the refund is known under another id";
        return Ok(Refunded::Waits(message.to_owned()));
    }
    let items = rows::items(unit, order.id).await?;
    let without_pieces = |line: &LoneLine| LoneLine { cancelled: 0, returned: 0, ..line.clone() };
    let lines: Vec<LoneLine> = match is_told {
        true => given.lines.iter().map(without_pieces).collect(),
        false => given.lines.clone(),
    };
    let Some(plan) = Plan::of_refund(unit, items, &lines) else {
        return Ok(Refunded::Waits("a line of the order is not known yet".to_owned()));
    };
    let payment = money::source(&account, &known, Origin::Shopify.source(), &given.refund);
    let left = payment.and_then(|payment| account.find(payment)).map(|row| row.captured_amount - row.refunded_amount);
    if left.is_none_or(|left| left < given.refund.amount) {
        return Ok(Refunded::Waits("more goes back than is known to have come in".to_owned()));
    }
    // Pieces and money of an order change together: the stock is locked after the payments.
    let is_open = state::is_open(order.status);
    let kept = pieces::lock(unit, &plan).await?;
    plan.write(unit);
    pieces::follow(unit, &settings, &order, &plan, (kept, is_open)).await?;
    let place = |line: usize| pieces::place(std::slice::from_ref(&given.refund), line);
    let returning = plan.items.iter().enumerate().filter(|(_, planned)| planned.returning > 0);
    let backs = returning.filter_map(|(line, planned)| pieces::back(&settings, planned, place(line))).collect();
    pieces::put_back(unit, &settings, &order, backs).await?;
    let item_of = |line: usize| plan.items.get(line).map(|planned| planned.item.id);
    money::enter(unit, &mut account, &known, (Origin::Shopify, &given.refund), &item_of).await?;
    settle::settle(unit, &settings, order.id).await?;
    Ok(Refunded::Entered)
}

/// Whether the prices of an order contain the taxes; none if the order is not known.
pub(crate) async fn is_tax_included(unit: &UnitOfWork, shopify_order_id: &str) -> Result<Option<bool>> {
    let mut sql = unit.sql();
    sql.push("SELECT tax_included FROM orders WHERE shopify_order_id = ").bind(shopify_order_id);
    let rows = unit.rows(sql).await?;
    Ok(rows.first().map(|row| row.try_get_by("tax_included")).transpose()?)
}

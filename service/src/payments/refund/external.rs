//! Refunds that another system made for an order: for which pieces, and for how much.

use chrono::{DateTime, Utc};
use entity::{
    refund_lines, refunds,
    sea_orm_active_enums::{PaymentEntryKind, RefundStatus},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    progress,
    provided::{self, Told},
    rows,
};
use crate::{
    Result, UnitOfWork,
    money::stored,
    payments::{
        Fact,
        account::{Account, News},
        entry::{NewEntry, Request},
        ledger,
        report::{self, FactKind},
    },
};

/// A refund as another system has it.
#[derive(Debug)]
pub(crate) struct Refund<'a> {
    /// Which system that is.
    pub(crate) source: &'static str,
    /// Its id there.
    pub(crate) id: &'a str,
    /// How much goes back; 0 if nothing did, and nothing will.
    pub(crate) amount: Decimal,
    /// Whether the money is still on its way.
    pub(crate) is_pending: bool,
    /// For which pieces.
    pub(crate) pieces: Vec<Pieces>,
    /// How much of it is for shipping.
    pub(crate) shipping_amount: Decimal,
    /// And how much for the tax on top of shipping.
    pub(crate) shipping_tax_amount: Decimal,
    /// Why.
    pub(crate) reason: Option<String>,
    /// When.
    pub(crate) at: DateTime<Utc>,
}

/// Pieces of an item that money was given back for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    /// The item.
    pub(crate) item: Uuid,
    /// How many.
    pub(crate) quantity: i32,
    /// What was given back for them, with the tax.
    pub(crate) amount: Decimal,
    /// The tax in it.
    pub(crate) tax: Decimal,
    /// How many of them are in stock again.
    pub(crate) restocked: i32,
}

/// Enters, once, a refund that is known or was requested here, and whose order is locked; returns whether it was.
pub(crate) async fn enter_known(
    unit: &mut UnitOfWork,
    account: &mut Account,
    payment: Uuid,
    refund: &Refund<'_>,
) -> Result<bool> {
    let known = account.payment(payment)?;
    if known.knows(refund.id, PaymentEntryKind::Refunded) {
        return Ok(true);
    }
    let left = known.row.captured_amount - known.row.refunded_amount;
    let told = Told {
        provider: refund.source,
        id: refund.id,
        amount: refund.amount,
        refund: None,
        key: None,
        made_at: refund.at,
    };
    let Some(request) = provided::request(unit, account, payment, &told).await? else { return Ok(false) };
    // A part of it may have been known under another name when it was entered.
    let amount = refund.amount.min(request.amount);
    if amount.is_zero() {
        let fact = Fact { kind: FactKind::RefundFailed, amount: None, request: Some(request.id) };
        enter(unit, account, payment, refund, &fact).await?;
        return Ok(true);
    }
    if amount > left && went_back(account, payment, &request) < amount {
        return Ok(true);
    }
    explain(unit, account, &request, refund).await?;
    if !refund.is_pending {
        let fact = Fact { kind: FactKind::Refunded, amount: Some(amount), request: Some(request.id) };
        enter(unit, account, payment, refund, &fact).await?;
    }
    progress::count(unit, account.order.id).await?;
    Ok(true)
}

/// Enters a new refund with an amount above 0. False, and nothing is entered, if more goes back
/// than is known to have come in.
pub(crate) async fn enter_new(
    unit: &mut UnitOfWork,
    account: &mut Account,
    payment: Uuid,
    refund: &Refund<'_>,
) -> Result<bool> {
    let row = &account.payment(payment)?.row;
    if refund.amount > row.captured_amount - row.refunded_amount {
        return Ok(false);
    }
    let request = add(unit, account, payment, refund)?;
    if refund.is_pending {
        account.save(unit).await?;
    } else {
        let fact = Fact { kind: FactKind::Refunded, amount: Some(refund.amount), request: Some(request.id) };
        enter(unit, account, payment, refund, &fact).await?;
    }
    progress::count(unit, account.order.id).await?;
    Ok(true)
}

/// Enters what became of the money of a refund.
async fn enter(
    unit: &mut UnitOfWork,
    account: &mut Account,
    payment: Uuid,
    refund: &Refund<'_>,
    fact: &Fact,
) -> Result<()> {
    let news = News { at: refund.at, event: Some(refund.id.to_owned()) };
    report::apply(unit, account, payment, fact, &news, None).await.map(drop)
}

/// What went back by a request.
fn went_back(account: &Account, payment: Uuid, request: &Request) -> Decimal {
    let payment = account.payments.iter().find(|other| other.row.id == payment);
    payment.map_or(Decimal::ZERO, |payment| ledger::moved(payment.entries(), request.id, PaymentEntryKind::Refunded))
}

/// Adds a refund with its request, which the fact settles once the money went back.
fn add(unit: &mut UnitOfWork, account: &mut Account, payment: Uuid, refund: &Refund<'_>) -> Result<Request> {
    let now = unit.now().into();
    let row = refunds::Model {
        id: Uuid::now_v7(),
        order_id: account.order.id,
        return_id: None,
        amount: stored(refund.amount),
        shipping_amount: stored(refund.shipping_amount),
        shipping_tax_amount: stored(refund.shipping_tax_amount),
        adjustment_amount: adjustment(account, refund),
        currency: account.order.currency.clone(),
        reason: refund.reason.clone(),
        status: RefundStatus::Pending,
        source: refund.source.to_owned(),
        agent_id: None,
        external_id: Some(refund.id.to_owned()),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let lines = lines(unit, row.id, refund);
    rows::insert(unit, &row, &lines);
    let (kind, key) = (PaymentEntryKind::RefundRequested, format!("refund:{}:{payment}:1", row.id));
    let new = NewEntry { refund: Some(row.id), ..NewEntry::of(kind, refund.amount) };
    let id = account.payment(payment)?.request(new, key.clone(), refund.at);
    Ok(Request { id, kind, amount: refund.amount, open: refund.amount, refund: Some(row.id), key })
}

/// Says what a refund of a cancelled order is for, which was asked for here without that.
async fn explain(unit: &mut UnitOfWork, account: &Account, request: &Request, refund: &Refund<'_>) -> Result<()> {
    let found = rows::lock(unit, request.refund).await?.into_iter().next();
    let is_own = |row: &refunds::Model| row.source == super::everything::SERVER && row.amount == refund.amount;
    let Some(row) = found.filter(is_own) else { return Ok(()) };
    let (id, version) = (row.id, row.version.saturating_add(1));
    let lines = lines(unit, id, refund);
    let mut sql = unit.sql();
    sql.push("DELETE FROM refund_lines WHERE refund_id = ").bind(id);
    unit.execute(sql).await?;
    let mut sql = unit.sql();
    sql.push("UPDATE refunds SET source = ").bind(refund.source).push(", shipping_amount = ");
    sql.bind(stored(refund.shipping_amount)).push(", shipping_tax_amount = ");
    sql.bind(stored(refund.shipping_tax_amount)).push(", adjustment_amount = ");
    sql.bind(adjustment(account, refund)).push(", reason = ").bind(refund.reason.clone());
    sql.push(", version = ").bind(version).push(", updated_at = ").bind(unit.now()).push(" WHERE id = ").bind(id);
    unit.execute(sql).await?;
    rows::insert_lines(unit, &lines);
    Ok(())
}

/// What an amount is beside its parts.
fn adjustment(account: &Account, refund: &Refund<'_>) -> Decimal {
    let pieces: Decimal = refund.pieces.iter().map(|pieces| pieces.amount).sum();
    let on_top = if account.order.tax_included { Decimal::ZERO } else { refund.shipping_tax_amount };
    stored(refund.amount - pieces - refund.shipping_amount - on_top)
}

fn lines(unit: &UnitOfWork, refund_id: Uuid, refund: &Refund<'_>) -> Vec<refund_lines::Model> {
    let line = |pieces: &Pieces| refund_lines::Model {
        refund_id,
        order_item_id: pieces.item,
        quantity: pieces.quantity,
        amount: stored(pieces.amount),
        tax_amount: stored(pieces.tax),
        restocked_quantity: pieces.restocked,
        created_at: unit.now().into(),
    };
    refund.pieces.iter().map(line).collect()
}

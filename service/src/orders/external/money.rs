//! The money of an order that another system decided about: totals and refunds, of which what is new is entered.

use std::collections::{BTreeMap, BTreeSet};

use entity::{orders, sea_orm_active_enums::PaymentStatus};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    given::{ExternalOrder, ExternalPayment, ExternalRefund, Origin},
    lines::Plan,
};
use crate::{
    Result, UnitOfWork,
    payments::{
        Fact,
        account::{Account, News, Payment},
        create::{self, NewPayment},
        ledger,
        observe::{Total, observe},
        refund::{
            external::{self, Pieces, Refund},
            known::KnownRefunds,
        },
        report::{self, FactKind},
    },
};

/// Enters what is new of an order's money. The order is locked.
pub(super) async fn follow(
    unit: &mut UnitOfWork,
    order: &orders::Model,
    given: &ExternalOrder,
    plan: &Plan,
) -> Result<()> {
    let Some(told) = &given.payment else { return Ok(()) };
    let mut account = Account::of(unit, order.clone()).await?;
    let elsewhere = elsewhere(&account, told.provider);
    let left = |total: Decimal| (total - elsewhere).max(Decimal::ZERO);
    let (authorized, captured) = (left(told.authorized), left(told.captured));
    let news = News { at: told.at, event: None };
    if let Some(payment) = payment(unit, &mut account, told, authorized.max(captured)) {
        for total in [(Total::Authorized, authorized), (Total::Captured, captured)] {
            observe(unit, &mut account, payment, total, &news).await?;
        }
        if given.cancelled.is_some() || told.authorized.is_zero() {
            void(unit, &mut account, payment, &news).await?;
        }
    }
    refunds(unit, &mut account, given, plan).await
}

/// Enters the refunds of an order. What went back under another id, or under none, is taken for what is missing of the
/// oldest of them: nothing counts twice, whatever the order in which it is told.
async fn refunds(unit: &mut UnitOfWork, account: &mut Account, given: &ExternalOrder, plan: &Plan) -> Result<()> {
    let item_of = |line: usize| plan.items.get(line).map(|planned| planned.item.id);
    let mut told: Vec<&ExternalRefund> = given.refunds.iter().collect();
    told.sort_by_key(|refund| (refund.at, refund.id.len(), refund.id.clone()));
    let known = KnownRefunds::read(unit, account).await?;
    let mut new: BTreeSet<&str> = BTreeSet::new();
    for refund in told.iter().copied() {
        let is_known = enter_known(unit, account, &known, (given.origin, refund), &item_of).await?;
        if !is_known && !refund.amount.is_zero() {
            new.insert(&refund.id);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let known = KnownRefunds::read(unit, account).await?;
    let mut unnamed = match given.origin {
        Origin::Shopify => known.unnamed(account),
        // A file names only what is missing here.
        Origin::Import => Decimal::ZERO,
    };
    for refund in told {
        let is_new = new.contains(refund.id.as_str());
        let entered = if is_new { Decimal::ZERO } else { known.amount(account, &refund.id) };
        let covered = (refund.amount - entered).max(Decimal::ZERO).min(unnamed);
        unnamed -= covered;
        if is_new && covered < refund.amount {
            let rest = ExternalRefund { amount: refund.amount - covered, ..refund.clone() };
            enter_new(unit, account, &known, (given.origin, &rest), &item_of).await?;
        }
    }
    Ok(())
}

/// What came in by payments of other providers.
fn elsewhere(account: &Account, provider: &str) -> Decimal {
    let others = account.payments.iter().filter(|payment| payment.row.provider != provider);
    others.map(|payment| payment.row.captured_amount).sum()
}

/// Enters a refund of an order, once; false if more goes back than is known to have come in.
pub(super) async fn enter(
    unit: &mut UnitOfWork,
    account: &mut Account,
    known: &KnownRefunds,
    (origin, given): (Origin, &ExternalRefund),
    item_of: &impl Fn(usize) -> Option<Uuid>,
) -> Result<bool> {
    if enter_known(unit, account, known, (origin, given), item_of).await? {
        return Ok(true);
    }
    enter_new(unit, account, known, (origin, given), item_of).await
}

/// Enters a refund that is known or was requested here; returns whether it was.
async fn enter_known(
    unit: &mut UnitOfWork,
    account: &mut Account,
    known: &KnownRefunds,
    (origin, given): (Origin, &ExternalRefund),
    item_of: &impl Fn(usize) -> Option<Uuid>,
) -> Result<bool> {
    let Some(payment) = source(account, known, origin.source(), given) else { return Ok(false) };
    external::enter_known(unit, account, payment, &refund(origin, given, item_of)).await
}

/// Enters a new one; false if more goes back than is known to have come in.
async fn enter_new(
    unit: &mut UnitOfWork,
    account: &mut Account,
    known: &KnownRefunds,
    (origin, given): (Origin, &ExternalRefund),
    item_of: &impl Fn(usize) -> Option<Uuid>,
) -> Result<bool> {
    let Some(payment) = source(account, known, origin.source(), given) else { return Ok(false) };
    external::enter_new(unit, account, payment, &refund(origin, given, item_of)).await
}

/// A refund with the items that it is about.
fn refund<'a>(origin: Origin, given: &'a ExternalRefund, item_of: &impl Fn(usize) -> Option<Uuid>) -> Refund<'a> {
    Refund {
        source: origin.source(),
        id: &given.id,
        amount: given.amount,
        is_pending: given.is_pending,
        pieces: pieces(given, item_of),
        shipping_amount: given.shipping_amount,
        shipping_tax_amount: given.shipping_tax_amount,
        reason: given.reason.clone(),
        at: given.at,
    }
}

/// The pieces of a refund, those of an item together.
fn pieces(given: &ExternalRefund, item_of: &impl Fn(usize) -> Option<Uuid>) -> Vec<Pieces> {
    let mut pieces: BTreeMap<Uuid, Pieces> = BTreeMap::new();
    for line in &given.lines {
        let Some(item) = item_of(line.line) else { continue };
        let none = Pieces { item, quantity: 0, amount: Decimal::ZERO, tax: Decimal::ZERO, restocked: 0 };
        let sum = pieces.entry(item).or_insert(none);
        let restocked = line.restocked.as_ref().map_or(0, |(quantity, _)| *quantity);
        sum.quantity = sum.quantity.saturating_add(line.quantity);
        sum.amount += line.amount;
        sum.tax += line.tax_amount;
        sum.restocked = sum.restocked.saturating_add(restocked).min(sum.quantity);
    }
    pieces.into_values().collect()
}

/// The payment that a refund is of: the one that knows it, else one of the same origin, else any from which as much can
/// still go back.
pub(super) fn source(account: &Account, known: &KnownRefunds, provider: &str, refund: &ExternalRefund) -> Option<Uuid> {
    if let Some(payment) = known.payment(account, &refund.id) {
        return Some(payment);
    }
    let has_enough = |payment: &&Payment| payment.row.captured_amount - payment.row.refunded_amount >= refund.amount;
    let (payments, is_own) = (&account.payments, |payment: &&Payment| payment.row.provider == provider);
    let found = payments.iter().filter(is_own).find(has_enough).or_else(|| payments.iter().find(has_enough));
    let found = found.or_else(|| payments.iter().find(is_own));
    found.map(|payment| payment.row.id)
}

/// The order's payment by a provider; a new one where an amount came or was promised for the first time. The caller
/// writes the account.
fn payment(unit: &UnitOfWork, account: &mut Account, told: &ExternalPayment, amount: Decimal) -> Option<Uuid> {
    let known = account.payments.iter().map(|payment| &payment.row).find(|row| row.provider == told.provider);
    if let Some(known) = known {
        return Some(known.id);
    }
    if amount.is_zero() {
        return None;
    }
    let amount = amount.max(account.order.total_amount - elsewhere(account, told.provider));
    let new = NewPayment {
        provider: told.provider.to_owned(),
        method: told.method.clone(),
        reference: told.reference.clone(),
        amount: Some(amount),
        captured: false,
    };
    Some(create::enter(unit, account, &new, amount))
}

/// Gives up what was authorised and has not come in.
async fn void(unit: &mut UnitOfWork, account: &mut Account, payment: Uuid, news: &News) -> Result<()> {
    let row = &account.payment(payment)?.row;
    if row.status == PaymentStatus::Captured || ledger::open(row).is_zero() {
        return Ok(());
    }
    let fact = Fact { kind: FactKind::Voided, amount: None, request: None };
    report::apply(unit, account, payment, &fact, news, None).await.map(drop)
}

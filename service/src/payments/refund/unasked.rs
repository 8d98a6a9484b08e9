//! Money that went back without a request of ours, or beyond its refund: it gets a refund that says so.

use std::collections::{BTreeSet, HashMap};

use entity::{
    refunds,
    sea_orm_active_enums::{PaymentEntryKind, RefundStatus},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{progress::Progress, rows};
use crate::{
    Result, UnitOfWork,
    payments::{account::Account, entry::NewEntry},
};

/// Where such refunds come from.
const SOURCE: &str = "provider";

/// Gives a refund to the entries of money that went back and has none, or is more than its refund still lacks.
pub(in crate::payments) async fn explain(
    unit: &mut UnitOfWork,
    account: &Account,
    entries: &mut [NewEntry],
) -> Result<()> {
    let mut lacking = lacking(unit, account, entries).await?;
    let went_back = |entry: &&mut NewEntry| entry.kind == PaymentEntryKind::Refunded;
    for entry in entries.iter_mut().filter(went_back) {
        match entry.refund.and_then(|refund| lacking.get_mut(&refund)) {
            Some(lacks) if *lacks >= entry.amount => *lacks -= entry.amount,
            _ => entry.refund = Some(add(unit, account, entry.amount, SOURCE, None)),
        }
    }
    Ok(())
}

/// What refunds of which money went back still lack.
async fn lacking(unit: &UnitOfWork, account: &Account, entries: &[NewEntry]) -> Result<HashMap<Uuid, Decimal>> {
    let went_back = entries.iter().filter(|entry| entry.kind == PaymentEntryKind::Refunded);
    let refunds: BTreeSet<Uuid> = went_back.filter_map(|entry| entry.refund).collect();
    if refunds.is_empty() {
        return Ok(HashMap::new());
    }
    let lacks = |refund: refunds::Model| (refund.id, refund.amount - Progress::of(account, refund.id).refunded);
    Ok(rows::lock(unit, refunds).await?.into_iter().map(lacks).collect())
}

/// Adds a refund of an amount for which nobody has asked here, with where it comes from and its id there.
pub(super) fn add(
    unit: &mut UnitOfWork,
    account: &Account,
    amount: Decimal,
    source: &str,
    external_id: Option<&str>,
) -> Uuid {
    let now = unit.now();
    let refund = refunds::Model {
        id: Uuid::now_v7(),
        order_id: account.order.id,
        return_id: None,
        amount,
        shipping_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        adjustment_amount: amount,
        currency: account.order.currency.clone(),
        reason: None,
        status: RefundStatus::Pending,
        source: source.to_owned(),
        agent_id: None,
        external_id: external_id.map(str::to_owned),
        version: 1,
        created_at: now.into(),
        updated_at: now.into(),
    };
    rows::insert(unit, &refund, &[]);
    refund.id
}

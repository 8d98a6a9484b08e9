//! What is still asked for of refunds that are whole without it: the money of an earlier request went back after all.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::PaymentEntryKind;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{progress::Progress, rows};
use crate::{
    Result, UnitOfWork, followup,
    payments::{
        account::{Account, News},
        entry::{NewEntry, Request},
        ledger,
    },
};

/// Withdraws it, unless an agent already works on it. The caller settles the order.
pub(in crate::payments) async fn withdraw(
    unit: &mut UnitOfWork,
    account: &mut Account,
    refunds: &BTreeSet<Uuid>,
) -> Result<()> {
    let whole = whole(unit, account, refunds).await?;
    if whole.is_empty() {
        return Ok(());
    }
    let is_surplus = |request: &Request| request.refund.is_some_and(|refund| whole.contains(&refund));
    for payment in &mut account.payments {
        let requests: Vec<Request> = ledger::open_requests(payment.entries()).filter(is_surplus).collect();
        for request in requests {
            if followup::withdraw(unit, &request.key).await? {
                let withdrawn = NewEntry::answering(PaymentEntryKind::RefundCancelled, request.open, &request);
                payment.enter(withdrawn, News::own(unit.now()));
            }
        }
    }
    account.write(unit);
    Ok(())
}

/// Those of the refunds that are whole and of which something is still asked for.
async fn whole(unit: &UnitOfWork, account: &Account, refunds: &BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>> {
    let may_be = |id: &Uuid| {
        let progress = Progress::of(account, *id);
        progress.open > Decimal::ZERO && progress.refunded > Decimal::ZERO
    };
    let ids: Vec<Uuid> = refunds.iter().copied().filter(may_be).collect();
    if ids.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = rows::lock(unit, ids).await?.into_iter();
    let is_whole = found.filter(|refund| Progress::of(account, refund.id).refunded >= refund.amount);
    Ok(is_whole.map(|refund| refund.id).collect())
}

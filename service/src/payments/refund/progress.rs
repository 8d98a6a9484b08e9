//! A refund's status, which follows from its entries.

use std::collections::BTreeSet;

use entity::{
    refunds,
    sea_orm_active_enums::{PaymentEntryKind, RefundStatus},
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    goods,
    history::{self, counts},
    rows,
};
use crate::{
    Result, UnitOfWork,
    events::EventKind,
    orders::items,
    payments::{account::Account, entry::Entry, follow_ups, ledger},
    state::State,
};

/// What can become of a refund.
impl State for RefundStatus {
    const NOUN: &'static str = "refund";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Pending => &[Self::Succeeded, Self::Failed, Self::Cancelled],
            Self::Failed => &[Self::Pending],
            Self::Succeeded => &[Self::Failed],
            Self::Cancelled => &[],
        }
    }
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// What went back and stayed there.
    pub(super) refunded: Decimal,
    /// What is asked for and not settled.
    pub(super) open: Decimal,
    /// Whether a request was withdrawn.
    is_cancelled: bool,
    /// Whether a request did not work, or its money came back.
    pub(super) has_failed: bool,
}

impl Progress {
    /// How far a refund is, by the entries of its order's payments.
    pub(super) fn of(account: &Account, refund: Uuid) -> Self {
        account.payments.iter().fold(Self::default(), |progress, payment| progress.with(payment.entries(), refund))
    }

    fn with(mut self, entries: &[Entry], refund: Uuid) -> Self {
        for entry in entries.iter().filter(|entry| entry.refund_id == Some(refund)) {
            match entry.kind {
                PaymentEntryKind::Refunded => self.refunded += entry.amount,
                PaymentEntryKind::RefundReversed => {
                    self.refunded -= entry.amount;
                    self.has_failed = true;
                }
                PaymentEntryKind::RefundFailed => self.has_failed = true,
                PaymentEntryKind::RefundCancelled => self.is_cancelled = true,
                _ => {}
            }
        }
        let open = ledger::open_requests(entries).filter(|request| request.refund == Some(refund));
        self.open += open.map(|request| request.open).sum::<Decimal>();
        self
    }

    /// The status of a refund of an amount.
    fn status(&self, amount: Decimal) -> RefundStatus {
        if self.refunded >= amount {
            RefundStatus::Succeeded
        } else if self.open > Decimal::ZERO || self.refunded > Decimal::ZERO {
            RefundStatus::Pending
        } else if self.is_cancelled {
            RefundStatus::Cancelled
        } else {
            RefundStatus::Failed
        }
    }

    /// What of an amount nobody is asked for.
    pub(super) fn rest(&self, amount: Decimal) -> Decimal {
        (amount - self.refunded - self.open).max(Decimal::ZERO)
    }
}

/// Brings refunds up to their entries: their statuses, and how many pieces count as refunded. What did not work is left
/// to people, until it is asked for again or went back all the same.
pub(in crate::payments) async fn follow(
    unit: &mut UnitOfWork,
    account: &Account,
    refunds: BTreeSet<Uuid>,
) -> Result<()> {
    if refunds.is_empty() {
        return Ok(());
    }
    let mut counts_change = false;
    for before in rows::lock(unit, refunds).await? {
        let progress = Progress::of(account, before.id);
        let status = progress.status(before.amount);
        let is_short = status != RefundStatus::Cancelled && progress.rest(before.amount) > Decimal::ZERO;
        if status != before.status {
            let after = refunds::Model { status, ..before.clone() };
            rows::update(unit, &before, after, told(before.status, status));
        }
        counts_change |= counts(status) != counts(before.status);
        if is_short {
            follow_ups::resolve_refund(unit, &before).await?;
        } else if progress.has_failed {
            follow_ups::resolved(unit, before.id).await?;
        }
    }
    if counts_change { count(unit, account.order.id).await } else { Ok(()) }
}

/// How a change of the status is told.
fn told(before: RefundStatus, after: RefundStatus) -> EventKind {
    match (before, after) {
        (_, RefundStatus::Succeeded) => EventKind::RefundSucceeded,
        (_, RefundStatus::Cancelled) => EventKind::RefundCancelled,
        (RefundStatus::Succeeded, _) => EventKind::RefundReversed,
        (_, RefundStatus::Failed) => EventKind::RefundFailed,
        (_, RefundStatus::Pending) => EventKind::RefundRequested,
    }
}

/// Counts the pieces of an order's items that are refunded.
pub(super) async fn count(unit: &UnitOfWork, order: Uuid) -> Result<()> {
    let past = history::read(unit, order).await?;
    let mut items = items(unit, order).await?;
    items.retain_mut(|item| {
        // Pieces may be refunded twice: by a refund that was retried or came through late, and by another one.
        let refunded = past.items.get(&item.id).map_or(0, |past| past.pieces).min(item.quantity);
        let changes = refunded != item.refunded_quantity;
        item.refunded_quantity = refunded;
        changes
    });
    goods::write_items(unit, items.iter());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_follows_from_what_went_back_and_what_is_asked_for() {
        let progress = |refunded: i64, open: i64, is_cancelled| Progress {
            refunded: Decimal::from(refunded),
            open: Decimal::from(open),
            is_cancelled,
            has_failed: false,
        };
        for (found, status, rest) in [
            (progress(0, 100, false), RefundStatus::Pending, 0),
            (progress(60, 40, false), RefundStatus::Pending, 0),
            (progress(60, 0, false), RefundStatus::Pending, 40),
            (progress(100, 0, false), RefundStatus::Succeeded, 0),
            (progress(0, 0, false), RefundStatus::Failed, 100),
            (progress(0, 0, true), RefundStatus::Cancelled, 100),
            // The money went back although the request was withdrawn.
            (progress(100, 0, true), RefundStatus::Succeeded, 0),
        ] {
            let amount = Decimal::from(100);
            assert_eq!(found.status(amount), status, "{found:?}");
            assert_eq!(found.rest(amount), Decimal::from(rest), "{found:?}");
        }
    }

    #[test]
    fn money_that_comes_back_is_told_so() {
        use RefundStatus::{Failed, Pending, Succeeded};
        assert_eq!(told(Succeeded, Failed), EventKind::RefundReversed);
        assert_eq!(told(Pending, Failed), EventKind::RefundFailed);
        assert_eq!(told(Failed, Pending), EventKind::RefundRequested);
        assert_eq!(told(Failed, Succeeded), EventKind::RefundSucceeded);
    }
}

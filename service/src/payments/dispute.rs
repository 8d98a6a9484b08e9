//! Disputes: a payer asks its bank for the money back.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{account::Account, follow_ups};
use crate::{Result, UnitOfWork};

/// Flags a payment as disputed, and asks somebody to answer.
pub(crate) async fn open(unit: &mut UnitOfWork, account: &mut Account, payment: Uuid, amount: Decimal) -> Result<()> {
    if !account.payment(payment)?.dispute(true) {
        return Ok(());
    }
    account.write(unit);
    match account.find(payment).cloned() {
        Some(row) => follow_ups::resolve_dispute(unit, &row, amount).await,
        None => Ok(()),
    }
}

/// Takes the flag away: nobody needs to answer any more.
pub(crate) async fn close(unit: &mut UnitOfWork, account: &mut Account, payment: Uuid) -> Result<()> {
    if !account.payment(payment)?.dispute(false) {
        return Ok(());
    }
    account.write(unit);
    follow_ups::settled(unit, vec![follow_ups::dispute_key(payment)]).await
}

//! Payments and refunds. The server asks no provider: it keeps what was asked for and what happened.
//!
//! - `entry`: an entry of the ledger. `ledger`: what the entries of a payment come to. `account`: an order's payments,
//!   locked; all entries are written there. `books`: the transactions that follow from entries.
//! - [`create`], [`capture`], [`void`], [`paid`]: a payment, step by step. [`report`]: what happened outside, and
//!   [`observe`]: totals from events of providers; `fact`: the entries of either.
//! - [`refund`]: giving money back. `dispute`: payers who want it back. `follow_ups`: what agents are asked to do outside.

pub(crate) mod account;
pub(crate) mod books;
pub mod capture;
pub mod create;
pub(crate) mod dispute;
pub(crate) mod entry;
mod fact;
mod follow_ups;
pub(crate) mod ledger;
pub mod observe;
pub mod paid;
pub mod refund;
pub mod report;
pub mod void;

use rust_decimal::Decimal;

pub(crate) use self::fact::Fact;
use crate::{
    money::{currency, stored},
    refusal::{Code, Facts, Refusal},
};

/// Where money that needs no provider comes in: what is asked for has happened.
const IMMEDIATE: [&str; 2] = ["manual", "bank_transfer"];

/// Whether what is asked of a provider has happened at once.
pub(crate) fn is_immediate(provider: &str) -> bool {
    IMMEDIATE.contains(&provider)
}

/// A refusal of an amount that is more than there is. It has no path yet.
pub(crate) fn exceeded(asked: Decimal, available: Decimal, currency: &str) -> Refusal {
    let (wanted, left) = (asked.normalize(), available.normalize());
    let message = format!("{wanted} {currency} were requested, but only {left} are available");
    let facts = Facts::Amount { asked: stored(asked), available: stored(available), currency: currency.to_owned() };
    Refusal::new(Code::AmountExceeded, message).with(facts)
}

/// Refuses what is no amount of money above 0.
pub(crate) fn check_positive(field: &str, amount: Decimal, currency: &str) -> Result<(), Refusal> {
    currency::check(field, amount, currency)?;
    match amount > Decimal::ZERO {
        true => Ok(()),
        false => Err(Refusal::invalid(field, format!("`{field}` must be above 0"))),
    }
}

//! What an order comes to in the shop's currency, in which customers' totals are kept.

use entity::orders;
use rust_decimal::Decimal;

use crate::{
    money::{currency, stored},
    pricing::rate::converted,
    refusal::{Code, Refusal},
};

/// What an order comes to at its own exchange rate. Refunds take off what they are more than money that was paid on top.
pub(super) fn amount(order: &orders::Model, report_currency: &str) -> Decimal {
    let (total, captured) = (order.total_amount, order.captured_amount);
    let overpaid = (captured - total).max(Decimal::ZERO);
    let taken_off = (order.refunded_amount - overpaid).max(Decimal::ZERO);
    let worth = (total - taken_off).max(Decimal::ZERO);
    stored(converted(worth, order.exchange_rate_e10, currency::step(report_currency)))
}

/// The same; refused is more than can be kept. It has no path yet.
pub(super) fn checked(order: &orders::Model, report_currency: &str) -> Result<Decimal, Refusal> {
    let (amount, most) = (amount(order, report_currency), currency::max_amount());
    match amount > most {
        true => Err(Refusal::new(Code::Invalid, format!("the total of the order exceeds {most} {report_currency}"))),
        false => Ok(amount),
    }
}

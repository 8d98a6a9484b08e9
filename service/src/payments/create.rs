//! A new payment: one attempt to get money for an order.

use entity::{
    orders, payments,
    sea_orm_active_enums::{PaymentEntryKind, PaymentStatus},
};
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::{
    account::{Account, News, Payment, check_takes_payments},
    check_positive,
    entry::NewEntry,
    exceeded,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::check,
    limits::PAYMENTS_PER_ORDER,
    refusal::{At, Code, Refusal},
    settings::Settings,
};

/// The most characters of a provider or a method.
const NAME: usize = 50;

/// A payment of an order that is placed.
#[derive(Clone, Debug, Serialize)]
pub struct NewPayment {
    /// By whom it comes in: an open list of names.
    pub provider: String,
    /// How it is paid.
    pub method: Option<String>,
    /// What its provider calls it.
    pub reference: Option<String>,
    /// Amount. Default: what is outstanding.
    pub amount: Option<Decimal>,
    /// Whether the money is there already.
    pub captured: bool,
}

/// A payment that an order can have.
#[derive(Debug)]
pub(crate) struct Opening {
    new: NewPayment,
    amount: Decimal,
}

/// Checks a payment of an order that has none yet; none if no amount is said and nothing is to be paid. Paths are those
/// of [`NewPayment`].
pub(crate) async fn check(
    unit: &UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    new: &NewPayment,
) -> Result<Option<Opening>> {
    let account = Account::without_payments(settings, order);
    if new.amount.is_none() && account.uncovered().is_zero() {
        check_names(new, "reference")?;
        return Ok(None);
    }
    let amount = amount(unit, &account, new, "reference").await?;
    Ok(Some(Opening { new: new.clone(), amount }))
}

impl Opening {
    /// Adds it, as a part of an operation, to the order, which is locked or new. The caller settles the order.
    pub(crate) fn open(
        &self,
        unit: &mut UnitOfWork,
        operation: Operation,
        settings: &Settings,
        order: &orders::Model,
    ) -> Result<Uuid> {
        let mut account = Account::without_payments(settings, order);
        let id = enter(unit, &mut account, &self.new, self.amount);
        account.payment(id)?.record(unit, operation);
        account.write(unit);
        Ok(id)
    }
}

/// Adds a payment to an order. `reference_field` is how the input calls the reference.
pub(super) async fn add(
    unit: &mut UnitOfWork,
    account: &mut Account,
    new: &NewPayment,
    reference_field: &str,
) -> Result<Uuid> {
    let amount = amount(unit, account, new, reference_field).await?;
    Ok(enter(unit, account, new, amount))
}

/// How much a new payment is of; refuses one that the order cannot have.
async fn amount(unit: &UnitOfWork, account: &Account, new: &NewPayment, reference_field: &str) -> Result<Decimal> {
    check_names(new, reference_field)?;
    if account.payments.len() >= PAYMENTS_PER_ORDER {
        let message = format!("an order has at most {PAYMENTS_PER_ORDER} payments");
        return Err(Refusal::new(Code::LimitReached, message).at(["orderId"]).into());
    }
    let currency = &account.order.currency;
    if let Some(amount) = new.amount {
        check_positive("amount", amount, currency)?;
    }
    let left = account.uncovered();
    let amount = new.amount.unwrap_or(left);
    if amount > left || amount.is_zero() {
        return Err(exceeded(amount, left, currency).at(["amount"]).into());
    }
    check_unused(unit, new, reference_field).await?;
    Ok(amount)
}

/// Adds a payment that was checked, or that exists at its provider already. The caller writes the account.
pub(crate) fn enter(unit: &UnitOfWork, account: &mut Account, new: &NewPayment, amount: Decimal) -> Uuid {
    let now = unit.now();
    let mut payment = Payment::new(payments::Model {
        id: Uuid::now_v7(),
        order_id: account.order.id,
        provider: new.provider.clone(),
        provider_reference: new.reference.clone(),
        method: new.method.clone(),
        amount,
        currency: account.order.currency.clone(),
        status: PaymentStatus::Pending,
        authorized_amount: Decimal::ZERO,
        captured_amount: Decimal::ZERO,
        refunded_amount: Decimal::ZERO,
        charged_back_amount: Decimal::ZERO,
        pending_capture_amount: Decimal::ZERO,
        pending_refund_amount: Decimal::ZERO,
        fee_amount: Decimal::ZERO,
        is_disputed: false,
        error_code: None,
        version: 0,
        created_at: now.into(),
        updated_at: now.into(),
    });
    if new.captured {
        payment.enter(NewEntry::of(PaymentEntryKind::Captured, amount), News::own(now));
    }
    let id = payment.row.id;
    account.payments.push(payment);
    id
}

fn check_names(new: &NewPayment, reference_field: &str) -> Result<(), Refusal> {
    check::text("provider", &new.provider, NAME)?;
    if let Some(method) = &new.method {
        check::text("method", method, NAME)?;
    }
    match &new.reference {
        Some(reference) => check::text(reference_field, reference, check::NAME),
        None => Ok(()),
    }
}

/// Refuses what its provider calls another payment.
async fn check_unused(unit: &UnitOfWork, new: &NewPayment, reference_field: &str) -> Result<()> {
    let Some(reference) = &new.reference else { return Ok(()) };
    let mut sql = unit.sql();
    sql.push("SELECT id FROM payments WHERE provider = ").bind(new.provider.as_str());
    sql.push(" AND provider_reference = ").bind(reference.as_str());
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("there is a payment {reference:?} of this provider already");
            Err(Refusal::new(Code::AlreadyExists, message).at([reference_field]).into())
        }
    }
}

/// Adds a payment to an order.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// The order.
    pub order_id: Uuid,
    /// By whom it comes in.
    pub provider: String,
    /// How it is paid.
    pub method: Option<String>,
    /// Amount. Default: what is outstanding.
    pub amount: Option<Decimal>,
    /// What its provider calls it.
    pub provider_reference: Option<String>,
}

impl Verb for Create {
    /// The payment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreatePayment;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut account = Account::lock(unit, self.order_id).await.at(["orderId"])?;
        check_takes_payments(&account.order).at(["orderId"])?;
        let new = NewPayment {
            provider: self.provider.clone(),
            method: self.method.clone(),
            reference: self.provider_reference.clone(),
            amount: self.amount,
            captured: false,
        };
        let id = add(unit, &mut account, &new, "providerReference").await?;
        account.payment(id)?.record(unit, Self::OPERATION);
        account.save(unit).await?;
        Ok(id)
    }
}

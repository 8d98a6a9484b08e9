//! An order that was paid past all providers.

use serde::Serialize;
use uuid::Uuid;

use super::{
    account::{Account, check_takes_payments},
    books,
    create::{NewPayment, add},
    exceeded,
};
use crate::{Result, UnitOfWork, Verb, access::Operation, refusal::At};

/// Who takes the money.
const PROVIDER: &str = "manual";

/// Adds a payment of all that no payment is open for, captured at once.
#[derive(Clone, Debug, Serialize)]
pub struct MarkPaid {
    /// The order.
    pub order_id: Uuid,
    /// How it was paid.
    pub method: Option<String>,
    /// What the payment is called elsewhere.
    pub reference: Option<String>,
}

impl Verb for MarkPaid {
    /// The payment.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::MarkOrderPaid;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut account = Account::lock(unit, self.order_id).await.at(["orderId"])?;
        check_takes_payments(&account.order).at(["orderId"])?;
        books::check_open(&account.settings, unit.now())?;
        let left = account.uncovered();
        if left.is_zero() {
            return Err(exceeded(left, left, &account.order.currency).at(["orderId"]).into());
        }
        let new = NewPayment {
            provider: PROVIDER.to_owned(),
            method: self.method.clone(),
            reference: self.reference.clone(),
            amount: None,
            captured: true,
        };
        let id = add(unit, &mut account, &new, "reference").await?;
        account.payment(id)?.record(unit, Self::OPERATION);
        account.save(unit).await?;
        Ok(id)
    }
}

//! A transaction that somebody enters into the books.

use chrono::NaiveDate;
use entity::sea_orm_active_enums::TransactionType;
use rust_decimal::Decimal;
use serde::Serialize;
use uuid::Uuid;

use super::book::{self, Entry};
use crate::{
    Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit::check,
    principal::Role,
    refusal::{At, Code, Refusal},
    settings,
};

/// Enters a transaction into the books.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Where the money goes.
    pub r#type: TransactionType,
    /// What it is for.
    pub category: String,
    /// How much.
    pub amount: Decimal,
    /// In which currency. Default: the shop's.
    pub currency: Option<String>,
    /// The day. Default: today.
    pub date: Option<NaiveDate>,
    /// More about it.
    pub description: Option<String>,
    /// The order it is for.
    pub order_id: Option<Uuid>,
    /// The customer.
    pub customer_id: Option<Uuid>,
    /// The agent that caused it. Default: the one that acts.
    pub agent_id: Option<Uuid>,
    /// The campaign it is for.
    pub campaign_id: Option<Uuid>,
    /// The slice of a budget that an expense is paid from.
    pub budget_slice_id: Option<Uuid>,
    /// What it is called elsewhere.
    pub external_id: Option<String>,
    /// The approval that permits it.
    pub approval_id: Option<Uuid>,
}

impl Verb for Record {
    /// The transaction.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RecordTransaction;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        self.check_kind(unit)?;
        within(unit, self.agent_id).await.at(["agentId"])?;
        let currency = match &self.currency {
            Some(currency) => currency.clone(),
            None => settings::load(unit).await?.currency,
        };
        let entry = Entry {
            of_type: self.r#type,
            day: self.date,
            description: self.description.clone(),
            order_id: self.order_id,
            customer_id: self.customer_id,
            agent_id: self.agent_id.or(unit.principal().agent),
            campaign_id: self.campaign_id,
            slice_id: self.budget_slice_id,
            external_id: self.external_id.clone(),
            approval_id: self.approval_id,
            ..Entry::expense(&self.category, self.amount, &currency)
        };
        Ok(book::record(unit, entry).await?.id)
    }
}

impl Record {
    fn check_kind(&self, unit: &UnitOfWork) -> Result<(), Refusal> {
        let moves_money_of_orders = matches!(self.r#type, TransactionType::Revenue | TransactionType::Refund);
        if moves_money_of_orders && self.order_id.is_some() {
            let message = "money of an order is booked with its payments: use `reportPayment` or `refundOrder`";
            return Err(check::invalid("orderId", message));
        }
        match self.r#type {
            _ if unit.principal().role != Role::Agent => Ok(()),
            TransactionType::Expense if self.budget_slice_id.is_none() => {
                let message = "an agent pays expenses from its slice of a budget: `budgetSliceId` is needed";
                Err(check::invalid("budgetSliceId", message))
            }
            TransactionType::Refund | TransactionType::Adjustment => {
                let message = "an agent records revenue, and expenses from its slice of a budget: ask a person for \
                               anything else";
                Err(Refusal::new(Code::Forbidden, message).at(["type"]))
            }
            TransactionType::Expense | TransactionType::Revenue => Ok(()),
        }
    }
}

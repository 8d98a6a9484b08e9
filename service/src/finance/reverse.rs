//! Taking a transaction back. The books are never changed: what takes it back is a transaction of its own.

use entity::{sea_orm_active_enums::TransactionType, transactions};
use sea_orm::{EntityTrait, QuerySelect, sea_query::LockType};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{
    book,
    budget::{self, Fact},
    campaign,
    cost::Cost,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::check,
    events::EventKind,
    money::stored,
    payments::books,
    refusal::{At, Code, Located, Refusal},
    settings::{self, Settings},
};

/// Reverses a transaction, once. It counts no more on its campaign and its budget.
#[derive(Clone, Debug, Serialize)]
pub struct Reverse {
    /// The transaction.
    pub id: Uuid,
    /// Why.
    pub reason: String,
}

impl Verb for Reverse {
    /// The transaction that takes it back.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ReverseTransaction;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::text("reason", &self.reason, check::NAME)?;
        let settings = settings::load(unit).await?;
        let today = books::day(&settings, unit.now());
        books::check_day(&settings, today)?;
        let original = self.lock(unit).await?;
        self.check(unit, &original).await?;
        if original.r#type == TransactionType::Expense {
            take_off(unit, &settings, &original).await?;
        }
        let reversal = transactions::Model {
            id: Uuid::now_v7(),
            r#type: TransactionType::Adjustment,
            amount: -original.amount,
            report_amount: original.report_amount.map(|amount| -amount),
            description: Some(self.reason.clone()),
            payment_method: None,
            external_id: None,
            transaction_date: today,
            created_at: unit.now().into(),
            payment_entry_id: None,
            reverses_id: Some(original.id),
            ..original.clone()
        };
        book::enter(unit, &reversal);
        let done = json!({ "reversalId": reversal.id, "amount": stored(reversal.amount), "reason": self.reason });
        unit.record(Self::OPERATION, "Transaction", original.id, Json::Null, done);
        let told = Map::from_iter([("reversalId".to_owned(), Json::from(reversal.id.to_string()))]);
        book::tell(unit, EventKind::TransactionReversed, &original, told);
        Ok(reversal.id)
    }
}

impl Reverse {
    /// Nobody else reverses it meanwhile.
    async fn lock(&self, unit: &UnitOfWork) -> Result<transactions::Model> {
        let found = transactions::Entity::find_by_id(self.id).lock(LockType::NoKeyUpdate);
        let found = found.one(unit.txn().await?).await?;
        found.ok_or_else(|| Error::NotFound("transaction", self.id).located(["id"]))
    }

    /// Refuses what only payments take back, what takes something back itself, and what was taken back.
    async fn check(&self, unit: &UnitOfWork, original: &transactions::Model) -> Result<()> {
        let is_of_order = original.order_id.is_some()
            && matches!(original.r#type, TransactionType::Revenue | TransactionType::Refund);
        if original.payment_entry_id.is_some() || is_of_order {
            let message = "the transaction was booked with a payment: only what happens to the payment takes it back";
            return Err(check::invalid("id", message).into());
        }
        if original.reverses_id.is_some() {
            return Err(check::invalid("id", "the transaction is a reversal, which cannot be reversed").into());
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM transactions WHERE reverses_id = ").bind(self.id);
        match unit.rows(sql).await?.is_empty() {
            true => Ok(()),
            false => {
                let message = "the transaction was reversed already";
                Err(Refusal::new(Code::AlreadyExists, message).at(["id"]).into())
            }
        }
    }
}

/// Takes an expense off its campaign and its budget.
async fn take_off(unit: &mut UnitOfWork, settings: &Settings, original: &transactions::Model) -> Result<()> {
    let cost = Cost::of(original);
    if let Some(id) = original.campaign_id {
        campaign::take_off(unit, settings, id, &cost).await?;
    }
    let (slice, category, day) = (original.budget_slice_id, original.category.clone(), original.transaction_date);
    let fact = Fact { slice, category, day, cost: cost.taken_back() };
    budget::spend_fact(unit, settings, &fact).await.at(["id"]).map(drop)
}

//! Spending money that was reserved.

use chrono::NaiveDate;
use entity::sea_orm_active_enums::BudgetReservationStatus;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{ahead, reservation, slice};
use crate::{
    Error, Joint, Result, UnitOfWork, Verb,
    access::Operation,
    edit::check,
    events::EventKind,
    finance::{
        book::{self, Entry},
        campaign,
        cost::Cost,
    },
    payments::{books, check_positive, exceeded},
    refusal::At,
    settings,
    shared::Queued,
    state,
};

/// Spends what was reserved, or a part of it, and enters it into the books.
#[derive(Clone, Debug, Serialize)]
pub struct Commit {
    /// The reservation.
    pub reservation_id: Uuid,
    /// How much. Default: all that is left of it.
    pub amount: Option<Decimal>,
    /// Whether what is left then is free again. Default: yes.
    pub r#final: Option<bool>,
    /// More about it. Default: the purpose of the reservation.
    pub description: Option<String>,
    /// What the expense is called elsewhere.
    pub external_id: Option<String>,
    /// The day, in the month of the budget. Default: today, or the day of the month that is nearest to it.
    pub date: Option<NaiveDate>,
}

/// Reserved money that was spent.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Committed {
    /// The reservation.
    pub reservation: Uuid,
    /// The expense in the books.
    pub transaction: Uuid,
}

impl Verb for Commit {
    type Outcome = Committed;
    const OPERATION: Operation = Operation::CommitBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Committed> {
        let settings = settings::load(unit).await?;
        let promised = reservation::find(unit, self.reservation_id).await.at(["reservationId"])?;
        state::check(promised.status, BudgetReservationStatus::Committed).at(["reservationId"])?;
        let budget = slice::budget_of(unit, promised.slice).await?.ok_or_else(|| slice::not_found(promised.slice))?;
        let (amount, left) = (self.amount.unwrap_or(promised.left()), promised.left());
        check_positive("amount", amount, &budget.currency)?;
        if amount > left {
            return Err(exceeded(amount, left, &budget.currency).at(["amount"]).into());
        }
        let day = self.date.unwrap_or_else(|| budget.nearest(books::day(&settings, unit.now())));
        if !budget.has(day) {
            return Err(check::invalid("date", "the day is not in the month of the budget").into());
        }
        let entry = Entry {
            day: Some(day),
            description: self.description.clone().or_else(|| Some(promised.purpose.clone())),
            external_id: self.external_id.clone(),
            agent_id: unit.principal().agent,
            campaign_id: promised.campaign,
            ..Entry::expense(&budget.category, amount, &budget.currency)
        };
        let mut row = entry.row(unit, &settings).await.at(["reservationId"])?;
        // Campaigns before slices.
        if let Some(campaign) = promised.campaign {
            campaign::add(unit, &settings, campaign, &Cost::of(&row)).await.at(["reservationId"])?;
        }
        let mut slice = slice::lock(unit, promised.slice).await?;
        slice.check_holder(unit).await.at(["reservationId"])?;
        let mut reservation = reservation::find(unit, self.reservation_id).await.at(["reservationId"])?;
        if (reservation.status, reservation.left()) != (promised.status, left) {
            // Somebody else changed it before it was locked.
            return Err(Error::Collision);
        }
        row.agent_id = row.agent_id.or(slice.holder());
        row.budget_slice_id = Some(slice.id);
        reservation.spent += amount;
        let rest = reservation.left();
        let is_over = self.r#final.unwrap_or(true) || rest.is_zero();
        if is_over {
            reservation.status = BudgetReservationStatus::Committed;
        }
        slice.reserved -= if is_over { left } else { amount };
        reservation::save(unit, std::slice::from_ref(&reservation));
        slice.spend(unit, &settings, amount).await?;
        book::enter(unit, &row);
        let told = json!({
            "reservationId": reservation.id,
            "transactionId": row.id,
            "amount": slice::shown(amount),
            "status": state::name(&reservation.status),
        });
        slice.tell(unit, EventKind::BudgetCommitted, told);
        book::tell(unit, EventKind::TransactionRecorded, &row, Map::new());
        Ok(Committed { reservation: reservation.id, transaction: row.id })
    }
}

impl Queued for Commit {}

impl Joint for Commit {
    fn weight(&self) -> usize {
        1
    }

    async fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> Result<()> {
        settings::load(unit).await?;
        let reservations: Vec<Uuid> = calls.iter().map(|call| call.reservation_id).collect();
        ahead::lock_reservations(unit, &reservations).await
    }
}

//! Reserving money of a slice before it is spent.

use chrono::TimeDelta;
use entity::sea_orm_active_enums::{BudgetReservationStatus, TaskStatus};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    ahead,
    reservation::{self, Reservation},
    slice::{self, Slice, shown},
};
use crate::{
    Error, Joint, Result, UnitOfWork, Verb,
    access::{Operation, within},
    authority::{self, Limit},
    database::{Sql, row::enum_value},
    edit::check,
    events::EventKind,
    finance::cost::Cost,
    money::stored,
    payments::{books, check_positive},
    principal::Role,
    refusal::{At, Code, Located, Refusal},
    settings::{self, Settings},
    shared::Queued,
    work::state::is_terminal,
};

/// How long money is kept by default that is for no task, in seconds: a day.
const TTL: i32 = 86_400;
/// The longest time, in seconds: a year.
const MAX_TTL: i32 = 366 * 86_400;

/// Keeps free money of a slice.
#[derive(Clone, Debug, Serialize)]
pub struct Reserve {
    /// The slice.
    pub slice_id: Uuid,
    /// How much.
    pub amount: Decimal,
    /// What it is for.
    pub purpose: String,
    /// For how many seconds. Default: until the task ends, or else a day.
    pub ttl_seconds: Option<i32>,
    /// The task that it is for: when it ends, the money is free again.
    pub task_id: Option<Uuid>,
    /// The campaign that it is for.
    pub campaign_id: Option<Uuid>,
    /// Names the effect: there is one reservation for it at most.
    pub effect_key: Option<String>,
    /// The approval that permits it.
    pub approval_id: Option<Uuid>,
}

/// Money that is kept.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Reserved {
    /// The reservation.
    pub reservation: Uuid,
    /// Its slice.
    pub slice: Uuid,
}

impl Verb for Reserve {
    type Outcome = Reserved;
    const OPERATION: Operation = Operation::ReserveBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Reserved> {
        self.check()?;
        // A repetition is answered, even if the task has ended meanwhile.
        let known = self.known(unit).await?;
        if known.is_none() {
            self.hold_task(unit).await?;
            self.check_campaign(unit).await?;
        }
        let mut slice = slice::lock(unit, self.slice_id).await.at(["sliceId"])?;
        slice.check_holder(unit).await.at(["sliceId"])?;
        let known = match known {
            Some(known) => Some(known),
            None => self.known(unit).await?,
        };
        if let Some(known) = known {
            return self.again(&known);
        }
        let settings = settings::load(unit).await?;
        check_positive("amount", self.amount, &slice.budget.currency)?;
        slice.check_free(self.amount).at(["amount"])?;
        self.check_authority(unit, &settings, &slice).await?;
        let default = self.task_id.is_none().then_some(TTL);
        let seconds = self.ttl_seconds.or(default);
        let reservation = Reservation {
            id: Uuid::now_v7(),
            slice: slice.id,
            amount: stored(self.amount),
            spent: stored(Decimal::ZERO),
            status: BudgetReservationStatus::Held,
            purpose: self.purpose.clone(),
            task: self.task_id,
            campaign: self.campaign_id,
            effect_key: self.effect_key.clone(),
            expires_at: seconds.map(|seconds| unit.now() + TimeDelta::seconds(seconds.into())),
        };
        slice.reserved += self.amount;
        slice.save(unit, &settings);
        reservation.add(unit);
        let told = json!({
            "reservationId": reservation.id,
            "amount": shown(self.amount),
            "taskId": self.task_id,
            "campaignId": self.campaign_id,
        });
        slice.tell(unit, EventKind::BudgetReserved, told);
        Ok(Reserved { reservation: reservation.id, slice: slice.id })
    }
}

impl Queued for Reserve {}

impl Joint for Reserve {
    /// A task is locked before slices, and an approval is used up before it may be refused.
    fn is_joint(&self) -> bool {
        self.task_id.is_none() && self.approval_id.is_none()
    }

    fn weight(&self) -> usize {
        1
    }

    async fn prepare(unit: &mut UnitOfWork, calls: &[&Self]) -> Result<()> {
        settings::load(unit).await?;
        let slices: Vec<Uuid> = calls.iter().map(|call| call.slice_id).collect();
        ahead::lock_slices(unit, &slices).await
    }
}

impl Reserve {
    fn check(&self) -> Result<(), Refusal> {
        check::text("purpose", &self.purpose, check::NAME)?;
        if let Some(key) = &self.effect_key {
            check::text("effectKey", key, check::NAME)?;
        }
        match self.ttl_seconds {
            Some(seconds) => check::within("ttlSeconds", seconds, 1..=MAX_TTL),
            None => Ok(()),
        }
    }

    /// The reservation for the same effect, if there is one.
    async fn known(&self, unit: &UnitOfWork) -> Result<Option<Reservation>> {
        let Some(key) = &self.effect_key else { return Ok(None) };
        let by_key = |sql: &mut Sql| {
            sql.push("r.effect_key = ").bind(key.as_str());
        };
        Ok(reservation::find_where(unit, by_key).await?.pop())
    }

    /// Answers a repetition; refuses something else under the same key.
    fn again(&self, known: &Reservation) -> Result<Reserved> {
        match (known.slice, known.amount) == (self.slice_id, self.amount) {
            true => Ok(Reserved { reservation: known.id, slice: known.slice }),
            false => {
                let message = "another reservation has this effect key";
                Err(Refusal::new(Code::AlreadyExists, message).at(["effectKey"]).into())
            }
        }
    }

    /// Holds the task, so that it does not end before the reservation exists and can be released.
    async fn hold_task(&self, unit: &UnitOfWork) -> Result<()> {
        let Some(id) = self.task_id else { return Ok(()) };
        let mut sql = unit.sql();
        sql.push("SELECT status, assigned_agent_id FROM tasks WHERE id = ").bind(id).for_update();
        let rows = unit.rows(sql).await?;
        let task = rows.first().ok_or_else(|| Error::NotFound("task", id).located(["taskId"]))?;
        within(unit, [task.try_get_by::<Uuid, _>("assigned_agent_id")?]).await.at(["taskId"])?;
        match is_terminal(enum_value::<TaskStatus>(task, "status")?) {
            true => Err(check::invalid("taskId", "the task has ended").into()),
            false => Ok(()),
        }
    }

    async fn check_campaign(&self, unit: &UnitOfWork) -> Result<()> {
        let Some(id) = self.campaign_id else { return Ok(()) };
        let mut sql = unit.sql();
        sql.push("SELECT id FROM campaigns WHERE id = ").bind(id);
        match unit.rows(sql).await?.is_empty() {
            true => Err(Error::NotFound("campaign", id).located(["campaignId"])),
            false => Ok(()),
        }
    }

    /// Refuses what is above the limit of an agent, which is in the shop's currency.
    async fn check_authority(&self, unit: &UnitOfWork, settings: &Settings, slice: &Slice) -> Result<()> {
        let budget = &slice.budget;
        let today = books::day(settings, unit.now());
        let asked = match unit.principal().role {
            Role::Agent => {
                let cost = Cost::on(unit, settings, self.amount, &budget.currency, today).await.at(["sliceId"])?;
                cost.in_shop_currency()
            }
            _ => self.amount,
        };
        authority::check(unit, None, Limit::Spend, asked, self.approval_id, ("Budget", budget.id)).await
    }
}

//! Giving up a reservation.

use entity::sea_orm_active_enums::BudgetReservationStatus;
use serde::Serialize;
use uuid::Uuid;

use super::{ended, reservation, reserve::Reserved, slice};
use crate::{Result, UnitOfWork, Verb, access::Operation, refusal::At, settings, state};

/// Makes free again what is left of a reservation.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// The reservation.
    pub reservation_id: Uuid,
}

impl Verb for Release {
    type Outcome = Reserved;
    const OPERATION: Operation = Operation::ReleaseBudget;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Reserved> {
        let settings = settings::load(unit).await?;
        let known = reservation::find(unit, self.reservation_id).await.at(["reservationId"])?;
        let mut slice = slice::lock(unit, known.slice).await?;
        slice.check_holder(unit).await.at(["reservationId"])?;
        let mut reservation = reservation::find(unit, self.reservation_id).await.at(["reservationId"])?;
        let status = BudgetReservationStatus::Released;
        state::check(reservation.status, status).at(["reservationId"])?;
        ended::give_back(unit, &mut slice, &mut reservation, status);
        slice.save(unit, &settings);
        reservation::save(unit, std::slice::from_ref(&reservation));
        Ok(Reserved { reservation: reservation.id, slice: slice.id })
    }
}

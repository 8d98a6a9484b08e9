//! Giving up a reservation.

use crate::{
    finance::{BudgetReservation, BudgetSlice},
    mutation::prelude::*,
};

verbs! {
    /// Releases a reservation: what is left of it is free again.
    release_budget = perform(service::finance::budget::release::Release) {
        /// The reservation.
        reservation_id: Id,
    } -> released {
        /// The reservation.
        reservation: Row<BudgetReservation> = released.reservation,
        /// Its slice.
        slice: Row<BudgetSlice> = released.slice,
    }
}
